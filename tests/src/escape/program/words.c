#include "probe.h"

struct timespec {
  i64 seconds, nanoseconds;
};

void tell(const char *what, long number) {
  char text[256];
  size_t at = append(text, sizeof text, 0, what);
  at = append(text, sizeof text, at, number < 0 ? " -" : " ");
  at += format_number(text + at, (u64)(number < 0 ? -number : number));
  at = append(text, sizeof text, at, "\n");
  write_all(1, text, at);
}

i64 now_ms(void) {
  struct timespec now;
  CALL2(__NR_clock_gettime, 1, &now);
  return now.seconds * 1000 + now.nanoseconds / 1000000;
}

void pause_ms(i64 milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  CALL2(__NR_nanosleep, &time, 0);
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

long number_of(const char *text) {
  bool negative = *text == '-';
  if (negative) text++;
  u64 value = 0;
  if (starts_with(text, "0x")) {
    for (text += 2; digit(*text) >= 0; text++) value = value << 4 | (u64)digit(*text);
  } else {
    parse_number(text, &value);
  }
  return negative ? -(long)value : (long)value;
}

static u8 *bytes_of(const char *hexadecimal, size_t *bytes) {
  size_t length = strlen(hexadecimal) / 2;
  u8 *to = allocate(length + 1);
  for (size_t i = 0; i < length; i++) to[i] = (u8)(digit(hexadecimal[2 * i]) << 4 | digit(hexadecimal[2 * i + 1]));
  *bytes = length;
  return to;
}

long value_of(const char *text, size_t *bytes) {
  size_t ignored;
  if (!bytes) bytes = &ignored;
  *bytes = 0;
  if (!*text || text[1] != ':') return number_of(text);
  const char *rest = text + 2;
  if (*text == 's') {
    *bytes = strlen(rest);
    return (long)rest;
  }
  if (*text == 'x') return (long)bytes_of(rest, bytes);
  if (*text == 'z') {
    *bytes = (size_t)number_of(rest);
    return (long)allocate(*bytes);
  }
  if (*text == 'f') return open_path(rest, O_RDONLY | O_NONBLOCK);
  return open_path(rest, 010000000 | O_DIRECTORY);
}

#include "probe.h"

#define SOL_SOCKET 1
#define SO_RCVTIMEO 20
#define SO_SNDTIMEO 21

static int open_socket(long family, long type, long protocol) {
  int fd = (int)CALL3(__NR_socket, family, type | O_CLOEXEC, protocol);
  i64 patience[2] = {2, 0};
  if (fd < 0) return fd;
  CALL5(__NR_setsockopt, fd, SOL_SOCKET, SO_RCVTIMEO, patience, sizeof patience);
  CALL5(__NR_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, patience, sizeof patience);
  return fd;
}

/* FAMILY TYPE PROTOCOL ADDRESS [WORDS]: connects, sends the words, and says what is answered until the other side ends. */
void dial(int argc, char **argv) {
  static char text[4096];
  if (argc < 4) quit(125);
  int fd = open_socket(number_of(argv[0]), number_of(argv[1]), number_of(argv[2]));
  tell("socket", fd);
  if (fd < 0) return;
  size_t bytes;
  long address = value_of(argv[3], &bytes);
  long error = CALL3(__NR_connect, fd, address, bytes);
  tell("connect", error);
  if (error || argc < 5) return;
  long words = value_of(argv[4], &bytes);
  long sent = CALL6(__NR_sendto, fd, words, bytes, 0x4000, 0, 0);
  tell("send", sent);
  /* Of a datagram no answer is awaited. */
  if (sent < 0 || number_of(argv[1]) != 1) return;
  long got = read_fd(fd, text, sizeof text);
  tell("heard", got);
  for (; got > 0; got = read_fd(fd, text, sizeof text)) write_all(1, text, (size_t)got);
}

/* NAME TEXT: listens on an abstract Unix socket, and says the text to whoever comes, for a minute at most. */
void hold(int argc, char **argv) {
  struct {
    u16 family;
    char path[108];
  } address = {1, {0}};
  if (argc < 2) quit(125);
  size_t length = append(address.path, sizeof address.path, 1, argv[0]);
  int fd = (int)CALL3(__NR_socket, 1, 1, 0);
  long error = CALL3(__NR_bind, fd, &address, 2 + length);
  if (!error) error = CALL2(__NR_listen, fd, 8);
  tell("listening", error);
  for (i64 end = now_ms() + 60000; !error && now_ms() < end;) {
    int other = (int)CALL4(__NR_accept4, fd, 0, 0, 0);
    if (other < 0) break;
    write_fd(other, argv[1], strlen(argv[1]));
    close_fd(other);
  }
}

/* PORT COUNT: so many connections to 127.0.0.1, all open at once. */
void connections(int argc, char **argv) {
  if (argc < 2) quit(125);
  u16 port = (u16)number_of(argv[0]);
  u8 address[16] = {2, 0, (u8)(port >> 8), (u8)port, 127, 0, 0, 1};
  long open = 0, error = 0;
  for (long i = 0; i < number_of(argv[1]); i++) {
    int fd = open_socket(2, 1, 0);
    error = fd < 0 ? fd : CALL3(__NR_connect, fd, address, sizeof address);
    if (error) break;
    open++;
  }
  tell("open", open);
  tell("error", error);
}

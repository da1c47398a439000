#include "system.h"

void *memcpy(void *to, const void *from, size_t n) {
  u8 *t = to;
  const u8 *f = from;
  while (n--) *t++ = *f++;
  return to;
}

void *memmove(void *to, const void *from, size_t n) {
  u8 *t = to;
  const u8 *f = from;
  if (t < f) return memcpy(to, from, n);
  while (n--) t[n] = f[n];
  return to;
}

void *memset(void *to, int value, size_t n) {
  u8 *t = to;
  while (n--) *t++ = (u8)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  const u8 *x = a, *y = b;
  for (; n--; x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

size_t strlen(const char *text) {
  size_t n = 0;
  while (text[n]) n++;
  return n;
}

bool equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

bool starts_with(const char *text, const char *prefix) {
  while (*prefix)
    if (*text++ != *prefix++) return false;
  return true;
}

size_t parse_number(const char *text, u64 *value) {
  size_t n = 0;
  *value = 0;
  for (; text[n] >= '0' && text[n] <= '9'; n++) *value = *value * 10 + (u64)(text[n] - '0');
  return n;
}

size_t format_number(char *to, u64 value) {
  char digits[21];
  size_t n = 0, length = 0;
  do digits[n++] = (char)('0' + value % 10);
  while (value /= 10);
  while (n) to[length++] = digits[--n];
  to[length] = 0;
  return length;
}

size_t append(char *to, size_t size, size_t at, const char *text) {
  while (*text && at + 1 < size) to[at++] = *text++;
  to[at] = 0;
  return at;
}

int open_at(int folder, const char *path, int flags, int mode) {
  return (int)CALL4(__NR_openat, folder, path, flags | O_CLOEXEC, mode);
}

int open_path(const char *path, int flags) { return open_at(AT_FDCWD, path, flags, 0); }

void close_fd(int fd) {
  if (fd >= 0) CALL1(__NR_close, fd);
}

long read_fd(int fd, void *to, size_t n) {
  long got;
  do got = CALL3(__NR_read, fd, to, n);
  while (got == -EINTR);
  return got;
}

long read_all(int fd, void *to, size_t n) {
  size_t at = 0;
  while (at < n) {
    long got = read_fd(fd, (u8 *)to + at, n - at);
    if (got < 0) return got;
    if (got == 0) break;
    at += (size_t)got;
  }
  return (long)at;
}

long write_fd(int fd, const void *from, size_t n) {
  long put;
  do put = CALL3(__NR_write, fd, from, n);
  while (put == -EINTR);
  return put;
}

struct poll_fd {
  int fd;
  short events, revents;
};

long write_all(int fd, const void *from, size_t n) {
  size_t at = 0;
  while (at < n) {
    long put = write_fd(fd, (const u8 *)from + at, n - at);
    if (put == -EAGAIN) {
      struct poll_fd wait = {fd, 4, 0};
      CALL5(__NR_ppoll, &wait, 1, 0, 0, 0);
      continue;
    }
    if (put < 0) return put;
    at += (size_t)put;
  }
  return 0;
}

long read_file(const char *path, char *to, size_t size) {
  int fd = open_path(path, O_RDONLY);
  if (fd < 0) return fd;
  long got = read_all(fd, to, size - 1);
  close_fd(fd);
  if (got >= 0) to[got] = 0;
  return got;
}

long write_file(const char *path, const char *text) {
  int fd = open_path(path, O_WRONLY);
  if (fd < 0) return fd;
  long put = write_fd(fd, text, strlen(text));
  close_fd(fd);
  return put < 0 ? put : 0;
}

int fork_process(void) { return (int)CALL5(__NR_clone, SIGCHLD, 0, 0, 0, 0); }

int own_pid(void) { return (int)CALL0(__NR_getpid); }

int wait_for(int pid, int *status, int options) {
  int got;
  do got = (int)CALL4(__NR_wait4, pid, status, options | WALL, 0);
  while (got == -EINTR);
  return got;
}

void quit(int code) {
  for (;;) CALL1(__NR_exit_group, code);
}

void *allocate(size_t bytes) {
  /* PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS */
  long at = CALL6(__NR_mmap, 0, bytes, 3, 0x22, -1, 0);
  return at < 0 && at > -4096 ? NULL : (void *)at;
}

void release(void *memory, size_t bytes) {
  if (memory) CALL2(__NR_munmap, memory, bytes);
}

void set_nonblocking(int fd, bool on) {
  long flags = CALL3(__NR_fcntl, fd, F_GETFL, 0);
  CALL3(__NR_fcntl, fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~(long)O_NONBLOCK);
}

u64 signal_bit(int signal) { return 1ull << (signal - 1); }

void block_signals(u64 mask) {
  /* SIG_SETMASK; a signal set of the kernel has eight bytes. */
  CALL4(__NR_rt_sigprocmask, 2, &mask, 0, 8);
}

/*
 * The kernel, without a C library: system calls of Linux on x86-64 and arm64, and the few functions on memory and
 * text that the agent needs. Freestanding, so that the binary is small, starts in well under a millisecond, and runs
 * in any image and as the first process of any guest.
 */
#ifndef HOLDFAST_SYSTEM_H
#define HOLDFAST_SYSTEM_H

#include <asm/unistd.h>
#include <linux/errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t i64;

#if defined(__x86_64__)
static inline long syscall6(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
static inline long syscall6(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}
#else
#error "The agent is written for x86-64 and arm64."
#endif

#define CALL0(n) syscall6((n), 0, 0, 0, 0, 0, 0)
#define CALL1(n, a) syscall6((n), (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) syscall6((n), (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) syscall6((n), (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) syscall6((n), (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) syscall6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define CALL6(n, a, b, c, d, e, f) syscall6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Constants of the kernel's interface whose headers clash with each other when included together. */
#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_REMOVEDIR 0x200
#define AT_EMPTY_PATH 0x1000
#define O_RDONLY 0
#define O_WRONLY 1
#define O_RDWR 2
#define O_CREAT 0100
#define O_EXCL 0200
#define O_NOCTTY 0400
#define O_TRUNC 01000
#define O_NONBLOCK 04000
#if defined(__aarch64__)
#define O_DIRECTORY 040000
#define O_NOFOLLOW 0100000
#else
#define O_DIRECTORY 0200000
#define O_NOFOLLOW 0400000
#endif
#define O_CLOEXEC 02000000
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#define S_IFCHR 0020000
#define S_IFBLK 0060000
#define S_IFIFO 0010000
#define S_IFSOCK 0140000
#define F_GETFL 3
#define F_SETFL 4
#define F_SETFD 2
#define SIGHUP 1
#define SIGKILL 9
#define SIGUSR1 10
#define SIGPIPE 13
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define WNOHANG 1
#define WALL 0x40000000

struct linux_dirent {
  u64 ino;
  i64 off;
  u16 length;
  u8 type;
  char name[];
};

/* Memory and text. */
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *text);
bool equal(const char *a, const char *b);
bool starts_with(const char *text, const char *prefix);
/* Reads decimal digits; returns the number of characters read, 0 when there is none. */
size_t parse_number(const char *text, u64 *value);
/* Writes decimal digits and a NUL; returns the length. `to` holds at least 21 bytes. */
size_t format_number(char *to, u64 value);
/* Appends to a buffer of `size` bytes that holds `at`; returns the new length, never beyond size - 1. */
size_t append(char *to, size_t size, size_t at, const char *text);

/* Files and processes; negative results are -errno, as from the kernel. */
int open_at(int folder, const char *path, int flags, int mode);
int open_path(const char *path, int flags);
void close_fd(int fd);
long read_fd(int fd, void *to, size_t n);
/* Reads until n bytes or the end; returns the count. */
long read_all(int fd, void *to, size_t n);
long write_fd(int fd, const void *from, size_t n);
/* Writes all of it, waiting where it must; 0 or -errno. */
long write_all(int fd, const void *from, size_t n);
/* A whole small file into a buffer, ended by a NUL; its length or -errno. */
long read_file(const char *path, char *to, size_t size);
long write_file(const char *path, const char *text);
int fork_process(void);
int own_pid(void);
int wait_for(int pid, int *status, int options);
void __attribute__((noreturn)) quit(int code);
/* Memory from the kernel, zeroed; NULL when there is none. */
void *allocate(size_t bytes);
void release(void *memory, size_t bytes);
void set_nonblocking(int fd, bool on);
void block_signals(u64 mask);
u64 signal_bit(int signal);

#endif

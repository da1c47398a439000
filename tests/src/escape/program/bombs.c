#include "probe.h"

#define MIB (1024 * 1024)
#define STACK_BYTES 16384
/* CLONE_VM, FS, FILES, SIGHAND, THREAD. */
#define THREAD_FLAGS 0x10f00

static void report_bomb(long got, long error) {
  tell("got", got);
  tell("error", error);
}

/* COUNT MILLISECONDS: processes that stay for a while. */
void forks(int argc, char **argv) {
  long got = 0, child = 0;
  i64 stay = argc > 1 ? number_of(argv[1]) : 1000;
  for (; argc > 0 && got < number_of(argv[0]); got++) {
    child = fork_process();
    if (child < 0) break;
    if (child == 0) {
      pause_ms(stay);
      quit(0);
    }
  }
  report_bomb(got, child < 0 ? child : 0);
}

#if defined(__x86_64__)
/* The new thread has a stack of its own, with nothing on it to return to: it waits in the kernel for ever. */
static long start_thread(u8 *stack) {
  long result;
  register long r10 __asm__("r10") = 0;
  register long r8 __asm__("r8") = 0;
  __asm__ volatile(
      "syscall\n test %%rax, %%rax\n jnz 1f\n 2: mov $34, %%eax\n syscall\n jmp 2b\n 1:"
      : "=a"(result)
      : "a"((long)__NR_clone), "D"((long)THREAD_FLAGS), "S"(stack), "d"(0L), "r"(r10), "r"(r8)
      : "rcx", "r11", "memory");
  return result;
}
#else
static long start_thread(u8 *stack) {
  register long x8 __asm__("x8") = __NR_clone;
  register long x0 __asm__("x0") = THREAD_FLAGS;
  register long x1 __asm__("x1") = (long)stack;
  register long x2 __asm__("x2") = 0;
  register long x3 __asm__("x3") = 0;
  register long x4 __asm__("x4") = 0;
  __asm__ volatile("svc 0\n cbnz x0, 1f\n 2: mov x8, #73\n mov x0, #0\n mov x1, #0\n mov x2, #0\n mov x3, #0\n svc 0\n b 2b\n 1:"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
                   : "memory");
  return x0;
}
#endif

/* COUNT: threads of one process. */
void threads(int argc, char **argv) {
  long got = 0, result = 0;
  for (; argc > 0 && got < number_of(argv[0]); got++) {
    u8 *stack = allocate(STACK_BYTES);
    result = stack ? start_thread(stack + STACK_BYTES) : -ENOMEM;
    if (result < 0) break;
  }
  report_bomb(got, result < 0 ? result : 0);
  CALL1(__NR_exit_group, 0);
}

/* COUNT: open files of one process. */
void descriptors(int argc, char **argv) {
  long got = 0, fd = 0;
  for (; argc > 0 && got < number_of(argv[0]); got++) {
    fd = open_path("/dev/null", O_RDONLY);
    if (fd < 0) break;
  }
  report_bomb(got, fd < 0 ? fd : 0);
}

/* MIB [MILLISECONDS]: memory that is written to, so that it is there, and held for a while. It says so as it goes. */
void memory(int argc, char **argv) {
  for (long got = 1; argc > 0 && got <= number_of(argv[0]); got++) {
    u8 *piece = allocate(MIB);
    if (!piece) {
      report_bomb(got - 1, -ENOMEM);
      return;
    }
    memset(piece, 1, MIB);
    if (got % 16 == 0) tell("held", got);
  }
  if (argc > 1) pause_ms(number_of(argv[1]));
  report_bomb(argc > 0 ? number_of(argv[0]) : 0, 0);
}

/* FOLDER MIB FILES: writes so much into each of so many files. */
void fill(int argc, char **argv) {
  static u8 bytes[64 * 1024];
  static char path[4096];
  if (argc < 3) quit(125);
  long pieces = 0, error = 0;
  memset(bytes, 0xa5, sizeof bytes);
  for (long number = 0; number < number_of(argv[2]) && !error; number++) {
    size_t at = append(path, sizeof path, 0, argv[0]);
    at = append(path, sizeof path, at, "/filled-");
    format_number(path + at, (u64)number);
    int file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT, 0644);
    if (file < 0) error = file;
    for (long i = 0; i < number_of(argv[1]) * 16 && !error; i++, pieces += !error) error = write_all(file, bytes, sizeof bytes);
    close_fd(file);
  }
  report_bomb(pieces / 16, error);
}

/* FOLDER COUNT: empty files. */
void inodes(int argc, char **argv) {
  static char path[4096];
  if (argc < 2) quit(125);
  size_t at = append(path, sizeof path, append(path, sizeof path, 0, argv[0]), "/empty-");
  long got = 0, error = 0;
  for (; got < number_of(argv[1]); got++) {
    format_number(path + at, (u64)got);
    int file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (file < 0) {
      error = file;
      break;
    }
    close_fd(file);
  }
  report_bomb(got, error);
}

/* MILLISECONDS PROCESSES: uses the processor. */
void spin(int argc, char **argv) {
  if (argc < 2) quit(125);
  i64 end = now_ms() + number_of(argv[0]);
  for (long i = 1; i < number_of(argv[1]); i++)
    if (fork_process() == 0) break;
  u64 turns = 0;
  while (now_ms() < end) turns++;
  tell("turned", turns > 0);
}

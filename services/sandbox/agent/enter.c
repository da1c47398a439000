#include "enter.h"

#include "system.h"

#define CLONE_INTO_CGROUP 0x200000000ull
#define PR_SET_PDEATHSIG 1
#define PATH_BYTES 4096

static void __attribute__((noreturn)) fail(const char *what, long error) {
  char text[512], digits[21];
  size_t at = append(text, sizeof text, 0, "agent: entering ");
  at = append(text, sizeof text, at, what);
  at = append(text, sizeof text, at, " failed with error ");
  format_number(digits, (u64)-error);
  at = append(text, sizeof text, at, digits);
  at = append(text, sizeof text, at, "\n");
  write_all(2, text, at);
  quit(125);
}

static void need(const char *what, long result) {
  if (result < 0) fail(what, result);
}

struct clone_arguments {
  u64 flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* A child in the group; to the child 0. -ENOSYS where the kernel cannot do that. */
static int fork_into(const char *folder) {
  int group = open_path(folder, O_RDONLY | O_DIRECTORY);
  need(folder, group);
  struct clone_arguments wanted = {.flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = (u64)group};
  long child = CALL2(__NR_clone3, &wanted, sizeof wanted);
  close_fd(group);
  return child == -E2BIG || child == -EINVAL ? -ENOSYS : (int)child;
}

static void move_to(const char *folder) {
  char path[PATH_BYTES];
  append(path, sizeof path, append(path, sizeof path, 0, folder), "/cgroup.procs");
  need(path, write_file(path, "0"));
}

static void __attribute__((noreturn)) end_with(int child) {
  int status = 0;
  CALL3(__NR_close_range, 0, ~0u, 0);
  wait_for(child, &status, 0);
  quit(status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff);
}

int enter_command(int argc, char **argv, char **env) {
  int at = 0;
  if (argc > 1 && equal(argv[0], "--into")) {
    const char *folder = argv[1];
    at = 2;
    /* When the service is killed, so is this, and with it the program. */
    CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    int child = fork_into(folder);
    if (child == -ENOSYS) move_to(folder);
    else need(folder, child);
    if (child > 0) end_with(child);
    CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  }
  for (; at < argc && !equal(argv[at], "--"); at++) need(argv[at], write_file(argv[at], "0"));
  if (at + 1 >= argc) fail("nothing", -EINVAL);
  long error = CALL3(__NR_execve, argv[at + 1], argv + at + 1, env);
  fail(argv[at + 1], error);
}

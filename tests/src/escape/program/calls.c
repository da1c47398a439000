#include "probe.h"

#define SIGCHLD_ONLY 17

struct named_call {
  const char *name;
  long number;
};

#define NAMED(name) {#name, __NR_##name}

/* Every call that a probe makes by name. */
static const struct named_call CALLS[] = {
    NAMED(acct), NAMED(add_key), NAMED(bpf), NAMED(capset), NAMED(chroot), NAMED(clock_settime), NAMED(delete_module),
    NAMED(finit_module), NAMED(fsconfig), NAMED(fsmount), NAMED(fsopen), NAMED(fspick), NAMED(getpid),
    NAMED(init_module), NAMED(io_uring_setup), NAMED(kcmp), NAMED(kexec_file_load), NAMED(kexec_load), NAMED(keyctl),
    NAMED(kill), NAMED(linkat), NAMED(mknodat), NAMED(mount), NAMED(mount_setattr), NAMED(move_mount), NAMED(mq_open), NAMED(mq_unlink),
    NAMED(msgget), NAMED(name_to_handle_at), NAMED(open_by_handle_at), NAMED(open_tree), NAMED(openat), NAMED(openat2),
    NAMED(perf_event_open), NAMED(personality), NAMED(pidfd_getfd), NAMED(pidfd_open), NAMED(pivot_root), NAMED(prctl),
    NAMED(prlimit64), NAMED(process_vm_readv), NAMED(process_vm_writev), NAMED(ptrace), NAMED(quotactl), NAMED(reboot),
    NAMED(request_key), NAMED(sched_setscheduler), NAMED(semget), NAMED(setdomainname), NAMED(setgroups),
    NAMED(sethostname), NAMED(setns), NAMED(setpriority), NAMED(setresuid), NAMED(settimeofday), NAMED(setxattr),
    NAMED(shmget), NAMED(socket), NAMED(swapoff), NAMED(swapon), NAMED(syslog), NAMED(umount2), NAMED(unshare),
    NAMED(userfaultfd), NAMED(vhangup),
#ifdef __NR_ioperm
    NAMED(ioperm), NAMED(iopl), NAMED(modify_ldt),
#endif
};

/* x32:name is the same call by the entry for 32-bit pointers. */
void call(int argc, char **argv) {
  if (argc < 1) quit(125);
  bool x32 = starts_with(argv[0], "x32:");
  const char *name = x32 ? argv[0] + 4 : argv[0];
  long values[6] = {0};
  for (int i = 1; i < argc && i <= 6; i++) values[i - 1] = value_of(argv[i], NULL);
  for (size_t i = 0; i < sizeof CALLS / sizeof *CALLS; i++) {
    if (!equal(name, CALLS[i].name)) continue;
    long number = CALLS[i].number | (x32 ? 0x40000000 : 0);
    tell("result", CALL6(number, values[0], values[1], values[2], values[3], values[4], values[5]));
    return;
  }
  tell("result", -ENOSYS);
}

void legacy(int argc, char **argv) {
  long result = -ENOSYS;
#if defined(__x86_64__)
  long number = argc > 0 ? number_of(argv[0]) : 0;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(0), "c"(0), "d"(0) : "memory");
  result = (int)result;
#else
  (void)argc;
  (void)argv;
#endif
  tell("result", result);
}

static void report_child(long child) {
  if (child == 0) quit(0);
  int status;
  if (child > 0) wait_for((int)child, &status, 0x40000000);
  tell("result", child);
}

void clone_with(int argc, char **argv) {
  report_child(CALL5(__NR_clone, (argc > 0 ? number_of(argv[0]) : 0) | SIGCHLD_ONLY, 0, 0, 0, 0));
}

void clone3_with(int argc, char **argv) {
  u64 arguments[8] = {(u64)(argc > 0 ? number_of(argv[0]) : 0), 0, 0, 0, SIGCHLD_ONLY, 0, 0, 0};
  report_child(CALL2(__NR_clone3, arguments, sizeof arguments));
}

void identity(int argc, char **argv) {
  (void)argc;
  (void)argv;
  u32 real, effective, saved;
  CALL3(__NR_getresuid, &real, &effective, &saved);
  tell("real", real);
  tell("effective", effective);
  tell("saved", saved);
  tell("group", CALL0(__NR_getegid));
  struct {
    u32 version;
    int pid;
  } header = {0x20080522, 0};
  u32 sets[6] = {0};
  CALL2(__NR_capget, &header, sets);
  tell("effective-capabilities", (long)(sets[0] | (u64)sets[3] << 32));
}

void crash(int argc, char **argv) {
  (void)argc;
  (void)argv;
  block_signals(0);
  CALL2(__NR_kill, own_pid(), 11);
}

/* TIOCSTI, and TIOCLINUX with the subcode that pastes. */
void type_into_terminal(int argc, char **argv) {
  (void)argc;
  (void)argv;
  u8 paste = 3;
  tell("stdin", CALL3(__NR_ioctl, 0, 0x5412, "x"));
  int terminal = open_path("/dev/tty", O_RDWR | O_NOCTTY);
  tell("tty", terminal < 0 ? terminal : CALL3(__NR_ioctl, terminal, 0x5412, "x"));
  int console = open_path("/dev/console", O_RDWR | O_NOCTTY);
  tell("console", console < 0 ? console : CALL3(__NR_ioctl, console, 0x5412, "x"));
  tell("paste", CALL3(__NR_ioctl, terminal, 0x541C, &paste));
}

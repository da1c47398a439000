/**
 * The system calls that programs in a container may make, by subject. What is not named is refused: whatever makes
 * namespaces and mounts, looks into other processes, reaches kernel modules, bpf, io_uring, keyrings, the clock, the
 * memory policy of other processes, or calls that the next kernel brings. `clone`, `socket` and `personality` are
 * allowed with some arguments only: see `seccomp-profile.ts`. Names that a kernel or processor does not have are skipped
 * by the runtime.
 */
const BY_SUBJECT = {
  files:
    'access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 ' +
    'fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock ' +
    'fremovexattr fsetxattr fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr ioctl lchown ' +
    'lgetxattr link linkat listxattr llistxattr lremovexattr lseek lsetxattr lstat mkdir mkdirat mknod mknodat ' +
    'newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink ' +
    'readlinkat readv removexattr rename renameat renameat2 rmdir sendfile setxattr splice stat statfs statx symlink ' +
    'symlinkat sync sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice write ' +
    'writev',
  watching: 'inotify_add_watch inotify_init inotify_init1 inotify_rm_watch',
  waiting:
    'epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 pause pipe pipe2 poll ' +
    'ppoll pselect6 select signalfd signalfd4',
  asynchronous: 'io_cancel io_destroy io_getevents io_pgetevents io_setup io_submit',
  memory:
    'brk cachestat madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap ' +
    'mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_madvise ' +
    'process_mrelease',
  processes:
    'arch_prctl execve execveat exit exit_group fork getpgid getpgrp getpid getppid getpriority getrlimit getrusage ' +
    'getsid gettid ioprio_get ioprio_set kill pidfd_open pidfd_send_signal prctl prlimit64 setpgid setpriority ' +
    'setrlimit setsid set_tid_address tgkill tkill vfork wait4 waitid',
  threads:
    'futex futex_requeue futex_wait futex_waitv futex_wake get_robust_list getcpu restart_syscall rseq ' +
    'sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler ' +
    'sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam sched_setscheduler sched_yield set_robust_list',
  signals:
    'alarm rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait ' +
    'rt_tgsigqueueinfo sigaltstack',
  users:
    'capget capset getegid geteuid getgid getgroups getresgid getresuid getuid setfsgid setfsuid setgid setgroups ' +
    'setregid setresgid setresuid setreuid setuid',
  /** They can only take away. */
  ownLimits: 'landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp',
  betweenProcesses:
    'mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink msgctl msgget msgrcv msgsnd semctl semget ' +
    'semop semtimedop shmat shmctl shmdt shmget',
  network:
    'accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg ' +
    'sendto setsockopt shutdown socketpair',
  time:
    'adjtimex clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer time timer_create ' +
    'timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times',
  information: 'getrandom sysinfo uname',
};

/** The names, in no order that matters. */
export const ALLOWED_CALLS: readonly string[] = Object.values(BY_SUBJECT).flatMap((names) => names.split(' '));

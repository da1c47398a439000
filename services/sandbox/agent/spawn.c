#include "spawn.h"

#include "protocol.h"

#define PR_SET_DUMPABLE 4
#define PR_SET_CHILD_SUBREAPER 36
#define PR_SET_NAME 15
#define TIOCSCTTY 0x540E
#define TIOCSWINSZ 0x5414
#define TIOCGPTN 0x80045430
#define TIOCSPTLCK 0x40045431
#define F_DUPFD_CLOEXEC 1030
#define MAX_PROCESSES 65536

struct winsize {
  u16 rows, columns, x, y;
};

static void fail(int report, u32 stage, long error) {
  u32 record[2] = {stage, (u32)-error};
  write_all(report, record, sizeof record);
  quit(127);
}

static const char *path_of(char **env) {
  for (; *env; env++)
    if (starts_with(*env, "PATH=")) return *env + 5;
  return "/usr/local/bin:/usr/bin:/bin";
}

static long run(const char *program, char **argv, char **env) {
  long error = CALL3(__NR_execve, program, argv, env);
  if (error != -ENOEXEC) return error;
  /* A script without a first line that names its shell, as execvp(3) runs it. */
  size_t count = 0;
  while (argv[count]) count++;
  char **shell = allocate((count + 2) * sizeof(char *));
  if (!shell) return -ENOMEM;
  shell[0] = "sh";
  shell[1] = (char *)program;
  for (size_t i = 1; i <= count; i++) shell[i + 1] = argv[i];
  CALL3(__NR_execve, "/bin/sh", shell, env);
  return error;
}

/* As execvpe(3): returns only when nothing could be run, with the error that tells most. */
static long run_by_path(char **argv, char **env) {
  for (const char *c = argv[0]; *c; c++)
    if (*c == '/') return run(argv[0], argv, env);
  long worst = -ENOENT;
  const char *path = path_of(env);
  static char program[4096 + 256];
  for (;;) {
    size_t at = 0;
    while (*path && *path != ':' && at < 4096) program[at++] = *path++;
    program[at] = 0;
    if (at == 0) at = append(program, sizeof program, 0, ".");
    at = append(program, sizeof program, at, "/");
    at = append(program, sizeof program, at, argv[0]);
    long error = at + 1 >= sizeof program ? -ENAMETOOLONG : run(program, argv, env);
    if (error != -ENOENT && error != -ENOTDIR) worst = error;
    if (!*path) return worst;
    path++;
  }
}

static void become(const struct command *command, int report) {
  u32 uid = (u32)CALL0(__NR_geteuid);
  if (uid != command->uid || (u32)CALL0(__NR_getegid) != command->gid) {
    long error = CALL2(__NR_setgroups, 0, 0);
    if (!error) error = CALL3(__NR_setresgid, command->gid, command->gid, command->gid);
    if (!error) error = CALL3(__NR_setresuid, command->uid, command->uid, command->uid);
    if (error) fail(report, STAGE_USER, error);
  }
}

static void __attribute__((noreturn)) command_process(const struct command *command, int fds[3], int report) {
  CALL0(__NR_setsid);
  for (int i = 0; i < 3; i++) {
    /* None of the three is below 3: the caller has seen to it. */
    CALL3(__NR_dup3, fds[i], i, 0);
  }
  if (command->flags & SPAWN_PTY) CALL3(__NR_ioctl, 0, TIOCSCTTY, 0);
  for (u32 i = 0; i < command->limit_count; i++) {
    const u8 *record = command->limits + i * 20;
    u32 resource;
    u64 pair[2];
    memcpy(&resource, record, 4);
    memcpy(pair, record + 4, 16);
    long error = CALL4(__NR_prlimit64, 0, resource, pair, 0);
    if (error) fail(report, STAGE_RESOURCES, error);
  }
  /* The agent is spared when memory runs out; what it starts is not. Its files in /proc are its own only if dumpable. */
  CALL5(__NR_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
  write_file("/proc/self/oom_score_adj", "0");
  become(command, report);
  long error = CALL1(__NR_chdir, command->cwd);
  if (error) fail(report, STAGE_CWD, error);
  block_signals(0);
  fail(report, STAGE_EXEC, run_by_path(command->argv, command->env));
  quit(127);
}

/* The parent of a process as /proc tells it; 0 when it is gone. */
static int parent_of(const char *pid, char *state) {
  char path[64], text[512];
  size_t at = append(path, sizeof path, 0, "/proc/");
  at = append(path, sizeof path, at, pid);
  append(path, sizeof path, at, "/stat");
  long n = read_file(path, text, sizeof text);
  if (n <= 0) return 0;
  /* The name stands in brackets and may hold anything, brackets too. */
  while (n > 0 && text[n - 1] != ')') n--;
  if (n == 0 || !text[n] || !text[n + 1]) return 0;
  *state = text[n + 1];
  u64 parent;
  parse_number(text + n + 3, &parent);
  return (int)parent;
}

struct seen {
  int pid, parent;
  bool below, stopped;
};

static size_t list_processes(struct seen *list, size_t size) {
  int proc = open_path("/proc", O_RDONLY | O_DIRECTORY);
  if (proc < 0) return 0;
  size_t count = 0;
  static char entries[16384] __attribute__((aligned(8)));
  long got;
  while ((got = CALL3(__NR_getdents64, proc, entries, sizeof entries)) > 0) {
    for (long at = 0; at < got;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + at);
      at += entry->length;
      u64 pid;
      if (!parse_number(entry->name, &pid) || count == size) continue;
      char state = 0;
      int parent = parent_of(entry->name, &state);
      if (!parent || state == 'Z' || state == 'X') continue;
      list[count++] = (struct seen){(int)pid, parent, false, state == 'T' || state == 't'};
    }
  }
  close_fd(proc);
  return count;
}

static void mark_below(struct seen *list, size_t count, int root) {
  bool more = true;
  while (more) {
    more = false;
    for (size_t i = 0; i < count; i++) {
      if (list[i].below) continue;
      bool below = list[i].parent == root;
      for (size_t j = 0; !below && j < count; j++) below = list[j].below && list[j].pid == list[i].parent;
      if (below) list[i].below = more = true;
    }
  }
}

/* Until none below `root` runs, or in vain: what forks faster than this looks is looked at again. The list as last seen. */
static size_t stop_below(int root, struct seen *list) {
  size_t count = 0;
  for (int pass = 0; pass < 64; pass++) {
    count = list_processes(list, MAX_PROCESSES);
    mark_below(list, count, root);
    bool running = false;
    for (size_t i = 0; i < count; i++) {
      if (!list[i].below || list[i].stopped) continue;
      running = true;
      CALL2(__NR_kill, list[i].pid, SIGSTOP);
    }
    if (!running) break;
  }
  return count;
}

void stop_descendants(int root) {
  size_t bytes = MAX_PROCESSES * sizeof(struct seen);
  struct seen *list = allocate(bytes);
  if (list) stop_below(root, list);
  release(list, bytes);
}

static int collect(int options, int first, int *first_status) {
  int status, pid = wait_for(-1, &status, options);
  if (pid == first && pid > 0) *first_status = status;
  return pid;
}

void end_descendants(int first, int *first_status) {
  size_t bytes = MAX_PROCESSES * sizeof(struct seen);
  struct seen *list = allocate(bytes);
  while (collect(WNOHANG, first, first_status) != -ECHILD) {
    /* All are stopped before any is killed: whatever forks faster than it can be killed would never end otherwise. */
    size_t count = list ? stop_below(own_pid(), list) : 0;
    for (size_t i = 0; i < count; i++)
      if (list[i].below) CALL2(__NR_kill, list[i].pid, SIGKILL);
    collect(0, first, first_status);
  }
  release(list, bytes);
}

struct timespec {
  i64 seconds, nanoseconds;
};

/* Descriptors of other channels would keep their pipes open when the agent has closed them. */
static void close_others(const int keep[], size_t count) {
  int from = 3;
  for (;;) {
    int next = -1;
    for (size_t i = 0; i < count; i++)
      if (keep[i] >= from && (next < 0 || keep[i] < next)) next = keep[i];
    if (next != from) CALL3(__NR_close_range, from, next < 0 ? ~0u : (u32)(next - 1), 0);
    if (next < 0) return;
    from = next + 1;
  }
}

static void __attribute__((noreturn)) supervise(const struct command *command, int fds[3], int report, int status) {
  CALL5(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  CALL5(__NR_prctl, PR_SET_NAME, "supervisor", 0, 0, 0);
  block_signals(~0ull);
  int keep[] = {fds[0], fds[1], fds[2], report, status}, go[2];
  close_others(keep, 5);
  if (CALL2(__NR_pipe2, go, O_CLOEXEC)) fail(report, STAGE_RESOURCES, -EMFILE);
  int child = fork_process();
  if (child < 0) fail(report, STAGE_RESOURCES, child);
  if (child == 0) {
    u8 none;
    close_fd(go[1]);
    read_all(go[0], &none, 1);
    close_fd(go[0]);
    command_process(command, fds, report);
  }
  u32 started[2] = {0, (u32)child};
  write_all(report, started, sizeof started);
  close_fd(report);
  /* Only now: a command that stopped this process before would never be known to have started. */
  close_fd(go[0]);
  close_fd(go[1]);
  for (int i = 0; i < 3; i++)
    if (i == 0 || fds[i] != fds[0]) close_fd(fds[i]);
  int ended = -1;
  bool killed = false;
  u64 awaited = signal_bit(SIGCHLD) | signal_bit(SIGUSR1);
  while (ended < 0 && !killed) {
    /* The end of a process between the look and the wait is not missed: its signal is blocked, and so kept. */
    int pid;
    while ((pid = collect(WNOHANG, child, &ended)) > 0) {
    }
    if (ended >= 0) break;
    long signal = CALL4(__NR_rt_sigtimedwait, &awaited, 0, 0, 8);
    killed = signal == SIGUSR1;
  }
  if (killed || (command->flags & SPAWN_END_TREE)) end_descendants(child, &ended);
  write_all(status, &ended, sizeof ended);
  quit(0);
}

static long open_pty(const struct command *command, int *master, int *slave) {
  *master = open_path("/dev/ptmx", O_RDWR | O_NOCTTY);
  if (*master < 0) return *master;
  int unlocked = 0, number = 0;
  long error = CALL3(__NR_ioctl, *master, TIOCSPTLCK, &unlocked);
  if (!error) error = CALL3(__NR_ioctl, *master, TIOCGPTN, &number);
  if (error) return error;
  char path[32];
  size_t at = append(path, sizeof path, 0, "/dev/pts/");
  format_number(path + at, (u64)number);
  *slave = open_path(path, O_RDWR | O_NOCTTY);
  if (*slave < 0) return *slave;
  struct winsize size = {command->rows, command->columns, 0, 0};
  CALL3(__NR_ioctl, *master, TIOCSWINSZ, &size);
  /* Programs open their terminal again by name. */
  CALL3(__NR_fchown, *slave, command->uid, command->gid);
  return 0;
}

static long make_pipe(int pair[2]) { return CALL2(__NR_pipe2, pair, O_CLOEXEC); }

int spawn(const struct command *command, struct spawned *spawned) {
  int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, report[2] = {-1, -1}, status[2] = {-1, -1};
  long error = make_pipe(report);
  if (!error) error = make_pipe(status);
  if (!error && (command->flags & SPAWN_PTY)) {
    error = open_pty(command, &out[0], &out[1]);
    if (!error) in[1] = (int)CALL3(__NR_fcntl, out[0], F_DUPFD_CLOEXEC, 3);
    in[0] = err[1] = out[1];
  } else if (!error) {
    error = make_pipe(out);
    if (!error) error = make_pipe(err);
    if (!error && (command->flags & SPAWN_INPUT)) error = make_pipe(in);
    else if (!error && (in[0] = open_path("/dev/null", O_RDONLY)) < 0) error = in[0];
  }
  int supervisor = error ? (int)error : fork_process();
  if (supervisor == 0) {
    int fds[3] = {in[0], out[1], err[1]};
    supervise(command, fds, report[1], status[1]);
  }
  close_fd(report[1]);
  close_fd(status[1]);
  close_fd(out[1]);
  if (!(command->flags & SPAWN_PTY)) {
    close_fd(in[0]);
    close_fd(err[1]);
  }
  *spawned = (struct spawned){supervisor, in[1], out[0], err[0], report[0], status[0]};
  if (supervisor > 0) return 0;
  close_fd(in[1]);
  close_fd(out[0]);
  close_fd(err[0]);
  close_fd(report[0]);
  close_fd(status[0]);
  return supervisor;
}

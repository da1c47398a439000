#include "cage.h"

#include "system.h"

#define CLONE_NEWNS 0x00020000
#define CLONE_NEWCGROUP 0x02000000
#define CLONE_NEWUTS 0x04000000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWUSER 0x10000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_BIND 4096
#define MS_REC 16384
#define MS_PRIVATE (1 << 18)
#define MNT_DETACH 2
#define ATTR_RDONLY 1
#define ATTR_NOSUID 2
#define ATTR_NODEV 4
#define ATTR_NOEXEC 8
#define AT_RECURSIVE 0x8000
#define AF_INET 2
#define SOCK_DGRAM 2
#define SIOCSIFFLAGS 0x8914
#define IFF_UP 1
#define PR_SET_PDEATHSIG 1
#define PR_CAPBSET_DROP 24
#define PR_SET_NO_NEW_PRIVS 38
#define LAST_CAPABILITY 63
/* CAP_SETGID, SETUID, SETPCAP: what it takes to make a user namespace with two users; the agent gives them up. */
#define KEPT (1u << 6 | 1u << 7 | 1u << 8)
#define USER "1000"
#define PLAN_BYTES (4 * 1024 * 1024)
#define PATH_BYTES 8192
#define AGENT "/.holdfast/agent"
/* The root is built here, of a host that lies there: below both is a file system in memory that goes with them. */
#define BASE "/tmp"
#define NEW "/new"
#define OLD "/old"

struct options {
  bool own_user;
  int plan, report, filter;
  char **arguments;
};

static void __attribute__((noreturn)) fail(const char *what, const char *path, long error) {
  char text[512];
  size_t at = append(text, sizeof text, 0, "agent: ");
  at = append(text, sizeof text, at, what);
  at = append(text, sizeof text, at, path);
  at = append(text, sizeof text, at, " failed with error ");
  char digits[21];
  format_number(digits, (u64)-error);
  at = append(text, sizeof text, at, digits);
  at = append(text, sizeof text, at, "\n");
  write_all(2, text, at);
  quit(125);
}

static void need(const char *what, const char *path, long result) {
  if (result < 0) fail(what, path, result);
}

/* --- paths --- */

static void join(char *to, const char *root, const char *path) {
  if (strlen(root) + strlen(path) >= PATH_BYTES) fail("reading the path ", path, -ENAMETOOLONG);
  append(to, PATH_BYTES, append(to, PATH_BYTES, 0, root), path);
}

static void make_folder(const char *path) {
  long error = CALL3(__NR_mkdirat, AT_FDCWD, path, 0755);
  if (error && error != -EEXIST) fail("making the folder ", path, error);
}

static void make_parents(char *path) {
  for (char *c = path + 1; *c; c++) {
    if (*c != '/') continue;
    *c = 0;
    make_folder(path);
    *c = '/';
  }
}

static void make_file(const char *path, const char *content, int mode) {
  int file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_NOFOLLOW, mode);
  need("making the file ", path, file);
  need("writing the file ", path, write_all(file, content, strlen(content)));
  close_fd(file);
}

static bool is_folder(const char *path) {
  int folder = open_path(path, O_RDONLY | O_DIRECTORY);
  close_fd(folder);
  /* One that may not be read is one too. */
  return folder >= 0 || folder == -EACCES;
}

/* --- mounts --- */

struct mount_attributes {
  u64 set, clear, propagation, user_namespace;
};

/* Only adds: what the host has denied to a mount stays denied. */
static void restrict_mount(const char *path, u64 attributes, u32 flags) {
  struct mount_attributes wanted = {attributes, 0, 0, 0};
  long error = CALL5(__NR_mount_setattr, AT_FDCWD, path, flags, &wanted, sizeof wanted);
  if (error == -ENOSYS) fail("restricting mounts (it takes Linux 5.12) ", path, error);
  need("restricting the mount ", path, error);
}

static void bind(const char *from, const char *to, u64 attributes) {
  need("mounting ", to, CALL5(__NR_mount, from, to, "", MS_BIND | MS_REC, ""));
  restrict_mount(to, attributes, AT_RECURSIVE);
}

/* A mount point of the kind that is to be mounted on it. */
static void make_point(char *path, bool folder) {
  make_parents(path);
  if (CALL3(__NR_faccessat, AT_FDCWD, path, 0) == 0) return;
  if (folder) make_folder(path);
  else make_file(path, "", 0444);
}

static void bind_from_host(const char *from, char *to, bool writable) {
  char source[PATH_BYTES];
  join(source, OLD, from);
  make_point(to, is_folder(source));
  bind(source, to, ATTR_NOSUID | ATTR_NODEV | (writable ? 0 : ATTR_RDONLY));
}

static void mount_memory(char *to, const char *bytes) {
  char data[64];
  append(data, sizeof data, append(data, sizeof data, 0, "mode=1777,size="), bytes);
  make_point(to, true);
  need("mounting ", to, CALL5(__NR_mount, "tmpfs", to, "tmpfs", MS_NOSUID | MS_NODEV, data));
}

static void mount_proc(char *to) {
  /* What in it acts on the whole kernel. */
  static const char *const KNOBS[] = {"/sys", "/sysrq-trigger", "/irq", "/bus"};
  char knob[PATH_BYTES];
  make_point(to, true);
  need("mounting ", to, CALL5(__NR_mount, "proc", to, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""));
  for (size_t i = 0; i < sizeof KNOBS / sizeof *KNOBS; i++) {
    join(knob, to, KNOBS[i]);
    if (CALL3(__NR_faccessat, AT_FDCWD, knob, 0) == 0)
      bind(knob, knob, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
  }
}

static void mount_devices(char *to) {
  static const char *const DEVICES[] = {"/null", "/zero", "/full", "/random", "/urandom", "/tty"};
  static const char *const LINKS[][2] = {{"/proc/self/fd/0", "/stdin"}, {"/proc/self/fd/1", "/stdout"},
                                         {"/proc/self/fd/2", "/stderr"}, {"/proc/self/fd", "/fd"},
                                         {"pts/ptmx", "/ptmx"}};
  char path[PATH_BYTES], source[PATH_BYTES];
  make_point(to, true);
  need("mounting ", to, CALL5(__NR_mount, "dev", to, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=64k"));
  for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES; i++) {
    join(source, OLD "/dev", DEVICES[i]);
    join(path, to, DEVICES[i]);
    make_file(path, "", 0444);
    bind(source, path, ATTR_NOSUID | ATTR_NOEXEC);
  }
  for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++) {
    join(path, to, LINKS[i][1]);
    need("making the link ", path, CALL3(__NR_symlinkat, LINKS[i][0], AT_FDCWD, path));
  }
  join(path, to, "/pts");
  make_folder(path);
  need("mounting ", path,
       CALL5(__NR_mount, "pts", path, "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,mode=0620,ptmxmode=0666"));
}

static void step(const char *what, const char *to, const char *value) {
  char path[PATH_BYTES];
  join(path, NEW, equal(to, "/") ? "" : to);
  if (equal(what, "bind")) bind_from_host(value, path, true);
  else if (equal(what, "ro-bind")) bind_from_host(value, path, false);
  else if (equal(what, "folder")) make_point(path, true);
  else if (equal(what, "memory")) mount_memory(path, value);
  else if (equal(what, "proc")) mount_proc(path);
  else if (equal(what, "devices")) mount_devices(path);
  else if (equal(what, "close")) restrict_mount(path, ATTR_RDONLY, 0);
  else if (equal(what, "link")) {
    make_parents(path);
    need("making the link ", path, CALL3(__NR_symlinkat, value, AT_FDCWD, path));
  } else fail("reading the plan: ", what, -EINVAL);
}

static void follow_plan(char *plan, size_t bytes) {
  for (size_t at = 0; at < bytes;) {
    const char *texts[3];
    for (int i = 0; i < 3; i++) {
      if (at >= bytes) fail("reading the plan", "", -EINVAL);
      texts[i] = plan + at;
      at += strlen(plan + at) + 1;
    }
    step(texts[0], texts[1], texts[2]);
  }
}

static void build_root(char *plan, size_t bytes) {
  need("leaving the mounts of the host", "", CALL5(__NR_mount, "", "/", "", MS_REC | MS_PRIVATE, ""));
  need("mounting ", BASE, CALL5(__NR_mount, "base", BASE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m"));
  need("entering ", BASE, CALL1(__NR_chdir, BASE));
  make_folder("new");
  make_folder("old");
  need("mounting ", NEW, CALL5(__NR_mount, "root", "new", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m"));
  need("putting the host aside", "", CALL2(__NR_pivot_root, ".", "old"));
  need("entering ", "/", CALL1(__NR_chdir, "/"));
  follow_plan(plan, bytes);
  need("leaving the host", "", CALL2(__NR_umount2, OLD, MNT_DETACH));
  /* The new root goes over the old one, which is then taken away from below it. */
  int base = open_path("/", O_RDONLY | O_DIRECTORY);
  need("entering ", NEW, CALL1(__NR_chdir, NEW));
  need("changing the root", "", CALL2(__NR_pivot_root, ".", "."));
  need("finding what was the root", "", CALL1(__NR_fchdir, base));
  need("leaving what was the root", "", CALL2(__NR_umount2, ".", MNT_DETACH));
  need("entering ", "/", CALL1(__NR_chdir, "/"));
  close_fd(base);
}

/* --- the first process --- */

static void become_user(u32 uid, u32 gid) {
  char map[64];
  const struct {
    const char *file;
    u32 outside;
  } maps[] = {{"/proc/self/uid_map", uid}, {"/proc/self/gid_map", gid}};
  need("making the user namespace", "", write_file("/proc/self/setgroups", "deny"));
  for (int i = 0; i < 2; i++) {
    size_t at = append(map, sizeof map, 0, USER " ");
    at += format_number(map + at, maps[i].outside);
    append(map, sizeof map, at, " 1\n");
    need("writing ", maps[i].file, write_file(maps[i].file, map));
  }
}

long raise_loopback(void) {
  struct {
    char name[16];
    u16 flags;
    u8 rest[22];
  } request = {"lo", IFF_UP, {0}};
  int socket = (int)CALL3(__NR_socket, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
  long error = socket < 0 ? socket : CALL3(__NR_ioctl, socket, SIOCSIFFLAGS, &request);
  close_fd(socket);
  return error;
}

static void give_up_privileges(bool own_user) {
  struct {
    u32 version;
    int pid;
  } header = {0x20080522, 0};
  struct {
    u32 effective, permitted, inheritable;
  } wanted[2] = {{0, 0, 0}, {0, 0, 0}};
  u32 kept = own_user ? 0 : KEPT;
  for (u32 capability = 0; capability <= LAST_CAPABILITY; capability++)
    if (capability > 31 || !(kept & 1u << capability)) CALL5(__NR_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
  wanted[0].effective = wanted[0].permitted = kept;
  need("giving up privileges", "", CALL2(__NR_capset, &header, wanted));
  need("giving up privileges", "", CALL5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

static void close_others(int kept) {
  if (kept < 3) need("closing descriptors", "", CALL3(__NR_close_range, 3, ~0u, 0));
  else {
    if (kept > 3) need("closing descriptors", "", CALL3(__NR_close_range, 3, kept - 1, 0));
    need("closing descriptors", "", CALL3(__NR_close_range, kept + 1, ~0u, 0));
  }
}

static void __attribute__((noreturn)) first_process(const struct options *options, u32 uid, u32 gid) {
  /* When the launcher is killed, so is everything here. */
  CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (options->own_user) become_user(uid, gid);
  char *plan = allocate(PLAN_BYTES);
  long bytes = plan ? read_all(options->plan, plan, PLAN_BYTES - 1) : -ENOMEM;
  need("reading the plan", "", bytes);
  close_others(options->filter);
  long mask = CALL1(__NR_umask, 0);
  build_root(plan, (size_t)bytes);
  CALL1(__NR_umask, mask);
  need("raising the loopback", "", raise_loopback());
  need("naming the machine", "", CALL2(__NR_sethostname, "sandbox", 7));
  CALL0(__NR_setsid);
  give_up_privileges(options->own_user);
  char *environment[] = {NULL};
  fail("becoming ", AGENT, CALL3(__NR_execve, AGENT, options->arguments, environment));
}

static int number_of(const char *text) {
  u64 number;
  size_t length = parse_number(text, &number);
  if (!length || text[length] || number > 1024) fail("reading the argument ", text, -EINVAL);
  return (int)number;
}

int cage_command(int argc, char **argv) {
  struct options options = {.own_user = argc > 0 && equal(argv[0], "--own-user")};
  int at = options.own_user ? 1 : 0;
  if (argc < at + 5 || !equal(argv[at + 3], "--")) fail("reading the arguments", "", -EINVAL);
  options.plan = number_of(argv[at]);
  options.report = number_of(argv[at + 1]);
  options.filter = number_of(argv[at + 2]);
  /* The first argument of a program is its name: the separator's place takes it. */
  options.arguments = argv + at + 3;
  options.arguments[0] = AGENT;
  /* Asked before: inside, they are nobody's until the map is written. */
  u32 uid = (u32)CALL0(__NR_geteuid), gid = (u32)CALL0(__NR_getegid);
  CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | SIGCHLD;
  int child = (int)CALL5(__NR_clone, flags | (options.own_user ? CLONE_NEWUSER : 0), 0, 0, 0, 0);
  need("making the namespaces", "", child);
  if (child == 0) first_process(&options, uid, gid);
  char digits[21];
  need("reporting the first process", "", write_all(options.report, digits, format_number(digits, (u64)child)));
  /* The link to the host is the first process's alone: it ends when that does. */
  close_others(0);
  close_fd(0);
  close_fd(1);
  int status = 0;
  wait_for(child, &status, 0);
  return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
}

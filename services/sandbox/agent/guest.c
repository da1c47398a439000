#include "guest.h"

#include "cage.h"
#include "serve.h"
#include "system.h"

#define MS_RDONLY 1
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_REMOUNT 32
#define MS_MOVE 8192
#define AF_VSOCK 40
#define SOCK_STREAM 1
#define POLLHUP 16
#define RLIMIT_NOFILE 7
#define CLOCK_REALTIME 0
#define RNDADDENTROPY 0x40085203
#define RNDRESEEDCRNG 0x5207
#define MODULE_INIT_COMPRESSED_FILE 4
#define PR_SET_DUMPABLE 4
#define PR_SET_NO_NEW_PRIVS 38
/* The port of the guest on which a host connects, where the link is AF_VSOCK. */
#define VSOCK_PORT 1024
#define USER 1000
#define INSIDE "/.holdfast"

struct timespec {
  i64 seconds, nanoseconds;
};

static void say(const char *what, long error) {
  char text[256];
  size_t at = append(text, sizeof text, 0, "agent: ");
  at = append(text, sizeof text, at, what);
  if (error) {
    at = append(text, sizeof text, at, " failed with error ");
    at += format_number(text + at, (u64)-error);
  }
  at = append(text, sizeof text, at, "\n");
  write_all(2, text, at);
}

/* The kernel panics when its first process ends, and the machine ends with it: the host sees that, and reads why. */
static void need(const char *what, long result) {
  if (result >= 0) return;
  say(what, result);
  quit(1);
}

static void pause_ms(i64 milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  CALL2(__NR_nanosleep, &time, 0);
}

static void make_folder(const char *path, int mode) { CALL3(__NR_mkdirat, AT_FDCWD, path, mode); }

static long mount_at(const char *source, const char *target, const char *type, long flags, const char *data) {
  make_folder(target, 0755);
  return CALL5(__NR_mount, source, target, type, flags, data);
}

static void open_console(void) {
  int console = open_path("/dev/console", O_RDWR | O_NOCTTY);
  if (console < 0) return;
  for (int i = 0; i < 3; i++)
    if (console != i) CALL3(__NR_dup3, console, i, 0);
  if (console > 2) close_fd(console);
}

static void load_modules(void) {
  static char order[8192];
  need("reading /modules/order", read_file("/modules/order", order, sizeof order));
  char *path = order;
  while (*path) {
    char *end = path;
    while (*end && *end != '\n') end++;
    bool last = !*end;
    *end = 0;
    int file = open_path(path, O_RDONLY);
    /* A module that is not plain was compressed by its distribution; the kernel that it belongs to unpacks it. */
    int flags = end - path > 3 && equal(end - 3, ".ko") ? 0 : MODULE_INIT_COMPRESSED_FILE;
    long error = file < 0 ? file : CALL3(__NR_finit_module, file, "", flags);
    close_fd(file);
    if (error && error != -EEXIST) need(path, error);
    if (last) break;
    path = end + 1;
  }
}

static bool appears(const char *path, int seconds) {
  for (int tenths = 0; tenths <= seconds * 100; tenths++) {
    if (CALL3(__NR_faccessat, AT_FDCWD, path, 0) == 0) return true;
    pause_ms(10);
  }
  return false;
}

/* The first disk is this machine's own. The second, where there is one, holds a template that it shares with others. */
static void build_root(void) {
  if (!appears("/dev/vda", 10)) need("waiting for the disk", -ENODEV);
  need("mounting the disk", mount_at("/dev/vda", "/disk", "ext4", MS_NODEV, "discard"));
  make_folder("/disk/upper", 0755);
  make_folder("/disk/work", 0755);
  const char *lower = "/base";
  if (CALL3(__NR_faccessat, AT_FDCWD, "/dev/vdb", 0) == 0) {
    lower = "/template";
    need("mounting the template", mount_at("/dev/vdb", lower, "ext4", MS_RDONLY | MS_NODEV, ""));
  }
  char data[128];
  size_t at = append(data, sizeof data, 0, "upperdir=/disk/upper,workdir=/disk/work,lowerdir=");
  append(data, sizeof data, at, lower);
  need("mounting the root", mount_at("overlay", "/next", "overlay", MS_NODEV, data));
  need("mounting /proc", mount_at("proc", "/next/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""));
  need("mounting /sys", mount_at("sys", "/next/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, ""));
  need("mounting /dev", mount_at("dev", "/next/dev", "devtmpfs", MS_NOSUID, "mode=0755"));
  need("mounting /dev/pts", mount_at("pts", "/next/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "mode=0620,ptmxmode=0666"));
  need("mounting /dev/shm", mount_at("shm", "/next/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"));
  need("mounting /tmp", mount_at("tmp", "/next/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"));
  need("mounting /run", mount_at("run", "/next/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"));
}

static long copy_file(const char *from, const char *to) {
  static u8 bytes[32 * 1024];
  int in = open_path(from, O_RDONLY), out = open_at(AT_FDCWD, to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
  long got = in < 0 ? in : out < 0 ? out : 0, error = 0;
  while (got >= 0 && !error && (got = read_fd(in, bytes, sizeof bytes)) > 0) error = write_all(out, bytes, (size_t)got);
  close_fd(in);
  close_fd(out);
  return got < 0 ? got : error;
}

static void link_descriptors(void) {
  static const char *links[][2] = {{"/proc/self/fd", "/next/dev/fd"},
                                   {"/proc/self/fd/0", "/next/dev/stdin"},
                                   {"/proc/self/fd/1", "/next/dev/stdout"},
                                   {"/proc/self/fd/2", "/next/dev/stderr"}};
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) CALL3(__NR_symlinkat, links[i][0], AT_FDCWD, links[i][1]);
}

static void enter_root(void) {
  need("mounting the agent", mount_at("agent", "/next" INSIDE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m"));
  need("copying the agent", copy_file("/init", "/next" INSIDE "/agent"));
  CALL5(__NR_mount, "agent", "/next" INSIDE, "tmpfs", MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, "");
  need("entering the root", CALL1(__NR_chdir, "/next"));
  need("moving the root", CALL5(__NR_mount, ".", "/", "", MS_MOVE, ""));
  need("changing the root", CALL1(__NR_chroot, "."));
  CALL1(__NR_chdir, "/");
}

/* Adds a line to a file of the template unless one begins in the same way. */
static void add_line(const char *path, const char *begin, const char *rest) {
  static char text[64 * 1024];
  long bytes = read_file(path, text, sizeof text);
  for (char *line = text; bytes > 0 && *line;) {
    if (starts_with(line, begin)) return;
    while (*line && *line != '\n') line++;
    if (*line) line++;
  }
  int file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | 02000, 0644);
  if (bytes > 0 && text[bytes - 1] != '\n') write_all(file, "\n", 1);
  write_all(file, begin, strlen(begin));
  write_all(file, rest, strlen(rest));
  write_all(file, "\n", 1);
  close_fd(file);
}

static void give_folder(const char *path) {
  make_folder(path, 0755);
  CALL5(__NR_fchownat, AT_FDCWD, path, USER, USER, 0);
}

static void make_users(void) {
  make_folder("/etc", 0755);
  add_line("/etc/passwd", "root:", "x:0:0:root:/root:/bin/sh");
  add_line("/etc/passwd", "user:", "x:1000:1000:user:/home/user:/bin/sh");
  add_line("/etc/group", "root:", "x:0:");
  add_line("/etc/group", "user:", "x:1000:");
  add_line("/etc/hosts", "127.0.0.1", " localhost sandbox");
  make_folder("/root", 0700);
  make_folder("/home", 0755);
  give_folder("/home/user");
  give_folder("/workspace");
  make_folder("/input", 0755);
}

/*
 * Memory that is free holds what the boot has left in it. Cleared, it takes no room in the state that is saved of this
 * guest, nor time when another goes on from there.
 */
static void clear_free_memory(void) {
  static char text[4096];
  u64 free_kib = 0;
  if (read_file("/proc/meminfo", text, sizeof text) <= 0) return;
  for (char *c = text; *c; c++) {
    if (!starts_with(c, "MemFree:")) continue;
    for (c += 8; *c == ' '; c++) {
    }
    parse_number(c, &free_kib);
    break;
  }
  if (free_kib < 32 * 1024) return;
  size_t bytes = (size_t)(free_kib - 16 * 1024) * 1024;
  /* PROT_READ | PROT_WRITE; MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE: the kernel clears each page. */
  long at = CALL6(__NR_mmap, 0, bytes, 3, 0x8022, -1, 0);
  if (at > 0) CALL2(__NR_munmap, at, bytes);
}

struct poll_fd {
  int fd;
  short events, revents;
};

static void __attribute__((noreturn)) serve_port(int signals) {
  if (!appears("/dev/vport0p1", 10)) need("waiting for the port", -ENODEV);
  /* Only one may have it open: no command can listen in. */
  int port = open_path("/dev/vport0p1", O_RDWR);
  need("opening the port", port);
  for (;;) {
    struct poll_fd there = {port, 0, 0};
    struct timespec at_once = {0, 0};
    CALL5(__NR_ppoll, &there, 1, &at_once, 0, 0);
    if (there.revents & POLLHUP) pause_ms(20);
    else serve(port, port, signals);
  }
}

static void __attribute__((noreturn)) serve_vsock(int signals) {
  struct {
    u16 family, reserved;
    u32 port, cid;
    u8 zero[4];
  } address = {AF_VSOCK, 0, VSOCK_PORT, ~0u, {0}};
  int listener = (int)CALL3(__NR_socket, AF_VSOCK, SOCK_STREAM | O_CLOEXEC, 0);
  need("making the socket", listener);
  need("binding the socket", CALL3(__NR_bind, listener, &address, sizeof address));
  need("listening", CALL2(__NR_listen, listener, 1));
  serve_each(listener, signals);
}

void guest(char **env) {
  bool vsock = false;
  for (; *env; env++)
    if (equal(*env, "link=vsock")) vsock = true;
  mount_at("dev", "/dev", "devtmpfs", 0, "");
  open_console();
  say("the guest begins", 0);
  load_modules();
  say("the modules are loaded", 0);
  build_root();
  link_descriptors();
  enter_root();
  make_users();
  raise_loopback();
  clear_free_memory();
  CALL2(__NR_sethostname, "sandbox", 7);
  CALL0(__NR_setsid);
  CALL5(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  CALL5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  block_signals(~0ull);
  u64 children = signal_bit(SIGCHLD);
  int signals = (int)CALL4(__NR_signalfd4, -1, &children, 8, O_CLOEXEC | O_NONBLOCK);
  need("waiting for signals", signals);
  say("the guest is ready", 0);
  if (vsock) serve_vsock(signals);
  serve_port(signals);
}

static long resize(const char *folder, u64 bytes) {
  char data[40];
  size_t at = append(data, sizeof data, 0, "size=");
  format_number(data + at, bytes);
  return CALL5(__NR_mount, "tmpfs", folder, "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV, data);
}

/* How many threads there are, which the fourth field of /proc/loadavg ends with: "0.1 0.1 0.1 1/63 70". */
static u64 threads_now(void) {
  char text[128];
  u64 count = 0;
  if (read_file("/proc/loadavg", text, sizeof text) <= 0) return 0;
  for (char *c = text; *c; c++)
    if (*c == '/') parse_number(c + 1, &count);
  return count;
}

int guest_renew(int argc, char **argv) {
  u64 numbers[5];
  if (argc != 5) return EINVAL;
  for (int i = 0; i < 5; i++)
    if (!parse_number(argv[i], &numbers[i])) return EINVAL;
  struct timespec now = {(i64)numbers[0], (i64)numbers[1]};
  long error = CALL2(__NR_clock_settime, CLOCK_REALTIME, &now);
  if (error) return (int)-error;
  struct {
    int bits, bytes;
    u8 random[64];
  } entropy = {512, 64, {0}};
  if (read_all(0, entropy.random, sizeof entropy.random) != sizeof entropy.random) return EINVAL;
  int random = open_path("/dev/urandom", O_RDWR);
  error = random < 0 ? random : CALL3(__NR_ioctl, random, RNDADDENTROPY, &entropy);
  if (!error) error = CALL3(__NR_ioctl, random, RNDRESEEDCRNG, 0);
  if (error) return (int)-error;
  error = resize("/tmp", numbers[2]);
  if (!error) error = resize("/dev/shm", numbers[2]);
  if (error) return (int)-error;
  char count[24];
  /* Those of the kernel are counted too. This command is one of those that are there now. */
  format_number(count, threads_now() + numbers[3]);
  error = write_file("/proc/sys/kernel/threads-max", count);
  u64 files[2] = {numbers[4], numbers[4]};
  if (!error) error = CALL4(__NR_prlimit64, 1, RLIMIT_NOFILE, files, 0);
  return (int)-error;
}

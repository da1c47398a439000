/*
 * The agent: the one program of the platform that runs inside every sandbox, and serves the host from there.
 *
 *   agent serve [--users USER ROOT] [--confine FD|none] [--socket PATH]   the agent itself, on stdin and stdout or on a socket
 *   agent serve --listen PATH                                for one host after the other, as in a machine with AF_VSOCK
 *   agent cage ...                                          on the host: a cage of namespaces, with the agent in it, see cage.h
 *   agent apart|relay SOCKET                                in a machine of somebody else, see apart.h
 *   agent enter ... -- PROGRAM ARGUMENT...                   on the host: joins control groups, see enter.h
 *   /init, as the first process of a virtual machine       see guest.h; `agent renew` belongs to it
 *   agent pack|unpack FOLDER                                a whole tree as one stream, see tree.h
 *   agent stat|list|read|write|mkdir|move|remove|watch ...   applets, see files.h
 */
#include "apart.h"
#include "cage.h"
#include "confine.h"
#include "enter.h"
#include "files.h"
#include "guest.h"
#include "serve.h"
#include "spawn.h"
#include "system.h"
#include "tree.h"

#define SFD_NONBLOCK O_NONBLOCK
#define AF_UNIX 1
#define SOCK_STREAM 1
#define PR_SET_DUMPABLE 4
#define PR_SET_CHILD_SUBREAPER 36

static void __attribute__((noreturn)) complain(const char *what, long error) {
  char text[256];
  size_t at = append(text, sizeof text, 0, "agent: ");
  at = append(text, sizeof text, at, what);
  at = append(text, sizeof text, at, " failed with error ");
  at += format_number(text + at, (u64)-error);
  at = append(text, sizeof text, at, "\n");
  write_all(2, text, at);
  quit(125);
}

struct unix_address {
  u16 family;
  char path[108];
};

static int socket_at(const char *path, struct unix_address *address) {
  *address = (struct unix_address){.family = AF_UNIX};
  append(address->path, sizeof address->path, 0, path);
  int fd = (int)CALL3(__NR_socket, AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0);
  if (fd < 0) complain("making the socket", fd);
  return fd;
}

static int connect_to(const char *path) {
  struct unix_address address;
  int fd = socket_at(path, &address);
  long error = CALL3(__NR_connect, fd, &address, 2 + strlen(address.path) + 1);
  if (error) complain("connecting to the host", error);
  return fd;
}

static int listen_at(const char *path) {
  struct unix_address address;
  int fd = socket_at(path, &address);
  long error = CALL3(__NR_bind, fd, &address, 2 + strlen(address.path) + 1);
  if (!error) error = CALL2(__NR_listen, fd, 1);
  if (error) complain("listening for the host", error);
  return fd;
}

static int serve_command(int argc, char **argv) {
  int in = -1, out = -1, filter = -1, listener = -1;
  bool confined = false, users = false;
  for (int i = 0; i < argc; i++) {
    u64 a, b;
    if (equal(argv[i], "--users") && i + 2 < argc && parse_number(argv[i + 1], &a) && parse_number(argv[i + 2], &b)) {
      long error = enter_user_namespace((u32)a, (u32)b);
      if (error) complain("making the user namespace", error);
      users = true;
      i += 2;
    } else if (equal(argv[i], "--confine") && i + 1 < argc) {
      if (parse_number(argv[i + 1], &a)) filter = (int)a;
      confined = true;
      i += 1;
    } else if (equal(argv[i], "--socket") && i + 1 < argc) {
      in = out = connect_to(argv[i + 1]);
      i += 1;
    } else if (equal(argv[i], "--listen") && i + 1 < argc) {
      listener = listen_at(argv[i + 1]);
      i += 1;
    } else {
      complain("reading the arguments", -EINVAL);
    }
  }
  if (confined) {
    long error = confine(!users, filter);
    if (error) complain("giving up privileges", error);
    close_fd(filter);
  }
  among_others = !confined && own_pid() != 1;
  if (among_others) CALL5(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  /* Nobody of the same user looks into it or takes its descriptors. */
  CALL5(__NR_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (in < 0 && listener < 0) {
    /* What a command gets as its three standard descriptors must not be the link itself. */
    in = (int)CALL3(__NR_fcntl, 0, 1030, 3);
    out = (int)CALL3(__NR_fcntl, 1, 1030, 3);
    int null = open_path("/dev/null", O_RDWR);
    if (in < 0 || out < 0 || null < 0) complain("taking the link", -EBADF);
    CALL3(__NR_dup3, null, 0, 0);
    CALL3(__NR_dup3, null, 1, 0);
    close_fd(null);
  }
  block_signals(~0ull);
  u64 children = signal_bit(SIGCHLD);
  int signals = (int)CALL4(__NR_signalfd4, -1, &children, 8, O_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) complain("waiting for signals", signals);
  if (listener >= 0) serve_each(listener, signals);
  serve(in, out, signals);
  end_channels();
  /* The end of a first process ends all others; anybody else waits until the supervisors have. */
  int status;
  if (among_others) end_descendants(0, &status);
  while (own_pid() != 1 && wait_for(-1, &status, 0) > 0) {
  }
  return 0;
}

struct applet {
  const char *name;
  int (*run)(int argc, char **argv);
};

static const struct applet APPLETS[] = {
    {"serve", serve_command}, {"stat", files_stat},     {"list", files_list},     {"read", files_read},   {"write", files_write},
    {"mkdir", files_mkdir},   {"move", files_move},     {"remove", files_remove}, {"watch", files_watch},
    {"renew", guest_renew},  {"pack", tree_pack},     {"unpack", tree_unpack},  {"cage", cage_command},
    {"apart", apart_command}, {"relay", relay_command},
};

__attribute__((used)) void begin(long *stack) {
  int argc = (int)stack[0];
  char **argv = (char **)(stack + 1);
  char **env = argv + argc + 1;
  if (own_pid() == 1 && equal(argv[0], "/init")) guest(env);
  if (argc < 2) complain("reading the arguments", -EINVAL);
  if (equal(argv[1], "enter")) quit(enter_command(argc - 2, argv + 2, env));
  for (size_t i = 0; i < sizeof APPLETS / sizeof *APPLETS; i++)
    if (equal(argv[1], APPLETS[i].name)) quit(APPLETS[i].run(argc - 2, argv + 2));
  complain(argv[1], -EINVAL);
}

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n hlt\n");
#else
__asm__(".globl _start\n_start:\n mov x29, #0\n mov x30, #0\n mov x0, sp\n bl begin\n brk #0\n");
#endif

#include "apart.h"

#include "cage.h"
#include "system.h"

#define CLONE_NEWNS 0x00020000
#define CLONE_NEWIPC 0x08000000
#define CLONE_NEWPID 0x20000000
#define CLONE_NEWNET 0x40000000
#define MS_NOSUID 2
#define MS_NODEV 4
#define MS_NOEXEC 8
#define MS_REC 16384
#define MS_PRIVATE (1 << 18)
#define PR_SET_PDEATHSIG 1
#define PR_SET_NO_NEW_PRIVS 38
#define AF_UNIX 1
#define SOCK_STREAM 1
#define POLLIN 1
#define PATIENCE_MS 10000
#define RETRY_MS 10
#define PIECE (64 * 1024)

static int failed(const char *what, long error) {
  char text[128], digits[21];
  format_number(digits, (u64)-error);
  size_t at = append(text, sizeof text, 0, "agent: ");
  at = append(text, sizeof text, at, what);
  at = append(text, sizeof text, at, " failed with error ");
  at = append(text, sizeof text, at, digits);
  at = append(text, sizeof text, at, "\n");
  write_all(2, text, at);
  return 125;
}

static int become_agent(int self, char *socket) {
  char *arguments[] = {"agent", "serve", "--listen", socket, NULL}, *environment[] = {NULL};
  /* Other programs of the machine may lend rights; what runs in the sandbox takes none. */
  long error = CALL5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!error) error = CALL5(__NR_execveat, self, "", arguments, environment, AT_EMPTY_PATH);
  return failed("becoming the agent", error);
}

static int first_process(int self, char *socket) {
  CALL5(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  long error = CALL5(__NR_mount, "", "/", "", MS_REC | MS_PRIVATE, "");
  if (!error) error = CALL5(__NR_mount, "proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
  if (!error) error = raise_loopback();
  CALL0(__NR_setsid);
  return error ? failed("making the sandbox's corner", error) : become_agent(self, socket);
}

int apart_command(int argc, char **argv) {
  if (argc != 1) return failed("reading the arguments", -EINVAL);
  int self = open_path("/proc/self/exe", O_RDONLY);
  if (self < 0) return failed("finding itself", self);
  long flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | SIGCHLD;
  int child = (int)CALL5(__NR_clone, flags, 0, 0, 0, 0);
  if (child == -EPERM || child == -ENOSYS || child == -EINVAL) return become_agent(self, argv[0]);
  if (child < 0) return failed("making the namespaces", child);
  if (child == 0) return first_process(self, argv[0]);
  int status = 0;
  wait_for(child, &status, 0);
  return status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff;
}

static void pause_briefly(void) {
  struct {
    i64 seconds, nanoseconds;
  } time = {0, RETRY_MS * 1000000};
  CALL2(__NR_nanosleep, &time, 0);
}

static int connect_patiently(const char *path) {
  struct {
    u16 family;
    char path[108];
  } address = {.family = AF_UNIX};
  append(address.path, sizeof address.path, 0, path);
  for (int waited = 0;; waited += RETRY_MS) {
    int fd = (int)CALL3(__NR_socket, AF_UNIX, SOCK_STREAM | O_CLOEXEC, 0);
    if (fd < 0) return fd;
    long error = CALL3(__NR_connect, fd, &address, 2 + strlen(address.path) + 1);
    if (!error) return fd;
    close_fd(fd);
    if ((error != -ENOENT && error != -ECONNREFUSED) || waited >= PATIENCE_MS) return (int)error;
    pause_briefly();
  }
}

struct poll_fd {
  int fd;
  short events, revents;
};

/* False at the end of the source, or when the other side takes no more. */
static bool pass(int from, int to) {
  static u8 bytes[PIECE];
  long got = read_fd(from, bytes, sizeof bytes);
  return got > 0 && write_all(to, bytes, (size_t)got) == 0;
}

int relay_command(int argc, char **argv) {
  if (argc != 1) return failed("reading the arguments", -EINVAL);
  int link = connect_patiently(argv[0]);
  if (link < 0) return failed("reaching the agent", link);
  /* The agent always reads what it is sent, so that waiting to write to it ends. */
  for (;;) {
    struct poll_fd ends[] = {{0, POLLIN, 0}, {link, POLLIN, 0}};
    if (CALL5(__NR_ppoll, ends, 2, 0, 0, 0) < 0) continue;
    if (ends[1].revents && !pass(link, 1)) return 0;
    if (ends[0].revents && !pass(0, link)) return 0;
  }
}

#include "confine.h"

#define CLONE_NEWUSER 0x10000000
#define PR_CAPBSET_DROP 24
#define PR_SET_NO_NEW_PRIVS 38
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#define SECCOMP_SET_MODE_FILTER 1
#define LAST_CAPABILITY 63
#define FILTER_INSTRUCTIONS 4096

/* CAP_CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID: files and users of the box, and nothing of the kernel. */
#define KEPT (1u << 0 | 1u << 1 | 1u << 3 | 1u << 5 | 1u << 6 | 1u << 7)

static long write_map(int pid, const char *file, u32 user, u32 root) {
  char path[64], map[96];
  size_t at = append(path, sizeof path, 0, "/proc/");
  at += format_number(path + at, (u64)pid);
  at = append(path, sizeof path, at, "/");
  append(path, sizeof path, at, file);
  at = append(map, sizeof map, 0, "0 ");
  at += format_number(map + at, root);
  at = append(map, sizeof map, at, " 1\n1000 ");
  at += format_number(map + at, user);
  append(map, sizeof map, at, " 1\n");
  return write_file(path, map);
}

long enter_user_namespace(u32 user, u32 root) {
  int ready[2], status, self = own_pid();
  if (CALL2(__NR_pipe2, ready, O_CLOEXEC) < 0) return -EMFILE;
  /* Only a process outside the new namespace, with privileges over the outer users, may write its map. */
  int writer = fork_process();
  if (writer < 0) return writer;
  if (writer == 0) {
    u8 byte;
    close_fd(ready[1]);
    if (read_all(ready[0], &byte, 1) != 1) quit(1);
    long error = write_map(self, "uid_map", user, root);
    if (!error) error = write_map(self, "gid_map", user, root);
    quit(error ? (int)-error : 0);
  }
  long error = CALL1(__NR_unshare, CLONE_NEWUSER);
  if (!error) write_all(ready[1], "", 1);
  close_fd(ready[0]);
  close_fd(ready[1]);
  wait_for(writer, &status, 0);
  if (error) return error;
  if (status) return -(status >> 8 & 0xff);
  error = CALL2(__NR_setgroups, 0, 0);
  if (!error) error = CALL3(__NR_setresgid, 0, 0, 0);
  if (!error) error = CALL3(__NR_setresuid, 0, 0, 0);
  return error;
}

struct capability_header {
  u32 version;
  int pid;
};

struct capability_data {
  u32 effective, permitted, inheritable;
};

struct filter {
  u16 length;
  void *instructions;
};

static long load_filter(int fd) {
  static u8 instructions[FILTER_INSTRUCTIONS * 8] __attribute__((aligned(8)));
  long bytes = read_all(fd, instructions, sizeof instructions);
  if (bytes < 0) return bytes;
  if (bytes == 0 || bytes % 8) return -EINVAL;
  struct filter filter = {(u16)(bytes / 8), instructions};
  return CALL3(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter);
}

long confine(bool keep_none, int filter_fd) {
  u32 kept = keep_none ? 0 : KEPT;
  for (u32 capability = 0; capability <= LAST_CAPABILITY; capability++)
    if (capability > 31 || !(kept & 1u << capability)) CALL5(__NR_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
  CALL5(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct capability_header header = {0x20080522, 0};
  struct capability_data now[2], wanted[2] = {{0, 0, 0}, {0, 0, 0}};
  long error = CALL2(__NR_capget, &header, now);
  if (error) return error;
  wanted[0].effective = wanted[0].permitted = now[0].permitted & kept;
  error = CALL2(__NR_capset, &header, wanted);
  if (!error) error = CALL5(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!error && filter_fd >= 0) error = load_filter(filter_fd);
  return error;
}

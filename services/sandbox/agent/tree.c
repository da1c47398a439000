#include "tree.h"

#include "attributes.h"
#include "system.h"

#define PATH_BYTES 4096
#define RECORD_BYTES 23

static u8 bytes[64 * 1024];
static char path[PATH_BYTES];
static size_t root_length;
static long first_error;

static void failed(long error) {
  if (error && !first_error) first_error = error;
}

static void put_record(u8 kind, const struct attributes *a, const char *relative, u64 size) {
  u8 record[RECORD_BYTES];
  u32 mode = a->mode & 07777;
  u16 length = (u16)strlen(relative);
  record[0] = kind;
  memcpy(record + 1, &mode, 4);
  memcpy(record + 5, &a->modified.seconds, 8);
  memcpy(record + 13, &length, 2);
  memcpy(record + 15, &size, 8);
  if (write_all(1, record, sizeof record) || write_all(1, relative, length)) quit(EPIPE);
}

/* Exactly as many bytes as were announced, though the file grows or shrinks meanwhile. */
static void pack_file(const struct attributes *a, const char *relative) {
  int file = open_path(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  if (file < 0) return failed(file);
  put_record(TREE_FILE, a, relative, a->size);
  for (u64 left = a->size; left;) {
    size_t most = left < sizeof bytes ? (size_t)left : sizeof bytes;
    long got = read_fd(file, bytes, most);
    if (got <= 0) {
      failed(got);
      memset(bytes, 0, most);
      got = (long)most;
    }
    if (write_all(1, bytes, (size_t)got)) quit(EPIPE);
    left -= (u64)got;
  }
  close_fd(file);
}

static void pack_link(const struct attributes *a, const char *relative) {
  char target[PATH_BYTES];
  long length = CALL4(__NR_readlinkat, AT_FDCWD, path, target, sizeof target);
  if (length < 0) return failed(length);
  put_record(TREE_LINK, a, relative, (u64)length);
  if (write_all(1, target, (size_t)length)) quit(EPIPE);
}

static void pack_folder(size_t length) {
  int folder = open_path(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (folder < 0) return failed(folder);
  char entries[4096] __attribute__((aligned(8)));
  long got;
  while ((got = CALL3(__NR_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < got;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + at);
      at += entry->length;
      if (equal(entry->name, ".") || equal(entry->name, "..")) continue;
      size_t end = append(path, sizeof path, append(path, sizeof path, length, "/"), entry->name);
      const char *relative = path + root_length + 1;
      struct attributes a;
      long error = end + 1 >= sizeof path ? -ENAMETOOLONG : attributes_of(path, false, &a);
      if (error) {
        failed(error);
      } else if ((a.mode & S_IFMT) == S_IFDIR) {
        put_record(TREE_FOLDER, &a, relative, 0);
        pack_folder(end);
      } else if ((a.mode & S_IFMT) == S_IFREG) {
        pack_file(&a, relative);
      } else if ((a.mode & S_IFMT) == S_IFLNK) {
        pack_link(&a, relative);
      }
      path[length] = 0;
    }
  }
  failed(got);
  close_fd(folder);
}

int tree_pack(int argc, char **argv) {
  if (argc != 1 || strlen(argv[0]) + 2 > sizeof path) return EINVAL;
  root_length = append(path, sizeof path, 0, argv[0]);
  pack_folder(root_length);
  struct attributes none = {0};
  put_record(TREE_END, &none, "", 0);
  return (int)-first_error;
}

static long unpack_file(u64 size, u32 mode) {
  /* Not through what stands there already: it may be a link. */
  CALL3(__NR_unlinkat, AT_FDCWD, path, 0);
  int file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_EXCL, (int)mode | 0200);
  long error = file < 0 ? file : 0;
  while (size) {
    long got = read_fd(0, bytes, size < sizeof bytes ? (size_t)size : sizeof bytes);
    if (got <= 0) quit(EPROTO);
    if (!error) error = write_all(file, bytes, (size_t)got);
    size -= (u64)got;
  }
  if (!error) error = CALL2(__NR_fchmod, file, mode);
  close_fd(file);
  return error;
}

static long unpack_link(u64 size) {
  char target[PATH_BYTES];
  if (size >= sizeof target || read_all(0, target, (size_t)size) != (long)size) quit(EPROTO);
  target[size] = 0;
  CALL3(__NR_unlinkat, AT_FDCWD, path, 0);
  return CALL3(__NR_symlinkat, target, AT_FDCWD, path);
}

static long unpack_folder(u32 mode) {
  long error = CALL3(__NR_mkdirat, AT_FDCWD, path, mode | 0700);
  return error == -EEXIST ? 0 : error;
}

struct timespec {
  i64 seconds, nanoseconds;
};

int tree_unpack(int argc, char **argv) {
  if (argc != 1) return EINVAL;
  root_length = append(path, sizeof path, 0, argv[0]);
  for (;;) {
    u8 record[RECORD_BYTES];
    if (read_all(0, record, sizeof record) != sizeof record) return EPROTO;
    if (record[0] == TREE_END) return (int)-first_error;
    u32 mode;
    i64 modified;
    u16 length;
    u64 size;
    memcpy(&mode, record + 1, 4);
    memcpy(&modified, record + 5, 8);
    memcpy(&length, record + 13, 2);
    memcpy(&size, record + 15, 8);
    size_t at = append(path, sizeof path, root_length, "/");
    if (at + length + 1 > sizeof path || read_all(0, path + at, length) != length) return EPROTO;
    path[at + length] = 0;
    long error = record[0] == TREE_FILE   ? unpack_file(size, mode & 0777)
                 : record[0] == TREE_LINK ? unpack_link(size)
                                          : unpack_folder(mode & 0777);
    if (!error && record[0] == TREE_FILE) {
      struct timespec times[2] = {{modified, 0}, {modified, 0}};
      error = CALL4(__NR_utimensat, AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
    }
    failed(error);
  }
}

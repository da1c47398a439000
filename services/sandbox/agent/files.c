#include "files.h"

#include "attributes.h"
#include "system.h"

#define PATH_BYTES 4096

static char out[32 * 1024];
static size_t out_bytes;

static void flush_out(void) {
  if (out_bytes && write_all(1, out, out_bytes) < 0) quit(EPIPE);
  out_bytes = 0;
}

static void put(const char *text, size_t length) {
  if (out_bytes + length > sizeof out) flush_out();
  memcpy(out + out_bytes, text, length);
  out_bytes += length;
}

static void put_text(const char *text) { put(text, strlen(text) + 1); }

static void put_number(u64 value) {
  char digits[21];
  put(digits, format_number(digits, value) + 1);
}

/* The name of an id in /etc/passwd or /etc/group; its digits where it has none. */
static void put_name(const char *file, u32 id) {
  static char text[16384];
  long got = read_file(file, text, sizeof text);
  char *line = text;
  while (got > 0 && *line) {
    char *end = line;
    while (*end && *end != '\n') end++;
    bool last = !*end;
    *end = 0;
    char *name_end = line;
    while (*name_end && *name_end != ':') name_end++;
    char *field = *name_end ? name_end + 1 : name_end;
    while (*field && *field != ':') field++;
    u64 number;
    if (*field && parse_number(field + 1, &number) && number == id) {
      *name_end = 0;
      return put_text(line);
    }
    if (last) break;
    line = end + 1;
  }
  put_number(id);
}

/* What E2B's protocol calls metadata of a file are its extended attributes of this prefix. */
#define METADATA "user.e2b."
#define METADATA_PREFIX (sizeof METADATA - 1)
/* The kernel's own bounds: of all names of a file, and of what ext4 has room for. */
#define ATTRIBUTE_NAMES (64 * 1024)
#define ATTRIBUTE_BYTES 4096

static bool is_metadata(const char *name) {
  for (size_t i = 0; i < METADATA_PREFIX; i++)
    if (name[i] != METADATA[i]) return false;
  return true;
}

static bool is_printable(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] < 0x20 || text[i] > 0x7e) return false;
  return true;
}

/* Each name, 0x1f, its value, 0x1e: neither can be in what is printable. What somebody set that is not is left out. */
static void put_metadata(const char *path) {
  static char names[ATTRIBUTE_NAMES], value[ATTRIBUTE_BYTES];
  long got = CALL3(__NR_llistxattr, path, names, sizeof names);
  for (long at = 0; at < got;) {
    const char *name = names + at;
    size_t length = strlen(name);
    at += (long)length + 1;
    if (!is_metadata(name)) continue;
    long bytes = CALL4(__NR_lgetxattr, path, name, value, sizeof value);
    if (bytes < 0 || !is_printable(name, length) || !is_printable(value, (size_t)bytes)) continue;
    put(name + METADATA_PREFIX, length - METADATA_PREFIX);
    put("\x1f", 1);
    put(value, (size_t)bytes);
    put("\x1e", 1);
  }
  put_text("");
}

/* Takes away what was there, and sets `count` names and values. */
static long replace_metadata(int fd, int count, char **pairs) {
  static char names[ATTRIBUTE_NAMES];
  long got = CALL3(__NR_flistxattr, fd, names, sizeof names), error = 0;
  for (long at = 0; at < got && !error; at += (long)strlen(names + at) + 1)
    if (is_metadata(names + at)) error = CALL2(__NR_fremovexattr, fd, names + at);
  for (int i = 0; i + 1 < count && !error; i += 2) {
    char name[512];
    append(name, sizeof name, append(name, sizeof name, 0, METADATA), pairs[i]);
    error = CALL5(__NR_fsetxattr, fd, name, pairs[i + 1], strlen(pairs[i + 1]), 0);
  }
  return error;
}

/*
 * type (1 file, 2 folder, 3 other, 0 missing), mode, size, modified in microseconds, owner, group, link target, path,
 * metadata
 */
static void put_record(const char *path, bool follow) {
  struct attributes a, to;
  static char target[PATH_BYTES];
  target[0] = 0;
  if (attributes_of(path, follow, &a) < 0) {
    put_number(0);
    for (int i = 0; i < 6; i++) put_text("");
    put_text(path);
    return put_text("");
  }
  u32 kind = a.mode & S_IFMT;
  if (kind == S_IFLNK) {
    long length = CALL4(__NR_readlinkat, AT_FDCWD, path, target, sizeof target - 1);
    target[length < 0 ? 0 : length] = 0;
    if (attributes_of(path, true, &to) == 0) kind = to.mode & S_IFMT;
  }
  put_number(kind == S_IFREG ? 1 : kind == S_IFDIR ? 2 : 3);
  put_number(a.mode);
  put_number(a.size);
  put_number((u64)a.modified.seconds * 1000000 + a.modified.nanoseconds / 1000);
  put_name("/etc/passwd", a.uid);
  put_name("/etc/group", a.gid);
  put_text(target);
  put_text(path);
  put_metadata(path);
}

int files_stat(int argc, char **argv) {
  for (int i = 0; i < argc; i++) put_record(argv[i], false);
  flush_out();
  return 0;
}

static long list(char *path, size_t length, u64 depth) {
  int folder = open_path(path, O_RDONLY | O_DIRECTORY);
  if (folder < 0) return folder;
  char entries[4096] __attribute__((aligned(8)));
  long got;
  while ((got = CALL3(__NR_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < got;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + at);
      at += entry->length;
      if (equal(entry->name, ".") || equal(entry->name, "..")) continue;
      size_t end = append(path, PATH_BYTES, length, length > 1 ? "/" : "");
      end = append(path, PATH_BYTES, end, entry->name);
      if (end + 1 < PATH_BYTES) {
        put_record(path, false);
        /* Links are not followed: they could lead in a circle. What cannot be entered is shown, not entered. */
        if (depth > 1 && entry->type == 4) list(path, end, depth - 1);
      }
      path[length] = 0;
    }
  }
  close_fd(folder);
  return got;
}

int files_list(int argc, char **argv) {
  static char path[PATH_BYTES];
  u64 depth;
  if (argc != 2 || !parse_number(argv[1], &depth) || strlen(argv[0]) + 1 >= sizeof path) return EINVAL;
  size_t length = append(path, sizeof path, 0, argv[0]);
  long error = list(path, length, depth);
  flush_out();
  return (int)-error;
}

static long copy(int from, int to) {
  static u8 bytes[64 * 1024];
  long got;
  while ((got = read_fd(from, bytes, sizeof bytes)) > 0) {
    long error = write_all(to, bytes, (size_t)got);
    if (error < 0) return error;
  }
  return got;
}

int files_read(int argc, char **argv) {
  struct attributes a;
  if (argc != 1) return EINVAL;
  /* Never waits for a writer of a pipe. */
  int fd = open_path(argv[0], O_RDONLY | O_NONBLOCK);
  if (fd < 0) return -fd;
  long error = CALL5(__NR_statx, fd, "", AT_EMPTY_PATH, 0x7ff, &a);
  if (error) return (int)-error;
  if ((a.mode & S_IFMT) == S_IFDIR) return EISDIR;
  if ((a.mode & S_IFMT) != S_IFREG) return EINVAL;
  return (int)-copy(fd, 1);
}

static long make_above(char *path) {
  for (char *c = path + 1; *c; c++) {
    if (*c != '/') continue;
    *c = 0;
    long error = CALL3(__NR_mkdirat, AT_FDCWD, path, 0755);
    *c = '/';
    if (error && error != -EEXIST) {
      struct attributes a;
      *c = 0;
      bool there = attributes_of(path, true, &a) == 0 && (a.mode & S_IFMT) == S_IFDIR;
      *c = '/';
      if (!there) return error;
    }
  }
  return 0;
}

int files_write(int argc, char **argv) {
  if (argc < 1) return EINVAL;
  long error = make_above(argv[0]);
  if (error) return (int)-error;
  int fd = open_at(AT_FDCWD, argv[0], O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_NOCTTY, 0644);
  if (fd < 0) return -fd;
  error = copy(0, fd);
  if (!error) error = replace_metadata(fd, argc - 1, argv + 1);
  return (int)-error;
}

int files_mkdir(int argc, char **argv) {
  if (argc != 1) return EINVAL;
  struct attributes a;
  if (attributes_of(argv[0], true, &a) == 0) return (a.mode & S_IFMT) == S_IFDIR ? EEXIST : ENOTDIR;
  long error = make_above(argv[0]);
  if (!error) error = CALL3(__NR_mkdirat, AT_FDCWD, argv[0], 0755);
  return (int)-error;
}

int files_move(int argc, char **argv) {
  if (argc != 2) return EINVAL;
  long error = make_above(argv[1]);
  if (!error) error = CALL5(__NR_renameat2, AT_FDCWD, argv[0], AT_FDCWD, argv[1], 0);
  return (int)-error;
}

static long remove_in(int parent, const char *name) {
  long error = CALL3(__NR_unlinkat, parent, name, 0);
  if (error != -EISDIR && error != -EPERM) return error;
  int folder = open_at(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0);
  if (folder < 0) return error == -EPERM ? error : folder;
  char entries[2048] __attribute__((aligned(8)));
  long got, first = 0;
  while ((got = CALL3(__NR_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long at = 0; at < got;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + at);
      at += entry->length;
      if (equal(entry->name, ".") || equal(entry->name, "..")) continue;
      long failed = remove_in(folder, entry->name);
      if (failed && !first) first = failed;
    }
  }
  close_fd(folder);
  error = CALL3(__NR_unlinkat, parent, name, AT_REMOVEDIR);
  return first ? first : error;
}

int files_remove(int argc, char **argv) {
  if (argc != 1) return EINVAL;
  return (int)-remove_in(AT_FDCWD, argv[0]);
}

/* --- watching --- */

#define IN_EVENTS 0xfc6 /* modify, attrib, moved from and to, create, delete, delete self, move self */
#define IN_ISDIR 0x40000000
#define IN_ONLYDIR 0x01000000
#define IN_CREATE 0x100
#define IN_MOVED_TO 0x80
#define IN_IGNORED 0x8000
#define WATCHES 8192

struct watched_folder {
  int descriptor;
  char *path; /* relative to the root that is watched; empty for itself */
};

static struct watched_folder *folders;
static size_t folder_count;
static const char *watch_root;

static char *copy_text(const char *text) {
  static char *room;
  static size_t left;
  size_t bytes = strlen(text) + 1;
  if (bytes > left) {
    left = 256 * 1024;
    room = allocate(left);
    if (!room) quit(ENOMEM);
  }
  char *at = memcpy(room, text, bytes);
  room += bytes;
  left -= bytes;
  return at;
}

/* Adds a folder and, told to, those below; `tell` reports what is found in it: it was made before it was watched. */
static long watch_folder(int inotify, const char *relative, bool recursive, bool tell) {
  static char full[2 * PATH_BYTES];
  size_t at = append(full, sizeof full, 0, watch_root);
  if (*relative) at = append(full, sizeof full, append(full, sizeof full, at, "/"), relative);
  long descriptor = CALL3(__NR_inotify_add_watch, inotify, full, IN_EVENTS | IN_ONLYDIR);
  if (descriptor < 0) return descriptor;
  if (folder_count == WATCHES) return -ENOSPC;
  folders[folder_count++] = (struct watched_folder){(int)descriptor, copy_text(relative)};
  if (!recursive) return 0;
  int folder = open_path(full, O_RDONLY | O_DIRECTORY);
  if (folder < 0) return 0;
  char entries[2048] __attribute__((aligned(8)));
  long got;
  while ((got = CALL3(__NR_getdents64, folder, entries, sizeof entries)) > 0) {
    for (long entry_at = 0; entry_at < got;) {
      struct linux_dirent *entry = (struct linux_dirent *)(entries + entry_at);
      entry_at += entry->length;
      if (equal(entry->name, ".") || equal(entry->name, "..")) continue;
      char below[PATH_BYTES];
      size_t n = append(below, sizeof below, 0, relative);
      if (n) n = append(below, sizeof below, n, "/");
      append(below, sizeof below, n, entry->name);
      if (tell) {
        put_number(IN_CREATE);
        put_text(below);
      }
      if (entry->type == 4) watch_folder(inotify, below, true, tell);
    }
  }
  close_fd(folder);
  return 0;
}

static void put_event(int inotify, u32 mask, const char *folder, const char *name, bool recursive) {
  char relative[PATH_BYTES];
  size_t at = append(relative, sizeof relative, 0, folder);
  if (at && *name) at = append(relative, sizeof relative, at, "/");
  append(relative, sizeof relative, at, name);
  put_number(mask & ~(u32)IN_ISDIR);
  put_text(relative);
  if (recursive && mask & IN_ISDIR && mask & (IN_CREATE | IN_MOVED_TO))
    watch_folder(inotify, relative, true, (mask & IN_CREATE) != 0);
}

struct inotify_record {
  int descriptor;
  u32 mask, cookie, length;
  char name[];
};

int files_watch(int argc, char **argv) {
  if (argc != 2) return EINVAL;
  bool recursive = equal(argv[1], "1");
  watch_root = argv[0];
  folders = allocate(WATCHES * sizeof *folders);
  int inotify = (int)CALL1(__NR_inotify_init1, O_CLOEXEC);
  if (!folders || inotify < 0) return folders ? -inotify : ENOMEM;
  long error = watch_folder(inotify, "", recursive, false);
  if (error) return (int)-error;
  /* A first record without a path: from here on nothing is missed. */
  put_number(0);
  put_text("");
  flush_out();
  static char records[64 * 1024] __attribute__((aligned(8)));
  for (;;) {
    long got = read_fd(inotify, records, sizeof records);
    if (got <= 0) return (int)-got;
    for (long at = 0; at < got;) {
      struct inotify_record *record = (struct inotify_record *)(records + at);
      at += (long)sizeof *record + record->length;
      if (record->mask & IN_IGNORED) continue;
      for (size_t i = 0; i < folder_count; i++) {
        if (folders[i].descriptor != record->descriptor) continue;
        put_event(inotify, record->mask, folders[i].path, record->length ? record->name : "", recursive);
        break;
      }
    }
    flush_out();
  }
}

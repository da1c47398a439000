#include "probe.h"

#define NAME_BYTES 4096

void read_path(int argc, char **argv) {
  static char text[512];
  for (int i = 0; i < argc; i++) {
    int file = open_path(argv[i], O_RDONLY | O_NONBLOCK | O_NOCTTY);
    tell("open", file);
    if (file < 0) continue;
    long got = read_fd(file, text, sizeof text);
    tell("read", got);
    if (got > 0) write_all(1, text, (size_t)got);
    if (got > 0) write_all(1, "\n", 1);
    close_fd(file);
  }
}

/* PATH TEXT */
void write_path(int argc, char **argv) {
  if (argc < 2) quit(125);
  int file = open_path(argv[0], O_WRONLY | O_NONBLOCK | O_NOCTTY);
  tell("open", file);
  if (file >= 0) tell("write", write_fd(file, argv[1], strlen(argv[1])));
}

/* FOLDER COUNT: symbolic links, each to the next by a path as long as there can be one; the last leads nowhere. */
void chain(int argc, char **argv) {
  static char target[NAME_BYTES], path[NAME_BYTES];
  if (argc < 2) quit(125);
  long count = number_of(argv[1]), made = 0;
  for (long i = 0; i < count; i++) {
    size_t at = append(path, sizeof path, 0, argv[0]);
    at = append(path, sizeof path, at, "/");
    format_number(path + at, (u64)i);
    at = 0;
    while (at < NAME_BYTES - 64) at = append(target, sizeof target, at, "./");
    format_number(target + at, (u64)i + 1);
    if (CALL3(__NR_symlinkat, target, AT_FDCWD, path) == 0) made++;
  }
  tell("made", made);
}

/* A B MILLISECONDS: exchanges the two names as fast as it can. */
void swap(int argc, char **argv) {
  if (argc < 3) quit(125);
  long times = 0, error = 0;
  for (i64 end = now_ms() + number_of(argv[2]); now_ms() < end && !error; times++)
    error = CALL5(__NR_renameat2, AT_FDCWD, argv[0], AT_FDCWD, argv[1], 2);
  tell("swapped", error ? error : times);
}

/* PATH: the root of its file system, by a handle that is guessed: the inode with number 2. */
void reopen_handle(int argc, char **argv) {
  struct {
    u32 bytes;
    int type;
    u32 inode, generation;
  } handle = {8, 1, 2, 0};
  int mount = open_path(argc > 0 ? argv[0] : "/", O_RDONLY);
  tell("mount", mount);
  tell("result", CALL3(__NR_open_by_handle_at, mount, &handle, O_RDONLY | O_DIRECTORY));
}

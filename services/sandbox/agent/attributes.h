#ifndef HOLDFAST_ATTRIBUTES_H
#define HOLDFAST_ATTRIBUTES_H

#include "system.h"

struct timestamp {
  i64 seconds;
  u32 nanoseconds;
  u32 pad;
};

/* struct statx of the kernel, as far as it is used. */
struct attributes {
  u32 mask, block_bytes;
  u64 flags;
  u32 links, uid, gid;
  u16 mode, pad;
  u64 inode, size, blocks, flags_mask;
  struct timestamp accessed, born, changed, modified;
  u8 rest[256 - 128];
};

static inline long attributes_of(const char *path, bool follow, struct attributes *a) {
  return CALL5(__NR_statx, AT_FDCWD, path, follow ? 0 : AT_SYMLINK_NOFOLLOW, 0x7ff, a);
}

#endif

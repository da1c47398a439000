/*
 * A tree of files as one stream, to and from a box that shares no folder with the host. There are folders, files and
 * symbolic links; hard links become files of their own, and devices, sockets and pipes are left out. Each record, all
 * numbers little-endian:
 *
 *   u8 kind | u32 permissions | i64 modified, seconds | u16 length of the path | u64 size | path | content or target
 *
 * Paths are relative, and a folder comes before what is in it. A record of the kind TREE_END, of zeros, is the last: a
 * stream without it was cut off. The host side of this is src/engines/guest/tree-stream.ts.
 */
#ifndef HOLDFAST_TREE_H
#define HOLDFAST_TREE_H

enum tree_kind { TREE_END = 0, TREE_FOLDER = 1, TREE_FILE = 2, TREE_LINK = 3 };

int tree_pack(int argc, char **argv);   /* FOLDER, to stdout; the exit code is 0 or the first errno, and all else is packed */
int tree_unpack(int argc, char **argv); /* FOLDER, from stdin; what is there already is replaced */

#endif

#ifndef HOLDFAST_SPAWN_H
#define HOLDFAST_SPAWN_H

#include "system.h"

struct limit {
  u32 resource;
  u64 soft, hard;
};

/* A command as the host asks for it. */
struct command {
  u32 flags;
  u16 columns, rows;
  u32 uid, gid;
  u32 limit_count;
  const u8 *limits; /* 20 bytes each, as in the frame */
  const char *cwd;
  char **argv;
  char **env;
};

/* What of it the agent holds. Descriptors are -1 where there is none. */
struct spawned {
  int supervisor;
  int input, output, error;
  int report; /* 8 bytes each: u32 0 and the pid, or u32 stage and errno; ends when the program runs or has failed */
  int status; /* 4 bytes: the wait status; ends without them when the supervisor was killed */
};

/*
 * Starts a command below a supervisor of its own: a subreaper, to which everything that the command starts falls back,
 * also by double fork or in another session, and which can so end all of it. 0, or -errno.
 */
int spawn(const struct command *command, struct spawned *spawned);

/* Stops every process below another one. */
void stop_descendants(int root);

/* Ends every process below the calling one, which must be a subreaper, however fast they fork; collects them all. */
void end_descendants(int first, int *first_status);

#endif

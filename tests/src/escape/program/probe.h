/*
 * A program that makes attempts to get out of a sandbox, and says what the kernel answered. It is static and brings no
 * library, so that it runs alike in every engine. System calls and text come from the agent's sources.
 */
#ifndef HOLDFAST_PROBE_H
#define HOLDFAST_PROBE_H

#include "system.h"

/* Prints "what number\n". */
void tell(const char *what, long number);
/* Milliseconds that never go back. */
i64 now_ms(void);
void pause_ms(i64 milliseconds);
/* The number in a text, decimal or 0x...; with a sign. */
long number_of(const char *text);
/*
 * The value of an argument: a number, s:text, x:hexadecimal bytes, z:count of zero bytes, f:path or o:path (a descriptor
 * of the opened file, for reading or as O_PATH). `bytes` may be NULL.
 */
long value_of(const char *text, size_t *bytes);

struct attempt {
  const char *name;
  void (*run)(int argc, char **argv);
};

/* System calls: by name, by the 32-bit entry, and the two that start processes. */
void call(int argc, char **argv);
void legacy(int argc, char **argv);
void clone_with(int argc, char **argv);
void clone3_with(int argc, char **argv);

/* Files. */
void read_path(int argc, char **argv);
void write_path(int argc, char **argv);
void chain(int argc, char **argv);
void swap(int argc, char **argv);
void reopen_handle(int argc, char **argv);

/* Sockets. */
void dial(int argc, char **argv);
void hold(int argc, char **argv);
void connections(int argc, char **argv);

/* Everything that there may be too much of. Each prints how much it got, and the error at which it ended. */
void forks(int argc, char **argv);
void threads(int argc, char **argv);
void descriptors(int argc, char **argv);
void memory(int argc, char **argv);
void fill(int argc, char **argv);
void inodes(int argc, char **argv);
void spin(int argc, char **argv);

/* Processes and terminals. */
void identity(int argc, char **argv);
void crash(int argc, char **argv);
void type_into_terminal(int argc, char **argv);

#endif

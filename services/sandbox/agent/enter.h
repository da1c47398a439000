/*
 * agent enter [--into FOLDER] FILE... -- PROGRAM ARGUMENT...     on the host: joins control groups, then becomes the program
 *
 * FOLDER is a group of the unified hierarchy, each FILE a file of v1 or v2 that "0" is written to. With --into the program
 * is a child that is born in the group: whoever moves to another group waits, 10 ms on a quiet host, until no processor
 * forks; who is born there does not, and neither does who writes "0" to `tasks` of v1. What was started stays and ends
 * with the program, in no group, with no descriptor open. Kernels before 5.7 cannot do that: there it moves.
 */
#ifndef HOLDFAST_ENTER_H
#define HOLDFAST_ENTER_H

int enter_command(int argc, char **argv, char **env);

#endif

#ifndef HOLDFAST_CAGE_H
#define HOLDFAST_CAGE_H

/*
 * agent cage [--own-user] PLAN REPORT FILTER -- ARGUMENT...
 *
 * On the host: makes a cage of plain namespaces and becomes, as its first process, the agent inside with these
 * arguments. PLAN is a descriptor that holds the steps of the file system, each of three texts that end with a NUL:
 * what, the path inside, and a value (src/engines/namespaces/plan-records.ts). The number of the first process, as the
 * host knows it, goes to REPORT. FILTER is a descriptor that the agent inside gets, or 0 for none.
 * --own-user: by an own user namespace, in which the caller is `user`; otherwise the caller is root.
 */
int cage_command(int argc, char **argv);

/* Brings up the loopback of the network namespace that the caller is in; 0 or -errno. */
long raise_loopback(void);

#endif

#ifndef HOLDFAST_APART_H
#define HOLDFAST_APART_H

/*
 * For a machine of somebody else, in which the agent was put as a file and is started by whoever serves that machine:
 *
 *   agent apart SOCKET   as root: a corner of its own there (processes, network with nothing but lo, ipc), in which the
 *                        agent serves on SOCKET for one host after the other. Where no namespaces may be made, in place.
 *   agent relay SOCKET   copies stdin there and back to stdout, until either side ends. SOCKET may come a little later.
 */
int apart_command(int argc, char **argv);
int relay_command(int argc, char **argv);

#endif

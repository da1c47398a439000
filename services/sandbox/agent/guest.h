#ifndef HOLDFAST_GUEST_H
#define HOLDFAST_GUEST_H

/*
 * The first process of a virtual machine: loads the modules of /modules/order, builds the root from the disks, and
 * serves the host for ever. The host may go away and come back: what runs goes on meanwhile.
 * `link=vsock` in the environment (from the kernel's command line) says where the host is; else it is a virtio port.
 */
void __attribute__((noreturn)) guest(char **env);

/*
 * agent renew SECONDS NANOSECONDS TMP_BYTES THREADS FILES; random bytes on stdin.
 * What a guest that goes on from a snapshot must be told: the time, fresh randomness, and its own limits.
 */
int guest_renew(int argc, char **argv);

#endif

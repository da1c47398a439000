#ifndef HOLDFAST_CONFINE_H
#define HOLDFAST_CONFINE_H

#include "system.h"

/*
 * Makes the calling process `root` of a new user namespace, in which the outer users are `user` (inside 1000) and
 * `root` (inside 0). Its other namespaces stay owned by the namespace outside, so no capability that it has inside
 * acts on them. Needs CAP_SETUID and CAP_SETGID outside. 0, or -errno.
 */
long enter_user_namespace(u32 user, u32 root);

/*
 * Keeps of all capabilities those that `root` inside needs for its own files and users (nothing at all when
 * `keep_none`), sets no_new_privs, and loads the system call filter that `filter_fd` holds (-1: none). 0, or -errno.
 */
long confine(bool keep_none, int filter_fd);

#endif

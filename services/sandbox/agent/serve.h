#ifndef HOLDFAST_SERVE_H
#define HOLDFAST_SERVE_H

#include "system.h"

/*
 * Without isolation: the agent lives among processes that are not of its sandbox. It is a subreaper then, and whatever it
 * ends lies below it; in a cage of its own it ends all that there is.
 */
extern bool among_others;

/*
 * Serves one host on a byte stream until it goes away. `signals` is a signalfd on which SIGCHLD arrives.
 * What runs then goes on, held back by its pipes, until another host is served or the channels are ended.
 */
void serve(int in, int out, int signals);

/* Serves one host after the other, each on a connection of its own, for ever. */
void __attribute__((noreturn)) serve_each(int listener, int signals);

/* Ends all processes and connections. */
void end_channels(void);

#endif

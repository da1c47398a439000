#ifndef HOLDFAST_SERVE_H
#define HOLDFAST_SERVE_H

/* Serves one host on a byte stream until it goes away. `signals` is a signalfd on which SIGCHLD arrives. */
void serve(int in, int out, int signals);

#endif

#ifndef HOLDFAST_FILES_H
#define HOLDFAST_FILES_H

/*
 * Applets on files: each runs as a command of its own, as the user whose files they are, so the kernel of the box
 * decides what may be reached. Records go to stdout, their fields ended by NUL; the exit code is 0 or the errno.
 */
int files_stat(int argc, char **argv);   /* PATH...: one record each; a missing one has the type 0 */
int files_list(int argc, char **argv);   /* PATH DEPTH */
int files_read(int argc, char **argv);   /* PATH: the content */
/* PATH [NAME VALUE]...: stdin becomes the content, the pairs its metadata; folders above are made */
int files_write(int argc, char **argv);
int files_mkdir(int argc, char **argv);  /* PATH, and those above; EEXIST when it is there */
int files_move(int argc, char **argv);   /* FROM TO; folders above TO are made */
int files_remove(int argc, char **argv); /* PATH, with all below */
int files_watch(int argc, char **argv);  /* PATH RECURSIVE(0|1): records of events until it is killed */

#endif

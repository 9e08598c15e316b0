/* What every workload needs: error messages, counts on the command line, an end. */
#ifndef LAB_WORKLOAD_H
#define LAB_WORKLOAD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* Prints "program: ..." to stderr and returns -1. */
int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A decimal count, 0 included; anything else ends the program with status 2. */
long count_arg(const char *text);

/* 5.10 is 5010. */
int kernel_version(void);

/* 7dc603c9028e (4.8) brought the test for TASK_NEW, df16b71c686c (6.1) took it away. */
bool kernel_refuses_new_threads(void);

/* Set when somebody wants the program to end; the loops look at it. */
extern volatile sig_atomic_t workload_stop;

/* For main(): SIGINT, SIGTERM, SIGHUP and the parent's death set workload_stop. */
void stop_with_parent(void);

/* For a child of process `parent`: it dies at once when the parent does. */
void die_with_parent(pid_t parent);

/* Writes `text` to the file `name` of `dir`, one that moves nobody. 0, or -1 with a message. */
int set_file(const char *dir, const char *name, const char *text);

#endif

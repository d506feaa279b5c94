/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in other processes, and files that are in no process for a while.
 */
#ifndef DPAMT_WORKLOADS_STORM_PROCESSES_H
#define DPAMT_WORKLOADS_STORM_PROCESSES_H

#include "state.h"

/* All return 0, or -1 with errno. */

/* Fork a process that keeps what is open now; a @holder of that number is killed before. */
int storm_fork_holder(struct storm_state *s, unsigned int holder);

/* Kill one and wait for its end. ESRCH: there is none. */
int storm_kill_holder(struct storm_state *s, unsigned int holder);

/* Put a copy of the file into the socket for its kind. */
int storm_send(struct storm_state *s, enum storm_kind kind, int fd);

/* Take the first file out of that socket. EAGAIN: there is none. */
int storm_receive(struct storm_state *s, enum storm_kind kind, atomic_int *place);

/* Take file @fd of a holder, by pidfd_getfd(). */
int storm_steal(struct storm_state *s, unsigned int holder, int fd, atomic_int *place);

#endif

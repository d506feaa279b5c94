/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Other processes with the storm's files, and files that are in no process for a while.
 */
#ifndef DPAMT_WORKLOADS_STORM_PROCESSES_H
#define DPAMT_WORKLOADS_STORM_PROCESSES_H

#include "state.h"

#define STORM_HELD_ARGS 4

/* What a holder can be asked to do. Returns what its system call returned, with errno. */
typedef int storm_held_call(struct storm_state *s, const uint32_t arg[STORM_HELD_ARGS]);

/* All return 0, or -1 with errno. */

/* Fork a process that has what is open now; a @holder of that number is killed before. */
int storm_fork_holder(struct storm_state *s, unsigned int holder);

/*
 * Let a holder call a function with the state that it was forked with, less and plus what it did to its
 * files since; s->held[] then says which it has. Waits for it. Returns what the function did, with errno.
 * ESRCH: there is no holder, or it was killed meanwhile. EPROTO: it ended in another way. ENOBUFS: no memory for
 * the question.
 */
int storm_in_holder(struct storm_state *s, unsigned int holder, storm_held_call *call,
		    const uint32_t arg[STORM_HELD_ARGS]);

/*
 * The result @ret of what a holder was asked for: EPROTO in place of an errno that is not one of the @n @errnos.
 * Left as they are: ESRCH and EBADF (no holder, no file), ENOMEM and ENOBUFS (memory is scarce), ENOTTY and
 * ENODEV (among threads, a file of another kind).
 */
int storm_held_result(int ret, const int *errnos, unsigned int n);

/* Of what KVM must refuse a holder: -1 with its errno, which for a success is EPROTO. */
int storm_refused(int ret);

/* Kill one and wait for its end. ESRCH: there is none. */
int storm_kill_holder(struct storm_state *s, unsigned int holder);

/* Put a copy of the file into the socket for its kind. */
int storm_send(struct storm_state *s, enum storm_kind kind, int fd);

/* Take the first file out of that socket. EAGAIN: there is none. */
int storm_receive(struct storm_state *s, enum storm_kind kind, atomic_int *place);

/* Take file @fd of a holder, by pidfd_getfd(). */
int storm_steal(struct storm_state *s, unsigned int holder, int fd, atomic_int *place);

#endif

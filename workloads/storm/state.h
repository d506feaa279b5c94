/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that the operations of a storm share: a few VMs, vCPUs and guest_memfds, each of which
 * any thread may replace or close at any time.
 */
#ifndef DPAMT_WORKLOADS_STORM_STATE_H
#define DPAMT_WORKLOADS_STORM_STATE_H

#include <stdatomic.h>
#include <stdint.h>

#define STORM_VMS	2
#define STORM_VCPUS	4
#define STORM_GMEMS	2

struct storm_state {
	atomic_int vm[STORM_VMS], vcpu[STORM_VCPUS], gmem[STORM_GMEMS]; /* -1: none */
	uint8_t *shared; /* memory of the slots' shared half */
};

/* Map the shared memory; no file is open. Returns 0, or -1 after fail(). */
int storm_state_init(struct storm_state *s);

/* Put @fd in a place; what was there is closed. -1 leaves it empty. Returns close()'s result. */
int storm_put(atomic_int *place, int fd);

/* Close all files: of the vCPUs, then of the guest_memfds, then of the VMs. */
void storm_close_all(struct storm_state *s);

/*
 * The errno that a VM which still is open answers a harmless question with, or 0: EIO says that KVM
 * has declared it dead.
 */
int storm_dead_vm(struct storm_state *s);

#endif

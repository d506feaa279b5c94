/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files that the operations of a storm share: a few VMs, vCPUs and guest_memfds, each of which
 * any thread may replace or close at any time.
 */
#ifndef DPAMT_WORKLOADS_STORM_STATE_H
#define DPAMT_WORKLOADS_STORM_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define STORM_VMS	2
#define STORM_VCPUS	4
#define STORM_GMEMS	2
#define STORM_HOARD	8 /* VMs that only keep their KeyIDs */
#define STORM_HOLDERS	2 /* processes that have the files as well */

/* Memory behind the shared half of slots: the scripts, then what backs a TD's private memory. */
#define STORM_SCRIPT_BYTES (UINT64_C(1) << 16)
#define STORM_MEM_BYTES	   (UINT64_C(4) << 20)
#define STORM_SHARED_BYTES (STORM_SCRIPT_BYTES + STORM_MEM_BYTES)

/* -1: none. */
struct storm_files {
	atomic_int vm[STORM_VMS], vcpu[STORM_VCPUS], gmem[STORM_GMEMS];
};

enum storm_kind { STORM_VM, STORM_VCPU, STORM_GMEM, STORM_KINDS };

struct storm_state {
	struct storm_files f;
	atomic_int hoard[STORM_HOARD];
	uint8_t *shared; /* memory of the slots' shared half */
	int channel[STORM_KINDS][2];	  /* sockets, in which files of a kind are under way */
	atomic_int holder[STORM_HOLDERS]; /* pids, -1: none */
	atomic_int talk[STORM_HOLDERS];	  /* sockets, on which they are asked */
	struct storm_files held[STORM_HOLDERS]; /* what they have open */
	atomic_bool terminated; /* KVM_TDX_TERMINATE_VM went well on a VM, or is under way */
};

/* Map the shared memory; no file is open. Returns 0, or -1 after fail(). */
int storm_state_init(struct storm_state *s);

/* Put @fd in a place; what was there is closed. -1 leaves it empty. Returns close()'s result. */
int storm_put(atomic_int *place, int fd);

/* Keep a new file in a place, if there is one. Returns 0, or -1 for a negative @fd. */
int storm_keep(atomic_int *place, int fd);

/* Close what is in a place, and leave it empty. Returns close()'s result. */
int storm_close(atomic_int *place);

/* Close all files: of the vCPUs, then of the guest_memfds, then of the VMs. */
void storm_close_all(struct storm_state *s);

/*
 * Terminate the VM in a place by @cmd, and mark its file as terminated, whatever copies of it there are. One
 * thread at a time. Returns what the ioctl returned, with errno: EIO of a VM that was not dead is EPROTO.
 */
int storm_terminate_vm(struct storm_state *s, const atomic_int *place, const void *cmd);

/*
 * Does KVM refuse this file, a VM's or a vCPU's, whatever is asked? The VM is dead then: KVM declared it dead,
 * or it was terminated; or another process made it.
 */
bool storm_is_dead(int fd);

/* Is a VM dead that is open in a place, and that storm_terminate_vm() did not terminate? */
bool storm_vm_died(struct storm_state *s);

#endif

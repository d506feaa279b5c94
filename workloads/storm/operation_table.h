/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The grammar of the storm: which operations there are, and which errnos each may end with.
 */
#ifndef DPAMT_WORKLOADS_STORM_TABLE_H
#define DPAMT_WORKLOADS_STORM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

#define STORM_ARGS	4
#define STORM_ERRNOS	10
#define STORM_MAX_ERRNO 4096

enum storm_code {
	STORM_CREATE_VM,
	STORM_SPLIT_IRQCHIP,
	STORM_CAPABILITIES,
	STORM_INIT_VM,
	STORM_CREATE_VCPU,
	STORM_SET_CPUID,
	STORM_INIT_VCPU,
	STORM_GET_CPUID,
	STORM_CREATE_GMEM,
	STORM_SCRIPT_SLOT,
	STORM_SET_SLOT,
	STORM_ATTRIBUTES,
	STORM_INIT_MEM_REGION,
	STORM_FINALIZE,
	STORM_TERMINATE,
	STORM_PRE_FAULT,
	STORM_PUNCH,
	STORM_ALLOCATE,
	STORM_RUN,
	STORM_DUP,
	STORM_CLOSE_VM,
	STORM_CLOSE_VCPU,
	STORM_CLOSE_GMEM,
	STORM_HOARD_VM,
	STORM_RELEASE,
	STORM_FORK,
	STORM_KILL_CHILD,
	STORM_CHILD,
	STORM_CHILD_IOCTL,
	STORM_SEND_FILE,
	STORM_RECEIVE_FILE,
	STORM_STEAL_FILE,
	STORM_SIGNAL,
	STORM_KILL,
	STORM_LIMIT_TDS,
	STORM_LIMIT_MEM,
	STORM_FAIL_LEAF,
	STORM_HEAL_LEAVES,
	STORM_FAIL_ALLOCATION,
	STORM_CPU,
	STORM_TRACE,
	STORM_NMI,
	STORM_MSI,
	STORM_MSRS,
	STORM_HYPERCALL_EXITS,
	STORM_LOG_DIRTY,
	STORM_GET_DIRTY_LOG,
	STORM_CLEAR_DIRTY_LOG,
	STORM_VCPU_STATE,
	STORM_VM_STATE,
	STORM_ENABLE_CAP,
	STORM_DROP_SHARED,
	STORM_NR_OPERATIONS
};

/* What an operation works on; without it the errno is EBADF. */
enum storm_needs { NEEDS_NOTHING, NEEDS_VM, NEEDS_VCPU, NEEDS_GMEM };

struct storm_operation {
	const char *name;
	enum storm_needs needs;
	unsigned int weight;	       /* how often it is drawn, among all others */
	const char *args;	       /* what the arguments choose, for people */
	int errnos[STORM_ERRNOS];      /* which may come back; 0 ends */
	/* Do it. Returns what the system call returned, with errno. */
	int (*call)(struct storm_state *s, const uint32_t arg[STORM_ARGS]);
};

/* By enum storm_code. */
extern const struct storm_operation storm_table[STORM_NR_OPERATIONS];

/* Whether the table lets an operation end with this errno. */
bool storm_allows(const struct storm_operation *op, int err);

/* Whether it may end so if one of its allocations failed. */
bool storm_allows_failed(const struct storm_operation *op, int err);

#endif

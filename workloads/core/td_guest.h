/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A TD's vCPU that runs, and does what a script in shared memory says. Either the software TDX
 * module follows the script, with the exits that code would cause, or code in the TD does.
 */
#ifndef DPAMT_WORKLOADS_TD_GUEST_H
#define DPAMT_WORKLOADS_TD_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "td.h"

/* 4K pages that one script can accept. */
#define TD_GUEST_MAX_PAGES 120

/* Serves a guest's MapGPA, as a VMM does at KVM_HC_MAP_GPA_RANGE. 0, or -1 after fail(). */
typedef int td_map_gpa_fn(struct td *td, uint64_t offset, uint64_t bytes, bool private, void *arg);

enum td_guest_kind {
	TD_GUEST_SCRIPT, /* the module follows the script; nothing but the software module does */
	TD_GUEST_CODE,	 /* the TD executes td_payload.S */
};

/* Why such guests cannot run on this machine, or NULL if they can. */
const char *td_guest_unavailable(enum td_guest_kind kind);

/* What all TDs are from now on; before td_create(). TD_GUEST_SCRIPT unless called. */
void td_guest_choose(enum td_guest_kind kind);

/* The initial RCX of a vCPU: where its script lies; only a script has the shared bit in it. */
uint64_t td_guest_rcx(unsigned int vcpu);

/*
 * Give a TD what its vCPUs need to run scripts; after td_create(), before td_finalize(). Memory and
 * mappings go with td_destroy().
 */
int td_guest_attach(struct td *td, unsigned int vcpus);

/* The part of td_destroy() that must come first: a mapped vCPU keeps its VM alive. */
void td_guest_detach(struct td *td, unsigned int vcpus);

/*
 * Let a vCPU convert a range to shared and back, and accept its pages: two MapGPA calls, served by
 * map_gpa, and an EPT violation per page. At most TD_GUEST_MAX_PAGES pages. A vCPU is used by one
 * thread at a time.
 */
int td_guest_convert(struct td *td, unsigned int vcpu, uint64_t offset, uint64_t bytes,
		     td_map_gpa_fn *map_gpa, void *arg);

#endif

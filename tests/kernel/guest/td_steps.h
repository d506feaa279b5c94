/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The life of a TD in steps, for tests that make one of them fail. A step works on the library of
 * the workloads and stops at the first failure, which td_failure() names.
 */
#ifndef DPAMT_TESTS_TD_STEPS_H
#define DPAMT_TESTS_TD_STEPS_H

#include "workloads/core/td.h"

enum step {
	STEP_CREATE,	/* the VM, KVM_TDX_INIT_VM, vCPUs, memory */
	STEP_ADD,	/* KVM_TDX_INIT_MEM_REGION of one page, measured */
	STEP_FINALIZE,
	STEP_POPULATE,	/* the first pages of each region, by pre-faults */
	STEP_CONVERT,	/* to shared, hole, to private, pre-fault, region by region */
	STEP_RUN,	/* a guest that converts some pages of the first region itself */
	STEP_DESTROY,
	STEP_NR
};

extern const char *const step_names[STEP_NR];

/* The step of that name, or STEP_NR. */
enum step step_find(const char *name);

/*
 * Once per process: regions of 2 MiB in each TD, of which the first pages (1..512) are mapped.
 * Exits on failure.
 */
void steps_open(unsigned int regions, unsigned int pages, unsigned int vcpus);

/* 0, or -1 with td_failure() set. STEP_DESTROY may follow any other, failed or not. */
int step_do(enum step step, struct td *td);

/* STEP_ADD of another page of the first region than page 0. */
int step_add_page(struct td *td, unsigned int page);

/*
 * "IOCTL ERRNO" of the first failure in this process, as "KVM_PRE_FAULT_MEMORY ENOMEM"; "-": none.
 */
const char *td_failure(void);

#endif

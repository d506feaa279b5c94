/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What error_paths.c has to reach an error exit of KVM's TDX code: leaf functions that fail, arguments
 * and limits, allocations that fail.
 */
#ifndef DPAMT_TESTS_ERROR_PATHS_H
#define DPAMT_TESTS_ERROR_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "workloads/core/td.h"

/* One attempt, in a process of its own. */
struct attempt {
	struct td td;	   /* destroyed by the caller */
	char outcome[160]; /* "IOCTL ERRNO", "-" if all went well */
};

/* From here on an attempt may take 20 s; then SIGALRM ends the process, which the parent reports. */
void attempt_timeout(void);

/* Note what came of an ioctl: ret 0 or more, or -1 with errno. Only the first failure counts. */
void attempt_note(struct attempt *attempt, const char *ioctl_name, int ret);

/* Add to the outcome what is not an errno: ", TEXT". */
void attempt_add(struct attempt *attempt, const char *text);

/* A VM that is none, and none of its files. */
void td_none(struct td *td);

/* A TD before KVM_TDX_INIT_VM, with the irqchip that it needs or without. */
void td_bare(struct td *td, bool irqchip);

/* KVM_MEMORY_ENCRYPT_OP on a VM's or vCPU's file. 0, or -1 with errno. */
int tdx_command(int fd, uint32_t id, uint32_t flags, void *data);

/* Let calls of a leaf function fail; and no more, how many did. */
void inject(const char *leaf, unsigned int nth, uint64_t status, unsigned int count);
unsigned int inject_off(void);

/* Once per process: TDs of so many regions of 2 MiB, of which the first pages are mapped. */
void attempt_open(unsigned int regions, unsigned int pages);

/* What `call NAME` of the table does: false if there is no such name. calls*.c */
bool call_by_name(const char *name, struct attempt *attempt);

/* What `leaf STEP LEAF NTH COUNT STATUS [PAGES]` does; false if a word is not known. leaves.c */
bool leaf_by_words(const char *words, struct attempt *attempt);

/* What `slab IOCTL CACHE` and `page IOCTL N|last` do; false if a word is not known. allocations.c */
bool allocation_by_words(const char *words, struct attempt *attempt);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM's TDX ioctls as user space should make them, each from the state that it needs; and lists of
 * those that it should not. The functions named before_* exit if the state cannot be had; the others
 * return 0, or -1 with errno.
 */
#ifndef DPAMT_TESTS_ERROR_PATHS_CALLS_H
#define DPAMT_TESTS_ERROR_PATHS_CALLS_H

#include <stddef.h>

#include <linux/kvm.h>

#include "paths.h"

#define CPUID_ENTRIES 256

struct call {
	const char *name;
	void (*run)(struct attempt *attempt);
	unsigned int regions; /* of its TDs, 0: four */
};

/* Of the VM, its vCPUs, its memory; each ends with an element without a name. */
extern const struct call vm_calls[], vcpu_calls[], memory_calls[];

/* What a TD of this project is made with, to be spoiled. */
struct init_vm {
	struct kvm_tdx_init_vm vm;
	struct kvm_cpuid_entry2 entry[2];
};

struct init_vm init_vm_good(void);

void before_init_vm(struct attempt *attempt);
int get_capabilities(struct attempt *attempt);
int init_vm(struct attempt *attempt);

/* A vCPU with its CPUID, as number 0 of the TD. */
void before_init_vcpu(struct attempt *attempt);
int init_vcpu(struct attempt *attempt);

void before_get_cpuid(struct attempt *attempt);
int get_cpuid(struct attempt *attempt);

/* A TD with memory and one vCPU, all of it initialized. */
void before_memory(struct attempt *attempt);

/*
 * The same, and the first page is added. The second is mapped next: it takes no table, and no page of the host but
 * those that the vCPU's caches lack.
 */
void before_init_mem_region(struct attempt *attempt);
int init_mem_region(struct attempt *attempt);

/* The same after KVM_TDX_FINALIZE_VM. */
void before_pre_fault(struct attempt *attempt);
int pre_fault(struct attempt *attempt);

/* A page whose last `bytes` are to be had, with nothing behind it; and a page that can only be read. */
void *edge(size_t bytes);
void *read_only(const void *from, size_t bytes);

#endif

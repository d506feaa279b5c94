/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A trust domain (TD), through KVM's TDX user-space interface. Of all workloads only storm
 * issues ioctls itself: what it tries is not in order.
 *
 * A TD has one memory slot of private memory, backed by one guest_memfd, and vCPUs that need not
 * run: pages come and go by KVM_PRE_FAULT_MEMORY, KVM_SET_MEMORY_ATTRIBUTES and hole punching, so
 * no guest code is needed. (td_guest.h is for vCPUs that do.) Places in that memory are given as an
 * offset in bytes from its start, in multiples of 4 KiB.
 *
 * Functions return 0, or -1 after fail(). A TD may be used by several threads as long as their
 * ranges differ.
 */
#ifndef DPAMT_WORKLOADS_TD_H
#define DPAMT_WORKLOADS_TD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Guest physical address of a TD's memory: above everything a PC keeps below 4 GiB, and aligned to
 * 1 GiB.
 */
#define TD_GPA (UINT64_C(4) << 30)

#define TD_MAX_VCPUS 32

/* KVM_TDX_TERMINATE_VM of <linux/kvm.h>, which not every kernel has. */
#define TDX_TERMINATE_VM (KVM_TDX_GET_CPUID + 1)

struct td {
	unsigned int id; /* for messages */
	int vm, gmem;	 /* file descriptors, -1: none */
	int code_gmem;	 /* of td_code.c */
	int vcpu[TD_MAX_VCPUS];

	/* of td_guest.c, NULL unless td_guest_attach() was called */
	struct kvm_run *run[TD_MAX_VCPUS];
	size_t run_bytes;
	struct td_script *script;
};

/* When the steps of a destroy were over, CLOCK_MONOTONIC in ns. */
struct td_destroy_times {
	uint64_t start_ns, vcpus_ns, gmem_ns, vm_ns;
};

/* Why TDs cannot be created on this machine, or NULL if they can. Changes nothing. */
const char *td_unavailable(void);

/*
 * To be called once: open KVM and set what all TDs have in common, private memory in bytes (a
 * multiple of 2 MiB) and vCPUs (1..TD_MAX_VCPUS, and not more than KVM allows a TD here).
 */
int td_open(uint64_t bytes, unsigned int vcpus);

/* The open /dev/kvm, for the files beside td.c that need a VM which is no TD. */
int td_kvm_fd(void);

/* Bytes of a vCPU's file that KVM wants mapped, or -1 with errno. */
int td_vcpu_mmap_bytes(void);

/* KVM_SET_CPUID2 as a TD's vCPU needs it, on a vCPU's file. 0, or -1 with errno. */
int td_set_cpuid(int vcpu);

/* File descriptors one TD holds, td_code_add() apart. */
unsigned int td_fds(unsigned int vcpus);

/*
 * Create a TD with initialised vCPUs and its memory slot; all memory is shared and nothing is
 * mapped.
 */
int td_create(struct td *td, unsigned int id);

/*
 * KVM_TDX_INIT_VM, which td_create() does: once more, for a TD that td_create() left without because
 * a limit was reached. Leaves errno as the ioctl set it.
 */
int td_init_vm(struct td *td);

/*
 * Create and initialise vCPU number i, as td_create() does for the vCPUs of td_open(). For one more
 * (i below TD_MAX_VCPUS, and what KVM allows): td_destroy() does not close it.
 */
int td_add_vcpu(struct td *td, unsigned int i);

/* Close the TD's initial state; from here on td_fault() works. */
int td_finalize(struct td *td);

/* Set a range's attribute. To shared (false) also takes its private mappings out of the S-EPT. */
int td_set_private(struct td *td, uint64_t offset, uint64_t bytes, bool private);

/* Give the memory behind a range back to the host. */
int td_punch(struct td *td, uint64_t offset, uint64_t bytes);

/*
 * Map a range as if the vCPU had touched it. For private ranges this allocates guest pages and
 * S-EPT pages and gives them to the TD. Fails with EFAULT if any page of the range is shared, see
 * td_open() in td.c.
 */
int td_fault(struct td *td, unsigned int vcpu, uint64_t offset, uint64_t bytes);

/* Convert a populated range to shared, give its memory back, and map it as private anew, by vCPU 0. */
int td_round_trip(struct td *td, uint64_t offset, uint64_t bytes);

/*
 * The part of td_destroy() that gives the guest's pages back; td_destroy() then frees the S-EPT. Of
 * @times it sets start_ns, vcpus_ns and gmem_ns.
 */
int td_close_memory(struct td *td, struct td_destroy_times *times);

/*
 * Close the vCPUs, the guest_memfd and the VM, in this order; the close of the VM frees the S-EPT.
 * Harmless on a TD that is half made or already destroyed. times may be NULL.
 */
int td_destroy(struct td *td, struct td_destroy_times *times);

#endif

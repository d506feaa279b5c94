// SPDX-License-Identifier: GPL-2.0
/*
 * Guest physical addresses that a TD of 48 bits does not have: does KVM refuse them, and does it do so
 * without a warning?
 *
 * usage: wide_gpa
 *
 * A line for each ioctl: "WHAT ERRNO" ("-": success), then "warnings N".
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/core/layout.h"
#include "workloads/core/td_script.h"
#include "books.h"
#include "td_steps.h"

#define SLOT		9
#define BEYOND		(2 * SHARED_BIT)
#define SEPT_VE_DISABLE (UINT64_C(1) << 28)

static void say(const char *what, int ret)
{
	printf("%s: %s\n", what, ret < 0 ? strerrorname_np(errno) : "-");
}

static int set_slot(int vm, uint64_t gpa, uint64_t bytes)
{
	struct kvm_userspace_memory_region2 slot = {
		.slot = SLOT,
		.guest_phys_addr = gpa,
		.memory_size = bytes,
	};
	void *memory = mmap(NULL, REGION_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	slot.userspace_addr = (uintptr_t)memory;
	return ioctl(vm, KVM_SET_USER_MEMORY_REGION2, &slot);
}

/* KVM does not know the shared bit before KVM_TDX_INIT_VM. */
static void slot_before_init(const char *what, uint64_t gpa, uint64_t bytes)
{
	struct {
		struct kvm_tdx_init_vm vm;
		struct kvm_cpuid_entry2 entry;
	} init = {
		.vm = { .attributes = SEPT_VE_DISABLE, .xfam = 3, .cpuid.nent = 1 },
		.entry = { .function = 0x80000008, .eax = 48U << 16 | 46 },
	};
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VM, .data = (uintptr_t)&init };
	int vm = ioctl(td_kvm_fd(), KVM_CREATE_VM, KVM_X86_TDX_VM);

	if (vm < 0 || set_slot(vm, gpa, bytes))
		die("no VM, or no slot before KVM_TDX_INIT_VM: %s", strerror(errno));
	say(what, ioctl(vm, KVM_MEMORY_ENCRYPT_OP, &cmd));
	close(vm);
}

static void nothing(int sig)
{
	(void)sig;
}

/* It may never end by itself. */
static int pre_fault(int vcpu, uint64_t gpa)
{
	struct kvm_pre_fault_memory range = { .gpa = gpa, .size = PAGE_BYTES };
	struct sigaction act = { .sa_handler = nothing };
	int ret;

	sigaction(SIGALRM, &act, NULL);
	alarm(1);
	ret = ioctl(vcpu, KVM_PRE_FAULT_MEMORY, &range);
	alarm(0);
	return ret;
}

int main(void)
{
	struct td td;

	setlinebuf(stdout);
	steps_open(1, 1, 1);
	warnings_start();
	slot_before_init("KVM_TDX_INIT_VM after a slot below the shared bit",
			 SHARED_BIT - REGION_BYTES, REGION_BYTES);
	slot_before_init("KVM_TDX_INIT_VM after a slot that reaches into it",
			 SHARED_BIT - PAGE_BYTES, REGION_BYTES);
	slot_before_init("KVM_TDX_INIT_VM after a slot with it", SHARED_BIT, REGION_BYTES);
	slot_before_init("KVM_TDX_INIT_VM after a slot beyond it", BEYOND, REGION_BYTES);
	if (step_do(STEP_CREATE, &td) || step_do(STEP_FINALIZE, &td))
		die("no TD: %s", td_failure());
	say("a slot with the shared bit", set_slot(td.vm, SHARED_BIT, PAGE_BYTES));
	say("a slot beyond it", set_slot(td.vm, BEYOND, PAGE_BYTES));
	say("KVM_PRE_FAULT_MEMORY beyond it", pre_fault(td.vcpu[0], BEYOND));
	step_do(STEP_DESTROY, &td);
	printf("warnings %u\n", warnings_seen());
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on vCPUs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kvm.h>
#include <linux/kvm_para.h>

#include "lib/array_size.h"
#include "workloads/core/td.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"
#include "interrupt.h"
#include "operations.h"
#include "values.h"

#define CPUID_ENTRIES	257	/* the most that storm_entries() says of existing memory */
#define MAX_ENTRIES_IN	6	/* KVM_RUN in one operation, at most */

int storm_create_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const unsigned long ids[] = { 0, 0, 0, 1, 1, 2, 3, 4095, 1UL << 20 };
	unsigned long id = ids[arg[1] % ARRAY_SIZE(ids)];
	int fd = ioctl(*STORM_PICK(s->vm, arg[0]), KVM_CREATE_VCPU, id);

	if (fd < 0)
		return -1;
	storm_put(&s->vcpu[id % STORM_VCPUS], fd);
	return 0;
}

int storm_set_cpuid(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_cpuid2 none = { .nent = 0 };
	int fd = *STORM_PICK(s->vcpu, arg[0]);

	return arg[1] % 16 == 1 ? ioctl(fd, KVM_SET_CPUID2, &none) : td_set_cpuid(fd);
}

int storm_init_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_tdx(*STORM_PICK(s->vcpu, arg[0]), KVM_TDX_INIT_VCPU, 0, td_guest_rcx(0), arg[1]);
}

int storm_get_cpuid(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_cpuid2 *cpuid;
	int ret, err;

	cpuid = calloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(cpuid->entries[0]));
	if (!cpuid)
		abort();
	cpuid->nent = storm_entries(arg[1]);
	ret = storm_tdx(*STORM_PICK(s->vcpu, arg[0]), KVM_TDX_GET_CPUID, 0, (uintptr_t)cpuid, arg[2]);
	err = errno;
	free(cpuid);
	errno = err;
	return ret;
}

int storm_init_mem_region(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint64_t pages[] = { 1, 1, 2, 16, 0, 512, 513, UINT64_C(1) << 52, UINT64_MAX };
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)s->shared + (arg[3] % 8 == 1 ? 1 : 0),
		.gpa = storm_gpa(arg[1]),
		.nr_pages = pages[arg[2] % ARRAY_SIZE(pages)],
	};

	if (arg[3] % 8 == 2)
		region.source_addr = PAGE_BYTES; /* nothing is there */
	return storm_tdx(*STORM_PICK(s->vcpu, arg[0]), KVM_TDX_INIT_MEM_REGION, arg[3] / 8 % 2,
			 (uintptr_t)&region, arg[3] / 16);
}

int storm_pre_fault(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_pre_fault_memory range = {
		.gpa = storm_gpa(arg[1]), .size = storm_bytes(arg[2]), .flags = arg[3] % 32 == 1,
	};
	int ret;

	storm_interrupt_on();
	ret = ioctl(*STORM_PICK(s->vcpu, arg[0]), KVM_PRE_FAULT_MEMORY, &range);
	storm_interrupt_off();
	return ret;
}

/*
 * Of private memory a page is accepted, never touched before that: for a touch KVM declares the VM dead,
 * and is right.
 */
static void write_script(struct td_script *script, uint32_t arg, uint32_t length)
{
	uint32_t i;

	memset(script, 0, sizeof(*script));
	for (i = 0; i < length; i++) {
		script->op[i].code = (arg >> i % 24) % (SCRIPT_PAUSE + 1);
		script->op[i].gpa = storm_gpa(arg / 7 + i);
		if (script->op[i].code == SCRIPT_TOUCH ||
		    (script->op[i].code == SCRIPT_MAP_GPA && (arg + i) % 2))
			script->op[i].gpa |= SHARED_BIT;
		script->op[i].arg = storm_bytes(arg / 11 + i);
	}
	script->op[length].code = SCRIPT_END;
	script->magic = SCRIPT_MAGIC;
}

/* Enter until the script is done, something else happens, or there were enough entries. */
static int enter(int vcpu, struct kvm_run *run)
{
	int i;

	for (i = 0; i < MAX_ENTRIES_IN; i++) {
		if (ioctl(vcpu, KVM_RUN, 0))
			return -1;
		if (run->exit_reason != KVM_EXIT_HYPERCALL)
			break;
		run->hypercall.ret = 0;
	}
	return 0;
}

int storm_run(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	int vcpu = *STORM_PICK(s->vcpu, arg[0]);
	size_t bytes = (size_t)td_vcpu_mmap_bytes();
	struct kvm_run *run;
	int ret, err;

	run = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		return -1;
	write_script((struct td_script *)(void *)s->shared, arg[1], arg[2] % 20);
	storm_interrupt_on();
	ret = enter(vcpu, run);
	err = errno;
	storm_interrupt_off();
	munmap(run, bytes);
	errno = err;
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on vCPUs.
 */
#include <linux/kvm.h>

#include "lib/array_size.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"
#include "calls.h"
#include "interrupt.h"
#include "operations.h"
#include "values.h"

#define CPUID_ENTRIES	257	/* the most that storm_entries() says of existing memory */
#define MAX_SCRIPT	20	/* operations of a guest, at most */

int storm_create_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const unsigned long ids[] = { 0, 0, 0, 1, 1, 2, 3, 4095, 1UL << 20 };
	unsigned long id = ids[arg[1] % ARRAY_SIZE(ids)];

	return storm_create(s, &s->f.vcpu[id % STORM_VCPUS], STORM_PICK(s->f.vm, arg[0]), id);
}

int storm_set_cpuid(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_cpuid2 none = { .nent = 0 };
	atomic_int *vcpu = &s->f.vcpu[arg[0] % STORM_VCPUS];

	return arg[1] % 16 == 1 ? storm_ioctl(s, vcpu, KVM_SET_CPUID2, &none)
				: storm_cpuid(s, vcpu);
}

int storm_init_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_tdx(s, &s->f.vcpu[arg[0] % STORM_VCPUS], KVM_TDX_INIT_VCPU, 0, td_guest_rcx(0),
			 arg[1]);
}

int storm_get_cpuid(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static _Thread_local struct {
		struct kvm_cpuid2 cpuid;
		struct kvm_cpuid_entry2 entries[CPUID_ENTRIES];
	} table;

	table.cpuid.nent = storm_entries(arg[1]);
	return storm_tdx(s, STORM_PICK(s->f.vcpu, arg[0]), KVM_TDX_GET_CPUID, 0, (uintptr_t)&table,
			 arg[2]);
}

int storm_init_mem_region(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint64_t pages[] = { 1, 1, 2, 16, 0, 512, 513, UINT64_C(1) << 52, UINT64_MAX };
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)s->shared + (arg[3] % 8 == 1 ? 1 : 0),
		.gpa = storm_gpa(arg[1]),
		.nr_pages = pages[arg[2] % ARRAY_SIZE(pages)],
	};
	struct kvm_tdx_cmd cmd;

	if (arg[3] % 8 == 2)
		region.source_addr = PAGE_BYTES; /* nothing is there */
	cmd = storm_command(KVM_TDX_INIT_MEM_REGION, arg[3] / 8 % 2, (uintptr_t)&region,
			    arg[3] / 16);
	/* A busy TDX module can keep it from ever ending. */
	return storm_interrupted_ioctl(s, STORM_PICK(s->f.vcpu, arg[0]), STORM_LATE_NS,
				       KVM_MEMORY_ENCRYPT_OP, &cmd);
}

int storm_pre_fault(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_pre_fault_memory range = {
		.gpa = storm_gpa(arg[1]),
		.size = storm_bytes(arg[2]),
		.flags = arg[3] % 32 == 1,
	};

	return storm_interrupted_ioctl(s, STORM_PICK(s->f.vcpu, arg[0]), STORM_SOON_NS,
				       KVM_PRE_FAULT_MEMORY, &range);
}

/*
 * Of private memory a page is accepted, never touched before that: for a touch KVM declares the VM dead,
 * and is right.
 */
static void draw_script(struct script_op *op, uint32_t arg, uint32_t length)
{
	uint32_t i;

	for (i = 0; i < length; i++) {
		op[i] = (struct script_op){
			.code = (arg >> i % 24) % (SCRIPT_PAUSE + 1),
			.gpa = storm_gpa(arg / 7 + i),
			.arg = storm_bytes(arg / 11 + i),
		};
		if (op[i].code == SCRIPT_TOUCH || (op[i].code == SCRIPT_MAP_GPA && (arg + i) % 2))
			op[i].gpa |= SHARED_BIT;
	}
}

int storm_run(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct script_op op[MAX_SCRIPT];
	uint32_t length = arg[2] % MAX_SCRIPT;

	draw_script(op, arg[1], length);
	return storm_run_script(s, STORM_PICK(s->f.vcpu, arg[0]), op, length);
}

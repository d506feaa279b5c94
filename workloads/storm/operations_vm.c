// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on VMs, and those that copy and close files.
 */
#include <stddef.h>

#include <linux/kvm.h>

#include "workloads/core/td.h"
#include "calls.h"
#include "operations.h"
#include "values.h"

#define SEPT_VE_DISABLE	(UINT64_C(1) << 28)
#define CAPS_ENTRIES	257	/* the most that storm_entries() says of existing memory */

struct kvm_tdx_cmd storm_command(uint32_t id, uint32_t flags, uint64_t data, uint32_t odd)
{
	struct kvm_tdx_cmd cmd = { .id = id, .flags = flags, .data = data };

	if (odd % 32 == 1)
		cmd.flags |= 0x80;
	if (odd % 32 == 2)
		cmd.hw_error = 1;
	if (odd % 32 == 3)
		cmd.id = 77;
	return cmd;
}

int storm_tdx(struct storm_state *s, atomic_int *place, uint32_t id, uint32_t flags, uint64_t data,
	      uint32_t odd)
{
	struct kvm_tdx_cmd cmd = storm_command(id, flags, data, odd);

	return storm_ioctl(s, place, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

int storm_create_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_create(s, STORM_PICK(s->f.vm, arg[0]), NULL,
			    arg[1] % 16 == 1 ? 99 : KVM_X86_TDX_VM);
}

int storm_split_irqchip(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };

	if (arg[1] % 16 == 1)
		cap.args[0] = 1U << 20;
	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_ENABLE_CAP, &cap);
}

int storm_capabilities(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static _Thread_local struct {
		struct kvm_tdx_capabilities caps;
		struct kvm_cpuid_entry2 entries[CAPS_ENTRIES];
	} table;

	table.caps.cpuid.nent = storm_entries(arg[1]);
	return storm_tdx(s, STORM_PICK(s->f.vm, arg[0]), KVM_TDX_CAPABILITIES, 0, (uintptr_t)&table,
			 arg[2]);
}

static int init_vm(struct storm_state *s, atomic_int *place, const uint32_t arg[STORM_ARGS])
{
	struct {
		struct kvm_tdx_init_vm vm;
		struct kvm_cpuid_entry2 entry;
	} init = {
		.vm = { .attributes = SEPT_VE_DISABLE, .xfam = 3, .cpuid.nent = 1 },
		.entry = { .function = 0x80000008, .eax = 48U << 16 | 46 },
	};

	switch (arg[1] % 32) {
	case 1:
		init.vm.attributes = UINT64_MAX;
		break;
	case 2:
		init.vm.xfam = 1;
		break;
	case 3:
		init.vm.cpuid.nent = 0;
		break;
	case 4:
		init.vm.cpuid.nent = UINT32_MAX;
		break;
	case 5:
		init.entry.function = 0x12345678;
		break;
	case 6:
		init.entry.eax = 7U << 16;
		break;
	case 7:
		init.vm.reserved[0] = 1;
		break;
	case 8:
		init.vm.attributes = 0;
		break;
	}
	return storm_tdx(s, place, KVM_TDX_INIT_VM, 0, (uintptr_t)&init, arg[2]);
}

int storm_init_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return init_vm(s, STORM_PICK(s->f.vm, arg[0]), arg);
}

int storm_finalize(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_tdx(s, STORM_PICK(s->f.vm, arg[0]), KVM_TDX_FINALIZE_VM, 0, 0, arg[1]);
}

int storm_terminate(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_tdx_cmd cmd = storm_command(TDX_TERMINATE_VM, 0, 0, arg[1]);

	return storm_terminate_place(s, STORM_PICK(s->f.vm, arg[0]), &cmd);
}

int storm_dup(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	atomic_int *from = storm_file_of(s, arg[0], arg[1]);
	atomic_int *to = arg[0] % 3 == 0   ? &s->f.vm[STORM_VMS - 1]
			 : arg[0] % 3 == 1 ? &s->f.vcpu[arg[2] % STORM_VCPUS]
					   : &s->f.gmem[STORM_GMEMS - 1];

	return storm_copy(s, to, from);
}

int storm_close_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_close_place(s, STORM_PICK(s->f.vm, arg[0]));
}

int storm_close_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_close_place(s, &s->f.vcpu[arg[0] % STORM_VCPUS]);
}

int storm_close_gmem(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_close_place(s, STORM_PICK(s->f.gmem, arg[0]));
}

/* A VM that is initialized, and keeps its KeyID until storm_release(). */
int storm_hoard(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint32_t sensible[STORM_ARGS];
	atomic_int *place = &s->hoard[arg[0] % STORM_HOARD];

	if (!storm_text)
		return storm_create(s, place, NULL, KVM_X86_TDX_VM) ? -1
								    : init_vm(s, place, sensible);
	fprintf(storm_text, "(");
	storm_create(s, place, NULL, KVM_X86_TDX_VM);
	fprintf(storm_text, ") ? -1 : ");
	return init_vm(s, place, sensible);
}

int storm_release(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_close_place(s, &s->hoard[arg[0] % STORM_HOARD]);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on VMs, and those that copy and close files.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/core/td.h"
#include "operations.h"
#include "values.h"

#define SEPT_VE_DISABLE	(UINT64_C(1) << 28)
#define CAPS_ENTRIES	257	/* the most that storm_entries() says of existing memory */

int storm_tdx(int fd, uint32_t id, uint32_t flags, uint64_t data, uint32_t odd)
{
	struct kvm_tdx_cmd cmd = { .id = id, .flags = flags, .data = data };

	if (odd % 32 == 1)
		cmd.flags |= 0x80;
	if (odd % 32 == 2)
		cmd.hw_error = 1;
	if (odd % 32 == 3)
		cmd.id = 77;
	return ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

/* Keep a new file; passes on what the call that made it returned. */
static int keep(atomic_int *place, int fd)
{
	if (fd >= 0)
		storm_put(place, fd);
	return fd < 0 ? -1 : 0;
}

int storm_create_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return keep(STORM_PICK(s->vm, arg[0]),
		    ioctl(td_kvm_fd(), KVM_CREATE_VM, arg[1] % 16 == 1 ? 99 : KVM_X86_TDX_VM));
}

int storm_split_irqchip(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_enable_cap cap = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { 24 } };

	if (arg[1] % 16 == 1)
		cap.args[0] = 1U << 20;
	return ioctl(*STORM_PICK(s->vm, arg[0]), KVM_ENABLE_CAP, &cap);
}

int storm_capabilities(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_tdx_capabilities *caps;
	int ret, err;

	caps = calloc(1, sizeof(*caps) + CAPS_ENTRIES * sizeof(caps->cpuid.entries[0]));
	if (!caps)
		abort();
	caps->cpuid.nent = storm_entries(arg[1]);
	ret = storm_tdx(*STORM_PICK(s->vm, arg[0]), KVM_TDX_CAPABILITIES, 0, (uintptr_t)caps, arg[2]);
	err = errno;
	free(caps);
	errno = err;
	return ret;
}

int storm_init_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
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
	return storm_tdx(*STORM_PICK(s->vm, arg[0]), KVM_TDX_INIT_VM, 0, (uintptr_t)&init, arg[2]);
}

int storm_finalize(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_tdx(*STORM_PICK(s->vm, arg[0]), KVM_TDX_FINALIZE_VM, 0, 0, arg[1]);
}

int storm_dup(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	atomic_int *from = arg[0] % 3 == 0 ? STORM_PICK(s->vm, arg[1]) :
			   arg[0] % 3 == 1 ? STORM_PICK(s->vcpu, arg[1]) :
					     STORM_PICK(s->gmem, arg[1]);
	atomic_int *to = arg[0] % 3 == 0 ? &s->vm[STORM_VMS - 1] :
			 arg[0] % 3 == 1 ? &s->vcpu[arg[2] % STORM_VCPUS] :
					   &s->gmem[STORM_GMEMS - 1];

	return keep(to, dup(*from));
}

/* close() of an empty place. */
static int close_place(atomic_int *place)
{
	int fd = atomic_exchange(place, -1);

	return close(fd);
}

int storm_close_vm(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return close_place(STORM_PICK(s->vm, arg[0]));
}

int storm_close_vcpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return close_place(&s->vcpu[arg[0] % STORM_VCPUS]);
}

int storm_close_gmem(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return close_place(STORM_PICK(s->gmem, arg[0]));
}

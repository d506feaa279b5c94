// SPDX-License-Identifier: GPL-2.0
/*
 * A TD as KVM's posted selftest of TDX makes one, and not QEMU or the workloads: no attributes, no XFAM, of
 * KVM_GET_SUPPORTED_CPUID what KVM_TDX_CAPABILITIES lets a VMM choose, and each vCPU with what KVM_TDX_GET_CPUID
 * says. Its guest executes, from the reset vector to 64-bit mode, and ends with a write to a port.
 *
 * usage: selftest_td
 *
 * A line for each step: what, and the number of CPUID entries where there are some. Exit status 1 if one failed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "books.h"
#include "lib/err.h"
#include "workloads/core/td.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"

#define CPUID_ENTRIES 256 /* KVM_MAX_CPUID_ENTRIES */
#define IOAPIC_PINS   24
#define CPUID_BYTES   (sizeof(struct kvm_cpuid2) + CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2))

static void *zeroed(size_t bytes)
{
	void *p = calloc(1, bytes);

	if (!p)
		die("no memory");
	return p;
}

static void must(int ret, const char *what)
{
	if (ret < 0)
		die("%s: %s", what, strerror(errno));
}

static void tdx_op(int fd, uint32_t id, const char *what, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = (uintptr_t)data };

	if (ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd))
		die("%s: %s, the module returned 0x%llx", what, strerror(errno), cmd.hw_error);
}

static void enable(int vm, uint32_t cap, uint64_t arg, const char *what)
{
	struct kvm_enable_cap enable = { .cap = cap, .args = { arg } };

	must(ioctl(vm, KVM_ENABLE_CAP, &enable), what);
}

static const struct kvm_cpuid_entry2 *find(const struct kvm_cpuid2 *cpuid,
					   const struct kvm_cpuid_entry2 *like)
{
	for (uint32_t i = 0; i < cpuid->nent; i++)
		if (cpuid->entries[i].function == like->function &&
		    cpuid->entries[i].index == like->index)
			return &cpuid->entries[i];
	return NULL;
}

/* Of all that KVM supports, the bits that a VMM may choose for a TD. */
static void choose_cpuid(int vm, struct kvm_cpuid2 *chosen)
{
	struct kvm_tdx_capabilities *caps =
		zeroed(sizeof(*caps) + CPUID_ENTRIES * sizeof(*caps->cpuid.entries));
	struct kvm_cpuid2 *supported = zeroed(CPUID_BYTES);

	caps->cpuid.nent = CPUID_ENTRIES;
	tdx_op(vm, KVM_TDX_CAPABILITIES, "KVM_TDX_CAPABILITIES", caps);
	supported->nent = CPUID_ENTRIES;
	must(ioctl(td_kvm_fd(), KVM_GET_SUPPORTED_CPUID, supported), "KVM_GET_SUPPORTED_CPUID");
	for (uint32_t i = 0; i < supported->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &supported->entries[i];
		const struct kvm_cpuid_entry2 *may = find(&caps->cpuid, e);

		if (!may)
			continue;
		chosen->entries[chosen->nent] = *e;
		chosen->entries[chosen->nent].eax &= may->eax;
		chosen->entries[chosen->nent].ebx &= may->ebx;
		chosen->entries[chosen->nent].ecx &= may->ecx;
		chosen->entries[chosen->nent].edx &= may->edx;
		chosen->nent++;
	}
	free(supported);
	free(caps);
}

static void init_vm(int vm)
{
	struct kvm_tdx_init_vm *init =
		zeroed(sizeof(*init) + CPUID_ENTRIES * sizeof(*init->cpuid.entries));

	enable(vm, KVM_CAP_X2APIC_API,
	       KVM_X2APIC_API_USE_32BIT_IDS | KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK,
	       "KVM_CAP_X2APIC_API");
	enable(vm, KVM_CAP_SPLIT_IRQCHIP, IOAPIC_PINS, "KVM_CAP_SPLIT_IRQCHIP");
	choose_cpuid(vm, &init->cpuid);
	tdx_op(vm, KVM_TDX_INIT_VM, "KVM_TDX_INIT_VM", init);
	printf("KVM_TDX_INIT_VM: %u entries of CPUID\n", init->cpuid.nent);
	free(init);
}

static int add_vcpu(int vm)
{
	struct kvm_cpuid2 *cpuid = zeroed(CPUID_BYTES);
	int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);

	must(vcpu, "KVM_CREATE_VCPU");
	cpuid->nent = CPUID_ENTRIES;
	tdx_op(vcpu, KVM_TDX_GET_CPUID, "KVM_TDX_GET_CPUID", cpuid);
	must(ioctl(vcpu, KVM_SET_CPUID2, cpuid), "KVM_SET_CPUID2");
	tdx_op(vcpu, KVM_TDX_INIT_VCPU, "KVM_TDX_INIT_VCPU", (void *)(uintptr_t)td_guest_rcx(0));
	printf("KVM_TDX_INIT_VCPU: %u entries of CPUID\n", cpuid->nent);
	free(cpuid);
	return vcpu;
}

int main(void)
{
	struct td td = { .gmem = -1, .code_gmem = -1 };
	const char *why = td_guest_unavailable(TD_GUEST_CODE);

	if (why)
		die("%s", why);
	td_guest_choose(TD_GUEST_CODE);
	if (td_open(2 << 20, 1))
		return 1;
	td.vm = ioctl(td_kvm_fd(), KVM_CREATE_VM, KVM_X86_TDX_VM);
	must(td.vm, "KVM_CREATE_VM");
	init_vm(td.vm);
	td.vcpu[0] = add_vcpu(td.vm);
	if (td_guest_attach(&td, 1) || td_finalize(&td))
		return 1;
	td.script->op[0].code = SCRIPT_END;
	td.script->magic = SCRIPT_MAGIC;
	must(ioctl(td.vcpu[0], KVM_RUN, 0), "KVM_RUN");
	if (td.run[0]->exit_reason != KVM_EXIT_IO || td.run[0]->io.port != SCRIPT_PORT)
		die("KVM_RUN: exit reason %u, not the guest's port", td.run[0]->exit_reason);
	puts("KVM_RUN: the guest wrote to its port");
	return td_destroy(&td, NULL) ? 1 : 0;
}

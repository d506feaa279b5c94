// SPDX-License-Identifier: GPL-2.0
/*
 * What KVM_TDX_GET_CPUID says of a TD's CPUID is given back to KVM unchanged, as QEMU does, and must
 * do for KVM_TDX_INIT_VCPU.
 *
 * usage: cpuid_back
 *
 * One line: the number of entries. Exit status 1 if a step failed.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "books.h"
#include "lib/err.h"
#include "workloads/core/td.h"

#define CPUID_ENTRIES	256	/* KVM_MAX_CPUID_ENTRIES */

static void vcpu_op(int vcpu, unsigned int id, const char *name, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = (uintptr_t)data };

	if (ioctl(vcpu, KVM_MEMORY_ENCRYPT_OP, &cmd))
		die("%s: %s", name, strerror(errno));
}

/* Each sub-leaf of a leaf must be marked as one. */
static void check_flags(const struct kvm_cpuid2 *cpuid)
{
	for (uint32_t i = 0; i < cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &cpuid->entries[i];

		for (uint32_t j = 0; j < i; j++)
			if (cpuid->entries[j].function == e->function &&
			    !(e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX))
				die("leaf 0x%x is there twice without KVM_CPUID_FLAG_SIGNIFCANT_INDEX",
				    e->function);
	}
}

int main(void)
{
	struct kvm_cpuid2 *cpuid = calloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(*cpuid->entries));
	struct td td;
	int vcpu;

	if (!cpuid || td_open(2 << 20, 1) || td_create(&td, 0))
		die("no TD can be made");

	vcpu = ioctl(td.vm, KVM_CREATE_VCPU, 1);
	if (vcpu < 0)
		die("KVM_CREATE_VCPU: %s", strerror(errno));
	cpuid->nent = CPUID_ENTRIES;
	vcpu_op(vcpu, KVM_TDX_GET_CPUID, "KVM_TDX_GET_CPUID", cpuid);
	check_flags(cpuid);
	if (ioctl(vcpu, KVM_SET_CPUID2, cpuid))
		die("KVM_SET_CPUID2 with the entries of KVM_TDX_GET_CPUID: %s", strerror(errno));
	vcpu_op(vcpu, KVM_TDX_INIT_VCPU, "KVM_TDX_INIT_VCPU after that", NULL);
	printf("%u entries\n", cpuid->nent);
	close(vcpu);
	free(cpuid);
	return td_destroy(&td, NULL) ? 1 : 0;
}

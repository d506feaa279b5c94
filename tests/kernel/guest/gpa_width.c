// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU whose CPUID says another width of guest physical addresses than its TD was made with (48
 * bits): what does KVM make of it?
 *
 * usage: gpa_width BITS...
 *
 * For each BITS (0..255, CPUID 0x80000008 EAX[23:16]; 0: not said), a TD of which a vCPU with that CPUID
 * maps a page. A line each: "BITS: maps|does not map a page, ERROR | warnings N".
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/core/layout.h"
#include "books.h"
#include "td_steps.h"

#define REGIONS	      1
#define CPUID_ENTRIES 256

/* Let the vCPU's CPUID say that guest physical addresses have so many bits. */
static int set_width(int vcpu, uint32_t bits)
{
	static struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entry[CPUID_ENTRIES];
	} cpuid;

	cpuid.head.nent = CPUID_ENTRIES;
	if (ioctl(vcpu, KVM_GET_CPUID2, &cpuid))
		die("KVM_GET_CPUID2 failed: %s", strerror(errno));
	for (uint32_t i = 0; i < cpuid.head.nent; i++)
		if (cpuid.entry[i].function == 0x80000008)
			cpuid.entry[i].eax = (cpuid.entry[i].eax & ~0xff0000U) | bits << 16;
	return ioctl(vcpu, KVM_SET_CPUID2, &cpuid);
}

int main(int argc, char **argv)
{
	steps_open(REGIONS, 1, 1);
	for (int i = 1; i < argc; i++) {
		struct kvm_pre_fault_memory range = { .gpa = TD_GPA, .size = PAGE_BYTES };
		struct td td;
		int ret;

		warnings_start();
		if (step_do(STEP_CREATE, &td) || td_set_private(&td, 0, REGION_BYTES, true))
			die("no TD: %s", td_failure());
		ret = set_width(td.vcpu[0], (uint32_t)strtoul(argv[i], NULL, 10));
		if (!ret && step_do(STEP_FINALIZE, &td))
			die("not finalized: %s", td_failure());
		if (!ret)
			ret = ioctl(td.vcpu[0], KVM_PRE_FAULT_MEMORY, &range);
		printf("%s: %s, ", argv[i], ret ? "does not map a page" : "maps a page");
		printf("%s | ", ret ? strerrorname_np(errno) : "-");
		step_do(STEP_DESTROY, &td);
		printf("warnings %u\n", warnings_seen());
	}
	return 0;
}

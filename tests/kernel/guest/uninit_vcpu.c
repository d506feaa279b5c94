// SPDX-License-Identifier: GPL-2.0
/*
 * A TD is finalized while one of its vCPUs never got KVM_TDX_INIT_VCPU. What does KVM make of each
 * ioctl on that vCPU that would need the vCPU in the TDX module, and is the TD alive afterwards?
 *
 * usage: uninit_vcpu
 *
 * A line for each: "IOCTL ERRNO" ("-": success), then "the other vCPU maps|does not map a page |
 * warnings N".
 */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/core/layout.h"
#include "books.h"
#include "td_steps.h"

#define REGIONS 1

static void say(const char *what, int ret)
{
	printf("%s %s\n", what, ret ? strerrorname_np(errno) : "-");
}

static void nothing(int sig)
{
	(void)sig;
}

static int tdx_op(int fd, uint32_t id, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = (uintptr_t)data };

	return ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

static int init_mem_region(int vcpu)
{
	static uint8_t source[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)source,
		.gpa = TD_GPA,
		.nr_pages = 1,
	};

	return tdx_op(vcpu, KVM_TDX_INIT_MEM_REGION, &region);
}

static int pre_fault(int vcpu, uint64_t gpa)
{
	struct kvm_pre_fault_memory range = { .gpa = gpa, .size = PAGE_BYTES };

	return ioctl(vcpu, KVM_PRE_FAULT_MEMORY, &range);
}

int main(void)
{
	struct kvm_mp_state runnable = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct kvm_msi wake = { .address_lo = 0xfeeff000, .data = 3 << 8 | 16 };
	struct td td;
	int vcpu, maps;

	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = nothing }, NULL);
	steps_open(REGIONS, 1, 1);
	if (step_do(STEP_CREATE, &td) || td_set_private(&td, 0, REGION_BYTES, true))
		die("no TD: %s", td_failure());
	vcpu = ioctl(td.vm, KVM_CREATE_VCPU, 1);
	if (vcpu < 0)
		die("KVM_CREATE_VCPU failed: %s", strerror(errno));
	warnings_start();

	say("KVM_PRE_FAULT_MEMORY before KVM_TDX_FINALIZE_VM:", pre_fault(vcpu, TD_GPA));
	say("KVM_TDX_INIT_MEM_REGION:", init_mem_region(vcpu));
	if (step_do(STEP_FINALIZE, &td))
		die("not finalized: %s", td_failure());
	say("KVM_PRE_FAULT_MEMORY of private memory:", pre_fault(vcpu, TD_GPA));
	say("KVM_PRE_FAULT_MEMORY of no memory:", pre_fault(vcpu, 0));
	/*
	 * KVM_RUN waits for an INIT that never comes, and returns for an event: an MSI of the delivery mode that
	 * KVM has for that.
	 */
	say("KVM_SIGNAL_MSI:", ioctl(td.vm, KVM_SIGNAL_MSI, &wake) < 0);
	alarm(1);
	say("KVM_RUN after it:", ioctl(vcpu, KVM_RUN, 0));
	alarm(0);
	say("KVM_SET_MP_STATE:", ioctl(vcpu, KVM_SET_MP_STATE, &runnable));
	say("KVM_RUN:", ioctl(vcpu, KVM_RUN, 0));
	say("KVM_TDX_INIT_VCPU:", tdx_op(vcpu, KVM_TDX_INIT_VCPU, NULL));

	maps = !td_fault(&td, 0, 0, PAGE_BYTES);
	close(vcpu);
	step_do(STEP_DESTROY, &td);
	printf("the other vCPU %s a page | warnings %u\n", maps ? "maps" : "does not map",
	       warnings_seen());
	return 0;
}

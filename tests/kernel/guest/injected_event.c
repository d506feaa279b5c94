// SPDX-License-Identifier: GPL-2.0
/*
 * User space tells KVM that an event is injected into a TD's vCPU already, or has KVM_INTERRUPT inject a
 * vector, then sends an NMI, and runs it. KVM can inject nothing but NMIs into a TD.
 *
 * usage: injected_event
 *
 * A line for each event: "EVENT: ERRNO, NMI ERRNO, the guest runs|does not run | warnings N" ("-": success).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "lib/array_size.h"
#include "books.h"
#include "td_steps.h"

#define UD_VECTOR 6

static const struct {
	const char *name;
	struct kvm_vcpu_events events;
	struct kvm_interrupt vector; /* 0: KVM_SET_VCPU_EVENTS */
	bool runs_before; /* the NMI comes after KVM_RUN */
} event[] = {
	{ "none", .events = { .flags = 0 } },
	{ "exception", .events = { .exception = { .injected = 1, .nr = UD_VECTOR } } },
	{ "interrupt", .events = { .interrupt = { .injected = 1, .nr = 32 } } },
	{ "NMI", .events = { .nmi = { .injected = 1 } } },
	{ "KVM_INTERRUPT", .vector = { .irq = 32 } },
	{ "KVM_INTERRUPT, KVM_RUN", .vector = { .irq = 32 }, .runs_before = true },
};

int main(void)
{
	size_t i;

	steps_open(1, 1, 1);
	for (i = 0; i < ARRAY_SIZE(event); i++) {
		struct kvm_vcpu_events events = event[i].events;
		struct kvm_interrupt vector = event[i].vector;
		struct td td;
		int ret;

		warnings_start();
		if (step_do(STEP_CREATE, &td) || step_do(STEP_FINALIZE, &td) || step_do(STEP_POPULATE, &td))
			die("no TD: %s", td_failure());
		ret = vector.irq ? ioctl(td.vcpu[0], KVM_INTERRUPT, &vector)
				 : ioctl(td.vcpu[0], KVM_SET_VCPU_EVENTS, &events);
		printf("%s: %s, ", event[i].name, ret ? strerrorname_np(errno) : "-");
		if (event[i].runs_before && step_do(STEP_RUN, &td))
			die("the guest does not run: %s", td_failure());
		printf("NMI %s, ", ioctl(td.vcpu[0], KVM_NMI) ? strerrorname_np(errno) : "-");
		printf("the guest %s | ", step_do(STEP_RUN, &td) ? "does not run" : "runs");
		step_do(STEP_DESTROY, &td);
		printf("warnings %u\n", warnings_seen());
	}
	return 0;
}

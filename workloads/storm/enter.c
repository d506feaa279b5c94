// SPDX-License-Identifier: GPL-2.0
/*
 * Enters a vCPU whose guest follows a script.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#include "enter.h"
#include "interrupt.h"

static void write_script(struct td_script *script, const struct script_op *op, uint32_t n)
{
	memset(script, 0, sizeof(*script));
	memcpy(script->op, op, n * sizeof(*op));
	script->op[n].code = SCRIPT_END;
	script->magic = SCRIPT_MAGIC;
}

static int enter(int vcpu, struct kvm_run *run)
{
	int i;

	for (i = 0; i < STORM_ENTRIES; i++) {
		if (ioctl(vcpu, KVM_RUN, 0))
			return -1;
		if (run->exit_reason != KVM_EXIT_HYPERCALL)
			break;
		run->hypercall.ret = 0;
	}
	return 0;
}

/* A vCPU that waits for INIT. KVM_RUN of it ends with EAGAIN as soon as there is an event for the vCPU. */
static bool waits_for_init(int vcpu)
{
	struct kvm_mp_state state;

	return !ioctl(vcpu, KVM_GET_MP_STATE, &state) &&
	       state.mp_state == KVM_MP_STATE_UNINITIALIZED;
}

int storm_enter(struct storm_state *s, int kvm, int vcpu, const struct script_op *op, uint32_t n)
{
	size_t bytes = (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	struct kvm_run *run;
	bool waited;
	int ret, err;

	run = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		return -1;
	write_script((struct td_script *)(void *)s->shared, op, n);
	waited = waits_for_init(vcpu);
	storm_interrupt_on(STORM_SOON_NS);
	ret = enter(vcpu, run);
	err = errno;
	storm_interrupt_off();
	/* Another thread may have initialized the vCPU meanwhile, or the opposite. */
	if (ret && err == EAGAIN && !waited && !waits_for_init(vcpu))
		err = EPROTO;
	munmap(run, bytes);
	errno = err;
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_RUN's EAGAIN in a storm: right for a vCPU that waits for INIT, a finding for any other.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/core/layout.h"
#include "workloads/storm/enter.h"
#include "workloads/storm/interrupt.h"
#include "workloads/storm/operation_table.h"

#include <cmocka.h>

/* The played vCPU: what KVM_RUN ends with, and the vCPU's state before and after. */
static int run_errno;
static uint32_t state_before, state_after;
static bool has_run;

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct kvm_mp_state *state;
	va_list args;

	(void)fd;
	switch (request) {
	case KVM_GET_VCPU_MMAP_SIZE:
		return PAGE_BYTES;
	case KVM_GET_MP_STATE:
		va_start(args, request);
		state = va_arg(args, struct kvm_mp_state *);
		va_end(args);
		state->mp_state = has_run ? state_after : state_before;
		return 0;
	case KVM_RUN:
		has_run = true;
		errno = run_errno;
		return run_errno ? -1 : 0;
	}
	errno = ENOTTY;
	return -1;
}

/* Enter a vCPU. Returns the errno that storm_enter() ends with, or 0. */
static int entered(int err, uint32_t before, uint32_t after)
{
	static uint8_t script[PAGE_BYTES];
	struct storm_state s = { .shared = script };
	struct script_op nothing = { 0 };
	int vcpu = memfd_create("vcpu", 0), ret;

	assert_true(vcpu >= 0);
	assert_int_equal(ftruncate(vcpu, PAGE_BYTES), 0);
	run_errno = err;
	state_before = before;
	state_after = after;
	has_run = false;
	assert_int_equal(storm_interrupt_init(), 0);
	ret = storm_enter(&s, -1, vcpu, &nothing, 0) ? errno : 0;
	storm_interrupt_exit();
	assert_true(has_run);
	close(vcpu);
	return ret;
}

static void a_vcpu_that_waits_for_init_may_say_eagain(void **state)
{
	(void)state;
	assert_int_equal(
		entered(EAGAIN, KVM_MP_STATE_UNINITIALIZED, KVM_MP_STATE_UNINITIALIZED), EAGAIN);
	assert_true(storm_allows(&storm_table[STORM_RUN], EAGAIN));
	/* Another thread changed it. */
	assert_int_equal(
		entered(EAGAIN, KVM_MP_STATE_UNINITIALIZED, KVM_MP_STATE_RUNNABLE), EAGAIN);
	assert_int_equal(
		entered(EAGAIN, KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_UNINITIALIZED), EAGAIN);
}

static void any_other_vcpu_must_not(void **state)
{
	(void)state;
	assert_int_equal(entered(EAGAIN, KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_RUNNABLE), EPROTO);
	assert_int_equal(entered(EAGAIN, KVM_MP_STATE_HALTED, KVM_MP_STATE_HALTED), EPROTO);
	assert_false(storm_allows(&storm_table[STORM_RUN], EPROTO));
}

static void other_errnos_stay(void **state)
{
	(void)state;
	assert_int_equal(entered(EINTR, KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_RUNNABLE), EINTR);
	assert_int_equal(
		entered(EFAULT, KVM_MP_STATE_UNINITIALIZED, KVM_MP_STATE_UNINITIALIZED), EFAULT);
	assert_int_equal(entered(0, KVM_MP_STATE_RUNNABLE, KVM_MP_STATE_RUNNABLE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vcpu_that_waits_for_init_may_say_eagain),
		cmocka_unit_test(any_other_vcpu_must_not),
		cmocka_unit_test(other_errnos_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

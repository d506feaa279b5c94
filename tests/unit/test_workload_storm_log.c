// SPDX-License-Identifier: GPL-2.0
/*
 * Which records of the kernel's log are complaints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/storm/kernel_log.h"

#include <cmocka.h>

static void reports_are_complaints(void **state)
{
	(void)state;
	assert_true(storm_complains(
		"4,1187,91032774,-;WARNING: possible circular locking dependency detected\n"));
	assert_true(storm_complains("4,501,1,-;WARNING: suspicious RCU usage\n"));
	assert_true(storm_complains(
		"4,2,1,-;WARNING: arch/x86/kvm/vmx/tdx.c:1861 at tdx_sept_remove+0x1/0x2\n"));
	assert_true(storm_complains(
		"3,7,1,-,caller=T1;BUG: KASAN: slab-use-after-free in kvm_put_kvm\n"));
}

static void other_lines_are_none(void **state)
{
	(void)state;
	assert_false(storm_complains("6,1,1,-;virt/tdx: module initialized\n"));
	assert_false(storm_complains("4,1,1,-;kvm: WARNING: is a word\n"));
	/* the rest of a record: what stands for odd characters, then key=value */
	assert_false(storm_complains("6,1,1,-;fine\n SUBSYSTEM=BUG: no\n"));
	assert_false(storm_complains(""));
	assert_false(storm_complains("WARNING: no record"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_complaints),
		cmocka_unit_test(other_lines_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Which records of the kernel's log are complaints.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/storm/complaints.h"

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
	assert_true(storm_complains(
		"3,7,1,-;UBSAN: array-index-out-of-bounds in arch/x86/kvm/vmx/tdx.c:1:2\n"));
	assert_true(storm_complains("6,7,1,-;INFO: trying to register non-static key.\n"));
	assert_true(storm_complains("3,7,1,-;rcu: INFO: rcu_preempt self-detected stall on CPU\n"));
	assert_true(
		storm_complains("3,7,1,-;rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"));
	assert_true(storm_complains("3,7,1,-;INFO: rcu_tasks detected stalls on tasks:\n"));
	assert_true(storm_complains(
		"3,7,1,-;INFO: task dpamt-workload:7 blocked in I/O wait for more than 122 seconds.\n"));
	assert_true(storm_complains(
		"3,7,1,-;INFO: task dpamt-workload:7 blocked for more than 122 seconds.\n"));
}

static void other_lines_are_none(void **state)
{
	(void)state;
	assert_false(storm_complains("6,1,1,-;virt/tdx: module initialized\n"));
	assert_false(storm_complains("4,1,1,-;kvm: WARNING: is a word\n"));
	assert_false(storm_complains("6,1,1,-;INFO: lockdep is turned off.\n"));
	assert_false(storm_complains("6,1,1,-;INFO: NMI handler (perf) took too long to run\n"));
	assert_false(storm_complains("6,1,1,-;rcu: Hierarchical RCU implementation.\n"));
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

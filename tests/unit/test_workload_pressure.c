// SPDX-License-Identifier: GPL-2.0
/*
 * What pressure reads from the kernel: what is there, what is absent (null, never 0), and that
 * contradictions of its options are refused. The workload itself needs a machine to be short of memory:
 * tests/kernel/pressure.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "workloads/core/hostmem.h"
#include "fake_kvm.h"

#include <cmocka.h>

static const char zoneinfo[] =
	"Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 1\n"
	"  pages free     3840\n        boost    0\n        min      10\n        low      20\n"
	"        high     30\n        spanned  4095\n        present  3998\n        managed  3840\n"
	"        cma      0\n        protection: (0, 970, 971, 970)\n"
	"  pagesets\n    cpu: 0\n              count: 5\n              high:  99\n"
	"Node 0, zone    DMA32\n  pages free     500\n        min      100\n        low      200\n"
	"        high     300\n        managed  1000\n        protection: (0, 0, 0, 0)\n"
	"Node 0, zone   Normal\n  pages free     0\n        min      32\n        low      32\n"
	"        high     32\n        managed  0\n        protection: (0, 0, 0, 0)\n";

static void zones(void **state)
{
	struct hostmem h = { 0 };

	(void)state;
	hostmem_parse_zoneinfo(zoneinfo, &h);
	assert_int_equal(h.nr_zones, 2); /* one without memory is no zone */
	assert_string_equal(h.zone[0].name, "DMA");
	assert_int_equal(h.zone[0].reserve, 971);
	assert_int_equal(h.zone[0].high, 30);
	assert_int_equal(h.zone[1].free, 500);
	assert_int_equal(hostmem_free_above_low(&h), 3840 - 20 - 971 + 300);
	memset(&h, 0, sizeof(h));
	hostmem_parse_zoneinfo("Node 0, zone DMA\n  pages free", &h);
	assert_int_equal(h.nr_zones, 0);
}

static void absent_is_null(void **state)
{
	struct hostmem a = { 0 }, b = { 0 };
	uint64_t stalls;
	json_t *j;

	(void)state;
	hostmem_parse_vmstat("allocstall_dma32 3\noom_kill 1\noom_killer 9\n", &a);
	hostmem_parse_vmstat("allocstall_dma32 8\noom_kill 1\n", &b);
	assert_true(hostmem_stalls(&a, &b, &stalls));
	assert_int_equal(stalls, 5);
	j = hostmem_json(&a, &b);
	assert_true(json_is_null(json_object_get(j, "psi_some_us")));
	assert_true(json_is_null(json_object_get(j, "compact_stall")));
	assert_int_equal(json_integer_value(json_object_get(j, "allocstall")), 5);
	assert_true(json_is_integer(json_object_get(j, "oom_kill")));
	json_decref(j);
	memset(&a, 0, sizeof(a));
	assert_false(hostmem_stalls(&a, &b, &stalls));
}

static void pressure_lines(void **state)
{
	struct hostmem h = { 0 };

	(void)state;
	hostmem_parse_pressure("some avg10=0.00 total=12\nfull avg10=0.00 total=7\n", &h);
	assert_true(h.psi);
	assert_int_equal(h.psi_some_us, 12);
	assert_int_equal(h.psi_full_us, 7);
	hostmem_parse_pressure("some avg10=0.00\nfull avg10=0.00 total=7\n", &h);
	assert_false(h.psi);
	hostmem_parse_pressure("", &h);
	assert_false(h.psi);
}

static void refused(void **state)
{
	(void)state;
	assert_int_equal(run_words("pressure", "--mem 3"), 2);
	assert_int_equal(run_words("pressure", "--victim-rate 5"), 2);
	assert_int_equal(run_words("pressure", "--step 64"), 2);
	assert_int_equal(run_words("pressure", "--search on --headroom 0"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-mem 3"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones),
		cmocka_unit_test(absent_is_null),
		cmocka_unit_test(pressure_lines),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

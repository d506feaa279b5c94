// SPDX-License-Identifier: GPL-2.0
/* Memory maps that kernels print, and what follows for TDX. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/capacity/memory_map.h"
#include "analysis/capacity/pamt.h"

#include <cmocka.h>

#define MIB 1048576.0

static void log_with_nodes(void **state)
{
	struct pl_host h = { 0 };

	(void)state;
	assert_true(pl_map_from_log(
		"BIOS-e820: [mem 0x0000000000100000-0x000000007ffdefff]  System RAM\n"
		"Initmem setup node 0 [mem 0x0000000000001000-0x000000017fffffff]\n"
		"  node   0: [mem 0x0000000000001000-0x000000000009efff]\n"
		"[    0.1]   node   0: [mem 0x0000000000100000-0x000000007ffdefff]\n"
		"  node   0: [mem 0x0000000100000000-0x0000000150100fff]\n"
		"  node   1: [mem 0x0000000150101000-0x00000001ffffffff]\n", &h));
	/* what lies in the first MiB is not TDX's */
	assert_int_equal(h.nr_ranges, 3);
	assert_true(h.range[0].start_bytes == MIB && h.range[0].end_bytes == 0x7ffdf000);
	assert_int_equal(h.range[1].node, 0);
	assert_int_equal(h.range[2].node, 1);
	assert_true(h.range[2].end_bytes == 8192 * MIB);
	/* the kernel of that boot printed 252 KB */
	assert_true(pl_pamt_of(&h).dynamic_static_bytes == 252 * 1024);
}

static void log_without_nodes(void **state)
{
	struct pl_host h = { 0 };

	(void)state;
	assert_true(pl_map_from_log(
		"BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n"
		"BIOS-e820: [mem 0x0000000000100000-0x000000007fffffff] usable\n"
		"BIOS-e820: [mem 0x0000000080000000-0x00000000bfffffff] reserved\n", &h));
	assert_int_equal(h.nr_ranges, 1);
	assert_true(h.memory_bytes == 2047 * MIB);
	assert_false(pl_map_from_log("nothing of memory\n", &h));
}

/* Blocks of 128 MiB; node 1 begins at 5 GiB. */
static int node_at(uint64_t byte, uint64_t *end)
{
	*end = (byte / 0x8000000 + 1) * 0x8000000;
	return byte >= UINT64_C(0x140000000);
}

static void iomem(void **state)
{
	struct pl_host h = { 0 };

	(void)state;
	assert_true(pl_map_from_iomem(
		"00001000-0009fbff : System RAM\n00100000-7fffffff : System RAM\n"
		"  01000000-01ffffff : Kernel code\n  02000000-02ffffff : System RAM\n"
		"80000000-bfffffff : PCI Bus 0000:00\n100000000-17fffffff : System RAM\n", node_at, &h));
	assert_int_equal(h.nr_ranges, 3);
	assert_true(h.range[0].end_bytes == 2048 * MIB && h.range[0].node == 0);
	assert_true(h.range[1].start_bytes == 4096 * MIB && h.range[1].end_bytes == 5120 * MIB);
	assert_true(h.range[2].end_bytes == 6144 * MIB && h.range[2].node == 1);
	/* what a user other than root sees */
	assert_false(pl_map_from_iomem("00000000-00000000 : System RAM\n", node_at, &h));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_with_nodes),
		cmocka_unit_test(log_without_nodes),
		cmocka_unit_test(iomem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

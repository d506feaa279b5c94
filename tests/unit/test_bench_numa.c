// SPDX-License-Identifier: GPL-2.0
/*
 * Nodes: what the guest reads of its kernel, numa.json there and back, and machines that cannot be.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/guest/numa_state.h"
#include "bench/job/vm.h"
#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "scratch.h"

#include <cmocka.h>

/* As v7.3 writes it, without the lines in between: a zone that has no page, and one across both nodes. */
#define ZONES                                                                                     \
	"Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 0\n  pages free     2812\n" \
	"        boost    0\n        min      58\n        spanned  4095\n        present  3998\n"    \
	"        managed  3840\n  start_pfn:           1\n"                                         \
	"Node 0, zone    DMA32\n  pages free     118602\n        spanned  126976\n"               \
	"        managed  121312\n  start_pfn:           4096\n"                                    \
	"Node 0, zone   Normal\n  pages free     0\n        spanned  0\n        managed  0\n"         \
	"  start_pfn:           0\n"                                                              \
	"Node 1, zone    DMA32\n  pages free     126541\n        spanned  131040\n"               \
	"        managed  128674\n  start_pfn:           131064\n"

#define STAT(hit, miss)                                                                          \
	"numa_hit " hit "\nnuma_miss " miss "\nnuma_foreign 3\ninterleave_hit 4\nlocal_node 5\n" \
	"other_node 6\n"

static void put_node(const char *dir, int id, const char *cpus, const char *free_kb, const char *stat)
{
	char *folder = xasprintf("%s/devices/system/node/node%d", dir, id), *text;

	assert_int_equal(make_dirs(folder), 0);
	put(folder, "cpulist", cpus);
	put(folder, "numastat", stat);
	text = xasprintf("Node %d MemTotal:        500608 kB\nNode %d MemFree:         %s kB\n", id, id,
			 free_kb);
	put(folder, "meminfo", text);
	free(text);
	free(folder);
}

/* /sys of a machine with the nodes @list. */
static const char *machine(const char *list)
{
	const char *dir = scratch();
	char *folder = xasprintf("%s/devices/system/node", dir);

	put_node(dir, 0, "0,2-3\n", "400000", STAT("1603", "0"));
	put_node(dir, 1, "1\n", "500000", STAT("175", "2"));
	put(folder, "has_memory", list);
	put(dir, "zoneinfo", ZONES);
	free(folder);
	return dir;
}

static void look(const char *dir, struct numa_file *f)
{
	char *zones = xasprintf("%s/zoneinfo", dir);

	numa_begin(dir, zones, f);
	free(zones);
}

static void nodes_are_read(void **state)
{
	const char *dir = machine("0-1\n");
	struct numa_file f;

	(void)state;
	look(dir, &f);
	assert_int_equal(f.nr_nodes, 2);
	assert_int_equal(f.node[1].id, 1);
	assert_int_equal(f.node[0].total_pages, 125152);
	assert_int_equal(f.node[1].before.free_pages, 125000);
	assert_int_equal(f.node[1].before.count[NUMA_HIT], 175);
	assert_int_equal(f.node[1].before.count[NUMA_MISS], 2);
	assert_int_equal(f.node[1].before.count[NUMA_OTHER], 6);
	put_node(dir, 1, "1\n", "300000", STAT("999", "7"));
	numa_end(dir, &f);
	assert_int_equal(f.node[1].after.free_pages, 75000);
	assert_int_equal(f.node[1].after.count[NUMA_HIT], 999);
	assert_int_equal(f.node[1].before.count[NUMA_HIT], 175);

	assert_int_equal(numa_file_node_of_pfn(&f, 1), 0);
	assert_int_equal(numa_file_node_of_pfn(&f, 0), NUMA_NO_NODE);
	assert_int_equal(numa_file_node_of_pfn(&f, 131063), 0);
	/* frames that zones of both nodes span are of neither */
	assert_int_equal(numa_file_node_of_pfn(&f, 131064), NUMA_NO_NODE);
	assert_int_equal(numa_file_node_of_pfn(&f, 131072), 1);
	assert_int_equal(numa_file_node_of_pfn(&f, 262103), 1);
	assert_int_equal(numa_file_node_of_pfn(&f, 262104), NUMA_NO_NODE);
	assert_int_equal(numa_file_node_of_cpu(&f, 3), 0);
	assert_int_equal(numa_file_node_of_cpu(&f, 1), 1);
	assert_int_equal(numa_file_node_of_cpu(&f, 4), NUMA_NO_NODE);
	numa_file_free(&f);
	remove_tree(dir);
}

static void one_node_is_none(void **state)
{
	const char *dir = machine("0\n"), *nothing;
	struct numa_file f;

	(void)state;
	look(dir, &f);
	assert_int_equal(f.nr_nodes, 0);
	remove_tree(dir);
	/* a kernel without CONFIG_NUMA has no such folder */
	nothing = scratch();
	look(nothing, &f);
	assert_int_equal(f.nr_nodes, 0);
	remove_tree(nothing);
}

static void there_and_back(void **state)
{
	const char *dir = machine("0-1\n");
	char *path = xasprintf("%s/" FILE_NUMA, dir), *why;
	struct numa_file f, back;
	FILE *to = fopen(path, "we");

	(void)state;
	look(dir, &f);
	assert_int_equal(numa_file_write(&f, to) | fclose(to), 0);
	assert_int_equal(numa_file_read(dir, &back, &why), 0);
	assert_int_equal(back.nr_nodes, f.nr_nodes);
	for (size_t i = 0; i < f.nr_nodes; i++) {
		assert_int_equal(back.node[i].id, f.node[i].id);
		assert_int_equal(back.node[i].total_pages, f.node[i].total_pages);
		assert_memory_equal(&back.node[i].before, &f.node[i].before, sizeof(f.node[i].before));
	}
	assert_int_equal(back.nr_ranges, f.nr_ranges);
	assert_int_equal(numa_file_node_of_pfn(&back, 200000), 1);
	assert_int_equal(back.nr_cpus, 4);
	assert_int_equal(numa_file_node_of_cpu(&back, 2), 0);
	numa_file_free(&back);
	numa_file_free(&f);
	free(path);
	remove_tree(dir);
}

#define READING                                                                                 \
	"{\"free_pages\":1,\"numa_hit\":1,\"numa_miss\":1,\"numa_foreign\":1,\"interleave_hit\":1," \
	"\"local_node\":1,\"other_node\":1}"
#define NODE(id, pfns)                                                                     \
	"{\"node\":" id ",\"total_pages\":1,\"cpus\":[0],\"pfns\":[" pfns "],\"before\":" READING \
	",\"after\":" READING "}"
#define FILE_OF(nodes) "{\"schema\":\"dpamt-bench/numa\",\"version\":1,\"nodes\":[" nodes "]}"

static void damage_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "[]", "not a JSON object" },
		{ FILE_OF(""), "no node is in it" },
		{ FILE_OF(NODE("0", "") "," NODE("0", "")), "node 1 of the list is damaged" },
		{ FILE_OF(NODE("-1", "")), "node 0 of the list" },
		{ FILE_OF(NODE("1024", "")), "node 0 of the list" },
		{ FILE_OF(NODE("0", "[5,5]")), "node 0 of the list" },
		{ FILE_OF(NODE("0", "[5]")), "node 0 of the list" },
		{ FILE_OF("{\"node\":0,\"total_pages\":1}"), "node 0 of the list" },
		{ "{\"schema\":\"dpamt-bench/numa\",\"version\":2,\"nodes\":[]}", "version is not 1" },
	};
	const char *dir = scratch();
	struct numa_file f;
	char *why;

	(void)state;
	assert_int_equal(numa_file_read(dir, &f, &why), -1);
	assert_null(why);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		put(dir, FILE_NUMA, bad[i].text);
		assert_int_equal(numa_file_read(dir, &f, &why), -1);
		assert_int_equal(f.nr_nodes, 0);
		if (!strstr(why, bad[i].says) || strncmp(why, FILE_NUMA ":", strlen(FILE_NUMA ":")))
			fail_msg("%s: said '%s'", bad[i].text, why);
		free(why);
	}
	put(dir, FILE_NUMA, FILE_OF(NODE("0", "[5,6]") "," NODE("3", "[6,9]")));
	assert_int_equal(numa_file_read(dir, &f, &why), 0);
	assert_int_equal(f.node[numa_file_node_of_pfn(&f, 8)].id, 3);
	numa_file_free(&f);
	remove_tree(dir);
}

static void shapes(void **state)
{
	static const struct {
		struct vm vm;
		const char *says;
	} shape[] = {
		{ { 2, 4096, 1 }, NULL },
		{ { 1, 256, 1 }, NULL },
		{ { 2, 512, 2 }, NULL },
		{ { 4, 1024, 2 }, NULL },
		{ { 1, 1024, 2 }, "1 CPUs cannot be divided among 2 nodes" },
		{ { 6, 4096, 4 }, "6 CPUs cannot be divided among 4 nodes" },
		{ { 2, 511, 2 }, "511 MiB are too little for 2 nodes" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(shape); i++) {
		char *why = vm_impossible(&shape[i].vm);

		if (!why != !shape[i].says || (why && !strstr(why, shape[i].says)))
			fail_msg("shape %zu: said '%s'", i, why ? why : "nothing");
		free(why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_are_read), cmocka_unit_test(one_node_is_none),
		cmocka_unit_test(there_and_back), cmocka_unit_test(damage_is_refused),
		cmocka_unit_test(shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * age: what it reads from the kernel, its tenant, its record, and the workload whole against a played KVM.
 * How memory breaks up is the kernel's part: tests/kernel/churn-age.sh.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel-page-flags.h>

#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "workloads/core/free_memory.h"
#include "workloads/core/tenant.h"
#include "fake_kvm.h"
#include "scratch.h"

#include <cmocka.h>

static const char buddyinfo[] =
	"Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3 \n"
	"Node 0, zone    DMA32      7      1      4      2      5      4      3      3      4      0      0 \n"
	"Node 1, zone   Normal      1      0      0      0      0      0      0      0      0      0      0 \n";

static void orders(void **state)
{
	struct age a;

	(void)state;
	free_memory_parse_buddyinfo(buddyinfo, &a);
	assert_int_equal(a.free_blocks[0], 8); /* all nodes, without zone DMA */
	assert_int_equal(a.free_blocks[8], 4);
	assert_int_equal(a.free_blocks[10], 0);
	assert_int_equal(age_free_pages(&a), 8 + 2 + 16 + 16 + 80 + 128 + 192 + 384 + 1024);
	assert_int_equal(age_free_2m(&a), 0);
	/* what a kernel with these blocks says: 1000 - (1000 + 1850 * 1000 / 512) / 34 */
	assert_float_equal(age_extfrag_2m(&a), 1 - (1 + 1850 / 512.0) / 34, 1e-9);
	assert_float_equal(age_unusable_2m(&a), 1, 1e-9);
	a.free_blocks[9] = 1;
	a.free_blocks[10] = 2;
	assert_int_equal(age_free_2m(&a), 5);
	assert_float_equal(age_extfrag_2m(&a), -1, 0);
	assert_float_equal(age_unusable_2m(&a), 1850.0 / (1850 + 2560), 1e-9);
	memset(a.free_blocks, 0, sizeof(a.free_blocks));
	assert_float_equal(age_extfrag_2m(&a), 0, 0);
	assert_float_equal(age_unusable_2m(&a), 1, 0);
}

static void unknown_is_no_zero(void **state)
{
	static const char *const bad[] = {
		"",
		"Node 0, zone DMA 1 2 3 4 5 6 7 8 9 10 11\n",
		"Node 0, zone DMA32 1 2 3\n",
		"Node 0, zone DMA32 1 2 3 4 5 6 7 8 9 10 11 12\n",
		"Node 0, zone DMA32 1 2 3 4 5 6 7 8 9 10 x\n",
	};
	struct age a;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		memset(&a, 0, sizeof(a));
		free_memory_parse_buddyinfo(bad[i], &a);
		free_memory_parse_pagetypeinfo(bad[i], &a);
		free_memory_parse_zoneinfo(bad[i], &a);
		assert_true(a.free_blocks[0] == AGE_UNKNOWN && a.free_blocks[10] == AGE_UNKNOWN);
		assert_true(a.unmovable_blocks == AGE_UNKNOWN && a.other_blocks == AGE_UNKNOWN);
		assert_true(a.percpu_pages == AGE_UNKNOWN);
		assert_true(age_free_pages(&a) == AGE_UNKNOWN && age_free_2m(&a) == AGE_UNKNOWN);
		assert_true(isnan(age_unusable_2m(&a)) && isnan(age_extfrag_2m(&a)));
	}
	a.pamt_pairs = 3;
	a.tdx_pages = 0;
	assert_true(isnan(age_pairs_per_page(&a)));
	a.tdx_pages = 4;
	assert_float_equal(age_pairs_per_page(&a), 0.75, 0);
}

static void pageblocks(void **state)
{
	static const char text[] =
		"Page block order: 9\nPages per block:  512\n\n"
		"Free pages count per migrate type at order       0      1 \n"
		"Node    0, zone    DMA32, type    Unmovable     99     99 \n\n"
		"Number of blocks type     Unmovable      Movable  Reclaimable   HighAtomic          CMA \n"
		"Node 0, zone      DMA            1            7            0            0            0 \n"
		"Node 0, zone    DMA32           11         1528            2            3            4 \n"
		"Node 0, zone   Normal          110         1844          158            0            0 \n";
	struct age a;
	char cut[sizeof(text)];

	(void)state;
	free_memory_parse_pagetypeinfo(text, &a);
	assert_int_equal(a.unmovable_blocks, 121);
	assert_int_equal(a.movable_blocks, 3372);
	assert_int_equal(a.reclaimable_blocks, 160);
	assert_int_equal(a.other_blocks, 7);
	strcpy(cut, text);
	*strstr(cut, "158") = '\0';
	free_memory_parse_pagetypeinfo(cut, &a);
	assert_true(a.unmovable_blocks == AGE_UNKNOWN && a.other_blocks == AGE_UNKNOWN);
}

static void lists_of_cpus(void **state)
{
	struct age a;

	(void)state;
	free_memory_parse_zoneinfo(
		"Node 0, zone DMA\n  pagesets\n    cpu: 0\n              count:    50\n"
		"Node 0, zone DMA32\n  pagesets\n    cpu: 0\n              count:    5\n"
		"              high:  9\n    cpu: 1\n              count: 7\n",
		&a);
	assert_int_equal(a.percpu_pages, 12);
}

#define FLAG(name) (UINT64_C(1) << KPF_##name)

static void what_blocks_a_huge_page(void **state)
{
	static uint64_t flags[3 * REGION_PAGES];

	(void)state;
	for (size_t i = 0; i < REGION_PAGES; i++) {
		flags[i] = i % 2 ? FLAG(BUDDY) : FLAG(ANON) | FLAG(UNEVICTABLE);
		flags[REGION_PAGES + i] = FLAG(LRU);
		flags[2 * REGION_PAGES + i] = FLAG(NOPAGE);
	}
	assert_int_equal(free_memory_blocked(flags, ARRAY_SIZE(flags)), 0);
	flags[2 * REGION_PAGES - 1] = FLAG(LRU) | FLAG(UNEVICTABLE); /* guest_memfd */
	assert_int_equal(free_memory_blocked(flags, ARRAY_SIZE(flags)), 1);
	assert_int_equal(free_memory_blocked(flags, 2 * REGION_PAGES - 1), 0);
	flags[5] = FLAG(SLAB);
	flags[6] = 0;
	assert_int_equal(free_memory_blocked(flags, ARRAY_SIZE(flags)), 2);
}

/* Resident pages of the process beside; -1 if this kernel does not tell who that is. */
static long resident(void)
{
	char *path = xasprintf("/proc/self/task/%d/children", getpid());
	FILE *f = fopen(path, "r");
	long pid = -1, size, pages = -1;

	free(path);
	if (!f)
		return -1;
	if (fscanf(f, "%ld", &pid) != 1)
		pid = -1;
	fclose(f);
	path = xasprintf("/proc/%ld/statm", pid);
	f = fopen(path, "r");
	free(path);
	if (!f)
		return -1;
	if (fscanf(f, "%ld %ld", &size, &pages) != 2)
		pages = -1;
	fclose(f);
	return pages;
}

/* It holds what it says. Counters of resident pages are exact to a batch of each CPU. */
static void tenant(void **state)
{
	long none, some;

	(void)state;
	assert_int_equal(tenant_fork(20000, 1), 0);
	none = resident();
	assert_int_equal(tenant_fill(15000), 0);
	some = resident();
	if (none >= 0)
		assert_in_range(some - none, 15000 - 1000, 15000 + 1000);
	assert_int_equal(tenant_hold(5000), 0);
	if (none >= 0)
		assert_in_range(some - resident(), 10000 - 1000, 10000 + 1000);
	some = resident();
	assert_int_equal(tenant_hold(9000), 0);
	if (none >= 0)
		assert_in_range(resident() - some, 4000 - 1000, 4000 + 1000);
	assert_int_equal(tenant_hold(5000), 0);
	assert_int_equal(tenant_turn_over(3000), 0);
	assert_int_equal(tenant_turn_over(1000000), 0);
	if (none >= 0)
		assert_in_range(resident() - some + 1000, 0, 2000);
	assert_int_equal(tenant_end(), 0);
	assert_int_equal(tenant_fill(1), -1); /* it is gone, and says so */
}

/* Run it, write its record, and read that. */
static void run_age(const char *words, struct age **a, size_t *n)
{
	const struct workload *w = workload_next(NULL);
	char *path = xasprintf("%s/" FILE_AGE, scratch_dir), *why;
	FILE *f = fopen(path, "w");

	free(path);
	assert_non_null(f);
	while (strcmp(w->name, "age"))
		w = workload_next(w);
	assert_int_equal(run_words("age", words), 0);
	assert_int_equal(w->write_record(NULL, f), 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(age_csv_read(scratch_dir, a, n, &why), 0);
}

static void lifetimes(void **state)
{
	static const uint64_t after[] = { 0, 10, 20, 23, 23 }, alive[] = { 0, 4, 4, 4, 0 };
	struct age *a;
	size_t n;

	(void)state;
	run_age("--lifetimes 23 --tds 4 --tide 0 --mem 16 --every 10 --conversions 5 --beside 0 --huge off",
		&a, &n);
	assert_int_equal(nr_made, 23);
	assert_int_equal(most_alive, 4);
	assert_true(!alive[4]);
	assert_int_equal(op_count("td_create"), 23);
	assert_int_equal(op_count("td_populate"), 23);
	assert_int_equal(op_count("td_destroy"), 23);
	assert_int_equal(op_count("convert_round"), 115);
	assert_int_equal(n, ARRAY_SIZE(after));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(a[i].lifetimes, after[i]);
		assert_int_equal(a[i].tds, alive[i]);
		assert_int_equal(a[i].conversions, 5 * after[i]);
		assert_true(a[i].huge_pages == AGE_UNKNOWN && a[i].blocked_2m == AGE_UNKNOWN);
		assert_true(!i || a[i].t_ns > a[i - 1].t_ns);
	}
	free(a);
}

/* From 2 of 8 places to all and back; a creation changes the number by one at most. */
static void tides(void **state)
{
	static const uint64_t alive[] = { 0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 8,
					  7, 6, 5, 5, 4, 3, 2, 2, 3, 4, 0 };
	struct age *a;
	size_t n;

	(void)state;
	run_age("--lifetimes 20 --tds 8 --tide 16 --mem 4 --every 1 --beside 0 --huge off", &a, &n);
	assert_int_equal(most_alive, 8);
	assert_int_equal(nr_made, 20);
	assert_int_equal(n, ARRAY_SIZE(alive));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(a[i].tds, alive[i]);
	free(a);
}

/* Sizes differ; a page is faulted once, and once more for each conversion. */
static void pages(void **state)
{
	unsigned int faulted = 0, sizes[9] = { 0 }, different = 0;
	struct age *a;
	size_t n;

	(void)state;
	run_age("--lifetimes 40 --tds 2 --mem 16 --pages-per-region 3 --conversions 7 --beside 0 "
		"--huge off",
		&a, &n);
	free(a);
	for (unsigned int td = 0; td < nr_made; td++) {
		unsigned int regions = 0;

		for (unsigned int page = 0; page < MAX_PAGES; page++) {
			faulted += fake[td].faulted[page];
			if (page % REGION_PAGES >= 3)
				assert_int_equal(fake[td].faulted[page], 0);
			else if (page % REGION_PAGES == 0)
				regions += !!fake[td].faulted[page];
		}
		assert_in_range(regions, 1, 8);
		sizes[regions]++;
		faulted -= 3 * regions;
	}
	for (unsigned int i = 1; i <= 8; i++)
		different += !!sizes[i];
	assert_in_range(different, 5, 8);
	assert_int_equal(faulted, 40 * 7);
}

static void record(void **state)
{
	static const char good[] = CSV_AGE
		"\n"
		"0,0,0,5,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20\n"
		"1,0,1,6,,,,,,,,,,,,,,,,,,,,\n";
	static const char *const bad[] = {
		"2,0,1,,,,,,,,,,,,,,,,,,,,,\n",	  /* no time */
		"2,0,1,7,,,,,,,,,,,,,,,,,,,\n",	  /* a field too few */
		"2,0,1,7,,,,,,,,,,,,,,,,,,,,,\n", /* one too many */
		"2,0,1,7,,,,,,,,,,,,,,,,,,,,-1\n",
		"2,0,1,7,281474976710657,,,,,,,,,,,,,,,,,,,\n", /* more than 2^48 blocks */
		"2,0,1,7,,,,,,,,,,,,,,,,,,,,",			/* cut short */
	};
	struct age *a;
	char *why, *text;
	size_t n;

	(void)state;
	put(scratch_dir, FILE_AGE, good);
	assert_int_equal(age_csv_read(scratch_dir, &a, &n, &why), 0);
	assert_int_equal(n, 2);
	assert_int_equal(a[0].free_blocks[10], 11);
	assert_int_equal(a[0].percpu_pages, 12);
	assert_int_equal(a[0].huge_pages, 17);
	assert_int_equal(a[0].tdx_pages, 20);
	assert_true(a[1].free_blocks[0] == AGE_UNKNOWN && a[1].tdx_pages == AGE_UNKNOWN);
	free(a);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		text = xasprintf("%s%s", good, bad[i]);
		put(scratch_dir, FILE_AGE, text);
		free(text);
		assert_int_equal(age_csv_read(scratch_dir, &a, &n, &why), -1);
		assert_null(a);
		assert_non_null(strstr(why, FILE_AGE ":4"));
		free(why);
	}
}

static void refused(void **state)
{
	static const char *const lines[] = {
		"age --mem 3",
		"age --beside 0 --turn-over 5",
		"age --beside 96",
		"age --huge on",
	};

	(void)state;
	assert_refused(lines, ARRAY_SIZE(lines));
	/* more than this machine has */
	assert_int_equal(run_words("age", "--lifetimes 1 --tds 200 --mem 65536 --beside 95 "
					  "--pages-per-region 512 --huge off"),
			 -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),
		cmocka_unit_test(unknown_is_no_zero),
		cmocka_unit_test(pageblocks),
		cmocka_unit_test(lists_of_cpus),
		cmocka_unit_test(what_blocks_a_huge_page),
		cmocka_unit_test(tenant),
		cmocka_unit_test(lifetimes),
		cmocka_unit_test(tides),
		cmocka_unit_test(pages),
		cmocka_unit_test(record),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, scratch_set_up, scratch_clean);
}

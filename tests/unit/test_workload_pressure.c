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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ext2fs/ext2fs.h>

#include "lib/page_size.h"
#include "workloads/core/headrooms.h"
#include "workloads/core/hostmem.h"
#include "workloads/core/ram_disk.h"
#include "workloads/core/victim.h"
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
	assert_int_equal(hostmem_free_above_low(&h, UINT64_MAX), 3840 - 20 - 971 + 300);
	h.zone[1].node = 1;
	assert_int_equal(hostmem_free_above_low(&h, 1), 3840 - 20 - 971);
	assert_int_equal(hostmem_free_above_low(&h, 2), 300);
	assert_int_equal(hostmem_free_above_low(&h, 4), 0);
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
	assert_false(hostmem_elsewhere(&a, &b, &stalls));
	hostmem_parse_vmstat("numa_hit 70\nnuma_miss 4\n", &a);
	hostmem_parse_vmstat("numa_hit 70\nnuma_miss 11\nnuma_foreign 9\n", &b);
	assert_true(hostmem_elsewhere(&a, &b, &stalls));
	assert_int_equal(stalls, 7);
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

static void headrooms(void **state)
{
	struct headrooms h;

	(void)state;
	assert_int_equal(headrooms_parse("0", &h), 0);
	assert_int_equal(h.n, 1);
	assert_int_equal(headrooms_parse("4096,0,1073741824", &h), 0);
	assert_int_equal(h.n, 3);
	assert_int_equal(h.kib[1], 0);
	assert_int_equal(h.kib[2], MAX_HEADROOM_KIB);
	assert_int_equal(headrooms_parse("", &h), -1);
	assert_int_equal(headrooms_parse("1,", &h), -1);
	assert_int_equal(headrooms_parse("1 2", &h), -1);
	assert_int_equal(headrooms_parse("-1", &h), -1);
	assert_int_equal(headrooms_parse("1073741825", &h), -1);
	assert_int_equal(headrooms_parse("0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,"
					 "22,23,24,25,26,27,28,29,30,31,32", &h), -1);
}

/* Each headroom as often as asked; the seed, and nothing else, decides the order. */
static void order(void **state)
{
	struct headrooms h = { { 5, 7, 9 }, 3 };
	uint64_t a[12], b[12];
	size_t seen[10] = { 0 }, first[10] = { 0 }, differ = 0;

	(void)state;
	headrooms_draw(&h, 4, 1, a);
	headrooms_draw(&h, 4, 1, b);
	assert_memory_equal(a, b, sizeof(a));
	for (size_t i = 0; i < 12; i++)
		seen[a[i]]++;
	assert_true(seen[5] == 4 && seen[7] == 4 && seen[9] == 4);
	for (uint64_t seed = 1; seed <= 300; seed++) {
		headrooms_draw(&h, 4, seed, b);
		differ += !!memcmp(a, b, sizeof(a));
		first[b[0]]++;
	}
	assert_true(differ >= 290);
	/* 100 of 300 expected, standard deviation 8 */
	assert_in_range(first[5], 60, 140);
	assert_in_range(first[7], 60, 140);
	assert_in_range(first[9], 60, 140);
}

static size_t resident(char *from, size_t pages)
{
	unsigned char in[1024];
	size_t n = 0;

	assert_in_range(pages, 1, sizeof(in));
	assert_int_equal(mincore(from, pages * PAGE_BYTES, in), 0);
	for (size_t i = 0; i < pages; i++)
		n += in[i] & 1;
	return n;
}

/* Three times through its region; of it at most @drop_pages are missing at any time. */
static void renew(size_t drop_pages)
{
	const size_t pages = 1024;
	struct victim v = { .bytes = pages * PAGE_BYTES, .drop_bytes = drop_pages * PAGE_BYTES };
	char *from =
		mmap(NULL, v.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t least = pages;

	assert_ptr_not_equal(from, MAP_FAILED);
	madvise(from, v.bytes, MADV_NOHUGEPAGE);
	memset(from, 1, v.bytes);
	for (size_t i = 0; i < 3 * pages; i++) {
		uint64_t at = i % pages * PAGE_BYTES;
		size_t here;

		victim_drop(&v, from, at);
		here = resident(from, pages);
		least = here < least ? here : least;
		assert_int_equal(from[at], 0); /* a new page */
		from[at] = 1;
		assert_int_equal(resident(from, pages), here + 1);
	}
	assert_int_equal(least, pages - drop_pages);
	assert_int_equal(resident(from, pages), pages);
	munmap(from, v.bytes);
}

/* A victim that renews its memory piece by piece keeps the rest, and each page that it touches is new. */
static void victim_keeps(void **state)
{
	(void)state;
	renew(1);
	renew(16);
	renew(1024);
}

/* What e2fsck has nothing to say of, the kernel mounts; it must be able to tell a broken one. */
static void file_system(void **state)
{
	char path[] = "/tmp/ext2-XXXXXX", check[64];
	int fd = mkstemp(path);
	ext2_filsys fs;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 4608 * 1024), 0);
	assert_int_equal(ext2_make(path, 4608 * 1024), 0);
	assert_int_equal(ext2fs_open(path, 0, 0, 0, unix_io_manager, &fs), 0);
	assert_int_equal(fs->blocksize, PAGE_BYTES);
	assert_int_equal(ext2fs_blocks_count(fs->super), 1152);
	/* 4 MiB and the block that points to its blocks */
	assert_true(ext2fs_free_blocks_count(fs->super) >= 1024 + 2);
	assert_int_equal(ext2fs_close_free(&fs), 0);
	snprintf(check, sizeof(check), "e2fsck -fn %s >/dev/null 2>&1", path);
	assert_int_equal(system(check), 0);
	assert_int_equal(pwrite(fd, "\xff\xff", 2, 1024 + 56), 2); /* magic */
	assert_int_not_equal(system(check), 0);
	close(fd);
	unlink(path);
	assert_int_equal(ext2_make("/nowhere/ext2", 4608 * 1024), -1);
}

static void dirty_pages(void **state)
{
	char path[] = "/tmp/cached-XXXXXX", text[3 * PAGE_BYTES] = "";
	int fd = mkstemp(path);
	struct cached c;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	if (!file_cached(fd, 0, sizeof(text), &c)) { /* kernels before 6.5 do not tell */
		assert_int_equal(c.pages, 3);
		assert_true(c.dirty_pages <= 3);
		assert_int_equal(file_cached(fd, PAGE_BYTES, PAGE_BYTES, &c), 0);
		assert_int_equal(c.pages, 1);
	}
	close(fd);
	unlink(path);
}

/* null for what is not known of a victim, never 0 */
static void victim_keys(void **state)
{
	struct victim_record of_file = { .file_known = true, .lost_pages = 7 };
	struct victim_record of_memory = { .stalls_known = true, .stalls = 3 };
	json_t *a = json_object(), *b = json_object();

	(void)state;
	victim_json(&of_file, a);
	victim_json(&of_memory, b);
	assert_int_equal(json_integer_value(json_object_get(a, "victim_lost_pages")), 7);
	assert_true(json_is_integer(json_object_get(a, "victim_slept")));
	assert_true(json_is_null(json_object_get(a, "victim_stalls")));
	assert_int_equal(json_integer_value(json_object_get(b, "victim_stalls")), 3);
	assert_true(json_is_null(json_object_get(b, "victim_lost_pages")));
	assert_true(json_is_null(json_object_get(b, "victim_dirty_peak_pages")));
	json_decref(a);
	json_decref(b);
}

static void refused(void **state)
{
	(void)state;
	assert_int_equal(run_words("pressure", "--mem 3"), 2);
	assert_int_equal(run_words("pressure", "--victim-rate 5"), 2);
	assert_int_equal(run_words("pressure", "--headroom 1,2,1"), 2);
	assert_int_equal(run_words("pressure", "--headroom 1,2 --victim small"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-mem 3"), 2);
	assert_int_equal(run_words("pressure", "--victim-drop 64"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-drop 6"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-drop 24"), 2);
	assert_int_equal(run_words("pressure", "--victim huge --victim-drop 64"), 2);
	assert_int_equal(run_words("pressure", "--victim file --victim-drop 64"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-dirty 1024"), 2);
	assert_int_equal(run_words("pressure", "--victim small --victim-sync 1024"), 2);
	assert_int_equal(run_words("pressure", "--victim file --victim-sync 6"), 2);
	assert_int_equal(run_words("pressure", "--victim file --victim-sync 24"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones),	  cmocka_unit_test(absent_is_null),
		cmocka_unit_test(pressure_lines), cmocka_unit_test(headrooms),
		cmocka_unit_test(order),	  cmocka_unit_test(victim_keeps),
		cmocka_unit_test(file_system),	  cmocka_unit_test(dirty_pages),
		cmocka_unit_test(victim_keys),	  cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

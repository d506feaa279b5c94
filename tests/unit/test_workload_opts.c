// SPDX-License-Identifier: GPL-2.0
/*
 * Option tables: defaults, values, ranges, error lines, JSON. A wrong command line must never start
 * a run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "workloads/core/opts.h"

static uint64_t count, bytes, kind, flag, seed;
static const char *path;
static struct opt table[] = {
	OPT_UINT("count", &count, "4", 1, 4094, "N", "count"),
	OPT_BYTES("size", &bytes, "4K", 4096, 1ULL << 30, "size"),
	OPT_CHOICE("the-kind", &kind, "dense", "dense|sparse|per-region", "kind"), OPT_END
};
static struct opt common[] = { OPT_UINT("seed", &seed, "1", 0, UINT32_MAX, "N", "seed"),
			       OPT_FLAG("flag", &flag, "flag"), OPT_PATH("path", &path, "path"),
			       OPT_END };
static char err[256];

/* Parse up to four words. */
static int parse(const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = { (char *)a, (char *)b, (char *)c, (char *)d, NULL };
	int argc = 0;

	while (argc < 4 && argv[argc])
		argc++;
	err[0] = '\0';
	return opts_parse(table, common, argc, argv, err, sizeof(err));
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("--flag", "--path", "x", NULL), 0);
	assert_int_equal(parse(NULL, NULL, NULL, NULL), 0);
	assert_int_equal(count, 4);
	assert_int_equal(bytes, 4096);
	assert_int_equal(kind, 0);
	assert_int_equal(flag, 0);
	assert_null(path);
	assert_false(opt_given(table, "count"));
}

static void values(void **state)
{
	(void)state;
	assert_int_equal(parse("--count", "4094", "--the-kind=per-region", "--flag"), 0);
	assert_int_equal(count, 4094);
	assert_int_equal(kind, 2);
	assert_int_equal(flag, 1);
	assert_true(opt_given(table, "count"));
	assert_false(opt_given(table, "size"));
	assert_false(opt_given(table, "nonsense"));
	assert_int_equal(parse("--size=1G", "--path", "/a=b", NULL), 0);
	assert_int_equal(bytes, 1 << 30);
	assert_string_equal(path, "/a=b");
	assert_int_equal(parse("--size", "2M", "--seed", "0"), 0);
	assert_int_equal(bytes, 2 << 20);
	assert_int_equal(seed, 0);
}

static void refuse(const char *a, const char *b, const char *c, const char *d, const char *line)
{
	assert_int_equal(parse(a, b, c, d), -1);
	assert_string_equal(err, line);
}

static void refusals(void **state)
{
	(void)state;
	refuse("--count", "0", NULL, NULL, "--count: 0 is out of range, 1..4094 is possible");
	refuse("--count=4095", NULL, NULL, NULL,
	       "--count: 4095 is out of range, 1..4094 is possible");
	refuse("--count", "-1", NULL, NULL, "--count: '-1' is not a number");
	refuse("--count", "4K", NULL, NULL, "--count: '4K' is not a number");
	refuse("--count", "", NULL, NULL, "--count: '' is not a number");
	refuse("--count", "99999999999999999999", NULL, NULL,
	       "--count: '99999999999999999999' is not a number");
	refuse("--size", "99999999999999G", NULL, NULL,
	       "--size: '99999999999999G' is not a number of bytes (suffixes K, M, G are understood)");
	refuse("--size", "4KB", NULL, NULL,
	       "--size: '4KB' is not a number of bytes (suffixes K, M, G are understood)");
	refuse("--the-kind", "spars", NULL, NULL,
	       "--the-kind: 'spars' is not one of dense|sparse|per-region");
	refuse("--the-kind", "", NULL, NULL,
	       "--the-kind: '' is not one of dense|sparse|per-region");
	refuse("--coun", "3", NULL, NULL, "unknown option --coun: --help lists the options");
	refuse("count", NULL, NULL, NULL, "'count' is not an option: options start with --");
	refuse("--count", NULL, NULL, NULL, "--count needs a value: N");
	refuse("--flag=1", NULL, NULL, NULL, "--flag takes no value");
	refuse("--count=1", "--count=1", NULL, NULL, "--count is given twice");
}

static void as_json(void **state)
{
	json_t *params = json_object(), *want;

	(void)state;
	assert_int_equal(parse("--the-kind=sparse", "--flag", "--path", "p"), 0);
	assert_int_equal(opts_json(table, params), 0);
	assert_int_equal(opts_json(common, params), 0);
	want = json_pack("{s:i, s:i, s:s, s:i, s:b}", "count", 4, "size", 4096, "the_kind",
			 "sparse", "seed", 1, "flag", 1);
	assert_true(json_equal(params, want));
	json_decref(want);
	json_decref(params);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(values),
		cmocka_unit_test(refusals),
		cmocka_unit_test(as_json),
	};

	return cmocka_run_group_tests_name("workload options", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Option tables: defaults, values, ranges, error lines, words, JSON, arguments, completion. A wrong
 * command line must never start a run.
 */
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/options.h"
#include "lib/text.h"

static uint64_t count, bytes, kind, seed, mem;
static bool flag;
static double real;
static const char *path, *word, *text;
static char **list, called[64];

static int call(const struct opt *o, const char *value, char **error)
{
	if (strchr(value, '!')) {
		*error = xstrdup("no ! please");
		return -1;
	}
	snprintf(called + strlen(called), sizeof(called) - strlen(called), "%s=%s;", o->name, value);
	return 0;
}

static void names(FILE *to)
{
	fputs("jim\njohn\n", to);
}

static struct opt table[] = {
	OPT_UINT("count", &count, "4", 1, 4094, "N", "count"),
	OPT_BYTES("size", &bytes, "4K", 4096, 1ULL << 30, "size"),
	OPT_CHOICE("the-kind", &kind, "dense", "dense|sparse|per-region", "kind"), OPT_END
};
static struct opt common[] = {
	OPT_UINT("seed", &seed, "1", 0, UINT32_MAX, "N", "seed"),
	OPT_FLAG("flag", &flag, "flag"),
	OPT_FILE("path", &path, "FILE", "path"),
	OPT_END
};
/* The types that no workload has. */
static struct opt more[] = {
	OPT_REAL("real", &real, NULL, 0, 1e6, "X", "real"),
	OPT_MIB("mem", &mem, "64", 2, 8192, "mem"),
	OPT_HEADING("Others"),
	OPT_WORD("word", &word, "red", "red|green", "word", .here_only = true),
	OPT_TEXT("text", &text, NULL, "NAME", "text", .values = names, .unrecorded = true),
	OPT_LIST("list", &list, "DIR...", "list"),
	OPT_CALL("call", call, "near|at:PLACE", "call"),
	OPT_END
};
static char err[256];

static int parse_words(struct opt *t, struct opt *c, char **argv, char ***command)
{
	char *error = NULL;
	int n = opts_parse(t, c, argv, command, &error);

	snprintf(err, sizeof(err), "%s", error ? error : "");
	free(error);
	return n;
}

/* Parse up to four words. */
static int parse(const char *a, const char *b, const char *c, const char *d)
{
	char *argv[] = { (char *)a, (char *)b, (char *)c, (char *)d, NULL };

	return parse_words(table, common, argv, NULL);
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(parse("--flag", "--path", "x", NULL), 0);
	assert_int_equal(parse(NULL, NULL, NULL, NULL), 0);
	assert_int_equal(count, 4);
	assert_int_equal(bytes, 4096);
	assert_int_equal(kind, 0);
	assert_false(flag);
	assert_null(path);
	assert_false(opt_given(table, "count"));
}

static void values(void **state)
{
	(void)state;
	assert_int_equal(parse("--count", "4094", "--the-kind=per-region", "--flag"), 0);
	assert_int_equal(count, 4094);
	assert_int_equal(kind, 2);
	assert_true(flag);
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
	refuse("--count", "0", NULL, NULL, "--count: 0 is out of range; give 1..4094");
	refuse("--count=4095", NULL, NULL, NULL, "--count: 4095 is out of range; give 1..4094");
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
	refuse("-c", NULL, NULL, NULL, "'-c' is not an option: options start with --");
	refuse("-h", NULL, NULL, NULL, "unknown option --help: --help lists the options");
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

/* Options stand on either side of words; a list goes on until the next option. */
static void words(void **state)
{
	char *argv[] = { "one", "--count=2", "two", "-", "--flag", "--", "--three", NULL };
	char *lists[] = { "--list", "a", "b", "--real=1", "w", "--list=c", "d", NULL };
	char *late[] = { "w", "--", "--real", "x", NULL };
	char **command;

	(void)state;
	assert_int_equal(parse_words(table, common, argv, NULL), 4);
	assert_string_equal(argv[0], "one");
	assert_string_equal(argv[1], "two");
	assert_string_equal(argv[2], "-");
	assert_string_equal(argv[3], "--three");
	assert_null(argv[4]);

	assert_int_equal(parse_words(more, NULL, lists, &command), 1);
	assert_string_equal(lists[0], "w");
	assert_null(command);
	assert_int_equal(strv_len(list), 4);
	assert_string_equal(list[3], "d");

	assert_int_equal(parse_words(more, NULL, late, &command), 1);
	assert_null(late[1]);
	assert_string_equal(command[0], "--real");
	assert_string_equal(command[1], "x");
	assert_null(list);
}

static void refuse_more(const char *a, const char *b, const char *line)
{
	char *argv[] = { (char *)a, (char *)b, NULL };

	assert_int_equal(parse_words(more, NULL, argv, NULL), -1);
	assert_string_equal(err, line);
}

static void other_types(void **state)
{
	char *argv[] = { "--mem", "4G", "--call=a", "--word=green", "--call", "b", "--real=2.5e3", NULL };
	char *none[] = { NULL };

	(void)state;
	called[0] = '\0';
	assert_int_equal(parse_words(more, NULL, argv, NULL), 0);
	assert_int_equal(mem, 4096);
	assert_string_equal(word, "green");
	assert_string_equal(called, "call=a;call=b;");
	assert_true(real == 2500);
	assert_string_equal(opts_given_under(more, "Others")->name, "word");
	assert_int_equal(parse_words(more, NULL, none, NULL), 0);
	assert_true(isnan(real));
	assert_string_equal(word, "red");
	assert_null(opts_given_under(more, "Others"));

	refuse_more("--mem=1", NULL, "--mem: 1 is out of range; give 2..8192");
	refuse_more("--mem=4K", NULL, "--mem: '4K' is not a number of MiB (suffixes M, G are understood)");
	refuse_more("--real", "1e7", "--real: 1e7 is out of range; give 0..1e+06");
	refuse_more("--real", "nan", "--real: 'nan' is not a number");
	refuse_more("--real", "1x", "--real: '1x' is not a number");
	refuse_more("--word", "blue", "--word: 'blue' is not one of red|green");
	refuse_more("--call", "a!", "--call a!: no ! please");
	refuse_more("--Others", "x", "unknown option --Others: --help lists the options");
}

/* What opts_argv() makes gives the same values again, to a program in another directory. */
static void arguments(void **state)
{
	char *argv[] = { "--mem=3G", "--text", "it's = odd", "--list", "a", "b", "--word=green", NULL };
	char *files[] = { "--flag", "--path", ".", NULL }, cwd[PATH_MAX], *want;
	char **again, *copy[5];

	(void)state;
	assert_int_equal(parse_words(more, NULL, argv, NULL), 0);
	again = opts_argv(strv_add(NULL, "x"), more);
	assert_int_equal(strv_len(again), 5);
	assert_string_equal(again[1], "--mem=3G");
	assert_string_equal(again[2], "--text=it's = odd");
	memcpy(copy, again + 1, sizeof(copy));	/* the parser moves what it parses */
	assert_int_equal(parse_words(more, NULL, copy, NULL), 0);
	assert_int_equal(mem, 3072);
	assert_string_equal(text, "it's = odd");
	assert_int_equal(strv_len(list), 2);
	assert_string_equal(word, "red");
	strv_free(again);

	assert_int_equal(parse_words(common, NULL, files, NULL), 0);
	again = opts_argv(NULL, common);
	want = xasprintf("--path=%s", getcwd(cwd, sizeof(cwd)));
	assert_string_equal(again[0], "--flag");
	assert_string_equal(again[1], want);
	assert_null(again[2]);
	free(want);
	strv_free(again);
}

static bool completes(char *const *words, const char *want)
{
	char *said = NULL;
	size_t size;
	FILE *f = open_memstream(&said, &size);
	bool done = opts_complete(f, more, common, words);

	fclose(f);
	assert_string_equal(said, want);
	free(said);
	return done;
}

static void completion(void **state)
{
	static const char all[] = "--real\n--mem\n--word\n--text\n--list\n--call\n--seed\n--flag\n--path\n";

	(void)state;
	assert_true(completes((char *[]){ "--", NULL }, all));
	assert_true(completes((char *[]){ "w", "--flag", "-", NULL }, all));
	assert_true(completes((char *[]){ "--word", "", NULL }, "red\ngreen\n"));
	assert_true(completes((char *[]){ "--word", "=", "r", NULL }, "red\ngreen\n"));
	assert_true(completes((char *[]){ "--text", "j", NULL }, "jim\njohn\n"));
	assert_true(completes((char *[]){ "--call", "", NULL }, "near\n"));
	assert_true(completes((char *[]){ "--path", "", NULL }, ""));
	assert_true(completes((char *[]){ "--list", "a", "b", NULL }, ""));
	assert_false(completes((char *[]){ "--text", "jim", "", NULL }, ""));
	assert_false(completes((char *[]){ "--flag", "", NULL }, ""));
	assert_false(completes((char *[]){ "", NULL }, ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(values),
		cmocka_unit_test(refusals),
		cmocka_unit_test(as_json),
		cmocka_unit_test(words),
		cmocka_unit_test(other_types),
		cmocka_unit_test(arguments),
		cmocka_unit_test(completion),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}

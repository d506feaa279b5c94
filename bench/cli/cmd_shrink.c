// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench shrink: a storm that fails, cut down to few operations, as a C program.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/shrink/shrink.h"
#include "bench/shrink/storm_boot.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/index_list.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "verbs.h"

/* Longest values of --only and --weights in a boot, in bytes: the kernel's command line carries them. */
#define LISTS_BYTES 1500

static const char *variant, *kernel, *workload_file, *append, *cost, *platform, *time_base, *out;
static uint64_t seed, cpus, mem_mib, timeout_s, boots;

static struct opt options[] = {
	OPT_FILE("out", &out, "DIR", "keep the run directories of all boots here; otherwise none is kept",
		 .here_only = true),
	OPT_TEXT("variant", &variant, NULL, "NAME", "kernel variant", .values = print_kernel_names),
	OPT_FILE("kernel", &kernel, "FILE", "boot this bzImage; --variant is then only its label"),
	OPT_FILE("workload", &workload_file, "FILE",
		 "workload binary; without it, the one next to dpamt-bench"),
	OPT_UINT("seed", &seed, "1", 1, UINT32_MAX, "N", "seed of VM, module and storm"),
	OPT_WORD("time", &time_base, "virtual", "virtual|wall", "as of run"),
	OPT_UINT("cpus", &cpus, "1", 1, 64, "N", "vCPUs"),
	OPT_MIB("mem", &mem_mib, "1024", 256, 1 << 24, "guest memory in MiB, or with M or G"),
	OPT_TEXT("append", &append, "", "ARGS", "more kernel command line"),
	OPT_WORD("cost", &cost, "mid", "low|mid|high", "as of run"),
	OPT_WORD("platform", &platform, "spr", "spr|gnr", "as of run"),
	OPT_UINT("timeout", &timeout_s, "120", 1, 86400, "SECONDS", "wall-time limit of a boot"),
	OPT_HELP,
	OPT_END
};

/* Append the storm's command line, less the options that say which rounds. */
static char **add_storm(char **argv, char **command)
{
	static const char *const chosen[] = { "--rounds", "--first-round", "--only" };

	for (char **c = command; *c; c++) {
		size_t i, len = strcspn(*c, "=");

		for (i = 0; i < ARRAY_SIZE(chosen); i++)
			if (strlen(chosen[i]) == len && !strncmp(*c, chosen[i], len))
				break;
		if (!strcmp(*c, "--prefer-new"))
			continue; /* a flag; --weights says what came of it */
		if (i == ARRAY_SIZE(chosen))
			argv = strv_add(argv, *c);
		else if (!(*c)[len] && c[1])
			c++;
	}
	return argv;
}

struct search {
	char **command; /* of the storm */
	char *dir;	/* of the boots */
	char *failure;	/* that is looked for */
	char *weights;	/* of the round that failed; NULL: the table's */
	uint64_t round;
};

static char **add_weights(char **argv, const struct search *s)
{
	return s->weights ? strv_add(strv_add(argv, "--weights"), s->weights) : argv;
}

/* Boot once; @only is NULL for the storm as it was given. */
static int boot(const struct search *s, struct storm_boot *b, const char *only)
{
	char *dir = xasprintf("%s/%" PRIu64, s->dir, ++boots), *first;
	char **argv = opts_argv(strv_add(strv_add(NULL, "dpamt-bench"), "run"), options);
	int ret;

	/* The defaults differ from those of run. */
	if (!opt_given(options, "cpus"))
		argv = strv_add(argv, "--cpus=1");
	if (!opt_given(options, "mem"))
		argv = strv_add(argv, "--mem=1024");
	if (!opt_given(options, "timeout"))
		argv = strv_add(argv, "--timeout=120");
	argv = strv_add(strv_add(argv, "--out"), dir);
	argv = strv_add(argv, "--");
	for (char **c = s->command; !only && *c; c++)
		argv = strv_add(argv, *c);
	if (only) {
		argv = add_storm(argv, s->command);
		first = xasprintf("--first-round=%" PRIu64, s->round);
		argv = strv_add(strv_add(argv, first), "--rounds=1");
		argv = strv_add(strv_add(argv, "--only"), only);
		argv = add_weights(argv, s);
		free(first);
	}
	argv = strv_add(argv, "--print");
	ret = storm_boot(b, argv, dir);
	strv_free(argv);
	free(dir);
	return ret;
}

static bool is_it(const struct search *s, const struct storm_boot *b)
{
	char *failure = b->ok ? NULL : storm_failure(b->reason);
	bool same = failure && !strcmp(failure, s->failure);

	free(failure);
	return same;
}

/* The value of --only for the candidates from @first on, as many as fit; *end is behind the last. */
static char *lists(const struct search *s, bool *const *candidate, size_t first, size_t candidates,
		   size_t n, size_t *end)
{
	size_t room = LISTS_BYTES - (s->weights ? strlen(s->weights) : 0);
	char *text = index_list_text(candidate[first], n);

	for (*end = first + 1; *end < candidates; (*end)++) {
		char *one = index_list_text(candidate[*end], n);

		if (strlen(text) + strlen(one) + 1 > room) {
			free(one);
			break;
		}
		text = text_add(text, one, "/");
		free(one);
	}
	return text;
}

static long first_failing(void *arg, bool *const *candidate, size_t candidates, size_t n)
{
	const struct search *s = arg;
	size_t first = 0, end;

	while (first < candidates) {
		char *only = lists(s, candidate, first, candidates, n, &end);
		struct storm_boot b;
		int err = boot(s, &b, only);
		size_t at = first + (b.list > 0 ? (size_t)b.list : 0);
		bool ok = b.ok, found = !err && is_it(s, &b);

		free(only);
		storm_boot_free(&b);
		if (err)
			return -1;
		if (found) {
			fprintf(stderr, "boot %" PRIu64 ": %zu operations still fail\n", boots,
				shrink_count(candidate[at], n));
			return (long)at;
		}
		first = ok ? end : at + 1; /* else it failed in another way */
	}
	return (long)candidates;
}

/* The storm as it was given: it must fail. */
static int look(struct search *s, struct shrink *what)
{
	struct storm_boot b;

	if (boot(s, &b, NULL))
		return -1;
	if (b.ok || !b.steps) {
		fail(b.ok ? "shrink: this storm does not fail" :
			    "shrink: the boot failed before a round began: %s", b.reason);
		storm_boot_free(&b);
		return -1;
	}
	s->failure = storm_failure(b.reason);
	s->round = b.round;
	s->weights = b.weights ? xstrdup(b.weights) : NULL;
	what->n = b.steps;
	what->in = xcalloc(what->n, sizeof(*what->in));
	memset(what->in, 1, what->n * sizeof(*what->in));
	fprintf(stderr, "round %" PRIu64 " fails: %s\n", s->round, b.reason);
	storm_boot_free(&b);
	return 0;
}

/* Do the operations @only fail in the same way in a boot that runs nothing else? */
static int confirm(const struct search *s, const char *only, const char *of)
{
	struct storm_boot b;
	bool same;

	if (boot(s, &b, only))
		return -1;
	same = is_it(s, &b);
	storm_boot_free(&b);
	return same ? 0 : fail("shrink: round %" PRIu64 " alone, %s, does not fail so: what came before in the "
			       "same boot matters, or it is a race", s->round, of);
}

/* The workload prints the program. Returns only if that is impossible. */
static int print_program(const struct search *s, const char *only)
{
	char *file = workload_file ? xstrdup(workload_file) : path_in_build("dpamt-workload");
	char *number = xasprintf("--seed=%" PRIu64, seed);
	char *round = xasprintf("--first-round=%" PRIu64, s->round);
	char **argv = strv_add(NULL, "dpamt-workload");

	argv = add_storm(argv, s->command);
	argv = strv_add(strv_add(strv_add(argv, number), round), "--rounds=1");
	argv = add_weights(strv_add(strv_add(argv, "--only"), only), s);
	argv = strv_add(argv, "--program");
	execv(file, argv);
	return fail("%s cannot be run", file);
}

static int search(struct search *s)
{
	struct shrink what = { .first_failing = first_failing, .arg = s };
	char *only = NULL;
	int ret;

	if (look(s, &what))
		return -1;
	only = index_list_text(what.in, what.n);
	ret = confirm(s, only, "whole");
	if (!ret) {
		ret = shrink(&what);
		free(only);
		only = index_list_text(what.in, what.n);
	}
	if (!ret)
		ret = confirm(s, only, "shrunk");
	if (!ret)
		fprintf(stderr, "%zu of %zu operations, %" PRIu64 " boots: --seed %" PRIu64
			" -- storm --rounds 1 --first-round %" PRIu64 " --only %s\n",
			shrink_count(what.in, what.n), what.n, boots, seed, s->round, only);
	free(what.in);
	if (!out)
		remove_tree(s->dir);
	return ret ? ret : print_program(s, only);
}

static int run(const struct call *c)
{
	const char *tmp = getenv("TMPDIR");
	char *template = xasprintf("%s/dpamt-shrink.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	struct search s = { .command = c->command };

	if (!c->command || !c->command[0] || strcmp(c->command[0], "storm"))
		return fail_as(EXIT_CANNOT_RUN, "shrink: only storms can be shrunk; give -- storm OPTIONS");
	s.dir = out ? xstrdup(out) : mkdtemp(template);
	if (!s.dir || (out && make_dirs(out)))
		return fail_as(EXIT_CANNOT_RUN,
			       "shrink: %s: %s; choose a writable place for the boots with --out",
			       out ? out : template, strerror(errno));
	return search(&s) ? EXIT_FAILURE : EXIT_SUCCESS;
}

const struct verb verb_shrink = {
	VERB_HEAD("shrink", "cut a failing storm down to few operations, as a C program",
		  "--variant NAME [options] -- storm [OPTIONS]"),
	.about =
		"Boots the storm, which must fail. Then it leaves operations out of the round that failed, boot by "
		"boot, until each that is left is needed for the same failure: the same kind of trouble at "
		"the same place of the kernel, or the same thing wrong with an operation. It prints these as a "
		"C program, which fails by itself, and, on standard error, the command that replays "
		"them.\n\n"
		"A boot tries one candidate after the other until one fails. What fails by a race may "
		"shrink to less than it needs, or not at all.\n\n"
		"Exit status: 0; 1 if the storm does not fail, or a boot could not be made; 127 for a wrong command "
		"line.",
	.opts = options,
	.run = run,
	.complete_command = complete_workload,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-workload: all workloads in one static binary, so that a VM needs no other file.
 *
 * Exit status: 0 the run passed, 1 it failed, 2 the command line is wrong, 77 it cannot run on this
 * machine.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "bench/rundir/samples_bin.h"
#include "lib/version.h"
#include "workloads/antagonists/antagonist.h"
#include "man.h"
#include "placement.h"
#include "workload.h"

#define EXIT_USAGE	2
#define EXIT_SKIPPED	77

static uint64_t help, json, seed;
static const char *samples_path, *numa, *antagonist_names;

static struct opt common[] = {
	OPT_UINT("seed", &seed, "1", 0, RUN_MAX_SEED, "N",
		 "of all random choices; the same seed repeats them"),
	OPT_TEXT("antagonist", &antagonist_names, NULL, "NAME[,NAME...]",
		 "disturb the measured phases; LIST-ANTAGONISTS shows with what"),
	OPT_TEXT("numa", &numa, "none", PLACEMENT_FORM,
		 "where threads run and memory comes from; remote: not from their own node"),
	OPT_FLAG("json", &json,
		 "print the result as JSON; otherwise the same values as lines of text"),
	OPT_PATH("samples", &samples_path, "write each timed operation to this file: a line of CSV, or binary if it ends in .bin"),
	OPT_FLAG("help", &help, "print this text"),
	OPT_END
};

static void print_usage(FILE *to)
{
	const struct workload *w;

	fputs("usage: dpamt-workload WORKLOAD [options] | WORKLOAD --help | LIST\n"
	      "       dpamt-workload antagonist NAME | LIST-ANTAGONISTS | man | --version\n",
	      to);
	for (w = workload_next(NULL); w; w = workload_next(w))
		fprintf(to, "  %-10s %s\n", w->name, w->question);
}

static void print_list(void)
{
	const struct workload *w;

	for (w = workload_next(NULL); w; w = workload_next(w)) {
		printf("%s\t%s\t", w->name, w->question);
		for (size_t i = 0; w->ops[i]; i++)
			printf("%s%s", i ? " " : "", w->ops[i]);
		putchar('\n');
	}
}

static void print_antagonists(void)
{
	const struct antagonist *a;

	for (a = antagonists; a->name; a++)
		printf("%s\t%s\n", a->name, a->what);
}

static void print_help(const struct workload *w)
{
	size_t i;

	printf("usage: dpamt-workload %s [options]\n\n%s\n\n", w->name, w->question);
	printf("Exercises: %s.\nVerifies:  %s.\nTimes:    ", w->exercises, w->verify);
	for (i = 0; w->ops[i]; i++)
		printf(" %s", w->ops[i]);
	printf("\nExit:      0 passed, 1 failed, 2 wrong command line, 77 cannot run here\n"
	       "\nOptions (range) [default]:\n");
	opts_help(stdout, w->opts);
	opts_help(stdout, common);
}

/* A JSON value as "path: value" lines, the same walk for every result. */
static void print_text(const char *path, const json_t *val)
{
	char sub[256];
	const char *key;
	json_t *child;
	size_t i;

	switch (json_typeof(val)) {
	case JSON_OBJECT:
		json_object_foreach((json_t *)val, key, child) {
			snprintf(sub, sizeof(sub), "%s%s%s", path, *path ? "." : "", key);
			print_text(sub, child);
		}
		break;
	case JSON_ARRAY:
		json_array_foreach(val, i, child) {
			snprintf(sub, sizeof(sub), "%s.%zu", path, i);
			print_text(sub, child);
		}
		break;
	case JSON_STRING:
		printf("%s: %s\n", path, json_string_value(val));
		break;
	case JSON_INTEGER:
		printf("%s: %" JSON_INTEGER_FORMAT "\n", path, json_integer_value(val));
		break;
	case JSON_REAL:
		printf("%s: %g\n", path, json_real_value(val));
		break;
	case JSON_NULL:
		printf("%s: null\n", path);
		break;
	default:
		printf("%s: %s\n", path, json_is_true(val) ? "true" : "false");
	}
}

static int flush_stdout(void)
{
	if (fflush(stdout) || ferror(stdout))
		return fail("standard output cannot be written: %s", strerror(errno));
	return 0;
}

static int print_result(const json_t *result)
{
	if (json) {
		json_dumpf(result, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text("", result);
	}
	return flush_stdout();
}

/* Opened before the run: a path that cannot be written is known before time is spent. */
static int write_samples(const struct run *run, FILE *to)
{
	const char *dot = strrchr(samples_path, '.');
	bool bin = dot && !strcmp(dot, ".bin");
	int err = (bin ? samples_write_bin : samples_write_csv)(&run->samples, to,
								 run->workload->ops, run->start_ns);

	if (fclose(to) || err)
		return fail("%s cannot be written: %s", samples_path, strerror(errno));
	return 0;
}

static int run_and_report(const struct workload *w, const struct needs *needs)
{
	static struct run run;
	json_t *params = json_object(), *result;
	FILE *csv = NULL;
	int ret;

	if (!params || opts_json(w->opts, params) ||
	    json_object_set_new(params, "seed", json_integer((json_int_t)seed)) ||
	    json_object_set_new(params, "numa", json_string(numa)))
		return fail("no memory for the parameters");
	if (samples_path) {
		csv = fopen(samples_path, "we");
		if (!csv)
			return fail("--samples: %s cannot be written: %s", samples_path,
				    strerror(errno));
	}
	if (run_prepare(&run, w, seed, needs))
		return -1;

	ret = run_workload(&run);
	if (csv && write_samples(&run, csv))
		ret = -1;
	result = run_result(&run, needs, params);
	if (!result)
		ret = fail("no memory for the result");
	else if (print_result(result))
		ret = -1;

	json_decref(result);
	json_decref(params);
	samples_free(&run.samples);
	return ret;
}

/* The verbs that only print. False if argv[1] is none of them. */
static bool printed(const char *verb)
{
	if (!strcmp(verb, "LIST") || !strcmp(verb, "list"))
		print_list();
	else if (!strcmp(verb, "LIST-ANTAGONISTS"))
		print_antagonists();
	else if (!strcmp(verb, "man"))
		man_print(stdout, common);
	else if (!strcmp(verb, "--help"))
		print_usage(stdout);
	else
		return false;
	return true;
}

static const char *unavailable(const struct workload *w)
{
	const char *why = w->unavailable();

	if (!why)
		why = placement_unavailable();
	return why ? why : antagonists_unavailable();
}

int main(int argc, char **argv)
{
	const struct workload *w;
	struct needs needs = { 0 };
	char err[ERR_MAX_BYTES];
	const char *why;

	program_invocation_short_name = "dpamt-workload";
	err_keep_first(false);
	if (argc < 2) {
		print_usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "antagonist")) {
		if (argc == 3)
			return antagonist_alone(argv[2]);
		fail("antagonist takes one name: `dpamt-workload LIST-ANTAGONISTS` shows them");
		return EXIT_USAGE;
	}
	if (version_printed(argc, argv, "dpamt-workload") || printed(argv[1]))
		return flush_stdout() ? EXIT_FAILURE : EXIT_SUCCESS;
	w = workload_find(argv[1]);
	if (!w) {
		fail("there is no workload '%s': `dpamt-workload LIST` shows them", argv[1]);
		return EXIT_USAGE;
	}
	if (opts_parse(w->opts, common, argc - 2, argv + 2, err, sizeof(err))) {
		fail("%s: %s", w->name, err);
		return EXIT_USAGE;
	}
	if (w->needs(&needs) || placement_parse(numa) || antagonists_parse(antagonist_names))
		return EXIT_USAGE;
	if (help) {	/* behind a command line that is right: so a command line can be checked */
		print_help(w);
		return flush_stdout() ? EXIT_FAILURE : EXIT_SUCCESS;
	}
	why = unavailable(w);
	if (why) {
		fail("%s cannot run here: %s", w->name, why);
		return EXIT_SKIPPED;
	}
	/* Sleepers wake when they asked to, not up to 50 us later. */
	prctl(PR_SET_TIMERSLACK, 1);
	return run_and_report(w, &needs) ? EXIT_FAILURE : EXIT_SUCCESS;
}

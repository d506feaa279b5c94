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
#include "lib/program.h"
#include "lib/text.h"
#include "lib/version.h"
#include "workloads/antagonists/antagonist.h"
#include "placement.h"
#include "workload.h"

#define EXIT_USAGE	2
#define EXIT_SKIPPED	77

enum { DRAWS_ON, DRAWS_OFF };

static uint64_t seed, draws;
static bool json;
static const char *samples_path, *numa, *antagonist_names;
static struct needs needs;

static void print_antagonist_names(FILE *to)
{
	for (const struct antagonist *a = antagonists; a->name; a++)
		fprintf(to, "%s\n", a->name);
}

static struct opt common[] = {
	OPT_UINT("seed", &seed, "1", 0, RUN_MAX_SEED, "N",
		 "of all random choices; the same seed repeats them"),
	OPT_CHOICE("draws", &draws, "on", "on|off",
		   "the seed also draws the place in a tick where a measured phase and each TD's "
		   "destruction begin, the CPUs on which threads begin, and what was done with free "
		   "memory before"),
	OPT_TEXT("antagonist", &antagonist_names, NULL, "NAME[,NAME...]",
		 "disturb the measured phases; LIST-ANTAGONISTS shows with what",
		 .values = print_antagonist_names, .unrecorded = true),
	OPT_TEXT("numa", &numa, "none", PLACEMENT_FORM,
		 "where threads run and memory comes from; remote: not from their own node"),
	OPT_FLAG("json", &json,
		 "print the result as JSON; otherwise the same values as lines of text",
		 .unrecorded = true),
	OPT_FILE("samples", &samples_path, "FILE",
		 "write each timed operation to this file: a line of CSV, or binary if it ends in .bin"),
	OPT_HELP,
	OPT_END
};

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

/* The file of @w's own record, in the folder of the samples; malloc'ed. */
static char *record_path(const struct workload *w)
{
	const char *slash = strrchr(samples_path, '/');

	return xasprintf("%.*s%s", slash ? (int)(slash + 1 - samples_path) : 0, samples_path,
			 w->record_file);
}

static int write_record(const struct run *run, const char *path)
{
	FILE *to = fopen(path, "we");
	int err = to ? run->workload->write_record(run, to) : -1;

	if ((to && fclose(to)) || err)
		return fail("%s cannot be written: %s", path, strerror(errno));
	return 0;
}

static int run_and_report(const struct workload *w)
{
	static struct run run;
	json_t *params = json_object(), *result;
	char *record = samples_path && w->record_file ? record_path(w) : NULL;
	FILE *csv = NULL;
	int ret;

	if (!params || opts_json(w->opts, params) || opts_json(common, params))
		return fail("no memory for the parameters");
	if (samples_path) {
		csv = fopen(samples_path, "we");
		if (!csv)
			return fail("--samples: %s cannot be written: %s", samples_path,
				    strerror(errno));
	}
	if (run_prepare(&run, w, seed, draws == DRAWS_ON, &needs))
		return -1;

	ret = run_workload(&run);
	if (csv && write_samples(&run, csv))
		ret = -1;
	if (record && write_record(&run, record))
		ret = -1;
	free(record);
	result = run_result(&run, &needs, params);
	if (!result)
		ret = fail("no memory for the result");
	else if (print_result(result))
		ret = -1;

	json_decref(result);
	json_decref(params);
	samples_free(&run.samples);
	return ret;
}

static const char *unavailable(const struct workload *w)
{
	const char *why = w->unavailable ? w->unavailable() : td_unavailable();

	if (!why)
		why = placement_unavailable();
	return why ? why : antagonists_unavailable();
}

/* Check options against each other, which the tables cannot. */
static int check_options(const struct verb *v)
{
	const struct workload *w = v->data;

	return w->needs(&needs) || placement_parse(numa) || antagonists_parse(antagonist_names);
}

static int run_verb(const struct call *c)
{
	const struct workload *w = c->verb->data;
	int status = w->print ? w->print(seed) : -1;
	const char *why;

	if (status >= 0)
		return status || flush_stdout() ? EXIT_FAILURE : EXIT_SUCCESS;
	why = unavailable(w);
	if (why) {
		fail("%s cannot run here: %s", w->name, why);
		return EXIT_SKIPPED;
	}
	/* Sleepers wake when they asked to, not up to 50 us later. */
	prctl(PR_SET_TIMERSLACK, 1);
	return run_and_report(w) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static struct verb verb_of(const struct workload *w)
{
	char *times = NULL, *about;

	for (size_t i = 0; w->ops[i]; i++)
		times = text_add(times, w->ops[i], " ");
	about = xasprintf("%s\n\nExercises: %s.\n\nVerifies: %s.\n\nTimes: %s", w->question,
			  w->exercises, w->verify, times ? times : "nothing");
	free(times);
	return (struct verb){
		.name = w->name, .help = w->question, .args = "[options]", .about = about,
		.opts = w->opts, .common = common, .check = check_options, .run = run_verb,
		.data = w,
	};
}

static int list(const struct call *c)
{
	(void)c;
	for (const struct workload *w = workload_next(NULL); w; w = workload_next(w)) {
		printf("%s\t%s\t", w->name, w->question);
		for (size_t i = 0; w->ops[i]; i++)
			printf("%s%s", i ? " " : "", w->ops[i]);
		putchar('\n');
	}
	return 0;
}

static int list_antagonists(const struct call *c)
{
	(void)c;
	for (const struct antagonist *a = antagonists; a->name; a++)
		printf("%s\t%s\n", a->name, a->what);
	return 0;
}

static int run_antagonist(const struct call *c)
{
	return antagonist_alone(c->word[0]);
}

#define ABOUT_LIST "Prints a line for each workload: its name, a tab, the question that it answers."

static const struct verb fixed[] = {
	{ .name = "LIST",
	  .help = "the workloads, for programs",
	  .args = "",
	  .about = ABOUT_LIST,
	  .run = list },
	{ .name = "list", .args = "", .about = ABOUT_LIST, .run = list },
	{ .name = "LIST-ANTAGONISTS",
	  .help = "the antagonists, for programs",
	  .args = "",
	  .about = "Prints a line for each antagonist: its name, a tab, what it does.",
	  .run = list_antagonists },
	{ .name = "antagonist",
	  .help = "run one antagonist alone",
	  .args = "NAME",
	  .about =
		  "Runs an antagonist until SIGTERM and then prints its iterations. With the option "
		  "--antagonist of a workload, antagonists run during its measured phases.",
	  VERB_WORDS("NAME", 1, 1),
	  .values = print_antagonist_names,
	  .run = run_antagonist },
	{ .name = NULL }
};

/* All workloads, then the fixed verbs; NULL-terminated. */
static const struct verb *const *all_verbs(void)
{
	const struct verb **all = NULL;
	size_t n = 0;

	for (const struct workload *w = workload_next(NULL); w; w = workload_next(w)) {
		struct verb *v = xcalloc(1, sizeof(*v));

		*v = verb_of(w);
		all = xreallocarray(all, n + 1, sizeof(*all));
		all[n++] = v;
	}
	for (const struct verb *v = fixed; v->name; v++) {
		all = xreallocarray(all, n + 1, sizeof(*all));
		all[n++] = v;
	}
	all = xreallocarray(all, n + 1, sizeof(*all));
	all[n] = NULL;
	return all;
}

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "dpamt-workload",
		.version = version,
		.date = version_date,
		.what = "churn TDs through KVM's TDX interface",
		.usage = "WORKLOAD [options] | WORKLOAD --help | LIST\n"
			 "antagonist NAME | LIST-ANTAGONISTS | help | man | --version",
		.kind = "workload",
		.about =
			"Runs one workload on this machine's KVM and prints the result. Results go to "
			"standard output, samples to the file named, all else to standard error.",
		.exits =
			"0 the run passed, 1 it failed, 2 the command line is wrong, 77 it cannot run on "
			"this machine; one line on standard error says why.",
		.see_also = "dpamt-bench",
		.common_title = "Options of every workload",
		.common = common,
		.verbs = all_verbs(),
		.usage_status = EXIT_USAGE,
	};

	err_keep_first(false);
	return program_main(&program, argc, argv);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench: the one command. Verbs as in git, perf and bpftool; each is a
 * function of its own file.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/job/job.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/version.h"
#include "cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{ "run",	cmd_run,	"boot a kernel and run a command, or an experiment" },
	{ "report",	cmd_report,	"what the boots of an experiment say" },
	{ "compare",	cmd_compare,	"any sets of boots against each other" },
	{ "samples",	cmd_samples,	"the raw samples of one run, as CSV" },
	{ "trace",	cmd_trace,	"the trace events of one run" },
	{ "plan",	cmd_plan,	"memory of PAMT and S-EPT on a host, from exact sizes and measured boots" },
	{ "fleet",	cmd_fleet,	"simulate hosts over time: pairs and held memory in the mean and at worst" },
	{ "contention",	cmd_contention,	"model of pamt_lock beyond the CPUs at hand" },
	{ "list",	cmd_list,	"the experiments, workloads and kernels there are" },
	{ "doctor",	cmd_doctor,	"what this machine has and lacks, and what to do" },
	{ "help",	cmd_help,	"this text, `help VERB`, or `help job` for job files" },
};

#define N_VERBS ARRAY_SIZE(verbs)

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench VERB [ARGS...] | VERB --help | --version\n\n", f);
	for (size_t i = 0; i < N_VERBS; i++)
		fprintf(f, "  %-10s %s\n", verbs[i].name, verbs[i].help);
}

static int run_verb(int argc, char **argv)
{
	for (size_t i = 0; i < N_VERBS; i++) {
		if (strcmp(verbs[i].name, argv[0]) == 0)
			return verbs[i].run(argc, argv);
	}
	return fail_as(EXIT_CANNOT_RUN, "there is no verb '%s'; dpamt-bench help lists them", argv[0]);
}

int cmd_help(int argc, char **argv)
{
	char help[] = "--help";

	if (argc < 2) {
		usage(stdout);
		return 0;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		puts("usage: dpamt-bench help [VERB | job]\n\n"
		     "The verbs, the options of one verb (the same as VERB --help), or the keys of a job file.");
		return 0;
	}
	if (strcmp(argv[1], "job") == 0) {
		puts("A job file has a section [global] with defaults and one section per experiment.\n"
		     "A line that begins with a blank goes on with the value before it. Keys:\n");
		for (const struct job_key *k = job_keys; k->name; k++)
			printf("  %-12s %s\n", k->name, k->help);
		return 0;
	}
	return run_verb(2, (char *[]){ argv[1], help, NULL });
}

int main(int argc, char **argv)
{
	int code;

	program_invocation_short_name = "dpamt-bench";
	if (argc < 2) {
		usage(stderr);
		return EXIT_CANNOT_RUN;
	}
	if (version_printed(argc, argv, "dpamt-bench")) {
		code = 0;
	} else if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		usage(stdout);
		code = 0;
	} else {
		code = run_verb(argc - 1, argv + 1);
	}
	if (fflush(stdout) && code == 0)
		code = fail_as(EXIT_CANNOT_RUN, "stdout: %s", strerror(errno));
	return code;
}

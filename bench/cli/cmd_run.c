// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run: boot once and run one command, or make all boots of an
 * experiment.
 */

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/executor/executor.h"
#include "bench/job/job_factors.h"
#include "bench/job/run_options.h"
#include "bench/job/workload_list.h"
#include "bench/target/machine.h"
#include "bench/target/target.h"
#include "lib/array_size.h"
#include "lib/cli_options.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "cmd.h"

static const struct cli_option table[] = {
	{ { "experiment", 1, NULL, 'e' }, "NAME",
	  "make all boots of bench/experiments/NAME.job, or of a file *.job" },
	{ { "variant", 1, NULL, 'v' }, "NAME", "kernel variant of a single boot" },
	{ { "kernel", 1, NULL, 'k' }, "FILE", "boot this bzImage; --variant is then only its label" },
	{ { "seed", 1, NULL, 's' }, "N", "seed of a single boot (default 1)" },
	{ { "time", 1, NULL, 't' }, "virtual|wall",
	  "virtual: one instruction is one ns, repeatable (default); wall: real time, CPUs in parallel" },
	{ { "cpus", 1, NULL, 'c' }, "N", "vCPUs (default 2)" },
	{ { "mem", 1, NULL, 'm' }, "SIZE", "guest memory in MiB, or with M or G (default 4096)" },
	{ { "append", 1, NULL, 'a' }, "ARGS", "more kernel command line" },
	{ { "cost", 1, NULL, 'C' }, "low|mid|high", "cost level of the simulated module (default mid)" },
	{ { "record", 1, NULL, 'r' }, "none|counters|trace",
	  "what the kernel records (default trace; counters for a program of this machine)" },
	{ { "samples", 1, NULL, 'S' }, "csv|bin",
	  "of a workload: samples.csv (default) or samples.bin; `dpamt-bench samples` prints both" },
	{ { "allow-lost", 0, NULL, 'l' }, NULL,
	  "keep a boot whose trace lost events, marked; otherwise it fails" },
	{ { "antagonist", 1, NULL, 'A' }, "NAME",
	  "disturb meanwhile: one the workload knows, or stress-ng:ARG,ARG; may be repeated" },
	{ { "perf", 1, NULL, 'p' }, "EVENTS", "wrap the command in perf stat -a -e EVENTS" },
	{ { "timeout", 1, NULL, 'w' }, "SECONDS", "wall-time limit of a boot (default 600)" },
	{ { "seeds", 1, NULL, 'n' }, "N", "experiment: boots of each variant, in place of the job's" },
	{ { "order-seed", 1, NULL, 'O' }, "N", "experiment: shuffles the order of boots (default 1)" },
	{ { "jobs", 1, NULL, 'j' }, "N", "VMs side by side in virtual time (default: cores; with slurm, as many as it starts)" },
	{ { "boot", 1, NULL, 'B' }, "N|NAME",
	  "experiment: only this boot, by its place in the plan, from 0, or its run directory's name" },
	{ { "executor", 1, NULL, 'x' }, "local|slurm",
	  "experiment: made here (default), or by a Slurm cluster as one job array; --out and this checkout must be where all nodes see them" },
	{ { "slurm-args", 1, NULL, 'X' }, "ARGS",
	  "more arguments of sbatch, as \"--partition=NAME --account=NAME\"" },
	{ { "trace-buffer-kb", 1, NULL, 'b' }, "N", "trace buffer per vCPU (default 32768)" },
	{ { "workload", 1, NULL, 'W' }, "FILE", "workload binary (default: next to dpamt-bench)" },
	{ { "out", 1, NULL, 'o' }, "DIR", "where results go; of a single boot, its run directory" },
	{ { "target", 1, NULL, 'g' }, "qemu|local",
	  "qemu: boot a VM (default); local: on this machine's kernel, `dpamt-bench doctor`" },
	{ { "help", 0, NULL, 'h' }, NULL, "print this text" },
};

#define N_OPTIONS ARRAY_SIZE(table)

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench run --variant NAME [options] -- COMMAND [ARGS...]\n"
	      "       dpamt-bench run EXPERIMENT [options]\n"
	      "\n"
	      "COMMAND is a workload (`dpamt-bench list`) or any program of this machine, which\n"
	      "then sees this machine's files read-only and writes to $RESULTS_DIR.\n"
	      "Exit status: the command's; 126 if a boot failed, 127 if nothing could run.\n"
	      "\n", f);
	cli_options_usage(f, table, N_OPTIONS, 21);
}

static int bad_value(const char *option, const char *value, const char *want)
{
	return fail("--%s %s: must be %s", option, value, want);
}

static int number(const char *option, const char *value, uint64_t max, uint64_t *n)
{
	char want[64];

	if (parse_u64(value, 1, max, n))
		return 0;
	snprintf(want, sizeof(want), "a plain number from 1 to %" PRIu64, max);
	return bad_value(option, value, want);
}

static int one_option(struct run_options *o, int c, const char *name, const char *value)
{
	switch (c) {
	case 'e':
		o->experiment = value;
		return 0;
	case 'o':
		o->out = value;
		return 0;
	case 'n':
		return number(name, value, 10000, &o->seeds);
	case 'O':
		return number(name, value, UINT32_MAX, &o->order_seed);
	case 'j':
		return number(name, value, 1024, &o->jobs);
	case 'B':
		o->boot = value;
		return 0;
	case 'x':
		o->executor = !strcmp(value, "slurm") ? &executor_slurm : &executor_local;
		o->on_cluster = o->executor == &executor_slurm;
		return !strcmp(o->executor->name, value) ? 0 :
		       bad_value(name, value, "local or slurm");
	case 'X':
		o->slurm_args = value;
		return 0;
	case 'b':
		return number(name, value, 1024 * 1024, &o->trace_buffer_kb);
	case 'S':
		o->samples_bin = strcmp(value, "bin") == 0;
		return o->samples_bin || !strcmp(value, "csv") ? 0 :
		       bad_value(name, value, "csv or bin");
	case 'l':
		o->allow_lost = true;
		return 0;
	case 'k':
		o->kernel = value;
		return 0;
	case 'W':
		free(o->workload_file);
		o->workload_file = xstrdup(value);
		return 0;
	case 'v':
		o->variant = value;
		return 0;
	case 'g':
		o->target = !strcmp(value, "local") ? &target_local : &target_qemu;
		return !strcmp(o->target->name, value) ? 0 : bad_value(name, value, "qemu or local");
	}
	o->single_given = true;
	switch (c) {
	case 's':
		return number(name, value, UINT32_MAX, &o->seed);
	case 't':
		o->virtual_time = strcmp(value, "virtual") == 0;
		return o->virtual_time || !strcmp(value, "wall") ? 0 :
		       bad_value(name, value, "virtual or wall");
	case 'c':
		return number(name, value, 64, &o->cpus);
	case 'm':
		return parse_mib(value, &o->mem_mib) && o->mem_mib >= 256 ? 0 :
		       bad_value(name, value, "at least 256 MiB, as 4096, 4096M or 4G");
	case 'a':
		o->append = value;
		return 0;
	case 'C':
		o->cost = value;
		return !strcmp(value, "low") || !strcmp(value, "mid") || !strcmp(value, "high") ? 0 :
		       bad_value(name, value, "low, mid or high");
	case 'r':
		o->record_given = true;
		return record_mode_parse(value, &o->record) ? 0 :
		       bad_value(name, value, RECORD_MODES);
	case 'A':
		o->antagonists = strv_add(o->antagonists, value);
		return job_good_antagonist(value) ? 0 :
		       bad_value(name, value, "a name, or stress-ng:ARG,ARG");
	case 'p':
		o->perf = value;
		return 0;
	case 'w':
		return number(name, value, 86400, &o->timeout_s);
	}
	return -1;
}

/* With an experiment --variant is allowed on the target local: it says what this kernel is. */
static bool single_only(const struct run_options *o)
{
	return o->single_given || (o->variant && !o->target->this_machine);
}

/* Returns 0, 1 when help was printed, or -1 after one line on stderr. */
static int parse_options(struct run_options *o, int argc, char **argv)
{
	struct option longopts[N_OPTIONS + 1];
	int c, index;

	cli_options_long(table, N_OPTIONS, longopts);
	opterr = 0;
	optind = 1;
	for (;;) {
		c = getopt_long(argc, argv, "+:h", longopts, &index);
		if (c == -1 && optind < argc && strcmp(argv[optind - 1], "--") && !o->experiment &&
		    !single_only(o)) {
			o->experiment = argv[optind++];	/* run NAME, options on either side */
			continue;
		}
		if (c == -1)
			break;
		if (c == 'h') {
			usage(stdout);
			return 1;
		}
		if (c == ':')
			return fail("run: %s needs a value; see dpamt-bench run --help",
				    argv[optind - 1]);
		if (c == '?')
			return fail("run: unknown option %s; see dpamt-bench run --help",
				    argv[optind - 1]);
		if (one_option(o, c, longopts[index].name, optarg))
			return -1;
	}
	return 0;
}

static int check_target(struct run_options *o, struct machine *machine)
{
	if (o->executor == &executor_slurm)
		return 0;	/* the node looks at itself */
	if (o->target->this_machine) {
		machine_read(machine);
		o->machine = machine;
	}
	return o->target->check(o->machine, o->variant);
}

int cmd_run(int argc, char **argv)
{
	struct run_options o = {
		.append = "", .cost = "mid", .seed = 1, .cpus = 2, .mem_mib = 4096,
		.timeout_s = 600, .order_seed = 1, .trace_buffer_kb = 32768,
		.virtual_time = true, .record = RECORD_TRACE, .target = &target_qemu,
		.executor = &executor_local,
	};
	struct workload_entry *workloads = NULL;
	struct machine machine = { 0 };
	int code = EXIT_CANNOT_RUN, parsed;
	size_t n_workloads = 0;

	o.workload_file = path_in_build("dpamt-workload");
	parsed = parse_options(&o, argc, argv);
	if (parsed) {
		code = parsed > 0 ? 0 : code;
	} else if (o.target->this_machine && o.kernel) {
		warn("run: --target local runs on this machine's kernel; remove --kernel");
	} else if (o.experiment && (single_only(&o) || optind < argc)) {
		warn("run: with --experiment the job file says what is run; remove %s",
		     optind < argc ? argv[optind] : "the options of a single boot");
	} else if (!o.experiment && (o.seeds || o.jobs || o.boot || o.executor != &executor_local)) {
		warn("run: --seeds, --jobs, --boot and --executor go with --experiment");
	} else if (o.slurm_args && o.executor != &executor_slurm) {
		warn("run: --slurm-args goes with --executor slurm");
	} else if (o.target->this_machine && o.executor == &executor_slurm) {
		warn("run: a Slurm cluster boots VMs; run --target local on each machine, and dpamt-bench compare their results");
	} else if (!o.experiment && optind == argc) {
		warn("run: what is to be run? give -- COMMAND or --experiment NAME");
	} else if (!check_target(&o, &machine) &&
		   !workload_list(o.workload_file, &workloads, &n_workloads)) {
		o.workloads = workloads;
		o.n_workloads = n_workloads;
		code = o.experiment ? run_experiment(&o) : run_single(&o, argv + optind);
	}
	workload_list_free(workloads, n_workloads);
	free(o.workload_file);
	strv_free(o.antagonists);
	machine_free(&machine);
	return code;
}

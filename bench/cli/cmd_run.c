// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run: boot once and run one command, or make all boots of an
 * experiment.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/executor/executor.h"
#include "bench/job/job_factors.h"
#include "bench/job/run_options.h"
#include "bench/job/vm.h"
#include "bench/job/workload_list.h"
#include "bench/rundir/file_names.h"
#include "bench/target/target.h"
#include "lib/err.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "verbs.h"

#define OF_EXPERIMENT	"Options of an experiment:"
#define OF_SINGLE	"Options of a single boot:"

static struct run_options o;
static const char *target, *executor, *workload_file;
static uint64_t time_base, record, samples;

/* opts_argv() passes the options that were given to the elements of a Slurm array. */
static struct opt options[] = {
	OPT_FILE("out", &o.out, "DIR", "where results go; of a single boot, its run directory",
		 .here_only = true),
	OPT_WORD("target", &target, "qemu", "qemu|local",
		 "qemu: boot a VM; local: on this machine's kernel, see `dpamt-bench doctor`"),
	OPT_TEXT("variant", &o.variant, NULL, "NAME",
		 "kernel variant of a single boot; with --target local, what this kernel is called",
		 .values = print_kernel_names),
	OPT_FILE("kernel", &o.kernel, "FILE",
		 "boot this bzImage; --variant is then only its label"),
	OPT_CHOICE("samples", &samples, "csv", "csv|bin",
		   "of a workload: " FILE_SAMPLES_CSV " or " FILE_SAMPLES_BIN
		   "; `dpamt-bench samples` prints both"),
	OPT_FLAG("allow-lost", &o.allow_lost,
		 "keep a boot whose trace lost events, marked; otherwise it fails"),
	OPT_UINT("trace-buffer-kb", &o.trace_buffer_kb, "32768", 1, 1024 * 1024, "N",
		 "trace buffer per vCPU"),
	OPT_FILE("workload", &workload_file, "FILE",
		 "workload binary; without it, the one next to dpamt-bench"),
	OPT_HELP,

	OPT_HEADING(OF_EXPERIMENT),
	OPT_TEXT(
		"variants", &o.variants, NULL, "NAMES",
		"kernel variants in place of the job's, separated by blanks; one with a patch of your own, say",
		.values = print_kernel_names),
	OPT_UINT("seeds", &o.seeds, NULL, 1, 10000, "N",
		 "boots of each variant, in place of the job's"),
	OPT_UINT("order-seed", &o.order_seed, "1", 1, UINT32_MAX, "N",
		 "shuffles the order of boots"),
	OPT_UINT(
		"jobs", &o.jobs, NULL, 1, 1024, "N",
		"VMs side by side in virtual time; without it as many as there are cores, or as Slurm starts",
		.here_only = true),
	OPT_TEXT("boot", &o.boot, NULL, "N|NAME",
		 "only this boot, by its place in the plan, from 0, or its run directory's name",
		 .here_only = true),
	OPT_WORD(
		"executor", &executor, "local", "local|slurm",
		"boots are made here, or by a Slurm cluster as one job array; --out and this checkout must "
		"be where all nodes see them",
		.here_only = true),
	OPT_TEXT("slurm-args", &o.slurm_args, NULL, "ARGS",
		 "more arguments of sbatch, as \"--partition=NAME --account=NAME\"",
		 .here_only = true),

	OPT_HEADING(OF_SINGLE),
	OPT_UINT("seed", &o.seed, "1", 1, UINT32_MAX, "N", "seed of VM, module and workload"),
	OPT_CHOICE(
		"time", &time_base, "virtual", "virtual|wall",
		"virtual: one instruction is one ns, with one CPU repeatable; wall: real time, CPUs in parallel"),
	OPT_UINT("cpus", &o.cpus, "2", 1, 64, "N", "vCPUs"),
	OPT_MIB("mem", &o.mem_mib, VM_MEM_TEXT, 256, 1 << 24,
		"guest memory in MiB, or with M or G"),
	OPT_UINT("nodes", &o.nodes, "1", 1, JOB_MAX_NODES, "N",
		 "NUMA nodes of the VM, CPUs and memory in equal parts"),
	OPT_TEXT("append", &o.append, "", "ARGS", "more kernel command line"),
	OPT_WORD("cost", &o.cost, "mid", "low|mid|high", "cost level of the simulated module"),
	OPT_WORD(
		"platform", &o.platform, "spr", "spr|gnr",
		"what the simulated module imitates: spr, with the partial-write erratum; gnr, without"),
	OPT_CHOICE("record", &record, "trace", "none|counters|trace",
		   "what the kernel records; of a program of this machine, counters unless given"),
	OPT_LIST(
		"antagonist", &o.antagonists, "NAME",
		"disturb meanwhile: one the workload knows, or stress-ng:ARG,ARG; may be repeated"),
	OPT_TEXT(
		"perf", &o.perf, NULL, "EVENTS",
		"wrap the command in perf stat -a -e EVENTS; sched, lock: in perf sched, perf lock"),
	OPT_FILE(
		"root", &o.root, "CPIO",
		"run COMMAND in the files of this archive (newc), unpacked in memory, in place of this machine's"),
	OPT_UINT("timeout", &o.timeout_s, "600", 1, 86400, "SECONDS",
		 "wall-time limit of the boot"),
	OPT_END
};

/* Do the options go together? 0, or -1 after one line on stderr. */
static int check(const struct call *c)
{
	const struct opt *single = opts_given_under(options, OF_SINGLE);
	const struct opt *experiment = opts_given_under(options, OF_EXPERIMENT);
	char *why;

	if (c->n && c->command)
		return fail("run: an experiment and -- COMMAND exclude each other; remove %s",
			    c->word[0]);
	if (c->n && single)
		return fail("run: '%s' is taken for an experiment, whose job file says what is run; remove --%s, or write -- before a command",
			    c->word[0], single->name);
	if (c->n && o.variant && !o.target->this_machine)
		return fail("run: '%s' is taken for an experiment, which names its variants; remove --variant, or write -- before a command",
			    c->word[0]);
	if (!c->n && experiment)
		return fail("run: --%s is for experiments only", experiment->name);
	if (o.slurm_args && !o.on_cluster)
		return fail("run: --slurm-args needs --executor slurm");
	if (o.root && o.target->this_machine)
		return fail("run: --root is for VMs; remove --target local");
	why = vm_impossible(&(struct vm){ o.cpus, o.mem_mib, o.nodes });
	if (why) {
		fail("run: --nodes %" PRIu64 ": %s", o.nodes, why);
		free(why);
		return -1;
	}
	for (char **a = o.antagonists; a && *a; a++) {
		if (!job_good_antagonist(*a))
			return fail("run: --antagonist %s: must be a name, or stress-ng:ARG,ARG", *a);
	}
	if (!c->n && (!c->command || !c->command[0]))
		return fail("run: nothing to run; give the name of an experiment, or -- COMMAND");
	return 0;
}

/* Set the members of struct run_options that no option sets by itself. */
static void translate(const struct call *c)
{
	const char *dot = c->n ? strrchr(c->word[0], '.') : NULL;
	char *path = dot && !strcmp(dot, ".job") ? realpath(c->word[0], NULL) : NULL;

	o.experiment = c->word[0];
	o.target = !strcmp(target, "local") ? &target_local : &target_qemu;
	o.on_cluster = !strcmp(executor, "slurm");
	o.executor = o.on_cluster ? &executor_slurm : &executor_local;
	o.virtual_time = time_base == 0;
	o.samples_bin = samples == 1;
	o.record = (enum record_mode)record;
	o.record_given = opt_given(options, "record");
	o.workload_file = workload_file ? workload_file : path_in_build("dpamt-workload");
	if (c->n)
		o.same_run_args = opts_argv(
			strv_add(strv_add(NULL, "run"), path ? path : c->word[0]), options);
	free(path);
}

static int run(const struct call *c)
{
	struct workload_entry *workloads = NULL;
	size_t n_workloads = 0;
	int code = EXIT_CANNOT_RUN;

	translate(c);
	if (!check(c) && !o.target->check(&o) &&
	    !workload_list(o.workload_file, &workloads, &n_workloads)) {
		o.workloads = workloads;
		o.n_workloads = n_workloads;
		code = c->n ? run_experiment(&o) : run_single(&o, c->command);
	}
	workload_list_free(workloads, n_workloads);
	return code;
}

/* dpamt-workload completes the options of its workloads. */
void complete_workload(FILE *to, char **words)
{
	char *file = path_in_build("dpamt-workload"), **argv = NULL;

	for (argv = strv_add(strv_add(strv_add(NULL, file), "complete"), "--"); *words; words++)
		argv = strv_add(argv, *words);
	fflush(to);
	execv(file, argv);
}

const struct verb verb_run = {
	VERB_HEAD("run", "boot a kernel and run a command, or an experiment",
		  "[options] EXPERIMENT\n--variant NAME [options] -- COMMAND [ARGS...]"),
	.about =
		"EXPERIMENT is one of bench/experiments (`dpamt-bench list`) or a file *.job: all its boots "
		"are made that are not there yet. Interrupted, the same command with --out DIR goes on.\n\n"
		"COMMAND is a workload (`dpamt-bench list`) or any program of this machine, which then sees "
		"this machine's files read-only and writes to $RESULTS_DIR. With --root it is a program of that "
		"archive and reads nothing of this machine: in virtual time with one CPU such a boot repeats to the byte, too. "
		"perf of --perf and stress-ng of --antagonist are then the archive's, and must be in it.\n\n"
		"Exit status: the command's; 126 if a boot failed, 127 if nothing could run.",
	.opts = options,
	VERB_WORDS("EXPERIMENT", 0, 1),
	.values = print_experiment_names,
	.complete_command = complete_workload,
	.run = run,
};

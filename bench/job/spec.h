/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_SPEC_H
#define BENCH_SPEC_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/kernel/image.h"
#include "job.h"
#include "schedule.h"

struct machine;
struct target;

/* The complete description of one boot. */
struct boot_spec {
	char *experiment;		/* of the job, or the command's name */
	char *variant;
	char *arm;			/* the variant; VARIANT/aa in the A/A control */
	char *question;			/* of the job file, with what it expects; NULL: single boot */
	char *expected;
	char *refuted_by;
	char **primary;			/* metrics that answer the question; NULL: not named */
	char *compare; /* the factor whose levels are compared; NULL: variants are */
	json_t *factors;		/* object: factor -> level's label, of this boot */
	char **command;			/* NULL-terminated */
	char **antagonists;		/* names, NULL-terminated */
	char *append;			/* more kernel command line, "" if none */
	char *cost;			/* "low", "mid", "high" */
	char *platform;			/* "spr", "gnr" */
	char *perf;			/* events for perf stat, or NULL */
	const char *workload_file;	/* the dpamt-workload to use */
	char *root; /* cpio archive with the command's root file system, or NULL */
	const struct target *target;	/* where it is made */
	const struct kernel *kernel;	/* to boot; NULL on the target local */
	const struct machine *machine;	/* this one, on the target local; else NULL */
	uint64_t seed;
	uint64_t cpus;
	uint64_t mem_mib;
	uint64_t nodes;			/* NUMA nodes, CPUs and memory in equal parts */
	uint64_t timeout_s;		/* wall time */
	uint64_t trace_buffer_kb;	/* per CPU of the VM */
	uint64_t order_seed;		/* of the plan; 0 for a single boot */
	unsigned int block;
	unsigned int order_in_block;
	enum record_mode record;
	bool allow_lost;		/* lost trace events mark the boot, and do not fail it */
	bool samples_bin;		/* the workload writes samples.bin, not samples.csv */
	bool virtual_time;
	bool workload;			/* the command is a workload, not any program */
	bool leaves_result;		/* the boot counts only with result.json */
	bool host_root;			/* the host's root file system is mounted in the VM */
	char *dir;			/* the run directory to make */
	size_t place;			/* in the plan, from 0 */
	bool shared;			/* someone else might be making the same boot */
};

/*
 * The boot of a plan's item, its run directory below @out. The caller sets
 * target, workload_file and trace_buffer_kb; the target's prepare_boots() the rest.
 */
void spec_from_plan(struct boot_spec *s, const struct plan_item *item, const struct plan *plan,
		    const char *out);
void boot_spec_free(struct boot_spec *s);

/* Move a boot to @to, whose own boot was freed. @from is empty afterwards, unless it is @to. */
void spec_move(struct boot_spec *to, struct boot_spec *from);

/* Does a boot need the host's root file system, for programs that are not ours? */
bool spec_needs_host_root(const struct boot_spec *s);

/* Is @name an antagonist that is a program of its own, "stress-ng:ARG,ARG"? */
bool antagonist_is_program(const char *name);

/* Its argv, NULL-terminated; free with strv_free(). */
char **antagonist_argv(const char *name);

/*
 * A workload's command as it is run: the boot's seed, the samples file in
 * directory @results and the workload's own antagonists behind the user's
 * arguments. Any other command is returned as it is. Free with strv_free().
 */
char **spec_command(const struct boot_spec *s, const char *results);

#endif

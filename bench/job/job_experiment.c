// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a section of a job file: knows the keys, and refuses an experiment that contradicts
 * itself, with file and line.
 */
#include "job_experiment.h"

#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/metric_table.h"
#include "lib/array_size.h"
#include "lib/number.h"
#include "lib/text.h"
#include "job_factors.h"
#include "vm.h"

struct opt job_keys[] = {
	OPT_KEY("question", "what the experiment answers; one sentence"),
	OPT_KEY("expected", "the direction expected before looking"),
	OPT_KEY("refuted_by", "the observation that would prove the expectation wrong"),
	OPT_KEY("primary",
		"metrics that answer the question, separated by blanks (default: the workload's own); NAME:less or NAME:more says which is better"),
	OPT_KEY("compare",
		"the factor whose levels the report compares (default: it compares the variants)"),
	OPT_KEY("workload", "the workload's name"),
	OPT_KEY("command",
		"in place of a workload: a program of root and its first arguments, separated by blanks; options follow them. It must leave " FILE_RESULT
		" in $RESULTS_DIR"),
	OPT_KEY("root",
		"the archive (newc) with the files of command; a relative path begins at the job file's directory"),
	OPT_KEY("options", "the workload's or command's options, separated by blanks"),
	OPT_KEY("variants",
		"kernel variants, separated by blanks; the first is what others are compared with"),
	OPT_KEY("factor.opt.OPTION",
		"levels of an option of the workload or command; '-': the option is left out"),
	OPT_KEY("factor.KEY",
		"levels of cost, platform, cpus, mem, nodes, time, record or antagonist, separated by blanks"),
	OPT_KEY("factor.append",
		"levels as LABEL: TEXT; LABEL: TEXT (TEXT '-': nothing), added to append"),
	OPT_KEY("seeds",
		"boots of each variant and combination of levels, 1..10000: seeds 1 .. N (default 5)"),
	OPT_KEY("aa",
		"yes (default): make the first variant's boots a second time, seeds N+1 .. 2N"),
	OPT_KEY("time", "virtual (default) or wall"),
	OPT_KEY("needs_parallel",
		"yes: waiting between CPUs is what is measured, so virtual time is refused"),
	OPT_KEY("cpus", "vCPUs, 1..64 (default 2)"),
	OPT_KEY("mem",
		"guest memory: MiB, or a number with M, MiB, G or GiB (default " VM_MEM_TEXT ")"),
	OPT_KEY("nodes", "NUMA nodes of the VM, 1..8, CPUs and memory in equal parts (default 1)"),
	OPT_KEY("append", "more kernel command line"),
	OPT_KEY("cost", "cost level of the simulated module: low, mid (default) or high"),
	OPT_KEY("platform",
		"what the simulated module imitates: spr (default), with the partial-write erratum, or gnr, without"),
	OPT_KEY("antagonist",
		"what disturbs meanwhile: names the workload knows (--antagonist), or stress-ng:ARG,ARG"),
	OPT_KEY("perf",
		"events for `perf stat` around the command, separated by commas or blanks; sched or lock: what `perf sched latency` or `perf lock contention` says of it"),
	OPT_KEY("record",
		"trace (default): counters and trace events; counters; none: the kernel counts nothing"),
	OPT_KEY("timeout", "wall-time limit of one boot in seconds (default 600)"),
	OPT_KEY("boot_seconds", "wall time one boot takes, for `dpamt-bench list`"),
	OPT_KEY("include",
		"in [global]: other job files whose experiments belong to this one, without .job"),
	OPT_END
};

const char *const job_workload_keys[] = { "perf", "antagonist", "factor.antagonist", NULL };

/* A section and the defaults it has. */
struct reader {
	struct job_text *t;
	const struct job_section *s, *global;
};

bool job_known_key(const char *name)
{
	if (job_is_factor(name))
		return true;
	for (const struct opt *k = job_keys; k->name; k++) {
		if (strcmp(k->name, name) == 0)
			return true;
	}
	return false;
}

/* The value of a key in the section or, failing that, in [global]. */
static const char *value_of(const struct reader *r, const char *key, unsigned int *line)
{
	const struct job_value *v = job_value_in(r->s, key);

	if (!v)
		v = job_value_in(r->global, key);
	*line = v ? v->line : r->s->line;
	return v ? v->text : NULL;
}

/* The same of a key of workloads, of which a section with a command has none. */
static const char *value_of_workload(const struct reader *r, const struct job_experiment *e,
				     const char *key, unsigned int *line)
{
	return e->command ? NULL : value_of(r, key, line);
}

static int get_number(const struct reader *r, const char *key, uint64_t def, uint64_t max,
		      uint64_t *value)
{
	unsigned int line;
	const char *text = value_of(r, key, &line);

	*value = def;
	if (text && !parse_u64(text, 1, max, value))
		return job_refuse(r->t, line, "%s = %s: must be a plain number from 1 to %llu", key,
				  text, (unsigned long long)max);
	return 0;
}

/* Which of two or three words is it? @def if the key is absent. */
static int get_choice(const struct reader *r, const char *key, const char *const *words, int def,
		      int *choice)
{
	unsigned int line;
	const char *text = value_of(r, key, &line);

	*choice = def;
	if (!text)
		return 0;
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0) {
			*choice = i;
			return 0;
		}
	}
	return job_refuse(r->t, line, "%s = %s: must be %s%s%s%s%s", key, text, words[0],
			  words[2] ? ", " : " or ", words[1], words[2] ? " or " : "",
			  words[2] ? words[2] : "");
}

static int get_yes(const struct reader *r, const char *key, bool def, bool *yes)
{
	static const char *const words[] = { "no", "yes", NULL };
	int choice;

	if (get_choice(r, key, words, def, &choice))
		return -1;
	*yes = choice;
	return 0;
}

static int no_word_twice(const struct reader *r, unsigned int line, const char *key, char **words)
{
	for (size_t i = 0; words[i]; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(words[i], words[k]) == 0)
				return job_refuse(r->t, line, "%s: %s is given twice; remove one",
						  key, words[i]);
		}
	}
	return 0;
}

static int get_variants(const struct reader *r, struct job_experiment *e)
{
	const char *text = value_of(r, "variants", &e->variants_line);

	if (!text)
		return job_refuse(r->t, r->s->line, "[%s] has no variants; for example: variants = immediate rcu",
				  r->s->name);
	e->variants = job_words(text);
	for (char **v = e->variants; *v; v++) {
		if (!job_good_name(*v, "+"))
			return job_refuse(r->t, e->variants_line, "variants: '%s' cannot be a variant's name",
					  *v);
	}
	return no_word_twice(r, e->variants_line, "variants", e->variants);
}

static int get_antagonists(const struct reader *r, struct job_experiment *e)
{
	const char *text = NULL;

	/* a factor of the section takes the place of a key of [global] */
	if (!job_value_in(r->s, "factor.antagonist"))
		text = value_of_workload(r, e, "antagonist", &e->antagonists_line);
	e->antagonists = job_words(text ? text : "");
	for (char **a = e->antagonists; *a; a++) {
		if (!job_good_antagonist(*a))
			return job_refuse(r->t, e->antagonists_line, "antagonist: '%s': must be a name, or stress-ng:ARG,ARG",
					  *a);
	}
	return no_word_twice(r, e->antagonists_line, "antagonist", e->antagonists);
}

static int get_options(const struct reader *r, struct job_experiment *e)
{
	static const char *const ours[][2] = {
		{ "--seed", "is set for each boot by dpamt-bench; remove it" },
		{ "--json", "is set for each boot by dpamt-bench; remove it" },
		{ "--samples", "is set for each boot by dpamt-bench; remove it" },
		{ "--antagonist", "is set by the key 'antagonist'; use that" },
	};
	const char *text = value_of(r, "options", &e->options_line);

	if (text && strpbrk(text, "'\"\\"))
		return job_refuse(r->t, e->options_line, "options: quotes and backslashes are not understood; separate words by blanks");
	e->options = job_words(text ? text : "");
	/* a command gets none of these */
	for (char **o = e->options; *o && e->workload; o++) {
		for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
			size_t n = strlen(ours[i][0]);

			if (strncmp(*o, ours[i][0], n) == 0 && ((*o)[n] == '\0' || (*o)[n] == '='))
				return job_refuse(r->t, e->options_line, "options: %s %s", ours[i][0],
						  ours[i][1]);
		}
	}
	return 0;
}

static int get_text(const struct reader *r, const char *key, char **text)
{
	unsigned int line;
	const char *v = value_of(r, key, &line);

	if (!v)
		return job_refuse(r->t, r->s->line,
				  "[%s] has no %s: every experiment must have one", r->s->name,
				  key);
	*text = xstrdup(v);
	return 0;
}

/* The path @name as seen from the directory of the job file; malloc'ed. */
static char *beside_job(const struct reader *r, const char *name)
{
	const char *slash = strrchr(r->t->path, '/');

	if (name[0] == '/' || !slash)
		return xstrdup(name);
	return xasprintf("%.*s/%s", (int)(slash - r->t->path), r->t->path, name);
}

/*
 * A program of an archive, which sees nothing of this machine. What disturbs or watches a workload is refused as a key
 * of its own; in [global] it is for the sections that have a workload.
 */
static int get_command(const struct reader *r, const struct job_value *command,
		       struct job_experiment *e)
{
	unsigned int line;
	const char *root = value_of(r, "root", &line);

	if (strpbrk(command->text, "'\"\\"))
		return job_refuse(
			r->t, command->line,
			"command: quotes and backslashes are not understood; separate words by blanks");
	if (!root)
		return job_refuse(
			r->t, command->line,
			"command: its files must be in an archive; give that with the key 'root'");
	for (const char *const *key = job_workload_keys; *key; key++) {
		if (job_value_in(r->s, *key))
			return job_refuse(
				r->t, job_value_in(r->s, *key)->line,
				"%s: is for workloads, and [%s] has a command; remove one of the two",
				*key, e->name);
	}
	e->command = job_words(command->text);
	e->root = beside_job(r, root);
	return 0;
}

/* What is run: a workload or a command. If the section names one, that of [global] does not count. */
static int get_program(const struct reader *r, struct job_experiment *e)
{
	bool own = job_value_in(r->s, "workload") || job_value_in(r->s, "command");
	const struct job_section *from = own ? r->s : r->global;
	const struct job_value *workload = job_value_in(from, "workload");
	const struct job_value *command = job_value_in(from, "command");

	if (workload && command)
		return job_refuse(
			r->t, command->line,
			"command: the key 'workload' is there as well, line %u; remove one",
			workload->line);
	if (command)
		return get_command(r, command, e);
	if (job_value_in(r->s, "root"))
		return job_refuse(
			r->t, job_value_in(r->s, "root")->line,
			"root: is for a command, and [%s] has a workload; remove one of the two",
			e->name);
	return get_text(r, "workload", &e->workload);
}

/* Kernel arguments that another key sets must not be in append. */
static int check_append(const struct reader *r, unsigned int line, const char *text)
{
	static const char *const elsewhere[][2] = {
		{ "soft_tdx.seed=", "seeds" }, { "soft_tdx.cost=", "cost" },
		{ "soft_tdx.platform=", "platform" }, { "tdx_stats=", "record" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(elsewhere); i++) {
		if (strstr(text, elsewhere[i][0]))
			return job_refuse(r->t, line, "append: %s is set by the key '%s'; use that",
					  elsewhere[i][0], elsewhere[i][1]);
	}
	return 0;
}

/* Read `primary`. job_check.c, which knows the workload, checks that its runs have these metrics. */
static int get_primary(const struct reader *r, struct job_experiment *e)
{
	const char *v = value_of(r, "primary", &e->primary_line);

	e->primary = v ? job_words(v) : NULL;
	for (char **p = e->primary; p && *p; p++) {
		const char *colon = strchr(*p, ':');

		if (colon && !(*p)[metric_name_length(*p)] && strncmp(*p, "perf_", 5))
			return job_refuse(r->t, e->primary_line,
					  "primary: '%s': behind ':' must be less or more", *p);
	}
	return e->primary ? no_word_twice(r, e->primary_line, "primary", e->primary) : 0;
}

/* The factors are read already. */
static int get_compare(const struct reader *r, struct job_experiment *e)
{
	const char *v = value_of(r, "compare", &e->compare_line);

	if (!v)
		return 0;
	e->compare = xstrdup(v);
	for (size_t i = 0; i < e->n_factors; i++)
		if (!strcmp(e->factor[i].name, v) && e->factor[i].kind != FACTOR_TIME)
			return 0;
	return job_refuse(
		r->t, e->compare_line,
		"compare: [%s] has no factor '%s' that can be compared; give one of its factors, without 'factor.' and 'opt.', but not time",
		e->name, v);
}

static int get_append(const struct reader *r, struct job_experiment *e)
{
	unsigned int line;
	const char *text = value_of(r, "append", &line);

	e->append = xstrdup(text ? text : "");
	return check_append(r, line, e->append);
}

/* perf takes a list with commas; blanks read better. */
static int get_perf(const struct reader *r, struct job_experiment *e)
{
	unsigned int line;
	const char *text = value_of_workload(r, e, "perf", &line);
	char **words;

	if (!text)
		return 0;
	if (strpbrk(text, "'\"\\;$`"))
		return job_refuse(r->t, line, "perf: '%s' is no list of events; for example: perf = cpu-clock, page-faults, tdx:*",
				  text);
	words = job_words(text);
	for (char **w = words; *w; w++) {
		size_t len = strlen(*w);
		char *joined;

		while (len && (*w)[len - 1] == ',')
			(*w)[--len] = '\0';
		joined = e->perf ? xasprintf("%s,%s", e->perf, *w) : xstrdup(*w);
		free(e->perf);
		e->perf = joined;
	}
	strv_free(words);
	return 0;
}

static int get_mem(const struct reader *r, struct job_experiment *e)
{
	unsigned int line;
	const char *mem = value_of(r, "mem", &line);

	e->mem_mib = VM_MEM_MIB;
	if (mem && (!parse_mib(mem, &e->mem_mib) || e->mem_mib < 256 || e->mem_mib > 1024 * 1024))
		return job_refuse(r->t, line, "mem = %s: must be 256 MiB to 1 TiB, as 4096, 4096M or 4G", mem);
	return 0;
}

static int get_choices(const struct reader *r, struct job_experiment *e)
{
	static const char *const times[] = { "virtual", "wall", NULL };
	static const char *const costs[] = { "low", "mid", "high", NULL };
	static const char *const platforms[] = { "spr", "gnr", NULL };
	unsigned int line;
	const char *record = value_of(r, "record", &line);
	int choice;

	e->record = RECORD_TRACE;
	if (record && !record_mode_parse(record, &e->record))
		return job_refuse(r->t, line, "record = %s: must be " RECORD_MODES, record);
	if (get_choice(r, "time", times, 0, &choice))
		return -1;
	e->virtual_time = choice == 0;
	if (get_choice(r, "cost", costs, 1, &choice))
		return -1;
	e->cost = xstrdup(costs[choice]);
	if (get_choice(r, "platform", platforms, 0, &choice))
		return -1;
	e->platform = xstrdup(platforms[choice]);
	return get_yes(r, "aa", true, &e->aa);
}

/* Do CPUs and memory of each combination of levels divide among its nodes? */
static int check_nodes(const struct reader *r, const struct job_experiment *e)
{
	unsigned int line = r->s->line;
	char *why = NULL;
	int ret = 0;

	if (!value_of(r, "nodes", &line))
		value_of(r, "factor.nodes", &line);
	for (size_t cell = 0; cell < job_cells(e) && !why; cell++) {
		struct vm vm;

		vm_of_cell(e, cell, &vm);
		why = vm_impossible(&vm);
	}
	if (why)
		ret = job_refuse(r->t, line, "[%s] %s", e->name, why);
	free(why);
	return ret;
}

/* Check keys that contradict each other. */
static int check_together(const struct reader *r, const struct job_experiment *e)
{
	bool parallel;
	unsigned int line;

	if (check_nodes(r, e))
		return -1;
	if (get_yes(r, "needs_parallel", false, &parallel))
		return -1;
	value_of(r, "needs_parallel", &line);
	if (parallel && job_uses_time(e, true))
		return job_refuse(r->t, line, "needs_parallel = yes with virtual time: there the vCPUs take turns and never wait for each other; set time = wall");
	if (parallel && job_max_cpus(e) < 2)
		return job_refuse(r->t, line, "needs_parallel = yes with cpus = 1: nothing runs in parallel; give more cpus");
	for (size_t i = 0; i < e->n_factors; i++) {
		const struct job_factor *f = &e->factor[i];

		for (size_t k = 0; f->kind == FACTOR_APPEND && k < f->n; k++) {
			if (check_append(r, f->line, f->level[k].value))
				return -1;
		}
	}
	if (job_records_nothing(e) && e->perf && strstr(e->perf, "tdx:")) {
		if (!value_of(r, "record", &line))
			value_of(r, "factor.record", &line);
		return job_refuse(
			r->t, line,
			"record = none turns tdx: events off, and perf counts some; remove one of the two");
	}
	return 0;
}

int job_experiment_read(struct job_text *t, const struct job_section *s,
			const struct job_section *global, struct job_experiment *e)
{
	const struct reader reader = { t, s, global }, *r = &reader;

	e->path = xstrdup(r->t->path);
	e->line = s->line;
	if (!job_good_name(s->name, ""))
		return job_refuse(r->t, s->line, "[%s]: use letters, digits, '-', '_' and '.'", s->name);
	e->name = xstrdup(s->name);
	if (job_value_in(s, "include"))
		return job_refuse(r->t, job_value_in(s, "include")->line,
				  "include is allowed in [global] only");
	if (get_text(r, "question", &e->question) || get_text(r, "expected", &e->expected) ||
	    get_text(r, "refuted_by", &e->refuted_by) || get_program(r, e) || get_options(r, e) ||
	    get_variants(r, e) || get_append(r, e) || get_antagonists(r, e) || get_perf(r, e) ||
	    get_number(r, "seeds", 5, 10000, &e->seeds) || get_number(r, "cpus", 2, 64, &e->cpus) ||
	    get_number(r, "nodes", 1, JOB_MAX_NODES, &e->nodes) ||
	    get_number(r, "timeout", 600, 86400, &e->timeout_s) ||
	    get_number(r, "boot_seconds", 0, 86400, &e->boot_seconds) || get_choices(r, e) ||
	    get_mem(r, e))
		return -1;
	if (get_primary(r, e) || job_factors_read(r->t, s, r->global, e) || get_compare(r, e))
		return -1;
	return check_together(r, e);
}

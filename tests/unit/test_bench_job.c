// SPDX-License-Identifier: GPL-2.0
/*
 * Job files: what is read, and that every mistake is refused with its line. A
 * job file that is half understood would be a different experiment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job.h"
#include "bench/rundir/loaded_run.h"
#include "lib/array_size.h"
#include "lib/text.h"
#include "job_text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

#define TEXTS	"question = q\nexpected = e\nrefuted_by = r\n"
#define WHAT	"workload = teardown\nvariants = immediate rcu\n"

static struct job job;
static char *error;

static int parse(const char *text)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	int ret;

	free(error);
	error = NULL;
	ret = job_parse(f, "x.job", &job, &error);
	fclose(f);
	return ret;
}

static void refused(const char *text, const char *line)
{
	assert_int_equal(parse(text), -1);
	assert_string_equal(error, line);
}

static void reads_what_is_compared(void **state)
{
	(void)state;
	assert_int_equal(parse("[a]\n" TEXTS WHAT "factor.opt.tds = 1 2\ncompare = tds\n"
			       "[b]\n" TEXTS WHAT), 0);
	assert_string_equal(job.exp[0].compare, "tds");
	assert_null(job.exp[1].compare);
	job_free(&job);
	refused("[a]\n" TEXTS WHAT "factor.opt.tds = 1 2\ncompare = opt.tds\n",
		"x.job:8: compare: [a] has no factor 'opt.tds' that can be compared; give one of its factors, without 'factor.' and 'opt.', but not time");
	refused("[a]\n" TEXTS WHAT "factor.time = virtual wall\ncompare = time\n",
		"x.job:8: compare: [a] has no factor 'time' that can be compared; give one of its factors, without 'factor.' and 'opt.', but not time");
}

static void reads_all_keys(void **state)
{
	const struct job_experiment *e;

	(void)state;
	assert_int_equal(parse("# a comment\n[global]\nseeds = 7\nmem = 2G\n" TEXTS
			       "[one]\n" WHAT "options = --tds 4\n --layout sparse\ntime = wall\n"
			       "cpus = 1\nappend = rcu_nocbs=0-1\ncost = high\nplatform = gnr\ntimeout = 30\nrecord = counters\n"
			       "aa = no\nantagonist = rcu-flood stress-ng:--vm,1\nperf = cpu-clock, tdx:*\n"
			       "[two]\nseeds = 2\nquestion = of its own\n" WHAT), 0);
	assert_int_equal(job.n, 2);
	e = &job.exp[0];
	assert_string_equal(e->name, "one");
	assert_string_equal(e->question, "q");
	assert_int_equal(strv_len(e->options), 4);
	assert_string_equal(e->options[3], "sparse");
	assert_int_equal(strv_len(e->variants), 2);
	assert_string_equal(e->variants[1], "rcu");
	assert_int_equal(e->seeds, 7);
	assert_int_equal(e->mem_mib, 2048);
	assert_int_equal(e->cpus, 1);
	assert_int_equal(e->nodes, 1);
	assert_int_equal(e->timeout_s, 30);
	assert_string_equal(e->append, "rcu_nocbs=0-1");
	assert_string_equal(e->cost, "high");
	assert_string_equal(e->platform, "gnr");
	assert_false(e->virtual_time);
	assert_int_equal(e->record, RECORD_COUNTERS);
	assert_false(e->aa);
	assert_string_equal(e->antagonists[1], "stress-ng:--vm,1");
	assert_string_equal(e->perf, "cpu-clock,tdx:*");
	assert_int_equal(job_boots(e, 0), 7 * 2);
	assert_int_equal(job_boots(e, 3), 3 * 2);
	e = &job.exp[1];
	assert_string_equal(e->question, "of its own");
	assert_int_equal(e->seeds, 2);
	assert_true(e->virtual_time);
	assert_int_equal(e->record, RECORD_TRACE);
	assert_true(e->aa);
	assert_null(e->perf);
	assert_int_equal(strv_len(e->antagonists), 0);
	assert_int_equal(job_boots(e, 0), 2 * 3);
	assert_int_equal(e->cpus, 2);
	assert_string_equal(e->cost, "mid");
	assert_string_equal(e->platform, "spr");
	job_free(&job);
}

/* A program of an archive in place of a workload, and which of the two counts if [global] has one. */
static void reads_a_command(void **state)
{
	const struct job_experiment *e;

	(void)state;
	assert_int_equal(
		parse("[global]\nroot = ../x.cpio\nworkload = w\n" TEXTS "variants = a\n"
		      "[one]\ncommand = sh /td/run.sh -v\noptions = --seed 3\nfactor.opt.guests = 1 2\n"
		      "[two]\naa = no\n"
		      "[three]\ncommand = x\nroot = /y.cpio\n"),
		0);
	e = &job.exp[0];
	assert_null(e->workload);
	assert_int_equal(strv_len(e->command), 3);
	assert_string_equal(e->command[1], "/td/run.sh");
	assert_string_equal(e->root, "../x.cpio");
	assert_int_equal(strv_len(e->options), 2);
	assert_string_equal(job.exp[1].workload, "w");
	assert_null(job.exp[1].command);
	assert_null(job.exp[1].root);
	assert_string_equal(job.exp[2].root, "/y.cpio");
	job_free(&job);
}

static void refuses_bad_commands(void **state)
{
	(void)state;
	refused("[a]\n" TEXTS "variants = a\ncommand = x\n",
		"x.job:6: command: its files must be in an archive; give that with the key 'root'");
	refused("[a]\n" TEXTS WHAT "command = x\nroot = y\n",
		"x.job:7: command: the key 'workload' is there as well, line 5; remove one");
	refused("[a]\n" TEXTS WHAT "root = y\n",
		"x.job:7: root: is for a command, and [a] has a workload; remove one of the two");
	refused("[a]\n" TEXTS "variants = a\ncommand = x 'y z'\nroot = y\n",
		"x.job:6: command: quotes and backslashes are not understood; separate words by blanks");
	refused("[a]\n" TEXTS "variants = a\ncommand = x\nroot = y\nperf = cpu-clock\n",
		"x.job:8: perf: is for workloads, and [a] has a command; remove one of the two");
	refused("[a]\n" TEXTS "variants = a\ncommand = x\nroot = y\nantagonist = rcu-flood\n",
		"x.job:8: antagonist: is for workloads, and [a] has a command; remove one of the two");
	refused("[a]\n" TEXTS
		"variants = a\ncommand = x\nroot = y\nfactor.antagonist = none rcu-flood\n",
		"x.job:8: factor.antagonist: is for workloads, and [a] has a command; remove one of the two");
}

/* What [global] says of workloads is for the sections that have one, and is refused if none has. */
static void workload_keys_of_global(void **state)
{
	static const char *const line[] = { "perf = cpu-clock\n", "antagonist = rcu-flood\n",
					    "factor.antagonist = none rcu-flood\n" };
	const struct job_experiment *e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(line); i++) {
		size_t key = strcspn(line[i], " ");
		char *text = xasprintf("[global]\n%s" TEXTS "variants = a\nroot = y\n"
				       "[one]\ncommand = x\n[two]\nworkload = w\n",
				       line[i]);
		char *none = xasprintf("[global]\n%s" TEXTS "variants = a\nroot = y\n"
				       "[one]\ncommand = x\n",
				       line[i]);
		char *why = xasprintf(
			"x.job:2: %.*s: is for workloads, and no section of this file has one; remove it",
			(int)key, line[i]);

		assert_int_equal(parse(text), 0);
		e = &job.exp[0];
		assert_string_equal(e->command[0], "x");
		assert_null(e->perf);
		assert_int_equal(strv_len(e->antagonists), 0);
		assert_int_equal(e->n_factors, 0);
		e = &job.exp[1];
		assert_int_equal(!!e->perf + strv_len(e->antagonists) + e->n_factors, 1);
		job_free(&job);
		refused(none, why);
		free(why);
		free(none);
		free(text);
	}
}

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	refused("[a]\n" TEXTS WHAT "sedes = 5\n",
		"x.job:7: unknown key 'sedes'; `dpamt-bench help job` lists the keys");
	refused("[a]\nnonsense\n", "x.job:2: neither [section] nor key = value");
	refused("seeds = 5\n[a]\n" TEXTS WHAT, "x.job:1: 'seeds' stands before the first [section]");
	refused("[a]\n" TEXTS WHAT "time = real\n", "x.job:7: time = real: must be virtual or wall");
	refused("[a]\n" TEXTS WHAT "cost = medium\n",
		"x.job:7: cost = medium: must be low, mid or high");
	refused("[a]\n" TEXTS WHAT "platform = emr\n",
		"x.job:7: platform = emr: must be spr or gnr");
	refused("[a/b]\n" TEXTS WHAT, "x.job:1: [a/b]: use letters, digits, '-', '_' and '.'");
}

static void refuses_wrong_numbers(void **state)
{
	(void)state;
	refused("[a]\n" TEXTS WHAT "mem = 4 TB\n",
		"x.job:7: mem = 4 TB: must be 256 MiB to 1 TiB, as 4096, 4096M or 4G");
	refused("[a]\n" TEXTS WHAT "mem = 16\n",
		"x.job:7: mem = 16: must be 256 MiB to 1 TiB, as 4096, 4096M or 4G");
	refused("[a]\n" TEXTS WHAT "seeds = 0\n",
		"x.job:7: seeds = 0: must be a plain number from 1 to 10000");
	refused("[a]\n" TEXTS WHAT "cpus = -2\n",
		"x.job:7: cpus = -2: must be a plain number from 1 to 64");
	refused("[a]\n" TEXTS WHAT "timeout = 10s\n",
		"x.job:7: timeout = 10s: must be a plain number from 1 to 86400");
}

static void refuses_contradictions(void **state)
{
	(void)state;
	refused("[a]\n" TEXTS WHAT "seeds = 5\nseeds = 6\n",
		"x.job:8: 'seeds' is there twice, first in line 7");
	refused("[a]\n" TEXTS WHAT "[b]\n" TEXTS WHAT "[a]\nseeds = 1\n",
		"x.job:13: section [a] is there twice, first in line 1");
	refused("[a]\n" TEXTS "workload = w\nvariants = rcu rcu\n",
		"x.job:6: variants: rcu is given twice; remove one");
	refused("[a]\n" TEXTS "workload = w\nvariants = ../rcu\n",
		"x.job:6: variants: '../rcu' cannot be a variant's name");
	refused("[a]\n" TEXTS WHAT "options = --tds 4 --seed=3\n",
		"x.job:7: options: --seed is set for each boot by dpamt-bench; remove it");
	refused("[a]\n" TEXTS WHAT "append = soft_tdx.seed=9\n",
		"x.job:7: append: soft_tdx.seed= is set by the key 'seeds'; use that");
	refused("[a]\n" TEXTS WHAT "append = tdx_stats=off\n",
		"x.job:7: append: tdx_stats= is set by the key 'record'; use that");
	refused("[a]\n" TEXTS WHAT "options = --antagonist x\n",
		"x.job:7: options: --antagonist is set by the key 'antagonist'; use that");
	refused("[a]\n" TEXTS WHAT "nodes = 2\ncpus = 3\n",
		"x.job:7: [a] 3 CPUs cannot be divided among 2 nodes; give a multiple of that");
	refused("[a]\n" TEXTS WHAT "cpus = 4\nfactor.nodes = 1 8\n",
		"x.job:8: [a] 4 CPUs cannot be divided among 8 nodes; give a multiple of that");
	refused("[a]\n" TEXTS WHAT "nodes = 2\nfactor.mem = 1024 500\n",
		"x.job:7: [a] 500 MiB are too little for 2 nodes; give at least 256 MiB each");
	refused("[a]\n" TEXTS WHAT "nodes = 9\n",
		"x.job:7: nodes = 9: must be a plain number from 1 to 8");
	refused("[a]\n" TEXTS WHAT "needs_parallel = yes\n",
		"x.job:7: needs_parallel = yes with virtual time: there the vCPUs take turns and never wait for each other; set time = wall");
	refused("[a]\n" TEXTS WHAT "needs_parallel = yes\ntime = wall\ncpus = 1\n",
		"x.job:7: needs_parallel = yes with cpus = 1: nothing runs in parallel; give more cpus");
	refused("[a]\n" TEXTS WHAT "record = none\nperf = tdx:*\n",
		"x.job:7: record = none turns tdx: events off, and perf counts some; remove one of the two");
	refused("[a]\n" TEXTS WHAT "options = --name 'a b'\n",
		"x.job:7: options: quotes and backslashes are not understood; separate words by blanks");
}

static void refuses_what_is_missing(void **state)
{
	(void)state;
	refused("", "x.job:1: there is no experiment; add a section [NAME] with workload and variants");
	refused("[global]\nseeds = 5\n",
		"x.job:2: there is no experiment; add a section [NAME] with workload and variants");
	refused("[a]\n[b]\n" TEXTS WHAT, "x.job:1: the section is empty; give it keys or remove it");
	refused("[a]\n" TEXTS WHAT "[b]\n", "x.job:7: the section is empty; give it keys or remove it");
	refused("[a]\n" WHAT, "x.job:1: [a] has no question: every experiment must have one");
	refused("[a]\n" TEXTS "workload = w\n",
		"x.job:1: [a] has no variants; for example: variants = immediate rcu");
	refused("[a]\n" TEXTS WHAT "append =\n",
		"x.job:7: 'append' has no value; give one or remove the line");
}

static void swallows_no_line(void **state)
{
	char text[1024], pad[300];

	(void)state;
	memset(pad, 'x', sizeof(pad) - 1);
	pad[sizeof(pad) - 1] = '\0';
	snprintf(text, sizeof(text), "[a]\nquestion = %s\n", pad);
	refused(text, "x.job:2: the line is longer than 198 characters; continue it on an indented line");
	refused("[a]\n" TEXTS WHAT "options = --tds 4\n factor.cost = low high\n",
		"x.job:8: an indented line goes on with 'options', but this one looks like a key; unindent it");
	refused("[a]\n" TEXTS WHAT "factor.append = a: x ; b: y\n",
		"x.job:7: ' ;' would begin a comment; write ';' right behind the word before it, and comments on lines of their own");
	refused("[a]\n" TEXTS WHAT "options = --tds 4\n seeds = 3\n",
		"x.job:8: an indented line goes on with 'options', but this one looks like a key; unindent it");
}

static void reads_factors(void **state)
{
	const struct job_experiment *e;

	(void)state;
	assert_int_equal(parse("[global]\nfactor.cost = low high\ncpus = 4\n"
			       "factor.platform = spr gnr\n" TEXTS
			       "[a]\n" WHAT "seeds = 3\nfactor.opt.tds = 1 4 16\nfactor.cpus = 1 2\n"
			       "factor.append = base: -; nocbs: rcu_nocbs=0-1;\n lazy: rcu_nocbs=0-1 x.lazy=1\n"
			       "factor.antagonist = none stress-ng:--vm,1\n"
			       "[b]\n" WHAT "cost = mid\nplatform = gnr\nfactor.opt.flag = - 3\n"), 0);
	e = &job.exp[0];
	assert_int_equal(e->n_factors, 6);
	assert_string_equal(e->factor[0].name, "cost");
	assert_int_equal(e->factor[1].kind, FACTOR_PLATFORM);
	assert_string_equal(e->factor[1].level[1].value, "gnr");
	assert_string_equal(e->factor[2].name, "tds");
	assert_int_equal(e->factor[2].kind, FACTOR_OPT);
	assert_string_equal(e->factor[2].level[2].value, "16");
	assert_int_equal(e->factor[4].n, 3);
	assert_string_equal(e->factor[4].level[0].label, "base");
	assert_string_equal(e->factor[4].level[0].value, "");
	assert_string_equal(e->factor[4].level[2].label, "lazy");
	assert_string_equal(e->factor[4].level[2].value, "rcu_nocbs=0-1 x.lazy=1");
	assert_string_equal(e->factor[5].level[0].label, "none");
	assert_string_equal(e->factor[5].level[0].value, "");
	assert_int_equal(job_cells(e), 2 * 2 * 3 * 2 * 3 * 2);
	assert_int_equal(job_boots(e, 0), 3 * (2 + 1) * 144);
	assert_int_equal(job_max_cpus(e), 2);
	e = &job.exp[1];	/* its own key takes the place of the factor in [global] */
	assert_int_equal(e->n_factors, 1);
	assert_string_equal(e->cost, "mid");
	assert_string_equal(e->platform, "gnr");
	assert_string_equal(e->factor[0].level[0].label, "default");
	assert_string_equal(e->factor[0].level[0].value, "");
	job_free(&job);
}

/* A report skips boots whose levels have names that it cannot use. */
static void labels_are_plain(void **state)
{
	static const char *const label[] = { "none",	  "stress-ng-vm-1-vm-bytes-16M",
					     "rcu-flood", "brk",
					     "default",	  "bind-0",
					     "1024-4096", "interleave" };
	static const char *const value[] = { "",	  "stress-ng:--vm,1,--vm-bytes,16M",
					     "rcu-flood", "stress-ng:--brk=1",
					     "",	  "bind:0",
					     "1024,4096", "interleave" };
	const struct job_experiment *e;

	(void)state;
	assert_int_equal(
		parse("[a]\n" TEXTS WHAT
		      "factor.antagonist = none stress-ng:--vm,1,--vm-bytes,16M rcu-flood brk=stress-ng:--brk=1\n"
		      "factor.opt.numa = - bind:0 1024,4096 interleave\n"),
		0);
	for (size_t f = 0, n = 0; f < 2; f++) {
		for (size_t i = 0; i < 4; i++, n++) {
			e = &job.exp[0];
			assert_string_equal(e->factor[f].level[i].label, label[n]);
			assert_string_equal(e->factor[f].level[i].value, value[n]);
			assert_true(run_label_ok(e->factor[f].level[i].label));
		}
	}
	job_free(&job);
	refused("[a]\n" TEXTS WHAT
		"factor.antagonist = none stress-ng:--vm,1,--vm-bytes,16M,--vm-method,all\n",
		"x.job:7: factor.antagonist: 'stress-ng-vm-1-vm-bytes-16M-vm-method-all' cannot be a label; write LABEL=stress-ng:--vm,1,--vm-bytes,16M,--vm-method,all, up to 32 letters, digits, '-', '_' and '.'");
	refused("[a]\n" TEXTS WHAT "factor.antagonist = none a,b=stress-ng:--vm,1\n",
		"x.job:7: factor.antagonist: 'a,b' cannot be a label; write LABEL=stress-ng:--vm,1, up to 32 letters, digits, '-', '_' and '.'");
	refused("[a]\n" TEXTS WHAT "factor.opt.numa = none ,\n",
		"x.job:7: factor.opt.numa: ',' is too long for a level, or has no letter or digit; use up to 32 characters");
	refused("[a]\n" TEXTS WHAT "factor.antagonist = stress-ng:--vm,1 stress-ng:--vm=1\n",
		"x.job:7: factor.antagonist: level 'stress-ng-vm-1' is given twice; remove one");
}

static void refuses_bad_factors(void **state)
{
	(void)state;
	refused("[a]\n" TEXTS WHAT "factor.hz = 100 1000\n",
		"x.job:7: there is no factor 'hz'; factors are cost, platform, cpus, mem, nodes, time, record, append, antagonist, opt.OPTION");
	refused("[a]\n" TEXTS WHAT "factor.opt.tds = 1 4 1\n",
		"x.job:7: factor.opt.tds: level '1' is given twice; remove one");
	refused("[a]\n" TEXTS WHAT "factor.mem = 1G 1024M\n",
		"x.job:7: factor.mem: level '1024M' is given twice; remove one");
	refused("[a]\n" TEXTS WHAT "factor.append = a: x=1; b: x=1\n",
		"x.job:7: factor.append: level 'b' is given twice; remove one");
	refused("[a]\n" TEXTS WHAT "factor.append = x=1; -\n",
		"x.job:7: factor.append: 'x=1' has no label; write it as 'LABEL: TEXT'");
	refused("[a]\n" TEXTS WHAT "factor.append = a/b: x=1; -\n",
		"x.job:7: factor.append: 'a/b' cannot be a label; use up to 32 letters, digits, '-', '_' and '.'");
	refused("[a]\n" TEXTS WHAT "factor.append = -; s: soft_tdx.cost=low\n",
		"x.job:7: append: soft_tdx.cost= is set by the key 'cost'; use that");
	refused("[a]\n" TEXTS WHAT "append = soft_tdx.platform=gnr\n",
		"x.job:7: append: soft_tdx.platform= is set by the key 'platform'; use that");
	refused("[a]\n" TEXTS WHAT "factor.platform = spr skx\n",
		"x.job:7: factor.platform: 'skx': must be spr or gnr");
	refused("[a]\n" TEXTS WHAT "factor.cost = low medium\n",
		"x.job:7: factor.cost: 'medium': must be low, mid or high");
	refused("[a]\n" TEXTS WHAT "factor.record = none all\n",
		"x.job:7: factor.record: 'all': must be none, counters or trace");
	refused("[a]\n" TEXTS WHAT "perf = tdx:tdx_pamt_add\nfactor.record = trace none\n",
		"x.job:8: record = none turns tdx: events off, and perf counts some; remove one of the two");
	refused("[a]\n" TEXTS WHAT "factor.cpus = 2 0\n",
		"x.job:7: factor.cpus: '0': must be a plain number from 1 to 64");
	refused("[a]\n" TEXTS WHAT "factor.antagonist = none stress-ng:vm\n",
		"x.job:7: factor.antagonist: 'stress-ng:vm': must be none, a name, or stress-ng:ARG,ARG, each with LABEL= before it if you like");
	refused("[a]\n" TEXTS WHAT "factor.opt.tds = 4\n",
		"x.job:7: factor.opt.tds has only one level; set it with the key 'options'");
	refused("[a]\n" TEXTS WHAT "options = --tds=4\nfactor.opt.tds = 4 8\n",
		"x.job:8: factor.opt.tds: --tds is in options as well, line 7; remove one");
	refused("[a]\n" TEXTS WHAT "cost = low\nfactor.cost = low high\n",
		"x.job:8: factor.cost: the key 'cost' is there as well, line 7; remove one");
	refused("[a]\n" TEXTS WHAT "factor.mem = 1G 2G\nfactor.opt.mem = 4 8\n",
		"x.job:8: factor.opt.mem: factor 'mem' is already in line 7; remove one");
	refused("[a]\n" TEXTS WHAT "time = wall\nneeds_parallel = yes\nfactor.cpus = 1 2\n"
		"[b]\n" TEXTS WHAT "needs_parallel = yes\nfactor.time = wall virtual\n",
		"x.job:16: needs_parallel = yes with virtual time: there the vCPUs take turns and never wait for each other; set time = wall");
}

static void refuses_bad_includes(void **state)
{
	(void)state;
	refused("[global]\ninclude = ../x\n",
		"x.job:2: include: '../x': give names of job files in the same directory, without .job");
	refused("[global]\ninclude = no-such-file\n",
		"x.job:2: include: no-such-file.job: No such file or directory");
	refused("[a]\n" TEXTS WHAT "include = b\n", "x.job:7: include is allowed in [global] only");
}

/* --variants leaves out a section that names variants of its own, unless one of them is given. */
static void other_questions(void **state)
{
	static const char two[] =
		"[global]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = immediate rcu\n"
		"[common]\naa = no\n[own]\nvariants = immediate-septremove rcu-septremove\n";
	static const char only[] =
		"[own]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = rcu-bh rcu\n";
	struct job job;

	(void)state;
	assert_int_equal(job_text_load(two, &job), 0);
	assert_int_equal(job_set_variants(&job, "immediate mine"), 0);
	assert_int_equal(job.n, 1);
	assert_string_equal(job.exp[0].name, "common");
	assert_string_equal(job.exp[0].variants[1], "mine");
	job_free(&job);

	assert_int_equal(job_text_load(two, &job), 0);
	assert_int_equal(job_set_variants(&job, "immediate-septremove mine"), 0);
	assert_int_equal(job.n, 2);
	assert_string_equal(job.exp[1].variants[1], "mine");
	job_free(&job);

	assert_int_equal(job_text_load(only, &job), 0);
	assert_int_equal(job_set_variants(&job, "immediate mine"), 0);
	assert_int_equal(job.n, 1);
	job_free(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_keys),
		cmocka_unit_test(reads_what_is_compared),
		cmocka_unit_test(reads_a_command),
		cmocka_unit_test(refuses_bad_commands),
		cmocka_unit_test(workload_keys_of_global),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(refuses_wrong_numbers),
		cmocka_unit_test(refuses_contradictions),
		cmocka_unit_test(refuses_what_is_missing),
		cmocka_unit_test(swallows_no_line),
		cmocka_unit_test(reads_factors),
		cmocka_unit_test(labels_are_plain),
		cmocka_unit_test(refuses_bad_factors),
		cmocka_unit_test(refuses_bad_includes),
		cmocka_unit_test(other_questions),
	};
	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	free(error);
	return ret;
}

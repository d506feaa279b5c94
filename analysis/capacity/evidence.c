// SPDX-License-Identifier: GPL-2.0
/*
 * Reads runs for the models: the parameters of a boot, and what it counted. The models are fitted to
 * these quantities and checked against them. Runs are read through bench/rundir.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "analysis/stats/quantile.h"
#include "bench/rundir/counters.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/loaded_run.h"
#include "bench/rundir/samples_file.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "evidence.h"
#include "memory_map.h"
#include "sizes.h"

static void copy(char *to, const char *from)
{
	snprintf(to, PL_NAME, "%.*s", PL_NAME - 1, from);
}

/* Which TDX module the boot had, as text. */
static void copy_module(char *to, const json_t *header)
{
	if (!strcmp(json_text(header, "module", ""), "hardware"))
		copy(to, "a hardware module");
	else
		snprintf(to, PL_NAME, "cost %s, platform %s", json_text(header, "cost", "unknown"),
			 json_text(header, "platform", "unknown"));
}

/* What boots that differ only in their seed have in common, as text. */
static char *setting_of(const json_t *header)
{
	char *cmdline = xstrdup(json_text(header, "kernel_cmdline", "")), *text, *seed;
	json_t *o = json_object();

	seed = strstr(cmdline, "soft_tdx.seed=");
	if (seed)
		memmove(seed, seed + strcspn(seed, " "), strlen(seed + strcspn(seed, " ")) + 1);
	json_object_set_new(o, "kernel_cmdline", json_string(cmdline));
	json_object_set(o, "command", json_object_get(header, "command"));
	json_object_set(o, "antagonists", json_object_get(header, "antagonists"));
	json_object_set(o, "kernel", json_object_get(header, "kernel"));
	json_object_set(o, "record", json_object_get(header, "record"));
	text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(o);
	free(cmdline);
	return text ? text : xstrdup("");
}

static void read_hist(const struct counters_pair *c, const char *file, struct pl_hist *h)
{
	struct counters_bucket bucket[COUNTERS_BUCKETS];

	h->n = counters_histogram(c, file, bucket);
	for (size_t i = 0; i < h->n; i++) {
		h->low_ns[i] = (double)bucket[i].low_ns;
		h->count[i] = (double)bucket[i].count;
	}
}

/* 0, or -1 after one line on stderr. */
static int read_counters(struct pl_run *r)
{
	struct counters_pair c;
	char *why;

	if (counters_pair_load(r->dir, &c, &why)) {
		warn("skipping %s: %s", r->dir, why);
		free(why);
		return -1;
	}
	r->spt_allocated = counters_grown(&c, "sept", "spt_allocated_pages");
	r->spt_freed = counters_grown(&c, "sept", "spt_freed_pages");
	r->held_page_ns = counters_grown(&c, "sept", "spt_held_page_ns");
	r->held_peak = counters_after(&c, "sept", "spt_held_peak_pages");
	r->held_max_ns = counters_after(&c, "sept", "spt_held_time_max_ns");
	r->pairs_peak = counters_after(&c, "pamt", "pamt_pairs_peak");
	r->held_back_peak = counters_after(&c, "pamt", "pamt_pairs_held_back_peak");
	r->get = counters_grown(&c, "pamt", "pamt_get");
	r->put = counters_grown(&c, "pamt", "pamt_put");
	r->add = counters_grown(&c, "pamt", "pamt_add");
	r->remove = counters_grown(&c, "pamt", "pamt_remove");
	r->lock_wait_ns = counters_grown(&c, "pamt", "pamt_lock_wait_ns");
	r->seamcall_ns = counters_grown(&c, "pamt", "pamt_seamcall_ns");
	r->total_ns = counters_grown(&c, "pamt", "pamt_total_ns");
	r->get_locked = counters_grown(&c, "pamt", "pamt_get_locked");
	r->put_locked = counters_grown(&c, "pamt", "pamt_put_locked");
	r->lock_hold_ns = counters_grown(&c, "pamt", "pamt_lock_hold_ns");
	r->pair_alloc_ns = counters_grown(&c, "pamt", "pamt_alloc_ns");
	r->pair_free_ns = counters_grown(&c, "pamt", "pamt_free_ns");
	read_hist(&c, "sept_held_hist", &r->held);
	read_hist(&c, "pamt_lock_wait_hist", &r->lock_wait);
	read_hist(&c, "pamt_seamcall_hist", &r->seamcall);
	read_hist(&c, "pamt_total_hist", &r->total);
	counters_pair_free(&c);
	return 0;
}

/* Standard deviation over mean of an operation's latencies. */
static double relative_sd(const struct timed_op *op)
{
	double *v = xcalloc(op->n, sizeof(*v)), ret;

	for (size_t i = 0; i < op->n; i++)
		v[i] = (double)timed_op_latency(op, i);
	ret = gsl_stats_sd(v, 1, op->n) / gsl_stats_mean(v, 1, op->n);
	free(v);
	return ret;
}

static void read_samples(struct pl_run *r)
{
	const struct timed_op *op;
	struct samples_file s;
	char *why;

	r->first_destroy_ns = r->destroy_ns = r->unequal = NAN;
	if (samples_file_load(r->dir, &s, &why)) {
		warn("%s: %s; its latencies are left out", r->dir, why);
		free(why);
		return;
	}
	op = samples_file_op(&s, "td_close_gmem");
	if (op && op->n > 2 && r->at_once)
		r->unequal = relative_sd(op);
	op = samples_file_op(&s, "td_destroy");
	if (op && op->n) {
		r->first_destroy_ns = (double)op->first_start_ns;
		r->destroy_ns = timed_op_quantile(op, 0.5);
	}
	samples_file_free(&s);
}

static void read_retention(struct pl_run *r)
{
	char *why;

	r->has_retention = !pl_retention_read(r->dir, r, &why);
	if (why)
		warn("%s: %s; it is left out", r->dir, why);
	free(why);
	r->before_reclaim_ns = r->has_retention && r->serial ?
			       r->first_reclaim_ns - r->first_destroy_ns : NAN;
}

static void read_replacements(struct pl_run *r)
{
	char *why;

	if (!(r->uses & PL_USE_REPLACE) || !pl_replacements_read(r->dir, r, &why))
		return;
	warn("%s: %s; it says nothing of replacements", r->dir, why);
	free(why);
	r->uses &= ~PL_USE_REPLACE;
}

/* Memory map and sizes that the VM's kernel printed. */
static void read_console(struct pl_run *r)
{
	char *path = xasprintf("%s/" FILE_CONSOLE, r->dir), *text = read_file(path, NULL), *p;
	unsigned long long kb;

	free(path);
	r->refcount_kb = r->pamt_kb = NAN;
	if (!text)
		return;
	if (!pl_map_from_log(text, &r->host))
		r->host.nr_ranges = 0;
	p = strstr(text, "Dynamic PAMT: ");
	if (p && sscanf(p, "Dynamic PAMT: %llu KB of refcounts", &kb) == 1)
		r->refcount_kb = (double)kb;
	p = strstr(text, " KB allocated for PAMT");
	while (p && p > text && p[-1] >= '0' && p[-1] <= '9')
		p--;
	if (p && sscanf(p, "%llu KB", &kb) == 1)
		r->pamt_kb = (double)kb;
	free(text);
}

void pl_run_free(struct pl_run *r)
{
	free(r->setting);
	free(r->dir);
}

static void take(struct pl_evidence *e, const struct loaded_run *from)
{
	/* a canonical path: --check must recognise the boots of --runs */
	char *real = realpath(from->dir, NULL);
	const json_t *kernel = json_object_get(from->header, "kernel");
	struct pl_run r = { .dir = real ? real : xstrdup(from->dir) };

	r.name = strrchr(r.dir, '/') + 1;
	copy(r.variant, from->variant);
	copy(r.time_base, from->time_base);
	copy_module(r.module, from->header);
	copy(r.host_cpu, json_text(from->header, "host_cpu", ""));
	/* variants may differ in what a packager appends */
	copy(r.kernel, json_text(kernel, "kernel_release", ""));
	r.kernel[strcspn(r.kernel, "-")] = '\0';
	snprintf(r.date, sizeof(r.date), "%.10s", json_text(from->header, "started_utc", ""));
	copy(r.workload, json_text(from->result, "workload", ""));
	r.setting = setting_of(from->header);
	r.cpus = json_number(from->header, "cpus", NAN);
	r.mem_bytes = json_number(from->header, "mem_mib", NAN) * 1048576;
	r.seed = (double)from->seed;
	r.hz = json_number(from->header, "hz", NAN);
	pl_workload_read(&r, from->result);
	if (read_counters(&r)) {
		pl_run_free(&r);
		return;
	}
	read_samples(&r);
	read_console(&r);
	read_retention(&r);
	read_replacements(&r);
	e->run = xreallocarray(e->run, e->n + 1, sizeof(*e->run));
	e->run[e->n++] = r;
}

static int take_folder(struct pl_evidence *e, const char *dir)
{
	struct loaded_runs runs = { 0 };
	size_t had = e->n;
	int ret = loaded_runs_add(dir, true, &runs);

	for (size_t i = 0; i < runs.nr_runs; i++) {
		if (runs.run[i].excluded)
			warn("skipping %s: %s", runs.run[i].dir, runs.run[i].excluded);
		else
			take(e, &runs.run[i]);
	}
	loaded_runs_free(&runs);
	if (!ret && e->n == had)
		ret = fail("%s: no boot in it counts; name run directories or a folder of them", dir);
	return ret;
}

/* Have all boots of @e, and those of @like, the same TDX module? 0, or -1 after one line on stderr. */
static int check_module(const struct pl_evidence *e, const struct pl_evidence *like)
{
	const struct pl_run *first = like && like->n ? &like->run[0] : &e->run[0];

	for (size_t i = 0; i < e->n; i++) {
		if (strcmp(e->run[i].module, first->module))
			return fail(
				"%s is a boot of %s, and %s of %s; a model needs boots of one cost and platform",
				e->run[i].dir, e->run[i].module, first->dir, first->module);
	}
	return 0;
}

int pl_evidence_load(char *const *dirs, size_t n, const struct pl_evidence *like,
		     struct pl_evidence *e)
{
	int ret = 0;

	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < n && !ret; i++)
		ret = take_folder(e, dirs[i]);
	if (!ret)
		ret = check_module(e, like);
	if (ret)
		pl_evidence_free(e);
	else if (e->n)
		e->source = xasprintf("%zu boots of --runs", e->n);
	return ret;
}

bool pl_evidence_only_replaces(const struct pl_evidence *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->run[i].uses != PL_USE_REPLACE)
			return false;
	return e->n;
}

int pl_evidence_add(struct pl_evidence *e, struct pl_evidence *more)
{
	char *source;

	if (!more->n)
		return 0;
	if (check_module(more, e))
		return -1;
	source = e->source ? xasprintf("%s; beside them %s", more->source, e->source)
			   : xstrdup(more->source);
	free(e->source);
	e->source = source;
	e->run = xreallocarray(e->run, e->n + more->n, sizeof(*e->run));
	memcpy(e->run + e->n, more->run, more->n * sizeof(*e->run));
	e->n += more->n;
	free(more->run);
	free(more->source);
	memset(more, 0, sizeof(*more));
	return 0;
}

void pl_evidence_free(struct pl_evidence *e)
{
	for (size_t i = 0; i < e->n; i++)
		pl_run_free(&e->run[i]);
	free(e->run);
	free(e->source);
	memset(e, 0, sizeof(*e));
}

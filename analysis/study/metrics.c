// SPDX-License-Identifier: GPL-2.0
/*
 * Computes one value per metric from the files of a boot. The boot is the replicate: a
 * thousand destroys or a million conversions in it become one number, and the statistics see
 * only that number.
 *
 * analysis/README.md lists every metric with its unit and source file.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/counters.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/samples_file.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/number.h"
#include "lib/text.h"
#include "metrics.h"
#include "numa_metrics.h"
#include "perf_stat_metrics.h"
#include "stress_metrics.h"
#include "trace_churn.h"

void an_metrics_init(struct an_metrics *set)
{
	memset(set, 0, sizeof(*set));
	while (*metric_table[set->n].name)
		set->n++;
	set->m = xcalloc(set->n, sizeof(*set->m));
	memcpy(set->m, metric_table, set->n * sizeof(*set->m));
}

void an_metrics_free(struct an_metrics *set)
{
	for (size_t i = 0; i < set->nr_missing; i++) {
		free(set->missing[i].what);
		free(set->missing[i].why);
	}
	free(set->missing);
	for (size_t i = 0; i < set->nr_shared; i++)
		free(set->shared[i].event);
	free(set->shared);
	free(set->m);
	memset(set, 0, sizeof(*set));
}

int an_metrics_find(const struct an_metrics *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!strcmp(set->m[i].name, name))
			return i;
	return -1;
}

void an_missing(struct an_metrics *set, const char *program, const char *what, const char *why)
{
	struct an_missing_count *m;

	for (size_t i = 0; i < set->nr_missing; i++) {
		m = &set->missing[i];
		if (!strcmp(m->program, program) && !strcmp(m->what, what) &&
		    !strcmp(m->why, why)) {
			m->boots++;
			return;
		}
	}
	set->missing = xreallocarray(set->missing, set->nr_missing + 1, sizeof(*set->missing));
	set->missing[set->nr_missing++] =
		(struct an_missing_count){ program, xstrdup(what), xstrdup(why), 1 };
}

double an_boot_value(const struct an_boot *boot, size_t id)
{
	return id < boot->nr_values ? boot->value[id] : NAN;
}

void an_boot_set(struct an_metrics *set, struct an_boot *b, const char *name, const char *unit,
		 bool latency, double value)
{
	int id = an_metrics_find(set, name);

	if (isnan(value))
		return;
	if (id < 0) {
		set->m = xreallocarray(set->m, set->n + 1, sizeof(*set->m));
		id = set->n++;
		memset(&set->m[id], 0, sizeof(set->m[id]));
		snprintf(set->m[id].name, sizeof(set->m[id].name), "%s", name);
		set->m[id].unit = unit;
		set->m[id].latency = latency;
		set->m[id].better = latency ? BETTER_LESS : BETTER_UNKNOWN;
	}
	if ((size_t)id >= b->nr_values) {
		b->value = xreallocarray(b->value, set->n, sizeof(*b->value));
		while (b->nr_values < set->n)
			b->value[b->nr_values++] = NAN;
	}
	b->value[id] = value;
}

/* Set a latency metric, which is added to the set if it is new. */
static void set_latency(struct an_metrics *set, struct an_boot *b, const char *name, double value)
{
	an_boot_set(set, b, name, "ns", true, value);
}

/* Set a metric that the table must have. A wrong name is a bug in this file. */
static void set_known(struct an_metrics *set, struct an_boot *b, const char *name, double value)
{
	int id = an_metrics_find(set, name);

	if (id < 0 || set->m[id].source.kind != METRIC_RETENTION)
		exit(fail_as(EXIT_CANNOT_RUN, "metrics.c: the table has no metric %s", name));
	an_boot_set(set, b, name, set->m[id].unit, set->m[id].latency, value);
}

static void measure_op(struct an_metrics *set, struct an_boot *b, const struct timed_op *op,
		       struct an_curve *c)
{
	char name[64];
	const struct metric_quantile *q;
	size_t i;

	for (q = metric_quantiles; q->name; q++) {
		snprintf(name, sizeof(name), "%s_ns_%s", op->name, q->name);
		if (op->n >= q->samples)
			set_latency(set, b, name, timed_op_quantile(op, q->level));
	}
	snprintf(c->op, sizeof(c->op), "%s", op->name);
	c->n = op->n;
	for (i = 0; i < AN_LEVELS; i++)
		c->ns[i] = timed_op_quantile(op, an_level(i));
}

/* Operations per second, all threads together: result.json's "throughput". */
static void measure_throughput(struct an_metrics *set, struct an_boot *b)
{
	const json_t *rate = json_object_get(b->run->result, "throughput");
	char *name;
	int id;

	if (!json_is_number(json_object_get(rate, "per_second")))
		return;
	name = xasprintf("%s" METRIC_RATE, json_text(rate, "op", "operation"));
	an_boot_set(set, b, name, "1/s", false, json_number_value(json_object_get(rate, "per_second")));
	id = an_metrics_find(set, name);
	set->m[id].better = BETTER_MORE;
	free(name);
}

/* Integers of result.json. One that is null there, or absent, is not known and sets nothing. */
static void measure_result(struct an_metrics *set, struct an_boot *b)
{
	const json_t *v;

	for (const struct metric *m = metric_table; *m->name; m++) {
		if (m->source.kind != METRIC_RESULT)
			continue;
		v = json_object_get(json_object_get(b->run->result, m->source.file),
				    m->source.counter[0]);
		if (json_is_integer(v))
			an_boot_set(set, b, m->name, m->unit, m->latency, json_number_value(v));
	}
}

/* A program of an archive need not time anything: it names no operations, and leaves no samples. */
static bool times_nothing(const struct loaded_run *run)
{
	static const char *const files[] = { FILE_SAMPLES_CSV, FILE_SAMPLES_BIN };
	bool any = json_object_get(run->result, "ops");

	for (size_t i = 0; i < ARRAY_SIZE(files) && !any; i++) {
		char *path = xasprintf("%s/%s", run->dir, files[i]);

		any = file_exists(path);
		free(path);
	}
	return !any;
}

static void measure_samples(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	const struct timed_op *destroy;
	struct samples_file s;
	char *why;

	if (times_nothing(b->run))
		return;
	if (samples_file_load(b->run->dir, &s, &why)) {
		loaded_runs_remark(runs, "%s: %s; its latencies are left out", b->run->name, why);
		free(why);
		return;
	}
	destroy = samples_file_op(&s, "td_destroy");
	if (destroy) {
		b->has_destroy = true;
		b->first_destroy_ns = destroy->first_start_ns;
	}
	b->curve = xcalloc(s.nr_ops + 1, sizeof(*b->curve));
	b->nr_curves = s.nr_ops;
	for (size_t i = 0; i < s.nr_ops; i++)
		measure_op(set, b, &s.op[i], &b->curve[i]);
	samples_file_free(&s);
}

/* The mean; NaN if @count is 0. */
static double mean(double sum, double count)
{
	return count > 0 ? sum / count : NAN;
}

static double grown_of(const struct counters_pair *c, const char *file,
		       const char *const counter[2])
{
	double sum = counters_grown(c, file, counter[0]);

	return counter[1] ? sum + counters_grown(c, file, counter[1]) : sum;
}

/* The value of a metric that counters give; NaN for one from another source. */
static double from_counters(const struct counters_pair *c, const struct metric_source *s)
{
	switch (s->kind) {
	case METRIC_GROWTH:
		return grown_of(c, s->file, s->counter);
	case METRIC_END:
		return counters_after(c, s->file, s->counter[0]);
	case METRIC_MEAN:
		return mean(grown_of(c, s->file, s->counter), grown_of(c, s->file, s->per));
	default:
		return NAN;
	}
}

static void measure_counters(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	struct counters_pair c;
	char *why;

	if (counters_pair_load(b->run->dir, &c, &why)) {
		loaded_runs_remark(runs, "%s: %s; its metrics from counters are left out",
				   b->run->name, why);
		free(why);
		return;
	}
	for (const struct metric *m = metric_table; *m->name; m++)
		an_boot_set(set, b, m->name, m->unit, m->latency, from_counters(&c, &m->source));
	b->nr_buckets = counters_histogram(&c, "sept_held_hist", b->bucket);
	counters_pair_free(&c);
}

/*
 * Does every TD have a timed destroy? TDs of aggressors have none, so pages that their destruction
 * frees would look like pages freed while TDs live.
 */
static bool all_destroys_timed(const struct an_boot *b)
{
	const json_t *destroy = json_object_get(json_object_get(b->run->result, "ops"), "td_destroy");

	return b->has_destroy && json_integer_value(json_object_get(destroy, "count")) >=
					 json_integer_value(json_object_get(b->run->result, "tds"));
}

static void measure_retention(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	char *path = xasprintf("%s/" FILE_TRACE, b->run->dir), *why;
	uint64_t limit = b->has_destroy ? b->first_destroy_ns : 0;
	struct retention_csv *r = &b->retention;
	struct an_trace_churn t;
	bool has_trace = !an_trace_churn(path, limit, &t, &why);

	free(path);
	if (has_trace && !t.usable)
		why = xstrdup(t.why_not);
	if (why) {	/* retention.csv is derived from it, so it is no better */
		loaded_runs_remark(runs,
				   "%s: " FILE_TRACE " and " FILE_RETENTION " are left out: %s",
				   b->run->name, why);
		free(why);
		return;
	}
	b->has_retention = !retention_csv_read(b->run->dir, limit, r, &why);
	if (why)
		loaded_runs_remark(runs, "%s: %s; it is left out", b->run->name, why);
	free(why);
	if (b->has_retention) {
		set_known(set, b, "retained_peak_bytes", r->peak_bytes);
		if (r->back_to_zero)
			set_known(set, b, "spt_peak_to_zero_ns",
				  r->zero_after_peak_ns - r->peak_ns);
	}
	if (all_destroys_timed(b) && (has_trace || b->has_retention))
		set_known(set, b, "spt_freed_during_churn_pages",
			  has_trace ? t.freed : r->freed_before_limit);
}

/* Tables that are told as they are, beside the metrics. */
static void read_tables(struct an_boot *b, struct loaded_runs *runs)
{
	char *why;

	if (replacements_csv_read(b->run->dir, &b->replacement, &b->nr_replacements, &why) && why)
		loaded_runs_remark(runs, "%s: %s; it is left out", b->run->name, why);
	free(why);
	if (age_csv_read(b->run->dir, &b->age, &b->nr_ages, &why) && why)
		loaded_runs_remark(runs, "%s: %s; it is left out", b->run->name, why);
	free(why);
}

void an_boot_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	measure_throughput(set, b);
	measure_result(set, b);
	measure_samples(set, b, runs);
	measure_counters(set, b, runs);
	measure_retention(set, b, runs);
	read_tables(b, runs);
	an_numa_measure(set, b, runs);
	an_perf_measure(set, b, runs);
	an_stress_measure(set, b, runs);
}

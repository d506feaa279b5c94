// SPDX-License-Identifier: GPL-2.0
/*
 * One boot in, one value per metric out. The boot is the replicate: whatever
 * happened within it (a thousand destroys, a million conversions) becomes a single
 * number here, and statistics only ever see those.
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
#include "bench/rundir/samples_file.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "metrics.h"
#include "perf_stat_metrics.h"
#include "trace_churn.h"

#define SAMPLES { AN_FROM_SAMPLES, NULL, { NULL }, { NULL } }
#define GROWTH(file, a, b) { AN_FROM_GROWTH, file, { a, b }, { NULL } }
#define END(file, a) { AN_FROM_END, file, { a, NULL }, { NULL } }
#define MEAN(file, a, per_a, per_b) { AN_FROM_MEAN, file, { a, NULL }, { per_a, per_b } }
#define RETENTION { AN_FROM_RETENTION, NULL, { NULL }, { NULL } }

/* Every metric that is known beforehand, in the order of the report's tables. */
static const struct an_metric fixed[] = {
	{ "spt_held_peak_pages", "pages", AN_PRIMARY_TEARDOWN, false,
	  END("sept", "spt_held_peak_pages") },
	{ "spt_held_time_mean_ns", "ns", AN_PRIMARY_TEARDOWN, false,
	  MEAN("sept", "spt_held_page_ns", "spt_freed_pages", NULL) },
	{ "td_destroy_ns_p50", "ns", AN_PRIMARY_TEARDOWN, true, SAMPLES },
	{ "convert_round_ns_p50", "ns", AN_PRIMARY_CONVERT, true, SAMPLES },
	{ "fault_ns_p50", "ns", AN_PRIMARY_FAULT, true, SAMPLES },
	{ "fault_ns_p99", "ns", AN_PRIMARY_FAULT, true, SAMPLES },
	{ "victim_fault_ns_p50", "ns", AN_PRIMARY_FAULT, true, SAMPLES },
	{ "victim_fault_ns_p99", "ns", AN_PRIMARY_FAULT, true, SAMPLES },
	{ "pamt_lock_wait_ns_mean", "ns", AN_PRIMARY_FAULT, false,
	  MEAN("pamt", "pamt_lock_wait_ns", "pamt_get_locked", "pamt_put_locked") },
	{ "spt_freed_during_churn_pages", "pages", AN_SECONDARY, false, RETENTION },
	{ "spt_held_time_max_ns", "ns", AN_SECONDARY, false,
	  END("sept", "spt_held_time_max_ns") },
	{ "spt_held_page_ns", "page_ns", AN_SECONDARY, false,
	  GROWTH("sept", "spt_held_page_ns", NULL) },
	{ "spt_peak_to_zero_ns", "ns", AN_SECONDARY, false, RETENTION },
	{ "retained_peak_bytes", "bytes", AN_SECONDARY, false, RETENTION },
	{ "pamt_pairs_held_back_peak", "pairs", AN_SECONDARY, false,
	  END("pamt", "pamt_pairs_held_back_peak") },
	{ "pamt_pairs_peak", "pairs", AN_PRIMARY_PAIRS, false,
	  END("pamt", "pamt_pairs_peak") },
	{ "spt_freed_pages", "pages", AN_SECONDARY, false,
	  GROWTH("sept", "spt_freed_pages", NULL) },
	{ "spt_leaked_pages", "pages", AN_SECONDARY, false,
	  GROWTH("sept", "spt_leaked_pages", NULL) },
	{ "td_destroy_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "td_create_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "td_create_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "td_populate_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "td_populate_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_round_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_to_shared_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_to_shared_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_punch_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_punch_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_to_private_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_to_private_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_fault_ns_p50", "ns", AN_SECONDARY, true, SAMPLES },
	{ "convert_fault_ns_p99", "ns", AN_SECONDARY, true, SAMPLES },
	{ "pamt_lock_wait_ns_per_call", "ns", AN_SECONDARY, true,
	  MEAN("pamt", "pamt_lock_wait_ns", "pamt_get", "pamt_put") },
	{ "pamt_irqs_off_ns_max", "ns", AN_SECONDARY, false,
	  END("pamt", "pamt_irqs_off_max_ns") },
	{ "pamt_lock_wait_ns_max", "ns", AN_SECONDARY, false,
	  END("pamt", "pamt_lock_wait_max_ns") },
	{ "pamt_seamcall_ns_mean", "ns", AN_SECONDARY, true,
	  MEAN("pamt", "pamt_seamcall_ns", "pamt_add", "pamt_remove") },
	{ "pamt_seamcall_ns_max", "ns", AN_SECONDARY, true,
	  END("pamt", "pamt_seamcall_max_ns") },
	{ "pamt_total_ns_mean", "ns", AN_SECONDARY, true,
	  MEAN("pamt", "pamt_total_ns", "pamt_get", "pamt_put") },
	{ "pamt_total_ns_max", "ns", AN_SECONDARY, true,
	  END("pamt", "pamt_total_max_ns") },
	{ "pamt_getput_calls", "calls", AN_SECONDARY, false,
	  GROWTH("pamt", "pamt_get", "pamt_put") },
	{ "pamt_addremove_calls", "calls", AN_SECONDARY, false,
	  GROWTH("pamt", "pamt_add", "pamt_remove") },
};

#define NR_FIXED ARRAY_SIZE(fixed)

void an_metrics_init(struct an_metrics *set)
{
	set->n = NR_FIXED;
	set->m = xcalloc(NR_FIXED, sizeof(*set->m));
	memcpy(set->m, fixed, sizeof(fixed));
}

void an_metrics_free(struct an_metrics *set)
{
	free(set->m);
	set->m = NULL;
	set->n = 0;
}

int an_metrics_find(const struct an_metrics *set, const char *name)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!strcmp(set->m[i].name, name))
			return i;
	return -1;
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
	}
	if ((size_t)id >= b->nr_values) {
		b->value = xreallocarray(b->value, set->n, sizeof(*b->value));
		while (b->nr_values < set->n)
			b->value[b->nr_values++] = NAN;
	}
	b->value[id] = value;
}

/* An operation that the table does not know adds a metric. */
static void set_latency(struct an_metrics *set, struct an_boot *b, const char *name, double value)
{
	an_boot_set(set, b, name, "ns", true, value);
}

/* A metric of the table; another name is a mistake in this file. */
static void set_known(struct an_metrics *set, struct an_boot *b, const char *name, double value)
{
	int id = an_metrics_find(set, name);

	if (id < 0 || set->m[id].source.kind != AN_FROM_RETENTION)
		exit(fail_as(EXIT_CANNOT_RUN, "metrics.c: the table has no metric %s", name));
	an_boot_set(set, b, name, set->m[id].unit, set->m[id].latency, value);
}

/*
 * A quantile needs some samples beyond it, or it is the largest sample by another name: one in
 * ten for p90, and so on.
 */
static const struct {
	const char *name;
	double level;
	size_t samples;
} quantiles[] = {
	{ "p50", 0.50, 1 },
	{ "p90", 0.90, 20 },
	{ "p99", 0.99, 100 },
	{ "p999", 0.999, 2000 },
};

static void measure_op(struct an_metrics *set, struct an_boot *b, const struct an_op *op,
		       struct an_curve *c)
{
	char name[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(quantiles); i++) {
		snprintf(name, sizeof(name), "%s_ns_%s", op->name, quantiles[i].name);
		if (op->n >= quantiles[i].samples)
			set_latency(set, b, name, an_op_quantile(op, quantiles[i].level));
	}
	snprintf(c->op, sizeof(c->op), "%s", op->name);
	c->n = op->n;
	for (i = 0; i < AN_LEVELS; i++)
		c->ns[i] = an_op_quantile(op, an_level(i));
}

static void measure_samples(struct an_metrics *set, struct an_boot *b, struct an_runs *runs)
{
	char *path = an_samples_path(b->dir);
	const struct an_op *destroy;
	struct an_samples s;
	size_t i;

	if (an_samples_read(path, &s)) {
		an_remark(runs, "%s: samples.csv: %s; its latencies are left out", b->name,
			  errno == EINVAL ? "not a file of samples" : strerror(errno));
		free(path);
		return;
	}
	free(path);
	if (s.bad_lines || s.truncated) {
		an_remark(runs,
			  "%s: samples.csv is damaged (%llu bad lines%s); its latencies are left "
			  "out",
			  b->name, (unsigned long long)s.bad_lines,
			  s.truncated ? ", cut short" : "");
		an_samples_free(&s);
		return;
	}
	destroy = an_samples_op(&s, "td_destroy");
	if (destroy) {
		b->has_destroy = true;
		b->first_destroy_ns = destroy->first_start_ns;
	}
	b->curve = xcalloc(s.nr_ops ? s.nr_ops : 1, sizeof(*b->curve));
	b->nr_curves = s.nr_ops;
	for (i = 0; i < s.nr_ops; i++) {
		const char *op = s.op[i].name;

		b->has_convert |= !strncmp(op, "convert_", 8);
		b->has_fault |= !strcmp(op, "fault") || !strncmp(op, "victim", 6);
		measure_op(set, b, &s.op[i], &b->curve[i]);
	}
	an_samples_free(&s);
}

struct both {
	struct counters before, after;
};

/*
 * What was added between before and after; NaN if it is not there. One that was not there
 * before began at 0.
 */
static double grown(const struct both *c, const char *file, const char *name)
{
	uint64_t b = 0, a;

	counters_get(&c->before, file, name, &b);
	if (!counters_get(&c->after, file, name, &a) || a < b)
		return NAN;
	return a - b;
}

static double at_end(const struct both *c, const char *file, const char *name)
{
	uint64_t a;

	return counters_get(&c->after, file, name, &a) ? (double)a : NAN;
}

/* Mean of no events has no value. */
static double mean(double sum, double count)
{
	return count > 0 ? sum / count : NAN;
}

static double grown_of(const struct both *c, const char *file, const char *const counter[2])
{
	double sum = grown(c, file, counter[0]);

	return counter[1] ? sum + grown(c, file, counter[1]) : sum;
}

/* The value of a metric that counters give; NaN for one from another source. */
static double from_counters(const struct both *c, const struct an_source *s)
{
	switch (s->kind) {
	case AN_FROM_GROWTH:
		return grown_of(c, s->file, s->counter);
	case AN_FROM_END:
		return at_end(c, s->file, s->counter[0]);
	case AN_FROM_MEAN:
		return mean(grown_of(c, s->file, s->counter), grown_of(c, s->file, s->per));
	default:
		return NAN;
	}
}

static void measure_histogram(struct an_boot *b, const struct both *c)
{
	size_t i;

	for (i = 0; i < c->after.n && b->nr_buckets < 65; i++) {
		const struct counter *r = &c->after.list[i];
		uint64_t low, before = 0;

		if (strcmp(r->file, "sept_held_hist") || !parse_u64(r->name, 0, UINT64_MAX, &low))
			continue;
		counters_get(&c->before, "sept_held_hist", r->name, &before);
		if (r->value > before)
			b->bucket[b->nr_buckets++] = (struct an_bucket){ low, r->value - before };
	}
}

static void measure_counters(struct an_metrics *set, struct an_boot *b, struct an_runs *runs)
{
	char *path[2] = { xasprintf("%s/counters-before.txt", b->dir),
			  xasprintf("%s/counters-after.txt", b->dir) };
	struct both c = { 0 };
	size_t i;

	if (counters_load(path[0], &c.before) || counters_load(path[1], &c.after)) {
		an_remark(runs, "%s: counters cannot be read: %s; what they tell is left out",
			  b->name, strerror(errno));
		goto out;
	}
	for (i = 0; i < NR_FIXED; i++)
		an_boot_set(set, b, fixed[i].name, fixed[i].unit, fixed[i].latency,
			    from_counters(&c, &fixed[i].source));
	measure_histogram(b, &c);
out:
	counters_free(&c.before);
	counters_free(&c.after);
	free(path[0]);
	free(path[1]);
}

/*
 * Does every TD have a timed destroy? The TDs of aggressors do not: what they free is no page
 * freed while TDs live.
 */
static bool all_destroys_timed(const struct an_boot *b)
{
	const json_t *destroy = json_object_get(json_object_get(b->result, "ops"), "td_destroy");

	return b->has_destroy && json_integer_value(json_object_get(destroy, "count")) >=
					 json_integer_value(json_object_get(b->result, "tds"));
}

static void measure_retention(struct an_metrics *set, struct an_boot *b, struct an_runs *runs)
{
	char *csv = xasprintf("%s/retention.csv", b->dir),
	     *trace = xasprintf("%s/trace.dat", b->dir);
	uint64_t limit = b->has_destroy ? b->first_destroy_ns : 0;
	struct an_retention *r = &b->retention;
	struct an_trace_churn t;
	char *why;
	bool has_trace = !an_trace_churn(trace, limit, &t, &why);

	if (!has_trace && errno != ENOENT) {
		an_remark(runs, "%s: trace.dat and retention.csv are left out: %s", b->name, why);
		free(why);
		goto out;
	} else if (has_trace && !t.usable) {
		/* retention.csv is derived from it, so it is no better */
		an_remark(runs, "%s: trace.dat and retention.csv are left out: %s", b->name,
			  t.why_not);
		goto out;
	}
	if (an_retention_read(csv, limit, r)) {
		if (errno != ENOENT)
			an_remark(runs, "%s: retention.csv: %s; it is left out", b->name,
				  errno == EINVAL ? "not a file of retention over time"
						  : strerror(errno));
	} else if (r->bad_lines || r->truncated) {
		an_remark(runs, "%s: retention.csv is damaged (%llu bad lines%s); it is left out",
			  b->name, (unsigned long long)r->bad_lines,
			  r->truncated ? ", cut short" : "");
	} else {
		b->has_retention = true;
		set_known(set, b, "retained_peak_bytes", r->peak_bytes);
		if (r->back_to_zero)
			set_known(set, b, "spt_peak_to_zero_ns",
				  r->zero_after_peak_ns - r->peak_ns);
	}
	if (all_destroys_timed(b) && (has_trace || b->has_retention))
		set_known(set, b, "spt_freed_during_churn_pages",
			  has_trace ? t.freed : r->freed_before_limit);
out:
	free(csv);
	free(trace);
}

void an_boot_measure(struct an_metrics *set, struct an_boot *b, struct an_runs *runs)
{
	measure_samples(set, b, runs);
	measure_counters(set, b, runs);
	measure_retention(set, b, runs);
	an_perf_measure(set, b, runs);
}

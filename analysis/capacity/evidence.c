// SPDX-License-Identifier: GPL-2.0
/*
 * Run directories as evidence for the models: what was asked of a boot, and what it counted. The
 * analysis of experiments compares boots; this reads single quantities that a term of the plan can
 * be fitted to or checked against.
 */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "analysis/stats/quantile.h"
#include "bench/rundir/counters.h"
#include "bench/rundir/loaded_run.h"
#include "bench/rundir/rundir.h"
#include "bench/rundir/samples_file.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"
#include "evidence.h"
#include "sizes.h"

static void copy(char *to, const char *from)
{
	snprintf(to, PL_NAME, "%s", from);
}

static double json_num(const json_t *o, const char *key, double none)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : none;
}

static json_t *load_json(const char *dir, const char *file)
{
	char *path = xasprintf("%s/%s", dir, file);
	json_t *j = json_load_file(path, 0, NULL);

	free(path);
	return j;
}

/* What boots that differ only in their seed have in common, as text. */
static char *setting_of(const json_t *header)
{
	char *cmdline = xstrdup(an_json_text(header, "kernel_cmdline", "")), *text, *seed;
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

static void read_params(struct pl_run *r, const json_t *result)
{
	const json_t *p = json_object_get(result, "params");
	const char *layout = an_json_text(p, "layout", "");
	const char *destroy = an_json_text(p, "destroy", "serial");

	r->tds = json_num(result, "tds", NAN);
	r->vcpus = json_num(p, "vcpus", 1);
	r->rounds = json_num(p, "rounds", 1);
	r->regions = json_num(p, "mem", NAN) / 2;
	r->pages = json_num(p, "pages", NAN);
	r->per_region = json_num(p, "per_region", NAN);
	r->op_threads = json_num(p, "threads", 1);
	r->threads = r->op_threads;
	r->serial = !strcmp(destroy, "serial");
	r->at_once = !strcmp(destroy, "all-at-once");
	if (r->serial)
		r->threads = 1;
	else if (r->at_once)
		r->threads = r->tds;
	if (!strcmp(r->workload, "teardown")) {
		r->has_layout = true;
		r->pages_per_region = !strcmp(layout, "dense") ? PL_REGION_PAGES :
				      !strcmp(layout, "sparse") ? 1 :
				      json_num(p, "pages_per_region", 1);
	} else if (!strcmp(r->workload, "frag")) {
		/* all TDs' pages, contiguous in the guest, from a host with per_region free ones */
		r->has_layout = isfinite(r->pages) && isfinite(r->per_region);
		r->regions = ceil(r->pages / r->tds / PL_REGION_PAGES);
		r->pages_per_region = r->pages / r->tds / r->regions;
		r->rounds = 1;
	} else if (!strcmp(r->workload, "convert")) {
		r->has_layout = true;
		r->pages_per_region = PL_REGION_PAGES;
		r->rounds = 1;
	}
}

/* The longest phase that is neither creation nor teardown of TDs: what the workload is about. */
static void read_phases(struct pl_run *r, const json_t *result)
{
	const json_t *list = json_object_get(result, "phases"), *ph;
	size_t i;

	r->phase_ns = r->destroy_phase_ns = NAN;
	json_array_foreach(list, i, ph) {
		const char *name = an_json_text(ph, "name", "");
		double ns = json_num(ph, "end_ns", NAN) - json_num(ph, "start_ns", NAN);

		if (!strcmp(name, "destroy"))
			r->destroy_phase_ns = ns;
		if (strcmp(name, "create") && strcmp(name, "destroy") && !(ns <= r->phase_ns))
			r->phase_ns = ns;
	}
}

static double get(const struct counters *c, const char *file, const char *name)
{
	uint64_t v;

	return counters_get(c, file, name, &v) ? (double)v : NAN;
}

static void read_hist(const struct counters *before, const struct counters *after,
		      const char *file, struct pl_hist *h)
{
	for (size_t i = 0; i < after->n && h->n < PL_HIST; i++) {
		const struct counter *c = &after->list[i];
		double old, n;

		if (strcmp(c->file, file))
			continue;
		old = get(before, file, c->name);
		n = (double)c->value - (isnan(old) ? 0 : old);
		if (n <= 0)
			continue;
		h->low_ns[h->n] = strtod(c->name, NULL);
		h->count[h->n++] = n;
	}
}

static int read_counters(struct pl_run *r)
{
	char *pb = xasprintf("%s/counters-before.txt", r->dir);
	char *pa = xasprintf("%s/counters-after.txt", r->dir);
	struct counters b, a;
	int ret = counters_load(pa, &a);

	if (!ret && counters_load(pb, &b)) {
		counters_free(&a);
		ret = -1;
	}
	if (!ret) {
#define GROWTH(file, name) (get(&a, file, name) - get(&b, file, name))
		r->spt_allocated = GROWTH("sept", "spt_allocated_pages");
		r->spt_freed = GROWTH("sept", "spt_freed_pages");
		r->held_page_ns = GROWTH("sept", "spt_held_page_ns");
		r->held_peak = get(&a, "sept", "spt_held_peak_pages");
		r->held_max_ns = get(&a, "sept", "spt_held_time_max_ns");
		r->pairs_peak = get(&a, "pamt", "pamt_pairs_peak");
		r->held_back_peak = get(&a, "pamt", "pamt_pairs_held_back_peak");
		r->get = GROWTH("pamt", "pamt_get");
		r->put = GROWTH("pamt", "pamt_put");
		r->add = GROWTH("pamt", "pamt_add");
		r->remove = GROWTH("pamt", "pamt_remove");
		r->lock_wait_ns = GROWTH("pamt", "pamt_lock_wait_ns");
		r->seamcall_ns = GROWTH("pamt", "pamt_seamcall_ns");
		r->total_ns = GROWTH("pamt", "pamt_total_ns");
#undef GROWTH
		read_hist(&b, &a, "sept_held_hist", &r->held);
		read_hist(&b, &a, "pamt_lock_wait_hist", &r->lock_wait);
		read_hist(&b, &a, "pamt_seamcall_hist", &r->seamcall);
		read_hist(&b, &a, "pamt_total_hist", &r->total);
		counters_free(&a);
		counters_free(&b);
	}
	free(pa);
	free(pb);
	return ret;
}

/* Standard deviation over mean of an operation's latencies. */
static double relative_sd(const struct an_op *op)
{
	double *v = xcalloc(op->n, sizeof(*v)), ret;

	for (size_t i = 0; i < op->n; i++)
		v[i] = (double)an_op_latency(op, i);
	ret = gsl_stats_sd(v, 1, op->n) / gsl_stats_mean(v, 1, op->n);
	free(v);
	return ret;
}

static void read_samples(struct pl_run *r)
{
	char *path = an_samples_path(r->dir);
	struct an_samples s;
	const struct an_op *op;

	r->first_destroy_ns = r->destroy_ns = r->unequal = NAN;
	if (!an_samples_read(path, &s)) {
		op = an_samples_op(&s, "td_close_gmem");
		if (op && op->n > 2 && r->at_once)
			r->unequal = relative_sd(op);
		op = an_samples_op(&s, "td_destroy");
		if (op && op->n) {
			r->first_destroy_ns = (double)op->first_start_ns;
			r->destroy_ns = an_op_quantile(op, 0.5);
		}
		an_samples_free(&s);
	}
	free(path);
}

/* Memory map and sizes that the VM's kernel printed: "[mem 0x..-0x..]  System RAM" and KB. */
static void read_console(struct pl_run *r)
{
	char *path = xasprintf("%s/console.log", r->dir), *text = read_file(path, NULL), *save;

	free(path);
	r->refcount_kb = r->pamt_kb = NAN;
	if (!text)
		return;
	for (char *l = strtok_r(text, "\r\n", &save); l; l = strtok_r(NULL, "\r\n", &save)) {
		struct pl_host *h = &r->host;
		unsigned long long a, z;
		char *p = strstr(l, "BIOS-e820: [mem ");

		if (p && strstr(p, "System RAM") && h->nr_ranges < PL_MAX_RANGES &&
		    sscanf(p, "BIOS-e820: [mem %llx-%llx]", &a, &z) == 2) {
			/* the first MiB is not given to TDX */
			if (z < 0x100000)
				continue;
			h->range[h->nr_ranges++] =
				(struct pl_range){ (double)a, (double)z + 1 };
			h->memory_bytes += (double)(z + 1 - a);
		}
		p = strstr(l, "Dynamic PAMT: ");
		if (p && sscanf(p, "Dynamic PAMT: %llu KB of refcounts", &a) == 1)
			r->refcount_kb = (double)a;
		p = strstr(l, "virt/tdx: ");
		if (p && strstr(p, "allocated for PAMT") && sscanf(p, "virt/tdx: %llu", &a) == 1)
			r->pamt_kb = (double)a;
	}
	free(text);
}

static void run_free(struct pl_run *r)
{
	free(r->setting);
	free(r->dir);
}

/* Takes the boot of @dir; 0 if it counts, 1 after one line if not. */
static int take(struct pl_evidence *e, const char *dir)
{
	json_t *header = load_json(dir, "header.json"), *status = load_json(dir, "status.json");
	json_t *result = load_json(dir, "result.json");
	/* one name per boot, however it was given: --check must know what --runs has */
	char *real = realpath(dir, NULL);
	struct pl_run r = { .dir = real ? real : xstrdup(dir) };
	char *path;
	int ret = 1;

	r.name = strrchr(r.dir, '/') ? strrchr(r.dir, '/') + 1 : r.dir;
	if (!header || !status) {
		warn("skipping %s: no finished boot: header.json or status.json cannot be read",
		     dir);
	} else if (strcmp(an_json_text(status, "status", ""), "ok")) {
		warn("skipping %s: the boot failed: %s", dir,
		     an_json_text(status, "reason", "no reason given"));
	} else if (!result || strcmp(an_json_text(result, "verify", ""), "ok")) {
		warn("skipping %s: result.json does not say verify: ok", dir);
	} else {
		copy(r.variant, an_json_text(header, "variant", ""));
		copy(r.time_base, an_json_text(header, "time_base", ""));
		copy(r.cost, an_json_text(header, "cost", ""));
		copy(r.host_cpu, an_json_text(header, "host_cpu", ""));
		copy(r.workload, an_json_text(result, "workload", ""));
		r.setting = setting_of(header);
		r.cpus = json_num(header, "cpus", NAN);
		r.mem_bytes = json_num(header, "mem_mib", NAN) * 1048576;
		r.seed = json_num(header, "seed", NAN);
		r.hz = json_num(header, "hz", NAN);
		read_params(&r, result);
		read_phases(&r, result);
		ret = read_counters(&r) ? 1 : 0;
		if (ret)
			warn("skipping %s: its counters cannot be read: %s", dir,
			     strerror(errno));
	}
	if (!ret) {
		read_samples(&r);
		read_console(&r);
		path = xasprintf("%s/retention.csv", dir);
		if (pl_retention_read(path, &r))
			r.has_retention = false;
		r.before_reclaim_ns = r.has_retention && r.serial ?
				      r.first_reclaim_ns - r.first_destroy_ns : NAN;
		free(path);
		e->run = xreallocarray(e->run, e->n + 1, sizeof(*e->run));
		e->run[e->n++] = r;
	} else {
		run_free(&r);
	}
	json_decref(header);
	json_decref(status);
	json_decref(result);
	return ret;
}

static int is_dir(const struct dirent *d)
{
	return d->d_name[0] != '.' && d->d_type != DT_REG && !rundir_is_unfinished(d->d_name);
}

static int take_folder(struct pl_evidence *e, const char *dir)
{
	char *runs = xasprintf("%s/runs", dir);
	const char *folder = file_exists(runs) ? runs : dir;
	size_t had = e->n;
	struct dirent **list;
	int n = scandir(folder, &list, is_dir, versionsort);

	if (n < 0) {
		free(runs);
		return fail("%s: %s; name run directories or a folder of them", dir,
			    strerror(errno));
	}
	for (int i = 0; i < n; i++) {
		char *sub = xasprintf("%s/%s", folder, list[i]->d_name);
		char *header = xasprintf("%s/header.json", sub);

		if (file_exists(header))
			take(e, sub);
		free(header);
		free(sub);
		free(list[i]);
	}
	free(list);
	free(runs);
	if (e->n == had)
		return fail("%s: no boot in it counts; name run directories or a folder of them",
			    dir);
	return 0;
}

int pl_evidence_load(char *const *dirs, size_t n, struct pl_evidence *e)
{
	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < n; i++) {
		char *header = xasprintf("%s/header.json", dirs[i]);
		bool single = file_exists(header);

		free(header);
		if (single ? take(e, dirs[i]) : take_folder(e, dirs[i])) {
			pl_evidence_free(e);
			return -1;
		}
	}
	return 0;
}

void pl_evidence_free(struct pl_evidence *e)
{
	for (size_t i = 0; i < e->n; i++)
		run_free(&e->run[i]);
	free(e->run);
	memset(e, 0, sizeof(*e));
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The conditions of the boots: what was booted, how and on which machine; and the commands to
 * boot it again.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "setup.h"
#include "doc.h"
#include "facts.h"

static void add_dates(json_t *items, const struct an_boot *const *boot, size_t n)
{
	const char *first = NULL, *last = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *t = json_text(boot[i]->run->header, "started_utc", NULL);

		if (t && (!first || strcmp(t, first) < 0))
			first = t;
		if (t && (!last || strcmp(t, last) > 0))
			last = t;
	}
	if (!first)
		an_doc_field(items, "date", "unknown");
	else
		an_doc_field(items, "date", "first boot %s, last boot %s", first, last);
}

static int cmp_u64(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

/* "1-7, 9" */
static char *seeds_of(const struct an_boot *const *boot, size_t n)
{
	uint64_t *seed = xcalloc(n + 1, sizeof(*seed));
	char *list = NULL, one[48];
	size_t i, j;

	for (i = 0; i < n; i++)
		seed[i] = boot[i]->run->seed;
	qsort(seed, n, sizeof(*seed), cmp_u64);
	for (i = 0; i < n; i = j) {
		for (j = i + 1; j < n && seed[j] - seed[j - 1] <= 1; j++)
			;
		if (seed[j - 1] == seed[i])
			snprintf(one, sizeof(one), "%" PRIu64, seed[i]);
		else
			snprintf(one, sizeof(one), "%" PRIu64 "-%" PRIu64, seed[i], seed[j - 1]);
		list = text_add(list, one, ", ");
	}
	free(seed);
	return list ? list : xstrdup("none");
}

const struct an_fact an_condition[] = {
	{ "kernel", .kernel_key = "kernel_release", AN_TEXT_DIGITS },
	{ "source", .kernel_key = "source", AN_TEXT_DIGITS },
	{ "source sha256", .kernel_key = "source_sha256", AN_SUM_DIGITS },
	{ "config sha256", .kernel_key = "config_sha256", AN_SUM_DIGITS },
	{ "series sha256", .kernel_key = "series_sha256", AN_SUM_DIGITS },
	{ "compiler", .kernel_key = "compiler", AN_TEXT_DIGITS },
	{ "TDX module", .text = an_fact_module },
	{ "platform", .text = an_fact_platform },
	{ "SEAMCALLs", .text = an_fact_costs },
	{ "time base", .text = an_fact_time },
	{ "target", .header_key = "target" },
	{ "QEMU", .header_key = "qemu_version" },
	{ "guest", .text = an_fact_guest },
	{ "HZ", .header_key = "hz" },
	{ "kernel args", .text = an_fact_args },
	{ "host CPU", .header_key = "host_cpu" },
	{ "host CPUs", .text = an_fact_host_cpus },
	{ "mitigations", .text = an_fact_mitigations },
	{ "THP", .text = an_fact_thp },
	{ "recorded", .header_key = "record" },
	{ "antagonists", .text = an_fact_antagonists },
	{ "root archive", .text = an_fact_root, .untold = "none" },
};

const size_t an_nr_conditions = ARRAY_SIZE(an_condition);

const struct an_boot **an_counting_boots(const struct an_study *s, size_t *n)
{
	const struct an_boot **boot = xcalloc(s->runs.nr_runs + 1, sizeof(*boot));
	size_t i;

	*n = 0;
	for (i = 0; i < s->runs.nr_runs; i++)
		if (!s->boot[i].excluded)
			boot[(*n)++] = &s->boot[i];
	return boot;
}

/* "mine is immediate with patch.diff, another.diff" for one boot of it; NULL: no patches of the user's. */
static char *own_variant(const struct an_boot *b)
{
	const json_t *kernel = json_object_get(b->run->header, "kernel");
	const json_t *subject;
	const char *base = json_text(kernel, "base", NULL);
	char *subjects = NULL, *text;
	size_t i;

	if (!base)
		return NULL;
	json_array_foreach(json_object_get(kernel, "own_patches"), i, subject)
		subjects = text_add(subjects, json_string_value(subject), ", ");
	text = xasprintf("%s is %s with \"%s\"", json_text(kernel, "variant", "?"), base,
			 subjects ? subjects : "patches of its own");
	free(subjects);
	return text;
}

char *an_own_variants(const struct an_study *s)
{
	size_t n;
	const struct an_boot **boot = an_counting_boots(s, &n);
	char *all = NULL;

	for (size_t i = 0; i < n; i++) {
		char *one = own_variant(boot[i]);

		if (one && (!all || !strstr(all, one)))
			all = text_add(all, one, "; ");
		free(one);
	}
	free(boot);
	return all;
}

void an_add_setup(json_t *items, const struct an_study *s)
{
	static const struct an_fact own_patches = {"own patches", .text = an_fact_patches};
	static const struct an_fact patch_ids = {"patch ids", .text = an_fact_patch_ids};
	size_t i, n;
	const struct an_boot **boot = an_counting_boots(s, &n);
	char *seeds;

	if (!n) {
		an_doc_para(items, "No boot counts, so there is nothing to describe.");
		free(boot);
		return;
	}
	add_dates(items, boot, n);
	for (i = 0; i < an_nr_conditions; i++)
		an_add_fact(items, boot, n, &an_condition[i]);
	an_add_patches(items, boot, n, &own_patches, false);
	an_add_patches(items, boot, n, &patch_ids, true);
	seeds = seeds_of(boot, n);
	an_doc_field(items, "seeds", "%s", seeds);
	free(seeds);
	free(boot);
}

static char *fact_size(const struct an_boot *b)
{
	double tds = json_number(b->run->result, "tds", NAN);
	double vcpus = json_number(b->run->result, "vcpus", NAN);
	double bytes = json_number(b->run->result, "td_populated_bytes", 0);
	char each[40], all[40];

	if (!isfinite(tds * vcpus))
		return xstrdup("not told by the workload");
	if (!bytes)
		return xasprintf("%.0f TD x %.0f vCPU; guest memory faulted in is not one figure",
				 tds, vcpus);
	bytes_text(each, sizeof(each), bytes);
	bytes_text(all, sizeof(all), tds * bytes);
	return xasprintf("%.0f TD x %.0f vCPU; guest memory faulted in: %s each, %s in all", tds,
			 vcpus, each, all);
}

static char *fact_expected(const struct an_boot *b)
{
	const json_t *v = json_object_get(b->run->result, "sept_pages_expected");

	return json_is_integer(v)
		       ? xasprintf("%lld expected in a boot", (long long)json_integer_value(v))
		       : xstrdup("not told by the workload");
}

static char *fact_params(const struct an_boot *b)
{
	const json_t *params = json_object_get(b->run->result, "params"), *v;
	char *out = NULL, *one, *dump;
	const char *key;

	json_object_foreach((json_t *)params, key, v) {
		if (!strcmp(key, "seed"))
			continue;
		dump = json_is_string(v) ? xstrdup(json_string_value(v))
					 : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		one = xasprintf("%s=%s", key, dump ? dump : "?");
		out = text_add(out, one, " ");
		free(one);
		free(dump);
	}
	return out ? out : xstrdup("unknown");
}

/* Of the time in PAMT get and put, how much was waiting for the lock? */
static void add_contention(json_t *items, const struct an_study *s, const struct an_group *g)
{
	const struct an_row *wait = an_study_row(s, g, "pamt_lock_wait_ns_per_call");
	const struct an_row *total = an_study_row(s, g, "pamt_total_ns_mean");
	char *text = NULL, *one;
	size_t v;

	if (!strcmp(g->time_base, "simulated-virtual")) {
		an_doc_field(items, "contention",
			     "cannot be seen in virtual time: the CPUs take turns");
		return;
	}
	for (v = 0; wait && total && v < g->nr_variants; v++) {
		one = xasprintf("%s %.3g %%", g->variant[v],
				100 * wait->cell[v].median / total->cell[v].median);
		text = text_add(text, one, ", ");
		free(one);
	}
	an_doc_field(items, "contention",
		     "%s of the time in PAMT get and put went into taking the lock, the reading of "
		     "the clock before and after included; the kernel does not count how much of "
		     "that was for another 2 MiB region (false contention)",
		     text ? text : "an unknown share");
	free(text);
}

void an_add_group(json_t *items, const struct an_study *s, const struct an_group *g)
{
	static const struct an_fact told[] = {
		{"command", .text = an_fact_command},
		{"size", .text = fact_size},
		{"S-EPT pages", .text = fact_expected},
		{"parameters", .text = fact_params},
	};
	/* what must agree in all boots of an experiment, or they measure different things */
	static const struct an_fact same[] = {
		{ "command", .text = an_fact_command },
		{ "TDX module", .text = an_fact_module },
		{ "guest", .text = an_fact_guest },
		{ "HZ", .header_key = "hz" },
		{ "kernel args", .text = an_fact_args },
		{ "source", .kernel_key = "source_sha256", AN_TEXT_DIGITS },
		{ "config", .kernel_key = "config_sha256", AN_TEXT_DIGITS },
		{ "QEMU", .header_key = "qemu_version" },
		{ "root archive", .header_key = "root_archive_sha256" },
	};
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(told); i++)
		an_add_fact(items, g->boot, g->nr_boots, &told[i]);
	add_contention(items, s, g);
	for (i = 0; i < ARRAY_SIZE(same); i++) {
		struct an_distinct *d = an_collect(g->boot, g->nr_boots, &same[i], &n);

		/* what a factor sets is compared, and belongs to its level */
		bool compared = !an_by_variant(g) &&
				an_identifies_value(d, n, g->boot, g->nr_boots, true);

		an_distinct_free(d, n);
		if (n > 1 && !compared)
			an_doc_field(items, "CAUTION",
				     "the boots differ in: %s (%zu values, see above). The "
				     "comparison below mixes that with what is compared.",
				     same[i].name, n);
	}
}

/* The boot's kernel arguments beyond those every boot gets: what follows the cost level. */
static const char *appended(const struct an_boot *b)
{
	const char *p = strstr(json_text(b->run->header, "kernel_cmdline", ""), "soft_tdx.cost=");

	p = p ? strchr(p, ' ') : NULL;
	return p ? p + 1 : "";
}

/* Add one to @options, which is freed. Returns malloc'ed text. */
__attribute__((format(printf, 2, 3))) static char *with_option(char *options, const char *fmt, ...)
{
	va_list args;
	char *option;

	va_start(args, fmt);
	option = xvasprintf(fmt, args);
	va_end(args);
	options = text_add(options, option, " ");
	free(option);
	return options;
}

/* Options of `dpamt-bench run` that make the boot @b again, but for its command; malloc'ed. */
static char *run_options(const struct an_boot *b)
{
	const char *target = json_text(b->run->header, "target", "qemu"), *append = appended(b);
	const char *record = json_text(b->run->header, "record", "trace");
	const json_t *antagonists = json_object_get(b->run->header, "antagonists");
	char *options = xasprintf("--target %s --variant %s --seed %" PRIu64, target, b->run->variant, b->run->seed);
	char *cpus = an_number_text(b, "cpus"), *mem = an_number_text(b, "mem_mib");
	const char *perf = json_text(b->run->header, "perf_events", NULL);
	const char *platform = json_text(b->run->header, "platform", NULL);
	const char *root = json_text(b->run->header, "root_archive", NULL);
	size_t i;

	if (strcmp(target, "local")) { /* a real machine has no such options */
		options = with_option(options, "--time %s --cpus %s --mem %s --cost %s",
				      !strcmp(b->run->time_base, "simulated-wall") ? "wall"
										   : "virtual",
				      cpus, mem, json_text(b->run->header, "cost", "mid"));
	}
	if (json_number(b->run->header, "nodes", 1) > 1 && strcmp(target, "local"))
		options = with_option(options, "--nodes %.0f",
				      json_number(b->run->header, "nodes", 1));
	if (platform && strcmp(target, "local"))
		options = with_option(options, "--platform %s", platform);
	if (*append && strcmp(target, "local"))
		options = with_option(options, "--append \"%s\"", append);
	if (strcmp(record, "trace"))
		options = with_option(options, "--record %s", record);
	for (i = 0; i < json_array_size(antagonists); i++)
		options = with_option(options, "--antagonist %s",
				      json_text(json_array_get(antagonists, i), "name", "?"));
	if (root)
		options = with_option(options, "--root \"%s\"", root);
	if (perf)
		options = with_option(options, "--perf %s", perf);
	free(cpus);
	free(mem);
	return options;
}

char *an_reproduce_line(const struct an_boot *b)
{
	char *command = an_fact_command(b), *options = run_options(b);
	char *line = xasprintf("build/dpamt-bench run %s -- %s", options, command);

	free(command);
	free(options);
	return line;
}

void an_add_reproduce(json_t *items, const struct an_study *s)
{
	size_t i, v;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		const struct an_boot *b = g->boot[0];
		char *command = an_reproduce_line(b), *seeds = seeds_of(g->boot, g->nr_boots),
		     *variants = NULL, *aa = NULL;

		for (v = 0; v < g->nr_variants; v++)
			variants = text_add(variants, g->variant[v], ", ");
		if (g->nr_aa_boots) {
			char *more = seeds_of(g->aa_boot, g->nr_aa_boots);

			aa = xasprintf("%s, seeds %s", g->variant[g->aa_variant], more);
			free(more);
		}
		an_doc_command(items, "%s", command);
		an_doc_para(items,
			    "is the first boot of %s; the others: variants %s, seeds %s%s%s.",
			    g->label, variants, seeds, aa ? "; A/A: " : "", aa ? aa : "");
		free(aa);
		free(command);
		free(seeds);
		free(variants);
	}
}

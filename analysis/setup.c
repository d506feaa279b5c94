// SPDX-License-Identifier: GPL-2.0
/*
 * The conditions of the boots, from their headers. A fact that is the same in all
 * boots is told once; where boots differ, the report says which variant or
 * experiment has which value instead of showing the first one found.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "setup.h"
#include "textfmt.h"

/*
 * Twelve digits tell checksums apart and fit a line, as in git; other texts are kept as they
 * are.
 */
#define SUM_DIGITS 12
#define TEXT_DIGITS 300

/* Something told about a boot: one of the three ways to it is set. */
struct fact {
	const char *name; /* in the report */
	const char *kernel_key; /* text in the kernel's description */
	int digits; /* ... cut to this */
	const char *header_key; /* text or number in the header */
	char *(*text)(const struct an_boot *); /* malloc'ed */
};

/* Append @word to the malloc'ed list @s unless it is in it. */
static char *add_word(char *s, const char *word, const char *sep)
{
	char *more;

	if (!s)
		return xstrdup(word);
	more = xasprintf("%s%s%s", s, sep, word);
	free(s);
	return more;
}

/* Text at @key of the kernel's description, cut to @digits. */
static char *kernel_text(const struct an_boot *b, const char *key, int digits)
{
	const json_t *kernel = json_object_get(b->header, "kernel");

	return xasprintf("%.*s", digits, an_json_text(kernel, key, "unknown"));
}

static char *number_text(const struct an_boot *b, const char *key)
{
	const json_t *v = json_object_get(b->header, key);

	return json_is_integer(v) ? xasprintf("%lld", (long long)json_integer_value(v))
				  : xstrdup("unknown");
}

static char *fact_guest(const struct an_boot *b)
{
	char *cpus = number_text(b, "cpus"), *mem = number_text(b, "mem_mib");
	char *s = xasprintf("%s CPUs, %s MiB", cpus, mem);

	free(cpus);
	free(mem);
	return s;
}

static char *fact_time(const struct an_boot *b)
{
	if (!strcmp(b->time_base, "simulated-virtual"))
		return xstrdup("simulated-virtual (one instruction is one ns; one instruction "
			       "stream)");
	if (!strcmp(b->time_base, "simulated-wall"))
		return xstrdup("simulated-wall (emulated CPUs in real time; kernel code is "
			       "slowed)");
	return xstrdup(b->time_base);
}

/* The command line's words that start with soft_tdx (@soft), or the others; without the seed. */
static char *cmdline_words(const struct an_boot *b, bool soft)
{
	char *copy = xstrdup(an_json_text(b->header, "kernel_cmdline", "")), *save, *out = NULL, *w;

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool is_soft = !strncmp(w, "soft_tdx", 8);

		if (is_soft == soft && strncmp(w, "soft_tdx.seed=", 14))
			out = add_word(out, w, " ");
	}
	free(copy);
	return out ? out : xstrdup("");
}

static char *fact_module(const struct an_boot *b)
{
	char *words = cmdline_words(b, true);
	char *s = xasprintf("%s%s%s", an_json_text(b->header, "module", "unknown"),
			    *words ? ": " : "", words);

	free(words);
	return s;
}

static char *fact_args(const struct an_boot *b)
{
	return cmdline_words(b, false);
}

/* The workload's command line without its seed, which differs from boot to boot on purpose. */
static char *fact_command(const struct an_boot *b)
{
	const json_t *argv = json_object_get(b->header, "command");
	char *out = NULL;
	size_t i;

	for (i = 0; i < json_array_size(argv); i++) {
		const char *w = json_string_value(json_array_get(argv, i));

		if (w && !strcmp(w, "--seed"))
			i++;
		else if (!w || strncmp(w, "--seed=", 7))
			out = add_word(out, w ? w : "?", " ");
	}
	return out ? out : xstrdup("unknown");
}

static char *fact_text(const struct fact *fact, const struct an_boot *b)
{
	const json_t *v = json_object_get(b->header, fact->header_key ? fact->header_key : "");

	if (fact->text)
		return fact->text(b);
	if (fact->kernel_key)
		return kernel_text(b, fact->kernel_key, fact->digits);
	if (json_is_string(v) && *json_string_value(v))
		return xstrdup(json_string_value(v));
	return number_text(b, fact->header_key);
}

/* One value of a fact and who has it. */
struct distinct {
	char *value, *variants, *experiments;
	size_t n;
};

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

static struct distinct *collect(const struct an_boot *const *boot, size_t n,
				const struct fact *fact, size_t *count)
{
	struct distinct *d = NULL;
	size_t i, j, nr = 0;

	for (i = 0; i < n; i++) {
		char *value = fact_text(fact, boot[i]);

		for (j = 0; j < nr && strcmp(d[j].value, value); j++)
			;
		if (j == nr) {
			d = xreallocarray(d, ++nr, sizeof(*d));
			d[j] = (struct distinct){ .value = value };
		} else {
			free(value);
		}
		d[j].n++;
		if (!d[j].variants || !has_word(d[j].variants, boot[i]->variant))
			d[j].variants = add_word(d[j].variants, boot[i]->variant, ", ");
		if (!d[j].experiments || !has_word(d[j].experiments, boot[i]->experiment))
			d[j].experiments = add_word(d[j].experiments, boot[i]->experiment, ", ");
	}
	*count = nr;
	return d;
}

static void free_distinct(struct distinct *d, size_t n)
{
	while (n--) {
		free(d[n].value);
		free(d[n].variants);
		free(d[n].experiments);
	}
	free(d);
}

/* True if no variant (or experiment) has two of the values, so its name tells which one it has. */
static bool told_by(const struct distinct *d, size_t n, const struct an_boot *const *boot,
		    size_t nr_boots, bool variant)
{
	size_t i, j, hits;

	for (i = 0; i < nr_boots; i++) {
		const char *name = variant ? boot[i]->variant : boot[i]->experiment;

		for (hits = 0, j = 0; j < n; j++)
			hits += has_word(variant ? d[j].variants : d[j].experiments, name);
		if (hits > 1)
			return false;
	}
	return true;
}

static void fact_print(FILE *f, const struct an_boot *const *boot, size_t nr_boots,
		       const struct fact *fact)
{
	struct distinct *d;
	size_t i, n;

	d = collect(boot, nr_boots, fact, &n);
	for (i = 0; i < n; i++) {
		const char *k = i ? "" : fact->name;

		if (n == 1)
			an_field(f, k, "%s", d[i].value);
		else if (told_by(d, n, boot, nr_boots, true))
			an_field(f, k, "%s (%s)", d[i].value, d[i].variants);
		else if (told_by(d, n, boot, nr_boots, false))
			an_field(f, k, "%s (%s)", d[i].value, d[i].experiments);
		else
			an_field(f, k, "%s (%zu boots)", d[i].value, d[i].n);
	}
	free_distinct(d, n);
}

/* The texts of a list in the kernel's description, each cut to @digits, blank-separated. */
static char *kernel_list(const struct an_boot *b, const char *key, int digits)
{
	const json_t *list = json_object_get(json_object_get(b->header, "kernel"), key);
	char *out = NULL, *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));

		one = xasprintf("%.*s", digits, text ? text : "?");
		out = add_word(out, one, " ");
		free(one);
	}
	return out ? out : xstrdup("unknown");
}

static char *fact_patch_ids(const struct an_boot *b)
{
	return kernel_list(b, "patch_ids", SUM_DIGITS);
}

static char *fact_patches(const struct an_boot *b)
{
	return kernel_list(b, "patches", TEXT_DIGITS);
}

/* The patches all kernels share from the first on (if @shared_too), then what each variant adds. */
static void patches_print(FILE *f, const struct an_boot *const *boot, size_t nr_boots,
			  const struct fact *fact, bool shared_too)
{
	const char *key = fact->name;
	size_t i, j, n, shared = 0;
	struct distinct *d = collect(boot, nr_boots, fact, &n);

	while (n > 1 && d[0].value[shared]) {
		size_t end = shared + strcspn(d[0].value + shared, " ");

		end += d[0].value[end] == ' ';
		for (j = 1; j < n && !strncmp(d[0].value, d[j].value, end); j++)
			;
		if (j < n)
			break;
		shared = end;
	}
	if (shared && shared_too) {
		an_field(f, key, "%.*s (all)", (int)shared, d[0].value);
		key = "";
	}
	for (i = 0; i < n; i++) {
		if (d[i].value[shared]) {
			an_field(f, key, "%s (%s)", d[i].value + shared, d[i].variants);
			key = "";
		}
	}
	free_distinct(d, n);
}

static void dates_print(FILE *f, const struct an_boot *const *boot, size_t n)
{
	const char *first = NULL, *last = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		const char *t = an_json_text(boot[i]->header, "started_utc", NULL);

		if (t && (!first || strcmp(t, first) < 0))
			first = t;
		if (t && (!last || strcmp(t, last) > 0))
			last = t;
	}
	if (!first)
		an_field(f, "date", "unknown");
	else
		an_field(f, "date", "first boot %s, last boot %s", first, last);
}

static char *seeds_of(const struct an_boot *const *boot, size_t n)
{
	char *list = NULL, one[24];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(one, sizeof(one), "%" PRIu64, boot[i]->seed);
		if (!list || !has_word(list, one))
			list = add_word(list, one, ", ");
	}
	return list ? list : xstrdup("none");
}

void an_setup_print(FILE *f, const struct an_study *s)
{
	static const struct fact facts[] = {
		{ "kernel", .kernel_key = "kernel_release", TEXT_DIGITS },
		{ "source", .kernel_key = "source", TEXT_DIGITS },
		{ "source sha256", .kernel_key = "source_sha256", SUM_DIGITS },
		{ "config sha256", .kernel_key = "config_sha256", SUM_DIGITS },
		{ "series sha256", .kernel_key = "series_sha256", SUM_DIGITS },
		{ "compiler", .kernel_key = "compiler", TEXT_DIGITS },
		{ "TDX module", .text = fact_module },
		{ "time base", .text = fact_time },
		{ "target", .header_key = "target" },
		{ "QEMU", .header_key = "qemu_version" },
		{ "guest", .text = fact_guest },
		{ "HZ", .header_key = "hz" },
		{ "kernel args", .text = fact_args },
		{ "host CPU", .header_key = "host_cpu" },
	};
	static const struct fact own_patches = { "own patches", .text = fact_patches };
	static const struct fact patch_ids = { "patch ids", .text = fact_patch_ids };
	const struct an_boot **boot = xcalloc(s->runs.nr_boots + 1, sizeof(*boot));
	size_t i, n = 0;
	char *seeds;

	for (i = 0; i < s->runs.nr_boots; i++)
		if (!s->runs.boot[i].excluded)
			boot[n++] = &s->runs.boot[i];
	if (!n) {
		an_para(f, 2, 2, "No boot counts, so there is nothing to describe.");
		free(boot);
		return;
	}
	dates_print(f, boot, n);
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		fact_print(f, boot, n, &facts[i]);
	patches_print(f, boot, n, &own_patches, false);
	patches_print(f, boot, n, &patch_ids, true);
	seeds = seeds_of(boot, n);
	an_field(f, "seeds", "%s", seeds);
	free(seeds);
	free(boot);
}

static bool param(const struct an_boot *b, const char *key, uint64_t *v)
{
	const json_t *o = json_object_get(json_object_get(b->result, "params"), key);

	if (!json_is_integer(o) || json_integer_value(o) < 0)
		return false;
	*v = json_integer_value(o);
	return true;
}

/*
 * Guest memory each TD has faulted in, in bytes, from the workload's parameters; false if they
 * do not tell.
 */
static bool faulted_per_td(const struct an_boot *b, uint64_t *bytes)
{
	const json_t *params = json_object_get(b->result, "params");
	const char *layout = an_json_text(params, "layout", "dense");
	uint64_t mib = 0, leaf = 0, per_region = 512;

	if (!param(b, "mem", &mib) && !param(b, "sept_pages", &leaf))
		return false;
	if (param(b, "sept_pages", &leaf) && leaf)
		mib = 2 * leaf; /* one S-EPT page of the lowest level maps 2 MiB */
	if (!strcmp(layout, "sparse"))
		per_region = 1;
	else if (!strcmp(layout, "per-region") && !param(b, "pages_per_region", &per_region))
		return false;
	*bytes = mib / 2 * per_region * 4096;
	return true;
}

static char *fact_size(const struct an_boot *b)
{
	const json_t *tds = json_object_get(b->result, "tds");
	uint64_t vcpus, bytes;
	char each[40];

	if (!json_is_integer(tds) || !param(b, "vcpus", &vcpus) || !faulted_per_td(b, &bytes))
		return xstrdup("not told by the workload's parameters");
	an_bytes_text(each, sizeof(each), bytes);
	return xasprintf("%lld TD x %" PRIu64 " vCPU x %s faulted = %.3g GiB",
			 (long long)json_integer_value(tds), vcpus, each,
			 (double)json_integer_value(tds) * bytes / 1073741824);
}

static char *fact_expected(const struct an_boot *b)
{
	const json_t *v = json_object_get(b->result, "sept_pages_expected");

	return json_is_integer(v)
		       ? xasprintf("%lld expected in a boot", (long long)json_integer_value(v))
		       : xstrdup("not told by the workload");
}

static char *fact_params(const struct an_boot *b)
{
	const json_t *params = json_object_get(b->result, "params"), *v;
	char *out = NULL, *one, *dump;
	const char *key;

	json_object_foreach((json_t *)params, key, v)
	{
		if (!strcmp(key, "seed"))
			continue;
		dump = json_is_string(v) ? xstrdup(json_string_value(v))
					 : json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		one = xasprintf("%s=%s", key, dump ? dump : "?");
		out = add_word(out, one, " ");
		free(one);
		free(dump);
	}
	return out ? out : xstrdup("unknown");
}

void an_group_setup_print(FILE *f, const struct an_group *g)
{
	static const struct fact told[] = {
		{ "command", .text = fact_command },
		{ "size", .text = fact_size },
		{ "S-EPT pages", .text = fact_expected },
		{ "parameters", .text = fact_params },
	};
	/* what must agree in all boots of an experiment, or they measure different things */
	static const struct fact same[] = {
		{ "command", .text = fact_command },
		{ "TDX module", .text = fact_module },
		{ "guest", .text = fact_guest },
		{ "HZ", .header_key = "hz" },
		{ "kernel args", .text = fact_args },
		{ "source", .kernel_key = "source_sha256", TEXT_DIGITS },
		{ "config", .kernel_key = "config_sha256", TEXT_DIGITS },
		{ "QEMU", .header_key = "qemu_version" },
	};
	size_t i, n;

	for (i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		fact_print(f, g->boot, g->nr_boots, &told[i]);
	for (i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct distinct *d = collect(g->boot, g->nr_boots, &same[i], &n);

		free_distinct(d, n);
		if (n > 1)
			an_field(f, "CAUTION",
				 "the boots differ in: %s (%zu values, see above). The comparison "
				 "below "
				 "mixes that with the free policy.",
				 same[i].name, n);
	}
}

/* The boot's kernel arguments beyond those every boot gets: what follows the cost level. */
static const char *appended(const struct an_boot *b)
{
	const char *p = strstr(an_json_text(b->header, "kernel_cmdline", ""), "soft_tdx.cost=");

	p = p ? strchr(p, ' ') : NULL;
	return p ? p + 1 : "";
}

void an_reproduce_print(FILE *f, const struct an_study *s)
{
	size_t i, v;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		const struct an_boot *b = g->boot[0];
		char *command = fact_command(b), *seeds = seeds_of(g->boot, g->nr_boots),
		     *variants = NULL;
		char *cpus = number_text(b, "cpus"), *mem = number_text(b, "mem_mib");
		const char *cost = an_json_text(b->header, "cost", NULL), *append = appended(b);

		for (v = 0; v < g->nr_variants; v++)
			variants = add_word(variants, g->variant[v], ", ");
		an_para(f, 2, 6,
			"build/dpamt-bench run --target %s --variant %s --seed %" PRIu64
			" --time %s --cpus %s --mem %s%s%s%s%s%s -- %s",
			an_json_text(b->header, "target", "qemu"), b->variant, b->seed,
			!strcmp(b->time_base, "simulated-wall") ? "wall" : "virtual", cpus, mem,
			cost ? " --cost " : "", cost ? cost : "", *append ? " --append \"" : "",
			append, *append ? "\"" : "", command);
		an_para(f, 4, 4, "is the first boot of %s; the others: variants %s, seeds %s.",
			g->label, variants, seeds);
		free(command);
		free(seeds);
		free(variants);
		free(cpus);
		free(mem);
	}
}

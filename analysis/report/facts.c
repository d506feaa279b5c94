// SPDX-License-Identifier: GPL-2.0
/*
 * Facts about boots, from their headers. A fact that is the same in all boots is printed once.
 * If boots differ, the report prints each value with the variants or experiments that have it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/counters.h"
#include "bench/rundir/file_names.h"
#include "lib/array_size.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "facts.h"
#include "doc.h"

/* Text at @key of the kernel's description, cut to @digits. */
static char *kernel_text(const struct an_boot *b, const char *key, int digits)
{
	const json_t *kernel = json_object_get(b->run->header, "kernel");

	return xasprintf("%.*s", digits, json_text(kernel, key, "unknown"));
}

char *an_number_text(const struct an_boot *b, const char *key)
{
	const json_t *v = json_object_get(b->run->header, key);

	return json_is_integer(v) ? xasprintf("%lld", (long long)json_integer_value(v))
				  : xstrdup("unknown");
}

char *an_fact_guest(const struct an_boot *b)
{
	char *cpus = an_number_text(b, "cpus"), *mem = an_number_text(b, "mem_mib");
	double nodes = json_number(b->run->header, "nodes", 1);
	char *s = nodes > 1 ? xasprintf("%s CPUs, %s MiB, %.0f NUMA nodes", cpus, mem, nodes)
			    : xasprintf("%s CPUs, %s MiB", cpus, mem);

	free(cpus);
	free(mem);
	return s;
}

char *an_fact_time(const struct an_boot *b)
{
	if (!strcmp(b->run->time_base, "simulated-virtual"))
		return xstrdup("simulated-virtual (one instruction is one ns; one instruction "
			       "stream)");
	if (!strcmp(b->run->time_base, "simulated-wall"))
		return xstrdup("simulated-wall (emulated CPUs in real time; kernel code is "
			       "slowed)");
	return xstrdup(b->run->time_base);
}

/* The command line's words that start with soft_tdx (@soft), or the others; without the seed. */
static char *cmdline_words(const struct an_boot *b, bool soft)
{
	char *copy = xstrdup(json_text(b->run->header, "kernel_cmdline", "")), *save, *out = NULL, *w;

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		bool is_soft = !strncmp(w, "soft_tdx", 8);

		if (is_soft == soft && strncmp(w, "soft_tdx.seed=", 14))
			out = text_add(out, w, " ");
	}
	free(copy);
	return out ? out : xstrdup("");
}

char *an_fact_module(const struct an_boot *b)
{
	char *words = cmdline_words(b, true);
	char *s = xasprintf("%s%s%s", json_text(b->run->header, "module", "unknown"),
			    *words ? ": " : "", words);

	free(words);
	return s;
}

/* Of hardware the header says null, and a header of earlier dates nothing. */
char *an_fact_platform(const struct an_boot *b)
{
	const char *name = json_text(b->run->header, "platform", NULL);

	if (!name)
		return xstrdup(strcmp(json_text(b->run->header, "module", ""), "hardware") ?
				       "not recorded" : "the hardware's own");
	if (!strcmp(name, "spr"))
		return xstrdup("spr (partial-write erratum: the host clears each page that it "
			       "gets back)");
	if (!strcmp(name, "gnr"))
		return xstrdup("gnr (no partial-write erratum: the host clears no page)");
	return xstrdup(name);
}

#define PARAMS	"soft_tdx/params"
#define COSTS	PARAMS "/cost_ns"	/* its lines "cost_ns LEAF N" */

static bool is_cost(const struct counter *c)
{
	return !strcmp(c->file, COSTS);
}

/* Costs unlike most others by name, the others together. */
static char *costs_text(const struct counters *c)
{
	uint64_t most = 0;
	size_t i, j, n, best = 0;
	char *out = NULL, *one;

	for (i = 0; i < c->n; i++) {
		if (!is_cost(&c->list[i]))
			continue;
		for (n = 0, j = 0; j < c->n; j++)
			n += is_cost(&c->list[j]) && c->list[j].value == c->list[i].value;
		if (n > best) {
			best = n;
			most = c->list[i].value;
		}
	}
	for (i = 0; i < c->n; i++) {
		if (!is_cost(&c->list[i]) || c->list[i].value == most)
			continue;
		one = xasprintf("%s %" PRIu64 " ns", c->list[i].name, c->list[i].value);
		out = text_add(out, one, ", ");
		free(one);
	}
	one = xasprintf("%s%s%" PRIu64 " ns", out ? out : "", out ? ", any other " : "any ", most);
	free(out);
	return one;
}

char *an_fact_costs(const struct an_boot *b)
{
	uint64_t jitter = 0, of_boot;
	struct counters c;
	char *list, *out, *why;

	/* The study warns of a damaged file. */
	if (counters_load(b->run->dir, FILE_COUNTERS_BEFORE, &c, &why))
		free(why);
	counters_get(&c, PARAMS, "jitter_percent", &jitter);
	if (counters_have_file(&c, COSTS)) {
		list = costs_text(&c);
		out = xasprintf("assumed: %s; each varied by up to %" PRIu64 " %%", list, jitter);
		free(list);
		if (counters_get(&c, PARAMS, "boot_jitter_percent", &of_boot)) {
			list = xasprintf("%s from call to call and by up to %" PRIu64
					 " %% from boot to boot", out, of_boot);
			free(out);
			out = list;
		}
	} else {
		out = xstrdup(strcmp(json_text(b->run->header, "module", ""), "hardware") ?
				      "not recorded" : "the hardware's own");
	}
	counters_free(&c);
	return out;
}

char *an_fact_args(const struct an_boot *b)
{
	return cmdline_words(b, false);
}

/* The workload's command line without its seed, which differs from boot to boot on purpose. */
char *an_fact_command(const struct an_boot *b)
{
	const json_t *argv = json_object_get(b->run->header, "command");
	char *out = NULL;
	size_t i;

	for (i = 0; i < json_array_size(argv); i++) {
		const char *w = json_string_value(json_array_get(argv, i));

		if (w && !strcmp(w, "--seed"))
			i++;
		else if (!w || strncmp(w, "--seed=", 7))
			out = text_add(out, w ? w : "?", " ");
	}
	return out ? out : xstrdup("unknown");
}

char *an_fact_root(const struct an_boot *b)
{
	const char *archive = json_text(b->run->header, "root_archive", NULL);
	const char *sum = json_text(b->run->header, "root_archive_sha256", "unknown");

	return archive ? xasprintf("%s, sha256 %.*s", archive, AN_SUM_DIGITS, sum)
		       : xstrdup("none");
}

char *an_fact_antagonists(const struct an_boot *b)
{
	const json_t *list = json_object_get(b->run->header, "antagonists");
	char *out = NULL, *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const json_t *a = json_array_get(list, i);

		one = xasprintf("%s (%s)", json_text(a, "name", "?"),
				json_text(a, "command", "?"));
		out = text_add(out, one, ", ");
		free(one);
	}
	return out ? out : xstrdup("none");
}

/*
 * The lines "[    0.102] Spectre V2 : Vulnerable" of the kernel's log, without time stamps, joined
 * by "; ". For older runs, whose status.json lacks the mitigations.
 */
static char *mitigations_from_log(const char *log)
{
	static const char *const names[] = {
		"Spectre V1 : ",
		"Spectre V2 : ",
		"RETBleed: ",
		"Speculative Store Bypass: ",
		"MDS: ",
		"TAA: ",
		"MMIO Stale Data: ",
		"SRBDS: ",
		"GDS: ",
		"ITS: ",
		"Register File Data Sampling: ",
		"L1TF: ",
		"TSA: ",
		"VMSCAPE: ",
		"Transient Scheduler Attacks: ",
		"mitigations: ",
	};
	char *out = NULL, *one;
	size_t i;

	for (i = 0; log && i < ARRAY_SIZE(names); i++) {
		const char *p = strstr(log, names[i]);

		/* only behind a time stamp: not in a program's output */
		if (!p || p - log < 2 || p[-1] != ' ' || p[-2] != ']')
			continue;
		one = xasprintf("%.*s", (int)strcspn(p, "\r\n"), p);
		out = text_add(out, one, "; ");
		free(one);
	}
	return out;
}

char *an_fact_mitigations(const struct an_boot *b)
{
	const char *told = json_text(b->run->status, "mitigations", NULL);
	char *path, *log, *out;

	if (told)
		return xstrdup(told);
	path = xasprintf("%s/" FILE_CONSOLE, b->run->dir);
	log = read_file(path, NULL);
	out = mitigations_from_log(log);
	free(path);
	free(log);
	return out ? out : xstrdup("not recorded");
}

/*
 * Both, where there are two: a VM's memory is the host's, and huge pages below it make
 * emulation quicker too.
 */
char *an_fact_thp(const struct an_boot *b)
{
	const char *guest = json_text(b->run->status, "thp", NULL);
	const char *host = json_text(b->run->header, "host_thp", NULL);

	if (!guest && !host)
		return xstrdup("not recorded");
	if (!strcmp(json_text(b->run->header, "target", ""), "local"))
		return xstrdup(guest ? guest : host);
	return xasprintf("%s in the guest, %s on the host", guest ? guest : "not recorded",
			 host ? host : "not recorded");
}

char *an_fact_host_cpus(const struct an_boot *b)
{
	json_int_t sockets = json_integer_value(json_object_get(b->run->header, "host_sockets"));
	json_int_t cpus = json_integer_value(json_object_get(b->run->header, "host_cpus"));
	char *socket_text, *text;

	if (!cpus && !sockets)
		return xstrdup("not recorded");
	socket_text = sockets ? xasprintf("%lld socket%s", (long long)sockets, sockets > 1 ? "s" : "")
			      : xstrdup("sockets not told");
	text = xasprintf("%lld online, %s", (long long)cpus, socket_text);
	free(socket_text);
	return text;
}

/* The fact of @b as text, malloc'ed; "unknown" if it is not there. */
static char *fact_text(const struct an_fact *fact, const struct an_boot *b)
{
	const json_t *v = json_object_get(b->run->header, fact->header_key ? fact->header_key : "");

	if (fact->text)
		return fact->text(b);
	if (fact->kernel_key)
		return kernel_text(b, fact->kernel_key, fact->digits);
	if (json_is_string(v) && *json_string_value(v))
		return xstrdup(json_string_value(v));
	return an_number_text(b, fact->header_key);
}

bool an_has_word(const char *list, const char *word)
{
	size_t n = strlen(word);
	const char *p;

	for (p = list; (p = strstr(p, word)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ',' || !p[n]))
			return true;
	return false;
}

struct an_distinct *an_collect(const struct an_boot *const *boot, size_t n,
			       const struct an_fact *fact, size_t *count)
{
	struct an_distinct *d = NULL;
	size_t i, j, nr = 0;

	for (i = 0; i < n; i++) {
		char *value = fact_text(fact, boot[i]);

		for (j = 0; j < nr && strcmp(d[j].value, value); j++)
			;
		if (j == nr) {
			d = xreallocarray(d, ++nr, sizeof(*d));
			d[j] = (struct an_distinct){.value = value};
		} else {
			free(value);
		}
		d[j].n++;
		if (!d[j].variants || !an_has_word(d[j].variants, boot[i]->column))
			d[j].variants = text_add(d[j].variants, boot[i]->column, ", ");
		if (!d[j].experiments || !an_has_word(d[j].experiments, boot[i]->run->experiment))
			d[j].experiments =
				text_add(d[j].experiments, boot[i]->run->experiment, ", ");
	}
	*count = nr;
	return d;
}

void an_distinct_free(struct an_distinct *d, size_t n)
{
	while (n--) {
		free(d[n].value);
		free(d[n].variants);
		free(d[n].experiments);
	}
	free(d);
}

bool an_identifies_value(const struct an_distinct *d, size_t n, const struct an_boot *const *boot,
			 size_t nr_boots, bool column)
{
	size_t i, j, hits;

	for (i = 0; i < nr_boots; i++) {
		const char *name = column ? boot[i]->column : boot[i]->run->experiment;

		for (hits = 0, j = 0; j < n; j++)
			hits += an_has_word(column ? d[j].variants : d[j].experiments, name);
		if (hits > 1)
			return false;
	}
	return true;
}

void an_add_fact(json_t *items, const struct an_boot *const *boot, size_t nr_boots,
		 const struct an_fact *fact)
{
	struct an_distinct *d;
	size_t i, n;

	d = an_collect(boot, nr_boots, fact, &n);
	if (n == 1 && fact->untold && !strcmp(d[0].value, fact->untold))
		goto out;
	for (i = 0; i < n; i++) {
		const char *k = i ? "" : fact->name;

		if (n == 1)
			an_doc_field(items, k, "%s", d[i].value);
		else if (an_identifies_value(d, n, boot, nr_boots, true))
			an_doc_field(items, k, "%s (%s)", d[i].value, d[i].variants);
		else if (an_identifies_value(d, n, boot, nr_boots, false))
			an_doc_field(items, k, "%s (%s)", d[i].value, d[i].experiments);
		else
			an_doc_field(items, k, "%s (%zu boots)", d[i].value, d[i].n);
	}
out:
	an_distinct_free(d, n);
}

/* The texts of a list in the kernel's description, each cut to @digits, blank-separated. */
static char *kernel_list(const struct an_boot *b, const char *key, int digits)
{
	const json_t *list = json_object_get(json_object_get(b->run->header, "kernel"), key);
	char *out = NULL, *one;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));

		one = xasprintf("%.*s", digits, text ? text : "?");
		out = text_add(out, one, " ");
		free(one);
	}
	return out ? out : xstrdup("unknown");
}

char *an_fact_patch_ids(const struct an_boot *b)
{
	return kernel_list(b, "patch_ids", AN_SUM_DIGITS);
}

char *an_fact_patches(const struct an_boot *b)
{
	return kernel_list(b, "patches", AN_TEXT_DIGITS);
}

void an_add_patches(json_t *items, const struct an_boot *const *boot, size_t nr_boots,
		    const struct an_fact *fact, bool shared_too)
{
	const char *key = fact->name;
	size_t i, j, n, shared = 0;
	struct an_distinct *d = an_collect(boot, nr_boots, fact, &n);

	if (n == 1 && !shared_too) {
		const char *last = strrchr(d[0].value, ' ');

		for (i = 1, j = 0; d[0].value[j]; j++)
			i += d[0].value[j] == ' ';
		an_doc_field(items, key, "%zu, the last is %s", i, last ? last + 1 : d[0].value);
		an_distinct_free(d, n);
		return;
	}
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
		an_doc_field(items, key, "%.*s (all)", (int)shared, d[0].value);
		key = "";
	}
	for (i = 0; i < n; i++) {
		if (d[i].value[shared]) {
			an_doc_field(items, key, "%s (%s)", d[i].value + shared, d[i].variants);
			key = "";
		}
	}
	an_distinct_free(d, n);
}

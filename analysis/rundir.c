// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the boots of a report and decides which of them count.
 *
 * A boot takes part only if it is finished, ended well, passed the workload's own
 * verification and gave back every page and pair. All others are named in the
 * report with the reason; none is dropped silently.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../bench/util.h"
#include "rundir.h"

double an_level(size_t i)
{
	if (i < 100)
		return i / 100.0;
	if (i < 109)
		return 0.99 + (i - 99) / 1000.0;
	if (i < 118)
		return 0.999 + (i - 108) / 10000.0;
	return 1;
}

void an_remark(struct an_runs *runs, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = xstrdup("a remark was lost: out of memory");
	va_end(ap);
	fail(0, "%s", text);
	runs->remark = xreallocarray(runs->remark, runs->nr_remarks + 1, sizeof(*runs->remark));
	runs->remark[runs->nr_remarks++] = text;
}

const char *an_json_text(const json_t *object, const char *key, const char *fallback)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : fallback;
}

static void skip(struct an_runs *runs, const char *name, char *why)
{
	fail(0, "skipping runs/%s: %s", name, why);
	runs->skipped = xreallocarray(runs->skipped, runs->nr_skipped + 1, sizeof(*runs->skipped));
	runs->skipped[runs->nr_skipped++] = (struct an_skipped){ xstrdup(name), why };
}

/* Names become file names, table columns and gnuplot text: letters, digits and "._-" only. */
static bool label_ok(const char *s)
{
	size_t n = strlen(s);

	if (!n || n >= AN_LABEL || *s == '.' || *s == '-')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
			return false;
	return true;
}

/*
 * The JSON object in @dir/@file, of @schema version 1 if @schema is given. NULL with
 * *why set (malloc'ed); a missing file leaves *why NULL.
 */
static json_t *load_object(const char *dir, const char *file, const char *schema, char **why)
{
	char *path = xasprintf("%s/%s", dir, file);
	json_error_t err;
	json_t *o = NULL;
	struct stat st;

	*why = NULL;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			*why = xasprintf("%s: %s", file, strerror(errno));
		goto out;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = xasprintf("%s is not a regular file", file);
		goto out;
	}
	o = json_load_file(path, JSON_REJECT_DUPLICATES, &err);
	if (!o) {
		*why = xasprintf("%s is not JSON (line %d: %s)", file, err.line, err.text);
		goto out;
	}
	if (!json_is_object(o) || strcmp(an_json_text(o, "schema", ""), schema)) {
		*why = xasprintf("%s is not of schema %s", file, schema);
	} else if (json_integer_value(json_object_get(o, "version")) != 1) {
		*why = xasprintf("%s has a version other than 1; use the dpamt-bench that wrote it",
				 file);
	}
	if (*why) {
		json_decref(o);
		o = NULL;
	}
out:
	free(path);
	return o;
}

static double number(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* Why a finished boot takes no part in the statistics; NULL if it does. */
static char *exclusion(const struct an_boot *b)
{
	const char *verify;

	if (strcmp(an_json_text(b->status, "status", "failed"), "ok"))
		return xasprintf("failed: %s",
				 an_json_text(b->status, "reason", "no reason given"));
	if (!strcmp(b->conservation, "violated")) {
		const json_t *first =
			json_array_get(json_object_get(b->status, "conservation_detail"), 0);

		return xasprintf("conservation violated: %s", json_is_string(first)
								      ? json_string_value(first)
								      : "no detail given");
	}
	if (!b->result)
		return xstrdup("result.json is missing or damaged");
	verify = an_json_text(b->result, "verify", "absent");
	if (strcmp(verify, "ok"))
		return xasprintf("the workload's verification says: %s", verify);
	return NULL;
}

/* Take in one directory: as a boot, or as skipped. */
static void take_dir(struct an_runs *runs, const char *parent, const char *name)
{
	char *dir = xasprintf("%s/%s", parent, name), *why;
	const char *cons;
	struct an_boot b = { .dir = dir };

	b.status = load_object(dir, "status.json", "dpamt-bench/status", &why);
	if (!b.status) {
		skip(runs, name, why ? why : xstrdup("no status.json, the boot did not finish"));
		goto drop;
	}
	b.header = load_object(dir, "header.json", "dpamt-bench/run", &why);
	if (!b.header) {
		skip(runs, name, why ? why : xstrdup("no header.json"));
		goto drop;
	}
	snprintf(b.experiment, sizeof(b.experiment), "%s",
		 an_json_text(b.header, "experiment", ""));
	snprintf(b.variant, sizeof(b.variant), "%s", an_json_text(b.header, "variant", ""));
	snprintf(b.time_base, sizeof(b.time_base), "%s", an_json_text(b.header, "time_base", ""));
	if (!label_ok(b.experiment) || !label_ok(b.variant) || !label_ok(b.time_base)) {
		skip(runs, name,
		     xstrdup("header.json lacks a plain experiment, variant or time_base"));
		goto drop;
	}
	b.seed = json_integer_value(json_object_get(b.header, "seed"));
	b.result = load_object(dir, "result.json", "dpamt-bench/workload", &why);
	if (why) {
		an_remark(runs, "%s: %s", name, why);
		free(why);
	}
	cons = an_json_text(b.status, "conservation", "absent");
	b.conservation = !strcmp(cons, "ok")	     ? "ok"
			 : !strcmp(cons, "violated") ? "violated"
						     : "absent";
	b.guest_seconds = number(b.status, "guest_seconds");
	b.wall_seconds = number(b.status, "wall_seconds");
	b.name = strrchr(b.dir, '/') + 1;
	b.excluded = exclusion(&b);
	runs->boot = xreallocarray(runs->boot, runs->nr_boots + 1, sizeof(*runs->boot));
	runs->boot[runs->nr_boots++] = b;
	return;
drop:
	json_decref(b.status);
	json_decref(b.header);
	free(dir);
}

/* In virtual time a seed determines the boot: the same seed twice is one replicate, not two. */
static void exclude_repeats(struct an_runs *runs)
{
	size_t i, j;

	for (i = 0; i < runs->nr_boots; i++) {
		struct an_boot *b = &runs->boot[i];

		if (b->excluded || strcmp(b->time_base, "simulated-virtual"))
			continue;
		for (j = 0; j < i; j++) {
			const struct an_boot *o = &runs->boot[j];

			if (!o->excluded && o->seed == b->seed && !strcmp(o->variant, b->variant) &&
			    !strcmp(o->experiment, b->experiment) &&
			    !strcmp(o->time_base, b->time_base)) {
				b->excluded = xasprintf("same variant and seed as %s: in virtual "
							"time that is "
							"no new replicate",
							o->name);
				break;
			}
		}
	}
}

static int is_dir(const struct dirent *d)
{
	return d->d_name[0] != '.' &&
	       (d->d_type == DT_DIR || d->d_type == DT_LNK || d->d_type == DT_UNKNOWN);
}

/* Numbers in names in their order: s2 before s10. */
static int by_version(const struct dirent **a, const struct dirent **b)
{
	return strverscmp((*a)->d_name, (*b)->d_name);
}

int an_runs_load(const char *dir, struct an_runs *runs)
{
	char *parent = xasprintf("%s/runs", dir);
	struct dirent **list;
	int i, n;

	memset(runs, 0, sizeof(*runs));
	n = scandir(parent, &list, is_dir, by_version);
	if (n < 0) {
		fail(1, "report: %s: %s; name a folder that `dpamt-bench run --experiment` wrote",
		     parent, strerror(errno));
		free(parent);
		return -1;
	}
	for (i = 0; i < n; i++) {
		take_dir(runs, parent, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	free(parent);
	exclude_repeats(runs);
	return 0;
}

void an_runs_free(struct an_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->nr_boots; i++) {
		struct an_boot *b = &runs->boot[i];

		json_decref(b->header);
		json_decref(b->status);
		json_decref(b->result);
		free(b->excluded);
		free(b->value);
		free(b->curve);
		free(b->dir);
	}
	for (i = 0; i < runs->nr_skipped; i++) {
		free(runs->skipped[i].name);
		free(runs->skipped[i].why);
	}
	for (i = 0; i < runs->nr_remarks; i++)
		free(runs->remark[i]);
	free(runs->boot);
	free(runs->skipped);
	free(runs->remark);
	memset(runs, 0, sizeof(*runs));
}

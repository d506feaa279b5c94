// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the boots of a report and decides which of them count.
 *
 * A boot counts if it is finished, ended well, passed the workload's verification and gave
 * back every page and pair. The report lists all others with the reason.
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

#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "loaded_run.h"
#include "file_names.h"
#include "rundir.h"

void loaded_runs_remark(struct loaded_runs *runs, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	warn("%s", text);
	runs->remark = xreallocarray(runs->remark, runs->nr_remarks + 1, sizeof(*runs->remark));
	runs->remark[runs->nr_remarks++] = text;
}

static void skip(struct loaded_runs *runs, const char *parent, const char *name, char *why)
{
	warn("skipping %s/%s: %s", parent, name, why);
	runs->skipped = xreallocarray(runs->skipped, runs->nr_skipped + 1, sizeof(*runs->skipped));
	runs->skipped[runs->nr_skipped++] = (struct skipped_run){ xstrdup(name), why };
}

bool run_label_ok(const char *s)
{
	size_t n = strlen(s);

	if (!n || n >= RUN_LABEL || *s == '.' || *s == '-')
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("._+-", *s))
			return false;
	return true;
}

/* Why a finished boot takes no part in the statistics; NULL if it does. */
static char *exclusion(const struct loaded_run *b)
{
	const char *verify;

	if (strcmp(json_text(b->status, "status", "failed"), "ok"))
		return xasprintf("failed: %s",
				 json_text(b->status, "reason", "no reason given"));
	if (!strcmp(b->conservation, "violated")) {
		const json_t *first =
			json_array_get(json_object_get(b->status, "conservation_detail"), 0);

		return xasprintf("conservation violated: %s", json_is_string(first)
								      ? json_string_value(first)
								      : "no detail given");
	}
	if (!b->result)
		return xstrdup(FILE_RESULT " is missing or damaged");
	verify = json_text(b->result, "verify", "absent");
	if (strcmp(verify, "ok"))
		return xasprintf("the workload's verification says: %s", verify);
	return NULL;
}

static int cmp_text(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* "cost=low tds=4" from the header's factors, by name. False if one is no plain text. */
static bool take_factors(struct loaded_run *b)
{
	json_t *factors = json_object_get(b->header, "factors"), *level;
	size_t n = json_object_size(factors), i = 0, used = 0;
	char **word = xcalloc(n + 1, sizeof(*word));
	const char *name;
	bool ok = true;

	json_object_foreach(factors, name, level)
	{
		const char *text = json_string_value(level);

		ok &= run_label_ok(name) && text && run_label_ok(text);
		word[i++] = xasprintf("%s=%s", name, text ? text : "?");
	}
	qsort(word, n, sizeof(*word), cmp_text);
	for (i = 0; i < n; i++) {
		int len = snprintf(b->levels + used, sizeof(b->levels) - used, "%s%s",
				   i ? " " : "", word[i]);

		ok &= (size_t)len < sizeof(b->levels) - used;
		used += ok ? len : 0;
		free(word[i]);
	}
	free(word);
	return ok;
}

/* The arm is the variant, or the variant with "/aa" behind it. */
static bool take_arm(struct loaded_run *b)
{
	const char *arm = json_text(b->header, "arm", b->variant);
	size_t n = strlen(b->variant);

	if (strncmp(arm, b->variant, n))
		return false;
	b->aa = !strcmp(arm + n, "/aa");
	return b->aa || !arm[n];
}

/* Take in one directory: as a boot, or as skipped. */
static void take_dir(struct loaded_runs *runs, const char *parent, const char *name)
{
	char *dir = xasprintf("%s/%s", parent, name), *why;
	const char *cons;
	struct loaded_run b = { .dir = dir };

	if (rundir_is_unfinished(name)) {
		skip(runs, parent, name, xstrdup("named *.tmp, the boot did not finish"));
		goto drop;
	}
	b.status = rundir_read_json(dir, FILE_STATUS, &why);
	if (!b.status) {
		skip(runs, parent, name,
		     why ? why : xstrdup("no " FILE_STATUS ", the boot did not finish"));
		goto drop;
	}
	b.header = rundir_read_json(dir, FILE_HEADER, &why);
	if (!b.header) {
		skip(runs, parent, name, why ? why : xstrdup("no " FILE_HEADER));
		goto drop;
	}
	snprintf(b.experiment, sizeof(b.experiment), "%s",
		 json_text(b.header, "experiment", ""));
	snprintf(b.variant, sizeof(b.variant), "%s", json_text(b.header, "variant", ""));
	snprintf(b.time_base, sizeof(b.time_base), "%s", json_text(b.header, "time_base", ""));
	if (!run_label_ok(b.experiment) || !run_label_ok(b.variant) || !run_label_ok(b.time_base)) {
		skip(runs, parent, name,
		     xstrdup(FILE_HEADER " lacks a plain experiment, variant or time_base"));
		goto drop;
	}
	if (!take_factors(&b)) {
		skip(runs, parent, name,
		     xstrdup(FILE_HEADER " has factors that are not short plain words"));
		goto drop;
	}
	if (!take_arm(&b)) {
		skip(runs, parent, name,
		     xstrdup(FILE_HEADER " has an arm that is not its variant"));
		goto drop;
	}
	b.source = runs->nr_sources;
	b.seed = json_integer_value(json_object_get(b.header, "seed"));
	b.block = -1;
	if (json_is_integer(json_object_get(b.header, "block")))
		b.block = json_integer_value(json_object_get(b.header, "block"));
	b.result = rundir_read_json(dir, FILE_RESULT, &why);
	if (why) {
		loaded_runs_remark(runs, "%s: %s", name, why);
		free(why);
	}
	cons = json_text(b.status, "conservation", "absent");
	b.conservation = !strcmp(cons, "ok")	     ? "ok"
			 : !strcmp(cons, "violated") ? "violated"
						     : "absent";
	b.guest_seconds = json_number(b.status, "guest_seconds", NAN);
	b.wall_seconds = json_number(b.status, "wall_seconds", NAN);
	b.name = strrchr(b.dir, '/') + 1;
	b.excluded = exclusion(&b);
	runs->run = xreallocarray(runs->run, runs->nr_runs + 1, sizeof(*runs->run));
	runs->run[runs->nr_runs++] = b;
	return;
drop:
	json_decref(b.status);
	json_decref(b.header);
	free(dir);
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

/* A directory with header.json or status.json is a run directory, even if the other is missing. */
static bool is_run_dir(const char *dir)
{
	static const char *const files[] = { FILE_HEADER, FILE_STATUS };
	bool found = false;
	size_t i;

	for (i = 0; i < 2; i++) {
		char *path = xasprintf("%s/%s", dir, files[i]);

		found |= file_exists(path);
		free(path);
	}
	return found;
}

static int no_runs(const char *dir, const char *why)
{
	return fail("%s: %s; name a folder that `dpamt-bench run NAME` wrote (its boots are "
		    "in runs/)",
		    dir, why);
}

int loaded_runs_add(const char *dir, bool anywhere, struct loaded_runs *runs)
{
	char *parent = xasprintf("%s/runs", dir), *slash;
	struct dirent **list;
	struct stat st;
	int i, n, err = -1;

	if (stat(dir, &st)) {
		no_runs(dir, strerror(errno));
		goto out;
	}
	if (!S_ISDIR(st.st_mode)) {
		no_runs(dir, "not a folder");
		goto out;
	}
	if (anywhere && stat(parent, &st)) {
		free(parent);
		parent = xstrdup(dir);
		for (n = strlen(parent); n > 1 && parent[n - 1] == '/'; n--)
			parent[n - 1] = '\0';
		slash = strrchr(parent, '/');
		if (is_run_dir(parent)) {
			char *up = slash ? xstrndup(parent, slash - parent) : xstrdup(".");

			take_dir(runs, *up ? up : "/", slash ? slash + 1 : parent);
			free(up);
			err = 0;
			goto out_source;
		}
	}
	n = scandir(parent, &list, is_dir, by_version);
	if (n < 0) {
		no_runs(parent, strerror(errno));
		goto out;
	}
	for (i = 0; i < n; i++) {
		take_dir(runs, parent, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	err = 0;
out_source:
	runs->source = xreallocarray(runs->source, runs->nr_sources + 1, sizeof(*runs->source));
	runs->source[runs->nr_sources++] = xstrdup(dir);
out:
	free(parent);
	return err;
}

void loaded_runs_free(struct loaded_runs *runs)
{
	size_t i;

	for (i = 0; i < runs->nr_runs; i++) {
		struct loaded_run *b = &runs->run[i];

		json_decref(b->header);
		json_decref(b->status);
		json_decref(b->result);
		free(b->excluded);
		free(b->dir);
	}
	for (i = 0; i < runs->nr_skipped; i++) {
		free(runs->skipped[i].name);
		free(runs->skipped[i].why);
	}
	for (i = 0; i < runs->nr_remarks; i++)
		free(runs->remark[i]);
	for (i = 0; i < runs->nr_sources; i++)
		free(runs->source[i]);
	free(runs->source);
	free(runs->run);
	free(runs->skipped);
	free(runs->remark);
	memset(runs, 0, sizeof(*runs));
}

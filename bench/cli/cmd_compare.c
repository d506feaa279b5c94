// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench compare: compares sets of run directories, from one machine or several.
 * --by says which boots form a set. Each experiment, time base, combination of levels and
 * variant (unless --by variant) has its own table. The output lists the conditions in
 * which the sets differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/doc.h"
#include "analysis/report/rows.h"
#include "analysis/report/sections.h"
#include "analysis/study/study.h"
#include "lib/err.h"
#include "lib/text.h"
#include "verbs.h"

static const char *by, *format;

static struct opt options[] = {
	OPT_TEXT("by", &by, NULL, "dir|variant|arm|FACTOR",
		 "what makes a set. dir, the default with two or more RUNS: each of them. variant, the "
		 "default with one: a kernel variant. arm: a variant, second sets of A/A controls apart. "
		 "FACTOR: a level of this factor of the experiment"),
	OPT_WORD("format", &format, "text", "text|json|csv", "what to print; csv: the comparisons"),
	OPT_END
};

/* Name a set after the last part of its folder; if the name is taken, append the folder's number. */
static void name_of_source(const struct loaded_runs *runs, size_t source, char *out)
{
	char *path = xstrdup(runs->source[source]), *p;
	size_t i, n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
	p = strrchr(path, '/');
	p = p && p[1] ? p + 1 : path;
	snprintf(out, RUN_LABEL, "%.40s", p);
	for (i = 0; out[i]; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
			    out[i]))
			out[i] = '_';
	for (i = 0; i < source; i++) {
		char other[RUN_LABEL];

		name_of_source(runs, i, other);
		if (!strcmp(other, out)) {
			snprintf(out + strlen(out), RUN_LABEL - strlen(out), ".%zu", source + 1);
			break;
		}
	}
	free(path);
}

/* Put every boot into its set. False if --by is a factor that no boot has. */
static bool assign(struct an_study *s)
{
	bool any = false;
	size_t i;

	s->boot = an_boots_make(&s->runs);
	for (i = 0; i < s->runs.nr_runs; i++) {
		struct an_boot *b = &s->boot[i];

		if (!strcmp(by, "variant")) {
			any = true;
		} else if (!strcmp(by, "arm")) {
			if (b->aa)
				snprintf(b->column, sizeof(b->column), "%.60s/aa", b->run->variant);
			b->aa = false;
			any = true;
		} else if (!strcmp(by, "dir")) {
			name_of_source(&s->runs, b->run->source, b->column);
			an_boot_within_variant(b, b->run->levels);
			any = true;
		} else if (an_boot_compare_by(b, by)) {
			any = true;
		} else if (!b->excluded) {
			b->excluded = xasprintf("it has no factor %s", by);
		}
	}
	return any || !s->runs.nr_runs;
}

static int print(const json_t *doc)
{
	if (!strcmp(format, "json"))
		an_doc_print_json(stdout, doc);
	else if (!strcmp(format, "csv"))
		an_rows_print_csv(stdout, doc, "comparisons");
	else
		an_doc_print_text(stdout, doc, "");
	return fflush(stdout) ? fail("compare: cannot write to stdout") : 0;
}

static int compare(char *const *dir, size_t n)
{
	struct an_study s = { 0 };
	size_t i, pairs = 0;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = loaded_runs_add(dir[i], true, &s.runs);
	if (!err && !assign(&s))
		err = fail("compare: --by %s: no boot has a factor of this name; use dir, variant, "
			   "arm or a factor of the experiment",
			   by);
	s.columns_as_given = !strcmp(by, "dir");
	if (!err)
		err = an_study_make(&s);
	if (!err) {
		json_t *doc = an_compare_doc(&s, by);

		for (i = 0; i < s.nr_groups; i++)
			pairs += s.group[i].nr_variants - 1;
		err = print(doc);
		json_decref(doc);
		if (!pairs)
			err = fail("compare: nothing to compare: no experiment has boots that "
				       "count in two sets (by %s)",
				   by);
	}
	an_study_free(&s);
	return err ? 1 : 0;
}

static int run(const struct call *c)
{
	if (!by)
		by = c->n > 1 ? "dir" : "variant";
	return compare(c->word, c->n);
}

const struct verb verb_compare = {
	VERB_HEAD("compare", "any sets of boots against each other", "[options] RUNS..."),
	.about =
		"RUNS is what `dpamt-bench run NAME` wrote, a folder of run directories, or one run "
		"directory; from any machine. The first set is what others are compared with (of variants "
		"immediate, of cost levels low).\n\n"
		"Exit status: 0; 1 if something could not be read or nothing can be compared; 127 for a "
		"wrong command line.",
	.opts = options,
	VERB_WORDS("RUNS", 1, SIZE_MAX),
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench report: from run directories to text, JSON, HTML and figures. It reads
 * files and runs gnuplot; it never boots anything.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/figures/figures.h"
#include "analysis/report/doc.h"
#include "analysis/report/sections.h"
#include "analysis/study/study.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "verbs.h"

struct form {
	const char *file;
	void (*print)(FILE *f, const json_t *doc, const char *figures);
};

static void print_json(FILE *f, const json_t *doc, const char *figures)
{
	(void)figures;
	an_doc_print_json(f, doc);
}

/* In the order of --format. */
static const struct form forms[] = {
	{ "report.txt", an_doc_print_text },
	{ "report.json", print_json },
	{ "report.html", an_doc_print_html },
	{ "report-lkml.txt", an_doc_print_lkml },
};

#define NR_FORMS ARRAY_SIZE(forms)

static uint64_t format;

static struct opt options[] = {
	OPT_CHOICE("format", &format, "text", "text|json|html|lkml", "which one to print"), OPT_END
};

/* Write one form of the report, and print it if it is the one asked for. */
static int write_form(const struct form *form, bool print, const json_t *doc, const char *dir,
		      const char *figures)
{
	char *path = xasprintf("%s/%s", dir, form->file), *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);
	int err = 0;

	if (f)
		form->print(f, doc, figures);
	if (!f || fclose(f)) {
		err = fail("report: out of memory");
	} else {
		if (write_file(path, text, bytes))
			err = fail("report: cannot write %s: %s", path, strerror(errno));
		if (print && (fwrite(text, 1, bytes, stdout) != bytes || fflush(stdout)))
			err = fail("report: cannot write to stdout: %s", strerror(errno));
	}
	free(path);
	free(text);
	return err;
}

static int report(const char *dir)
{
	char *plots = xasprintf("%s/plots", dir), *scripts = path_in_checkout("plots");
	struct an_study s = { 0 };
	struct an_figure_list figures = { 0 };
	json_t *doc;
	size_t i;
	int err;

	err = loaded_runs_add(dir, false, &s.runs);
	if (!err)
		err = an_study_make(&s);
	if (!err) {
		/* write the text even if a figure fails */
		err = an_figures(&s, plots, scripts, &figures);
		doc = an_report_doc(&s, &figures);
		for (i = 0; i < NR_FORMS; i++)
			err |= write_form(&forms[i], i == format, doc, dir, plots);
		json_decref(doc);
		if (!s.nr_groups)
			err = fail("report: no boot in %s/runs counts; the report says why",
				   dir);
	}
	an_figures_free(&figures);
	an_study_free(&s);
	free(plots);
	free(scripts);
	return err ? 1 : 0;
}

static int run(const struct call *c)
{
	return report(c->word[0]);
}

const struct verb verb_report = {
	VERB_HEAD("report", "what the boots of an experiment say", "[options] DIR"),
	.about =
		"DIR is what `dpamt-bench run NAME --out DIR` wrote. Every boot in DIR/runs gives one value "
		"per metric. Compared are variants, or the levels of the factor that the job's key compare names. Writes DIR/report.txt, DIR/report.json, DIR/report.html, DIR/report-lkml.txt "
		"and DIR/plots/*.png, *.svg, *.txt, and prints one of the four. lkml: what fits a mail to a "
		"list, at most 60 lines of 75 columns in plain ASCII.\n\n"
		"Exit status: 0; 1 if something could not be read, drawn or written, or if no boot counts; "
		"127 for a wrong command line.",
	.opts = options,
	VERB_WORDS("DIR", 1, 1),
	.run = run,
};

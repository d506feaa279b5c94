// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench report: from run directories to text, JSON and figures. It reads
 * files and runs gnuplot; it never boots anything.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/paths.h"
#include "../bench/util.h"
#include "figures.h"
#include "report.h"
#include "report_text.h"
#include "study.h"
#include "summary_json.h"

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench report DIR\n"
	      "\n"
	      "DIR is what `dpamt-bench run --experiment NAME --out DIR` wrote. Every boot in\n"
	      "DIR/runs gives one value per metric. Writes DIR/report.txt, DIR/summary.json and\n"
	      "DIR/plots/*.png, *.svg, and prints report.txt.\n"
	      "\n"
	      "Exit status: 0; 1 if something could not be read, drawn or written, or if no\n"
	      "boot counts; 127 for a wrong command line.\n",
	      f);
}

static int write_text(const char *dir, const char *plots, const struct an_study *s)
{
	char *path = xasprintf("%s/report.txt", dir), *text = an_report_text(s, plots);
	int err = 0;

	if (!text) {
		err = fail(-1, "report: out of memory");
	} else {
		if (write_file(path, text, strlen(text)))
			err = fail(-1, "report: cannot write %s: %s", path, strerror(errno));
		fputs(text, stdout);
		if (fflush(stdout))
			err = fail(-1, "report: cannot write to stdout: %s", strerror(errno));
	}
	free(path);
	free(text);
	return err;
}

static int report(const char *dir)
{
	char *summary = xasprintf("%s/summary.json", dir), *plots = xasprintf("%s/plots", dir);
	char *scripts = path_in_checkout("plots");
	struct an_study s;
	int err;

	err = an_study_make(dir, &s);
	if (!err) {
		err = an_summary_write(&s, summary);
		/* a figure that fails does not cost the reader the text */
		err |= an_figures(&s, plots, scripts);
		err |= write_text(dir, plots, &s);
		if (!s.nr_groups)
			err = fail(-1, "report: no boot in %s/runs counts; the report says why",
				   dir);
	}
	an_study_free(&s);
	free(summary);
	free(plots);
	free(scripts);
	return err ? 1 : 0;
}

int cmd_report(int argc, char **argv)
{
	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
		usage(stdout);
		return 0;
	}
	if (argc != 2 || argv[1][0] == '-') {
		usage(stderr);
		return EXIT_CANNOT_RUN;
	}
	return report(argv[1]);
}

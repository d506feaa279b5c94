// SPDX-License-Identifier: GPL-2.0
/*
 * Which figures a report has: each kind, for every experiment that has the data.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "figdata.h"
#include "figures.h"

static const struct {
	const char *kind; /* also the script's name */
	int (*write)(struct an_fig *fig, const char *dir, const struct an_group *g);
	bool text; /* has a form for report.txt */
} kinds[] = {
	{ "retention", an_fig_retention, true },
	{ "destroy-latency", an_fig_destroy, false },
	{ "convert-latency", an_fig_convert, false },
	{ "held-time", an_fig_held, false },
};

#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

int an_figures(const struct an_study *s, const char *dir, const char *scripts)
{
	char *data = xasprintf("%s/data", dir);
	struct an_fig fig;
	size_t i, k;
	int err = 0;

	/* figures of an earlier report over other boots must not stay beside the new ones */
	if (remove_tree(dir) || make_dirs(data)) {
		err = fail(-1, "report: cannot make %s: %s", data, strerror(errno));
		goto out;
	}
	for (i = 0; i < s->nr_groups; i++) {
		for (k = 0; k < NR_KINDS; k++) {
			int got = kinds[k].write(&fig, dir, &s->group[i]);

			if (got > 0) {
				err |= an_fig_draw(&fig, dir, scripts, kinds[k].kind, "png");
				err |= an_fig_draw(&fig, dir, scripts, kinds[k].kind, "svg");
				if (kinds[k].text)
					err |= an_fig_draw(&fig, dir, scripts, kinds[k].kind,
							   "text");
			}
			if (got)
				an_fig_free(&fig);
			err |= got < 0;
		}
	}
out:
	free(data);
	return err ? -1 : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Draws all figures of a report: each kind for every experiment, or sweep of a factor, that has
 * the data.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"
#include "figures.h"
#include "figdata.h"

/*
 * The linker defines both for the section "figures". Weak: a program may be linked without any
 * file that defines one.
 */
extern const struct an_figure_kind *const __start_figures[] __attribute__((weak));
extern const struct an_figure_kind *const __stop_figures[] __attribute__((weak));

/* In the order of the report; two that ask for the same place are in that of their names. */
static bool is_before(const struct an_figure_kind *a, const struct an_figure_kind *b)
{
	return a->place != b->place ? a->place < b->place : strcmp(a->name, b->name) < 0;
}

/* The figure behind @previous in the order of the report, NULL: the first; NULL at the end. */
static const struct an_figure_kind *next_kind(const struct an_figure_kind *previous)
{
	const struct an_figure_kind *next = NULL;

	for (const struct an_figure_kind *const *k = __start_figures; k < __stop_figures; k++) {
		if (previous && !is_before(previous, *k))
			continue;
		if (!next || is_before(*k, next))
			next = *k;
	}
	return next;
}

static const struct an_sweep_figure by_cost = {
	"sensitivity",
	"Ratio of the medians by assumed cost",
	true,
};
static const struct an_sweep_figure by_factor = { "factor", "By level of a factor", false };

/* Draw the figure whose data were written (@got as the writers return it); takes @fig. */
static int finish(struct an_fig *fig, int got, const char *dir, const char *scripts,
		  const char *kind, size_t group, bool in_text, struct an_figure_list *list)
{
	int err = got < 0;

	if (got > 0) {
		err = an_fig_draw(fig, dir, scripts, kind);
		list->figure = xreallocarray(list->figure, list->n + 1, sizeof(*list->figure));
		list->figure[list->n++] = (struct an_figure){
			xstrdup(fig->name), kind,    xstrdup(fig->title), xstrdup(fig->caption),
			group,		    in_text && !fig->blank,
		};
	}
	if (got)
		an_fig_free(fig);
	return err;
}

static int draw_sweep(const struct an_study *s, const struct an_sweep *w, const char *dir,
		      const char *scripts, struct an_figure_list *list)
{
	const struct an_sweep_figure *f = strcmp(w->factor, "cost") ? &by_factor : &by_cost;
	struct an_fig fig;
	int got = an_fig_sweep(&fig, dir, s, w, f);

	return finish(&fig, got, dir, scripts, f->kind,
		      f->ratio ? AN_FIG_SENSITIVITY : AN_FIG_SWEEP, true, list);
}

int an_figures(const struct an_study *s, const char *dir, const char *scripts,
	       struct an_figure_list *list)
{
	char *data = xasprintf("%s/data", dir);
	struct an_fig fig;
	const struct an_figure_kind *k;
	size_t i;
	int err = 0;

	memset(list, 0, sizeof(*list));
	/* figures of an earlier report over other boots must not stay beside the new ones */
	if (remove_tree(dir) || make_dirs(data)) {
		err = fail("report: cannot make %s: %s", data, strerror(errno));
		goto out;
	}
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (k = next_kind(NULL); k; k = next_kind(k)) {
			bool in_text = k->in_text_of && an_primaries_find(&g->primary, k->in_text_of);

			err |= finish(&fig, k->write(&fig, dir, s, g), dir, scripts, k->name, i,
				      in_text, list);
		}
	}
	for (i = 0; i < s->nr_sweeps; i++)
		err |= draw_sweep(s, &s->sweep[i], dir, scripts, list);
out:
	free(data);
	return err ? -1 : 0;
}

void an_figures_free(struct an_figure_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		free(list->figure[i].name);
		free(list->figure[i].title);
		free(list->figure[i].caption);
	}
	free(list->figure);
	memset(list, 0, sizeof(*list));
}

size_t an_figures_of(const struct an_figure_list *list, size_t group)
{
	size_t i, n = 0;

	for (i = 0; list && i < list->n; i++)
		n += list->figure[i].group == group;
	return n;
}

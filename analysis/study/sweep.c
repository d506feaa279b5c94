// SPDX-License-Identifier: GPL-2.0
/*
 * Finds groups that differ in one factor only: sweeps. Figures against a factor are drawn of
 * them, and a sweep of the costs shows whether the conclusion depends on them.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/text.h"
#include "study.h"

char *an_level_of(const char *levels, const char *name)
{
	size_t n = strlen(name);
	const char *p = levels;

	while (*p) {
		size_t len = strcspn(p, " ");

		if (len > n && !strncmp(p, name, n) && p[n] == '=')
			return xstrndup(p + n + 1, len - n - 1);
		p += len;
		p += strspn(p, " ");
	}
	return NULL;
}

char *an_levels_without(const char *levels, const char *name)
{
	char *out, *copy = xstrdup(levels), *save, *w;
	size_t n = strlen(name), bytes;
	FILE *f = xopen_memstream(&out, &bytes);
	const char *between = "";

	for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (!strncmp(w, name, n) && w[n] == '=')
			continue;
		fprintf(f, "%s%s", between, w);
		between = " ";
	}
	fclose(f);
	free(copy);
	return out;
}

static bool is_number(const char *s)
{
	char *end;

	strtod(s, &end);
	return isdigit((unsigned char)*s) && !*end;
}

struct step {
	size_t group;
	char *level;
};

/* What is known comes first, in its order, then numbers, then all else. */
static int level_rank(const char *level)
{
	static const char *const known[] = { "low", "mid", "high", "spr", "gnr" };
	int i, n = ARRAY_SIZE(known);

	for (i = 0; i < n && strcmp(level, known[i]); i++)
		;
	return i == n && !is_number(level) ? n + 1 : i;
}

static int cmp_step(const void *x, const void *y)
{
	const struct step *a = x, *b = y;
	int ra = level_rank(a->level), rb = level_rank(b->level);

	if (ra != rb)
		return ra - rb;
	/* strverscmp() would put 0.5 before 0.25 */
	if (is_number(a->level)) {
		double va = strtod(a->level, NULL), vb = strtod(b->level, NULL);

		if (va != vb)
			return va < vb ? -1 : 1;
	}
	return strverscmp(a->level, b->level);
}

static void add_sweep(struct an_study *s, const char *factor, struct step *step, size_t n)
{
	struct an_sweep *w;
	size_t i;

	s->sweep = xreallocarray(s->sweep, s->nr_sweeps + 1, sizeof(*s->sweep));
	w = &s->sweep[s->nr_sweeps++];
	memset(w, 0, sizeof(*w));
	snprintf(w->factor, sizeof(w->factor), "%s", factor);
	w->group = xcalloc(n, sizeof(*w->group));
	w->level = xcalloc(n, sizeof(*w->level));
	w->n = n;
	w->numeric = true;
	qsort(step, n, sizeof(*step), cmp_step);
	for (i = 0; i < n; i++) {
		w->group[i] = step[i].group;
		w->level[i] = step[i].level;
		w->numeric &= is_number(step[i].level);
	}
}

/* The sweep of @factor that begins with group @first, unless an earlier group began it. */
static void find_sweep(struct an_study *s, size_t first, const char *factor)
{
	struct step *step = xcalloc(s->nr_groups, sizeof(*step));
	char *rest = an_levels_without(s->group[first].levels, factor);
	bool earlier = false;
	size_t i, n = 0;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i], *f = &s->group[first];
		char *level = an_level_of(g->levels, factor), *other = an_levels_without(g->levels, factor);

		if (level && !strcmp(other, rest) && !strcmp(g->experiment, f->experiment) &&
		    !strcmp(g->time_base, f->time_base)) {
			earlier |= i < first;
			step[n++] = (struct step){ i, level };
		} else {
			free(level);
		}
		free(other);
	}
	if (n >= 2 && !earlier) {
		add_sweep(s, factor, step, n);
	} else {
		while (n--)
			free(step[n].level);
	}
	free(step);
	free(rest);
}

void an_sweeps_find(struct an_study *s)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		char *copy = xstrdup(s->group[i].levels), *save, *w;

		for (w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
			w[strcspn(w, "=")] = '\0';
			find_sweep(s, i, w);
		}
		free(copy);
	}
}

void an_sweeps_free(struct an_study *s)
{
	size_t i, j;

	for (i = 0; i < s->nr_sweeps; i++) {
		for (j = 0; j < s->sweep[i].n; j++)
			free((char *)s->sweep[i].level[j]);
		free(s->sweep[i].level);
		free(s->sweep[i].group);
	}
	free(s->sweep);
	s->sweep = NULL;
	s->nr_sweeps = 0;
}

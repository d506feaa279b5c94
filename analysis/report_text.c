// SPDX-License-Identifier: GPL-2.0
/*
 * report.txt: what a maintainer reads, and what is pasted into a mail. Question and
 * answer first, then the conditions, the tables, the negative control, the boots
 * that did not count, and what all this cannot say.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "answer.h"
#include "quantile.h"
#include "report_text.h"
#include "setup.h"
#include "table.h"
#include "textfmt.h"

/*
 * Copy the figure drawn as text, but no line wider than the report; gnuplot begins it with a
 * form feed.
 */
static void figure_print(FILE *f, const char *figures, const struct an_group *g)
{
	char *path = xasprintf("%s/retention-%s.txt", figures, g->label);
	char *text = read_file(path, NULL), *line, *save;

	free(path);
	if (!text) {
		an_para(f, 2, 2, "(no figure: it was not drawn)");
		return;
	}
	fputc('\n', f);
	for (line = strtok_r(text, "\n\f", &save); line; line = strtok_r(NULL, "\n\f", &save)) {
		size_t n = strlen(line);

		while (n && line[n - 1] == ' ')
			n--;
		if (n)
			fprintf(f, "%.*s\n", n < AN_WIDTH ? (int)n : AN_WIDTH, line);
	}
	free(text);
}

static void groups_print(FILE *f, const struct an_study *s, const char *figures)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		an_heading(f, "Experiment %s (%s)", g->experiment, g->time_base);
		an_group_setup_print(f, g);
		if (!g->converts)
			figure_print(f, figures, g);
		an_table_print(f, s, g);
	}
}

static void times_print(FILE *f, const struct an_study *s)
{
	double *guest = xcalloc(s->runs.nr_boots + 1, sizeof(*guest));
	double *wall = xcalloc(s->runs.nr_boots + 1, sizeof(*wall)), sum = 0;
	size_t i, nr_guest = 0, nr_wall = 0;

	for (i = 0; i < s->runs.nr_boots; i++) {
		const struct an_boot *b = &s->runs.boot[i];

		if (!isnan(b->guest_seconds))
			guest[nr_guest++] = b->guest_seconds;
		if (!isnan(b->wall_seconds)) {
			wall[nr_wall++] = b->wall_seconds;
			sum += b->wall_seconds;
		}
	}
	an_sort(guest, nr_guest);
	an_sort(wall, nr_wall);
	if (nr_wall)
		an_para(f, 0, 0,
			"A boot took %.1f s of wall time (median; longest %.1f s), all together "
			"%.0f s.",
			an_quantile(wall, nr_wall, 0.5), wall[nr_wall - 1], sum);
	if (nr_guest)
		an_para(f, 0, 0, "In the guest that was %.1f s (median; longest %.1f s).",
			an_quantile(guest, nr_guest, 0.5), guest[nr_guest - 1]);
	free(guest);
	free(wall);
}

static void boots_print(FILE *f, const struct an_study *s)
{
	size_t i, used = 0, ok = 0, violated = 0, n = s->runs.nr_boots;

	for (i = 0; i < n; i++) {
		used += !s->runs.boot[i].excluded;
		ok += !strcmp(s->runs.boot[i].conservation, "ok");
		violated += !strcmp(s->runs.boot[i].conservation, "violated");
	}
	an_heading(f, "Boots");
	an_para(f, 0, 0, "%zu finished, %zu count, %zu excluded, %zu skipped.", n, used, n - used,
		s->runs.nr_skipped);
	an_para(f, 0, 0,
		"Conservation (after the last TD: no page held, every page and pair given back, "
		"the "
		"software module owns none): ok in %zu of %zu finished boots, violated in %zu, not "
		"checked in %zu.",
		ok, n, violated, n - ok - violated);
	times_print(f, s);
	for (i = 0; i < n; i++)
		if (s->runs.boot[i].excluded)
			an_para(f, 2, 4, "excluded: %s: %s", s->runs.boot[i].name,
				s->runs.boot[i].excluded);
	for (i = 0; i < s->runs.nr_skipped; i++)
		an_para(f, 2, 4, "skipped: %s: %s", s->runs.skipped[i].name,
			s->runs.skipped[i].why);
	for (i = 0; i < s->runs.nr_remarks; i++)
		an_para(f, 2, 4, "remark: %s", s->runs.remark[i]);
}

/* Fewest and most boots per variant in any comparison; 0 if there is none. */
static void boot_range(const struct an_study *s, size_t *least, size_t *most)
{
	size_t i, j, v;

	*least = *most = 0;
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (v = 0; g->nr_variants > 1 && v < g->nr_variants; v++) {
			size_t n = 0;

			for (j = 0; j < g->nr_boots; j++)
				n += !strcmp(g->boot[j]->variant, g->variant[v]);
			if (!*least || n < *least)
				*least = n;
			if (n > *most)
				*most = n;
		}
	}
}

static void statistics_print(FILE *f, const struct an_study *s)
{
	char p[16], levels[40];
	size_t least, most;

	an_heading(f, "How to read the numbers");
	an_para(f, 0, 0,
		"Each boot gives one value per metric; boots are the replicates. Quantiles are of "
		"type 7 "
		"(Hyndman and Fan, the default of R). The shift is Hodges and Lehmann's: the "
		"median of all differences "
		"between a boot of one variant and a boot of the other. pg-s are page-seconds.");
	boot_range(s, &least, &most);
	if (!least) {
		an_para(f, 0, 0,
			"There are no two variants to compare, so there are no intervals and no "
			"p.");
		return;
	}
	if (!isnan(s->level_low)) {
		snprintf(levels, sizeof(levels), "%.1f %%", 100 * s->level_low);
		if (s->level_high > s->level_low)
			snprintf(levels, sizeof(levels), "%.1f to %.1f %%", 100 * s->level_low,
				 100 * s->level_high);
		an_para(f, 0, 0,
			"Its interval is from the Mann-Whitney distribution, nominally %g %%; only "
			"some levels can "
			"be reached, here %s. p is the two-sided Mann-Whitney test, exact over all "
			"labelings of the ranks, "
			"ties included (normal approximation beyond %d boots).",
			100 * AN_LEVEL, levels, AN_EXACT_MAX);
	}
	an_para(f, 0, 0,
		"Boots with the same seed form a block of one boot per variant, in shuffled order. "
		"The test "
		"treats boots as independent; if a seed moves both variants alike, p is too large "
		"rather than too small.");
	an_para(f, 0, 0,
		"Holm's correction covers %zu primary comparisons, chosen beforehand, and apart "
		"from them the "
		"%zu others; what is the same in every boot cannot differ and is not counted. "
		"Verdicts: corrected p at most "
		"%g.",
		s->family[1], s->family[0], AN_ALPHA);
	an_para(f, 0, 0,
		"With %zu against %zu boots no p can be below %s. \"not enough boots\" means that "
		"even "
		"complete separation would not pass the correction: %zu boots per variant are "
		"enough for the primary "
		"metrics, %zu for all. \"no difference shown\" does not mean equal.",
		least, least, an_p_text(p, sizeof(p), an_smallest_p(least, least)),
		an_boots_needed(s->family[1], AN_ALPHA), an_boots_needed(s->family[0], AN_ALPHA));
}

static bool any_time_base(const struct an_study *s, const char *start)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++)
		if (!strncmp(s->group[i].time_base, start, strlen(start)))
			return true;
	return false;
}

static void limits_print(FILE *f, const struct an_study *s)
{
	an_heading(f, "What was assumed, and what these numbers cannot say");
	if (!any_time_base(s, "simulated")) {
		an_para(f, 0, 0,
			"Nothing here is simulated. The numbers hold for the machine and kernels "
			"above.");
		return;
	}
	an_para(f, 0, 2,
		"- The TDX module is simulated. How long a SEAMCALL takes is an assumption (the "
		"cost level "
		"above, see README), not a measurement; a latency is only as good as that "
		"assumption.");
	an_para(f, 0, 2,
		"- KVM, the DPAMT code, RCU and the allocator are real kernel code, and the order "
		"of events is "
		"theirs. How many pages pile up before a grace period ends, and for how long, also "
		"depends on how "
		"fast pages are reclaimed, and so on the assumed costs.");
	if (any_time_base(s, "simulated-virtual"))
		an_para(f, 0, 2,
			"- In virtual time all CPUs share one instruction stream, one instruction "
			"being one ns. "
			"That is no model of caches, and it says nothing about CPUs waiting for "
			"one another: "
			"pamt_lock_wait is not contention here. Seeds are the only source of "
			"variation.");
	if (any_time_base(s, "simulated-wall"))
		an_para(f, 0, 2,
			"- In wall time emulation slows kernel code but not the simulated "
			"SEAMCALLs, so their "
			"shares of a latency are not those of hardware.");
	an_para(f, 0, 2,
		"- One level of the costs was run. Whether the outcome holds from low to high "
		"costs is not "
		"shown by this report.");
	an_para(f, 0, 2,
		"- There is no A/A run here (one variant against itself), so how often this method "
		"sees a "
		"difference where there is none was not measured in this run.");
}

char *an_report_text(const struct an_study *s, const char *figures)
{
	char *text = NULL;
	size_t bytes;
	FILE *f = open_memstream(&text, &bytes);

	if (!f)
		return NULL;
	an_answer_print(f, s);
	an_heading(f, "Conditions");
	an_setup_print(f, s);
	groups_print(f, s, figures);
	an_heading(f, "Negative control");
	an_control_print(f, s);
	boots_print(f, s);
	statistics_print(f, s);
	limits_print(f, s);
	an_heading(f, "How to reproduce");
	an_para(f, 0, 0, "`make report` in a checkout runs the default experiment. One boot:");
	an_reproduce_print(f, s);
	an_para(f, 0, 0, "Raw data: runs/. Numbers for scripts: summary.json. Figures: plots/.");
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

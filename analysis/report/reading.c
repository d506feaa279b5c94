// SPDX-License-Identifier: GPL-2.0
/*
 * The sections that help to judge the numbers: which boots count, how the numbers were
 * computed, and their limits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/stats/detect.h"
#include "analysis/stats/quantile.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "reading.h"
#include "doc.h"

/* One kind of seconds of all boots that know it. */
struct seconds {
	double *of_boot, sum;
	size_t n;
};

static struct seconds seconds_of(const struct an_study *s, double (*of)(const struct an_boot *b))
{
	struct seconds t = { xcalloc(s->runs.nr_runs + 1, sizeof(*t.of_boot)), 0, 0 };

	for (size_t i = 0; i < s->runs.nr_runs; i++) {
		double v = of(&s->boot[i]);

		if (isnan(v))
			continue;
		t.of_boot[t.n++] = v;
		t.sum += v;
	}
	an_sort(t.of_boot, t.n);
	return t;
}

static double guest_seconds(const struct an_boot *b)
{
	return b->run->guest_seconds;
}

static double wall_seconds(const struct an_boot *b)
{
	return b->run->wall_seconds;
}

static double cpu_seconds(const struct an_boot *b)
{
	return an_doc_value(b->run->status, "cpu_seconds");
}

/* Whose CPU time is recorded: QEMU's, or on the target local the command's. */
static const char *cpu_time_of(const struct an_study *s)
{
	size_t i, local = 0;

	for (i = 0; i < s->runs.nr_runs; i++)
		local += !strcmp(json_text(s->runs.run[i].header, "target", ""), "local");
	if (!local)
		return "of QEMU";
	return local == s->runs.nr_runs ? "of the command" :
					   "of QEMU, or of the command on the target local";
}

static void add_times(json_t *items, const struct an_study *s)
{
	struct seconds wall = seconds_of(s, wall_seconds), cpu = seconds_of(s, cpu_seconds);
	struct seconds guest = seconds_of(s, guest_seconds);

	if (wall.n)
		an_doc_para(items,
			    "A boot took %.1f s of wall time (median; longest %.1f s), all "
			    "together %.0f s.",
			    an_quantile(wall.of_boot, wall.n, 0.5), wall.of_boot[wall.n - 1], wall.sum);
	if (cpu.n)
		an_doc_para(items,
			    "CPU time on the host, user and system, %s: a boot took %.1f s (median; "
			    "longest %.1f s), all together %.0f s.",
			    cpu_time_of(s), an_quantile(cpu.of_boot, cpu.n, 0.5),
			    cpu.of_boot[cpu.n - 1], cpu.sum);
	if (cpu.n < wall.n)
		an_doc_para(items, "CPU time was not recorded in %zu boots.", wall.n - cpu.n);
	if (guest.n)
		an_doc_para(items, "On the guest's clock a boot took %.1f s (median; longest %.1f s).",
			    an_quantile(guest.of_boot, guest.n, 0.5), guest.of_boot[guest.n - 1]);
	free(wall.of_boot);
	free(cpu.of_boot);
	free(guest.of_boot);
}

void an_add_boots(json_t *items, const struct an_study *s)
{
	size_t i, used = 0, ok = 0, violated = 0, n = s->runs.nr_runs;

	for (i = 0; i < n; i++) {
		used += !s->boot[i].excluded;
		ok += !strcmp(s->runs.run[i].conservation, "ok");
		violated += !strcmp(s->runs.run[i].conservation, "violated");
	}
	an_doc_para(items, "%zu finished, %zu count, %zu excluded, %zu skipped.", n, used, n - used,
		    s->runs.nr_skipped);
	an_doc_para(items,
		    "Conservation (after the last TD: no page held, every page and pair given "
		    "back, the software module owns none): ok in %zu of %zu finished boots, "
		    "violated in %zu, not checked in %zu.",
		    ok, n, violated, n - ok - violated);
	add_times(items, s);
	for (i = 0; i < n; i++)
		if (s->boot[i].excluded)
			an_doc_entry(items, "excluded: %s: %s", s->runs.run[i].name,
				     s->boot[i].excluded);
	for (i = 0; i < s->runs.nr_skipped; i++)
		an_doc_entry(items, "skipped: %s: %s", s->runs.skipped[i].name,
			     s->runs.skipped[i].why);
	for (i = 0; i < s->metrics.nr_missing; i++)
		an_doc_entry(items,
			     "%s: %s was %s in %zu boots; it has no value there, which is not 0.",
			     s->metrics.missing[i].program, s->metrics.missing[i].what,
			     s->metrics.missing[i].why, s->metrics.missing[i].boots);
	for (i = 0; i < s->metrics.nr_shared; i++)
		an_doc_entry(
			items,
			"perf stat: %s shared a counter in %zu boots: it was counted for as little as %.0f %% of the time, and perf scaled the count up.",
			s->metrics.shared[i].event, s->metrics.shared[i].boots, s->metrics.shared[i].least_percent);
	for (i = 0; i < s->runs.nr_remarks; i++)
		an_doc_entry(items, "remark: %s", s->runs.remark[i]);
}

/* Fewest and most boots per variant in any comparison; 0 if there is none. */
static void boot_range(const struct an_study *s, size_t *least, size_t *most)
{
	size_t i, v;

	*least = *most = 0;
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		for (v = 0; g->nr_variants > 1 && v < g->nr_variants; v++) {
			size_t n = an_group_boots(g, v);

			if (!*least || n < *least)
				*least = n;
			if (n > *most)
				*most = n;
		}
	}
}

void an_add_statistics(json_t *items, const struct an_study *s)
{
	char p[16], levels[40];
	size_t least, most;

	an_doc_para(items, "Each boot gives one value per metric; boots are the replicates. "
			   "Quantiles are of type 7 (Hyndman and Fan, the default of R). The shift "
			   "is Hodges and Lehmann's: the median of all differences between a boot "
			   "of one variant and a boot of the other. pg-s are page-seconds.");
	boot_range(s, &least, &most);
	if (!least) {
		an_doc_para(items, "There are no two variants to compare, so there are no "
				   "intervals and no p.");
		return;
	}
	if (!isnan(s->level_low)) {
		snprintf(levels, sizeof(levels), "%.1f %%", 100 * s->level_low);
		if (s->level_high > s->level_low)
			snprintf(levels, sizeof(levels), "%.1f to %.1f %%", 100 * s->level_low,
				 100 * s->level_high);
		an_doc_para(items,
			    "Its interval is from the Mann-Whitney distribution, nominally %g %%; "
			    "only some levels can be reached, here %s. p is the two-sided "
			    "Mann-Whitney test, exact over all labelings of the ranks, ties "
			    "included (normal approximation beyond %d boots).",
			    100 * AN_LEVEL, levels, AN_EXACT_MAX);
	}
	an_doc_para(items,
		    "The ratio is that of the medians, its interval a percentile bootstrap over "
		    "boots (%d draws, fixed seed). \"under X: could not be seen\": if the variants "
		    "differed by less than X, fewer than %.0f of 100 such reports would show it, "
		    "with the scatter of these boots and after the correction.",
		    AN_RESAMPLES, 100 * AN_POWER);
	an_doc_para(items,
		    "A block is one boot of each variant, in shuffled order. In virtual time no "
		    "boot feels another, and the rank test treats them as independent; if a seed "
		    "moves both variants alike, its p is too large rather than too small. On a "
		    "machine with a clock of its own neighbouring boots are alike, and where there "
		    "are blocks enough to pass the correction p is of Wilcoxon's signed ranks "
		    "instead, exchanging labels within blocks only: here for %zu comparisons.",
		    s->nr_by_block);
	an_doc_para(items,
		    "Holm's correction covers %zu primary comparisons, chosen beforehand, and "
		    "apart from them the %zu others; what is the same in every boot cannot differ "
		    "and is not counted. Verdicts: corrected p at most %g.",
		    s->family[1], s->family[0], AN_ALPHA);
	an_doc_para(items,
		    "With %zu against %zu boots no p can be below %s. \"not enough boots\" means "
		    "that even complete separation would not pass the correction: %zu boots per "
		    "variant are enough for the primary metrics, %zu for all. \"no difference "
		    "shown\" does not mean equal.",
		    least, least, p_text(p, sizeof(p), an_smallest_p(least, least)),
		    an_boots_needed(s->family[1], AN_ALPHA),
		    an_boots_needed(s->family[0], AN_ALPHA));
}

static bool any_time_base(const struct an_study *s, const char *start)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++)
		if (!strncmp(s->group[i].time_base, start, strlen(start)))
			return true;
	return false;
}

static bool any_cost_sweep(const struct an_study *s)
{
	size_t i;

	for (i = 0; i < s->nr_sweeps; i++)
		if (!strcmp(s->sweep[i].factor, "cost"))
			return true;
	return false;
}

void an_add_limits(json_t *items, const struct an_study *s)
{
	if (!any_time_base(s, "simulated")) {
		an_doc_para(items, "Nothing here is simulated. The numbers hold for the machine "
				   "and kernels above. Intervals are over boots of one build of "
				   "each kernel: another compiler or layout may move a median by "
				   "more than they allow.");
		return;
	}
	an_doc_entry(items, "The TDX module is simulated. How long a SEAMCALL takes is an "
			    "assumption (SEAMCALLs, above), not a measurement; a latency is only "
			    "as good as that assumption.");
	an_doc_entry(items, "KVM, the DPAMT code, RCU and the allocator are real kernel code, and "
			    "the order of events is theirs. How many pages pile up before a grace "
			    "period ends, and for how long, also depends on how fast pages are "
			    "reclaimed, and so on the assumed costs.");
	an_doc_entry(items, "Intervals are over boots of one build of each kernel on one QEMU. "
			    "Another compiler, layout or QEMU may move a median by more than they "
			    "allow.");
	if (any_time_base(s, "simulated-virtual"))
		an_doc_entry(items,
			     "In virtual time all CPUs share one instruction stream, one "
			     "instruction being one ns. That is no model of caches, and it says "
			     "nothing about CPUs waiting for one another: pamt_lock_wait is not "
			     "contention here. Nor do they get equal shares: one may be left "
			     "without a turn while another is busy, for tens of ms, and what RCU "
			     "does there waits as long. What TDs torn down at once hold, and how "
			     "long, is better read from wall time. Seeds are the only source of "
			     "variation.");
	if (any_time_base(s, "simulated-wall"))
		an_doc_entry(items,
			     "In wall time emulation slows kernel code but not the simulated "
			     "SEAMCALLs, so their shares of a latency are not those of hardware.");
	if (!any_cost_sweep(s))
		an_doc_entry(items, "One level of the costs was run. Whether the outcome holds "
				    "from low to high costs is not shown by this report.");
	if (!s->aa.boots)
		an_doc_entry(items, "There is no A/A run here (one variant against itself).");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Checks that the trace is complete and agrees with the kernel's counters.
 *
 * The kernel counts a page and records its event in one function, and the event
 * carries the number that was added. So these must be equal:
 *
 *	pages reclaimed, freed, leaked; pairs added, removed	events = counters
 *	sum of held_ns			= spt_held_page_ns
 *	largest held_pages		= spt_held_peak_pages
 *	largest pairs			= pamt_pairs_peak
 *
 * The last two hold because an event carries the very result of the atomic
 * addition from which the kernel takes the peak. The pairs held back are read
 * once more for the event, when another CPU may have put some: their largest
 * may be below the counter's peak and never above it. The curve is drawn at the
 * time stamps of the events, which come some instructions after the kernel read
 * the clock; its area and its peak are in status.json beside the exact ones.
 */
#include "recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "lib/file.h"
#include "lib/text.h"

static const char * const verdicts[] = {
	[RECORDING_NONE] = "none",
	[RECORDING_OK] = "ok",
	[RECORDING_UNCHECKED] = "unchecked",
	[RECORDING_LOST] = "lost",
	[RECORDING_VIOLATED] = "violated",
};

/* Takes @what over. */
static void add_violation(struct recording *rec, char *what)
{
	rec->detail = strv_add(rec->detail, what);
	rec->verdict = RECORDING_VIOLATED;
	free(what);
}

static void expect_growth(struct recording *rec, const struct counters *before,
			  const struct counters *after, const char *file, const char *name,
			  uint64_t events)
{
	uint64_t was = 0, is;

	counters_get(before, file, name, &was);
	if (!counters_get(after, file, name, &is))
		add_violation(rec, xasprintf("%s: %s is missing after the run", file, name));
	else if (is - was != events)
		add_violation(rec, xasprintf("%s: %s grew by %" PRIu64 ", the events say %" PRIu64,
					     file, name, is - was, events));
}

/* The peak of @now, a level that is not 0 at the start, must be @events (or more, unless @exact). */
static void expect_peak(struct recording *rec, const struct counters *before,
			const struct counters *after, const char *file, const char *now,
			const char *peak, uint64_t events, bool exact)
{
	uint64_t was = 0, is;

	counters_get(before, file, now, &was);
	if (was > events)
		events = was;
	if (!counters_get(after, file, peak, &is))
		add_violation(rec, xasprintf("%s: %s is missing after the run", file, peak));
	else if (exact ? is != events : is < events)
		add_violation(rec, xasprintf("%s: %s is %" PRIu64 ", the events say %" PRIu64, file,
					     peak, is, events));
}

void recording_check(const struct counters *before, const struct counters *after,
		     struct recording *rec)
{
	const struct retention *r = &rec->sum;
	bool sept = counters_have_file(after, "sept"), pamt = counters_have_file(after, "pamt");

	rec->verdict = sept && pamt ? RECORDING_OK : RECORDING_UNCHECKED;
	if (sept) {
		expect_growth(rec, before, after, "sept", "spt_reclaimed_pages", r->reclaimed);
		expect_growth(rec, before, after, "sept", "spt_freed_pages", r->freed);
		expect_growth(rec, before, after, "sept", "spt_leaked_pages", r->leaked);
		expect_growth(rec, before, after, "sept", "spt_held_page_ns", r->held_page_ns);
		expect_peak(rec, before, after, "sept", "spt_held_pages", "spt_held_peak_pages",
			    r->held_peak_pages, true);
	}
	if (pamt) {
		expect_growth(rec, before, after, "pamt", "pamt_add", r->added);
		expect_growth(rec, before, after, "pamt", "pamt_remove", r->removed);
		expect_peak(rec, before, after, "pamt", "pamt_pairs", "pamt_pairs_peak",
			    r->pairs_peak, true);
		expect_peak(rec, before, after, "pamt", "pamt_pairs_held_back",
			    "pamt_pairs_held_back_peak", r->held_back_peak_pairs, false);
	}
}

static void note_lost(struct recording *rec, struct trace_file *t)
{
	rec->cpus = trace_file_cpus(t);
	rec->lost = xcalloc(rec->cpus, sizeof(*rec->lost));
	for (uint32_t cpu = 0; cpu < rec->cpus; cpu++)
		rec->lost[cpu] = trace_file_lost(t, cpu);
	if (recording_lost(rec))
		rec->verdict = RECORDING_LOST;
}

/* Make retention.csv. Returns 0, 1 if the trace is too damaged for one, or -1 as recording_read(). */
static int make_csv(struct trace_file *t, const char *path, struct recording *rec, char **error)
{
	FILE *out = fopen(path, "we");
	char *why = NULL;
	int ret = 0;

	if (!out) {
		*error = xasprintf(FILE_RETENTION ": %s", strerror(errno));
		return -1;
	}
	if (retention_read(t, out, &rec->sum, &why)) {
		add_violation(rec, xasprintf(FILE_TRACE ": %s", why));
		free(why);
		ret = 1;
	}
	if (ferror(out) | fclose(out)) {
		*error = xasprintf(FILE_RETENTION ": %s; is the disk full?", strerror(errno));
		ret = -1;
	}
	return ret;
}

int recording_read(const char *dir, const struct counters *before, const struct counters *after,
		   struct recording *rec, char **error)
{
	char *dat = xasprintf("%s/" FILE_TRACE, dir), *csv = xasprintf("%s/" FILE_RETENTION, dir);
	struct trace_file *t;
	char *why;
	int ret = 0;

	memset(rec, 0, sizeof(*rec));
	t = trace_file_open(dat, &why);
	if (!t) {
		if (errno != ENOENT)
			add_violation(rec, xasprintf(FILE_TRACE ": %s", why));
		free(why);
		goto out;
	}
	ret = make_csv(t, csv, rec, error);
	if (ret >= 0)
		note_lost(rec, t);
	if (ret == 0 && rec->verdict == RECORDING_NONE)
		recording_check(before, after, rec);
	if (ret || rec->verdict == RECORDING_LOST || !rec->sum.started)
		remove_tree(csv);
	if (ret > 0)
		ret = 0;
	trace_file_close(t);
out:
	free(dat);
	free(csv);
	return ret;
}

void recording_free(struct recording *rec)
{
	strv_free(rec->detail);
	free(rec->lost);
	memset(rec, 0, sizeof(*rec));
}

uint64_t recording_lost(const struct recording *rec)
{
	uint64_t lost = 0;

	for (uint32_t cpu = 0; cpu < rec->cpus; cpu++)
		lost += rec->lost[cpu];
	return lost;
}

json_t *recording_json(const struct recording *rec)
{
	json_t *detail = json_array(), *lost = json_array(), *o;
	const struct retention *r = &rec->sum;

	for (char **d = rec->detail; d && *d; d++)
		json_array_append_new(detail, json_string(*d));
	for (uint32_t cpu = 0; cpu < rec->cpus; cpu++)
		json_array_append_new(lost, json_integer((json_int_t)rec->lost[cpu]));
	o = json_pack("{s:s, s:o, s:o, s:I}", "verdict", verdicts[rec->verdict], "detail", detail,
		      "lost_events", lost, "events", (json_int_t)r->events);
	if (rec->verdict != RECORDING_OK && rec->verdict != RECORDING_UNCHECKED)
		return o;
	json_object_set_new(o, "held_page_ns", json_integer((json_int_t)r->held_page_ns));
	json_object_set_new(o, "curve_page_ns", json_integer((json_int_t)r->curve_page_ns));
	json_object_set_new(o, "peak_pages", json_integer((json_int_t)r->held_peak_pages));
	json_object_set_new(o, "curve_peak_pages", json_integer((json_int_t)r->curve_peak_pages));
	return o;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads retention.csv, the step function of how many S-EPT pages are held between
 * RECLAIM and free. The file has two lines per page, so it is streamed: once for its
 * extent and peaks, and again to draw it.
 *
 * A bin of the drawing has the maximum of its time, not a sample: with the immediate
 * policy a page is held for a microsecond, and samples would be 0.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/lines.h"
#include "lib/page_size.h"
#include "lib/text.h"
#include "retention_csv.h"

static bool take(char *p, struct retention_change *c)
{
	return take_u64(&p, ',', &c->t_ns) && take_u64(&p, ',', &c->pages) &&
	       take_u64(&p, '\0', &c->pairs) && c->t_ns <= NS_MAX && c->pages <= PAGES_MAX &&
	       c->pairs <= PAGES_MAX;
}

int retention_csv_walk(const char *dir,
		       bool (*fn)(const struct retention_change *change, void *arg), void *arg,
		       char **why)
{
	struct lines *l = lines_open_table(dir, FILE_RETENTION, CSV_RETENTION, why);
	struct damage damage = { 0 };
	struct retention_change c;
	bool complete;
	char *line;

	if (!l)
		return -1;
	while ((line = lines_next(l, &complete))) {
		if (!complete)
			lines_cut(l, &damage);
		else if (!take(line, &c))
			lines_bad(l, &damage);
		else if (!fn(&c, arg))
			break;
	}
	*why = !line && errno ? xasprintf(FILE_RETENTION ": %s", strerror(errno))
			      : damage_text(&damage, FILE_RETENTION, CSV_RETENTION);
	lines_close(l);
	return *why ? -1 : 0;
}

struct reading {
	struct retention_csv *r;
	uint64_t limit_ns, before;
};

static bool read_change(const struct retention_change *c, void *arg)
{
	uint64_t bytes = c->pages * PAGE_BYTES + c->pairs * PAMT_PAIR_BYTES;
	struct reading *reading = arg;
	struct retention_csv *r = reading->r;

	if (!r->changes++)
		r->first_ns = c->t_ns;
	r->last_ns = c->t_ns;
	if (c->pages && !r->peak_pages)
		r->first_held_ns = c->t_ns;
	if (c->pages > r->peak_pages) {
		r->peak_pages = c->pages;
		r->peak_ns = c->t_ns;
		r->back_to_zero = false;
	}
	if (bytes > r->peak_bytes)
		r->peak_bytes = bytes;
	if (!c->pages && r->peak_pages && !r->back_to_zero) {
		r->back_to_zero = true;
		r->zero_after_peak_ns = c->t_ns;
	}
	if (c->t_ns < reading->limit_ns && c->pages < reading->before)
		r->freed_before_limit += reading->before - c->pages;
	reading->before = c->pages;
	return true;
}

int retention_csv_read(const char *dir, uint64_t limit_ns, struct retention_csv *r, char **why)
{
	struct reading reading = { r, limit_ns, 0 };

	memset(r, 0, sizeof(*r));
	return retention_csv_walk(dir, read_change, &reading, why);
}

struct drawing {
	int64_t start_ns;
	uint64_t width_ns;
	size_t bins, bin;	/* bins before @bin are final */
	double held, *max_pages;
};

static bool draw_change(const struct retention_change *c, void *arg)
{
	struct drawing *d = arg;
	int64_t since = (int64_t)c->t_ns - d->start_ns;
	size_t at = since < 0 ? 0 : (uint64_t)since / d->width_ns;

	if (since >= 0 && at >= d->bins)
		return false;
	while (since >= 0 && d->bin < at)
		d->max_pages[++d->bin] = d->held;
	d->held = c->pages;
	/* before the window only what is held at its start matters */
	if (since < 0)
		d->max_pages[0] = d->held;
	else if (d->held > d->max_pages[at])
		d->max_pages[at] = d->held;
	return true;
}

int retention_csv_bins(const char *dir, int64_t start_ns, uint64_t width_ns, size_t bins,
		       double *max_pages, char **why)
{
	struct drawing d = { start_ns, width_ns, bins, 0, 0, max_pages };
	int ret;

	for (size_t i = 0; i < bins; i++)
		max_pages[i] = 0;
	ret = retention_csv_walk(dir, draw_change, &d, why);
	while (d.bin + 1 < bins)
		max_pages[++d.bin] = d.held;
	return ret;
}

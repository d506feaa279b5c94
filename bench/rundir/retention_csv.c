// SPDX-License-Identifier: GPL-2.0
/*
 * Reads retention.csv, the step function of how many S-EPT pages are held between
 * RECLAIM and free. The file has a line per change (two per page), so it is
 * streamed: once for its extent and peaks, once more to draw it.
 *
 * A bin of the drawing holds the maximum in it, not a sample: under the immediate
 * policy a page is held for a microsecond, and sampling would draw zero.
 */
#include <errno.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/page_size.h"
#include "retention_csv.h"

#define HEADER "t_ns,held_pages,held_back_pairs"

struct change {
	uint64_t t_ns, pages, pairs;
};

struct stream {
	struct an_lines *lines;
	uint64_t bad_lines;
	bool truncated;
};

static int stream_open(struct stream *s, const char *path)
{
	bool complete;
	char *line;

	memset(s, 0, sizeof(*s));
	s->lines = an_lines_open(path);
	if (!s->lines)
		return -1;
	line = an_lines_next(s->lines, &complete);
	if (line && !strcmp(line, HEADER))
		return 0;
	if (line || !errno)
		errno = EINVAL;
	an_lines_close(s->lines);
	return -1;
}

/* False at the end; errno is then 0 or what went wrong. */
static bool stream_next(struct stream *s, struct change *c)
{
	bool complete;
	char *p;

	while ((p = an_lines_next(s->lines, &complete))) {
		if (!complete) {
			s->truncated = true;
			errno = 0;
			return false;
		}
		if (an_take_u64(&p, ',', &c->t_ns) && an_take_u64(&p, ',', &c->pages) &&
		    an_take_u64(&p, '\0', &c->pairs) && c->t_ns <= AN_NS_MAX &&
		    c->pages <= AN_PAGES_MAX && c->pairs <= AN_PAGES_MAX)
			return true;
		s->bad_lines++;
	}
	return false;
}

int an_retention_read(const char *path, uint64_t limit_ns, struct an_retention *r)
{
	uint64_t before = 0;
	struct stream s;
	struct change c;
	int err;

	memset(r, 0, sizeof(*r));
	if (stream_open(&s, path))
		return -1;
	while (stream_next(&s, &c)) {
		uint64_t bytes = c.pages * PAGE_BYTES + c.pairs * PAMT_PAIR_BYTES;

		if (!r->changes++)
			r->first_ns = c.t_ns;
		r->last_ns = c.t_ns;
		if (c.pages && !r->peak_pages)
			r->first_held_ns = c.t_ns;
		if (c.pages > r->peak_pages) {
			r->peak_pages = c.pages;
			r->peak_ns = c.t_ns;
			r->back_to_zero = false;
		}
		if (bytes > r->peak_bytes)
			r->peak_bytes = bytes;
		if (!c.pages && r->peak_pages && !r->back_to_zero) {
			r->back_to_zero = true;
			r->zero_after_peak_ns = c.t_ns;
		}
		if (c.t_ns < limit_ns && c.pages < before)
			r->freed_before_limit += before - c.pages;
		before = c.pages;
	}
	err = errno;
	r->bad_lines = s.bad_lines;
	r->truncated = s.truncated;
	an_lines_close(s.lines);
	errno = err;
	return err ? -1 : 0;
}

int an_retention_bins(const char *path, int64_t start_ns, uint64_t width_ns, size_t bins,
		      double *max_pages)
{
	size_t bin = 0; /* bins before this one are final */
	double held = 0;
	struct stream s;
	struct change c;
	size_t i;
	int err;

	if (stream_open(&s, path))
		return -1;
	for (i = 0; i < bins; i++)
		max_pages[i] = 0;
	while (stream_next(&s, &c)) {
		int64_t since = (int64_t)c.t_ns - start_ns;
		size_t at = since < 0 ? 0 : (uint64_t)since / width_ns;

		if (since >= 0 && at >= bins)
			break;
		while (since >= 0 && bin < at)
			max_pages[++bin] = held;
		held = c.pages;
		/* before the window only what is held at its start matters */
		if (since < 0)
			max_pages[0] = held;
		else if (held > max_pages[at])
			max_pages[at] = held;
	}
	err = errno;
	while (bin + 1 < bins)
		max_pages[++bin] = held;
	an_lines_close(s.lines);
	errno = err;
	return err ? -1 : 0;
}

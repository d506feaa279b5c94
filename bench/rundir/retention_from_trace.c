// SPDX-License-Identifier: GPL-2.0
/*
 * Computes how much memory the kernel held back over time, from each reclaim and free of
 * an S-EPT page.
 *
 * It is wrong if its sums and peaks differ from the kernel's counters; recording.c
 * compares them.
 */
#include "retention_from_trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "file_names.h"

struct curve {
	FILE *out;
	uint64_t start_ns, last_ns;
	uint64_t held, pairs;
};

static void max_of(uint64_t *peak, int64_t value)
{
	if (value > 0 && (uint64_t)value > *peak)
		*peak = (uint64_t)value;
}

static void change(struct curve *c, struct retention *r, const struct trace_event *e,
		   uint64_t held)
{
	uint64_t pairs = (uint64_t)e->field[FIELD_HELD_BACK_PAIRS];

	if (held == c->held && pairs == c->pairs)
		return;
	r->curve_page_ns += c->held * (e->t_ns - c->last_ns);
	c->last_ns = e->t_ns;
	c->held = held;
	c->pairs = pairs;
	max_of(&r->curve_peak_pages, (int64_t)held);
	r->curve_changes++;
	if (c->out)
		fprintf(c->out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", e->t_ns - c->start_ns,
			held, pairs);
}

static int sept_event(struct curve *c, struct retention *r, const struct trace_event *e,
		      char **error)
{
	uint64_t held = c->held;

	if (r->started && e->t_ns < c->start_ns) {
		*error = xstrdup("an S-EPT event before the workload's 'dpamt start' mark");
		return -1;
	}
	if (e->kind == TRACE_SEPT_RECLAIM) {
		r->reclaimed++;
		held++;
	} else if (e->kind == TRACE_SEPT_LEAK) {
		r->leaked++;
	} else {
		r->freed++;
		r->held_page_ns += (uint64_t)e->field[FIELD_HELD_NS];
		if (!held--) {
			*error = xasprintf("the free of page 0x%" PRIx64 ", number %" PRIu64
					   ", has no reclaim before it",
					   (uint64_t)e->field[FIELD_HPA], r->freed);
			return -1;
		}
	}
	max_of(&r->held_peak_pages, e->field[FIELD_HELD_PAGES]);
	max_of(&r->held_back_peak_pairs, e->field[FIELD_HELD_BACK_PAIRS]);
	change(c, r, e, held);
	return 0;
}

int retention_read(struct trace_file *t, FILE *out, struct retention *r, char **error)
{
	struct curve c = { 0 };
	struct trace_event e;
	int ret;

	memset(r, 0, sizeof(*r));
	r->started = trace_file_start(t, &c.start_ns);
	c.out = r->started ? out : NULL;
	if (c.out)
		fputs(CSV_RETENTION "\n0,0,0\n", c.out);
	while ((ret = trace_file_next(t, &e)) > 0) {
		r->events++;
		switch (e.kind) {
		case TRACE_SEPT_RECLAIM:
		case TRACE_SEPT_FREE:
		case TRACE_SEPT_LEAK:
			if (sept_event(&c, r, &e, error))
				return -1;
			break;
		case TRACE_PAMT_ADD:
			r->added++;
			max_of(&r->pairs_peak, e.field[FIELD_PAIRS]);
			break;
		case TRACE_PAMT_REMOVE:
			r->removed++;
			max_of(&r->pairs_peak, e.field[FIELD_PAIRS]);
			break;
		default:
			break;
		}
	}
	if (ret < 0)
		*error = xstrdup(trace_file_error(t));
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * How much memory did the kernel hold back, and when? The answer over time,
 * read from the tracepoints tdx_sept_reclaim, tdx_sept_free and tdx_sept_leak,
 * each of which carries the number of pages held after it.
 *
 * A line of the trace file looks like
 *	"  teardown-71  [000] d..1.  12.345678: tdx_sept_free: hpa=0x1 held_ns=5 held_pages=3 ..."
 * with a time in seconds and six or nine digits behind the point.
 */
#include "retention.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* The time in front of ": EVENT", in ns; false if it is not a number there. */
static bool time_before(const char *line, const char *event, uint64_t *t_ns)
{
	const char *p = event;
	uint64_t sec = 0, frac = 0;
	int digits = 0;

	while (p > line && (p[-1] == '.' || (p[-1] >= '0' && p[-1] <= '9')))
		p--;
	if (p == event)
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		sec = sec * 10 + (uint64_t)(*p - '0');
	if (*p++ != '.')
		return false;
	for (; p < event && *p >= '0' && *p <= '9' && digits < 9; p++, digits++)
		frac = frac * 10 + (uint64_t)(*p - '0');
	if (p != event)
		return false;
	for (; digits < 9; digits++)
		frac *= 10;
	*t_ns = sec * 1000000000 + frac;
	return true;
}

static bool field(const char *line, const char *name, uint64_t *value)
{
	const char *p = strstr(line, name);
	char *end;

	if (!p)
		return false;
	p += strlen(name);
	*value = strtoull(p, &end, 10);
	return end != p;
}

long retention_from_trace(FILE *trace, FILE *out, char **error)
{
	uint64_t start_ns = 0, t_ns, held = 0, pairs = 0;
	unsigned long line_no = 0;
	bool started = false;
	char *line = NULL;
	size_t size = 0;
	long changes = 0;

	*error = NULL;
	fputs("t_ns,held_pages,held_back_pairs\n0,0,0\n", out);
	while (getline(&line, &size, trace) > 0) {
		const char *event;
		uint64_t h, p = pairs;

		line_no++;
		if (line[0] == '#')
			continue;
		if (!started) {
			event = strstr(line, ": tracing_mark_write: dpamt start");
			if (event && time_before(line, event, &start_ns)) {
				started = true;
				continue;
			}
		}
		event = strstr(line, ": tdx_sept_");
		if (!event)
			continue;
		if (!started) {
			*error = xasprintf("line %lu: an S-EPT event before the workload's "
					   "'dpamt start' marker", line_no);
			break;
		}
		if (!time_before(line, event, &t_ns) || !field(event, " held_pages=", &h)) {
			*error = xasprintf("line %lu: not a tdx_sept event this version knows",
					   line_no);
			break;
		}
		field(event, " held_back_pairs=", &p);
		if (h == held && p == pairs)
			continue;
		held = h;
		pairs = p;
		fprintf(out, "%" PRIu64 ",%" PRIu64 ",%" PRIu64 "\n", t_ns - start_ns, held, pairs);
		changes++;
	}
	free(line);
	return *error ? -1 : changes;
}

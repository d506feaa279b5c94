// SPDX-License-Identifier: GPL-2.0
/*
 * Negative control: is any S-EPT page freed while TDs live? v7.3 frees them only
 * at teardown, so before the first td_destroy of the convert experiment there must
 * be none. The events are taken from the kernel's own trace; one with lost events
 * proves nothing and is not used.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "trace_churn.h"

/* "12.345678901" or "12.345678" at @s -> ns; @end is what follows the number. */
static bool take_seconds(char *s, char end, uint64_t *ns)
{
	uint64_t sec, frac = 0;
	int digits = 0;
	char *p = s;

	if (!an_take_u64(&p, '.', &sec))
		return false;
	for (; *p >= '0' && *p <= '9' && digits < 9; p++, digits++)
		frac = frac * 10 + (*p - '0');
	if (!digits || *p != end)
		return false;
	for (; digits < 9; digits++)
		frac *= 10;
	*ns = sec * 1000000000ULL + frac;
	return true;
}

/* Time of a trace line whose event begins at @event ("... 12.345678: tdx_sept_free: ..."). */
static bool event_time(char *line, char *event, uint64_t *ns)
{
	char *p = event;

	if (p - line < 3 || p[-1] != ' ' || p[-2] != ':')
		return false;
	for (p -= 2; p > line && p[-1] != ' '; p--)
		;
	return take_seconds(p, ':', ns);
}

/* "# entries-in-buffer/entries-written: 140080/250280   #P:4": true if both agree */
static bool all_kept(char *counts)
{
	uint64_t in, written;

	counts += strspn(counts, " ");
	if (!an_take_u64(&counts, '/', &in))
		return true;
	written = strtoull(counts, NULL, 10);
	return in == written;
}

int an_trace_churn(const char *path, uint64_t limit_ns, struct an_trace_churn *t)
{
	static const char in_buffer[] = "entries-written:";
	struct an_lines *l = an_lines_open(path);
	uint64_t start = 0, ns;
	bool started = false, complete;
	char *line, *at;
	int err;

	memset(t, 0, sizeof(*t));
	if (!l)
		return -1;
	t->usable = true;
	while ((line = an_lines_next(l, &complete)) && t->usable) {
		if (*line == '#') {
			at = strstr(line, in_buffer);
			if (at && !all_kept(at + sizeof(in_buffer) - 1)) {
				t->usable = false;
				t->why_not = "the ring buffer overran";
			}
		} else if (strstr(line, "LOST") && strstr(line, "EVENTS]")) {
			t->usable = false;
			t->why_not = "events were lost";
		} else if (started && (at = strstr(line, "tdx_sept_free:"))) {
			if (event_time(line, at, &ns) && ns >= start && ns - start < limit_ns)
				t->freed++;
		} else if (!started && (at = strstr(line, "tracing_mark_write: dpamt start"))) {
			started = event_time(line, at, &start);
		}
	}
	err = line ? 0 : errno;
	an_lines_close(l);
	if (t->usable && !started) {
		t->usable = false;
		t->why_not = "it has no marker \"dpamt start\"";
	}
	errno = err;
	return err ? -1 : 0;
}

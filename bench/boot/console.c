// SPDX-License-Identifier: GPL-2.0
/*
 * Searches the serial console for panics, BUG, WARNING, lockdep, RCU stalls and
 * sanitizers, and cuts out the lines about them. A boot with such a report does
 * not count.
 */
#include "console.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/text.h"

#define LINES_BEFORE	4
#define LINES_AFTER	16

/* The first pattern that matches names the trouble. */
static const struct {
	const char *text;
	bool anywhere;		/* else: right behind the time stamp */
	const char *kind;
} patterns[] = {
	{ "Kernel panic", true, "kernel panic" },
	{ "KASAN: ", true, "KASAN" },
	{ "KCSAN: ", true, "KCSAN" },
	{ "KFENCE: ", true, "KFENCE" },
	{ "UBSAN: ", true, "UBSAN" },
	{ "ODEBUG: ", true, "debugobjects" },
	{ "possible circular locking", true, "lockdep" },
	{ "possible recursive locking", true, "lockdep" },
	{ "possible irq lock inversion", true, "lockdep" },
	{ "inconsistent lock state", true, "lockdep" },
	{ "lock order detected", true, "lockdep" },
	{ "suspicious RCU usage", true, "suspicious RCU usage" },
	{ "bad unlock balance", true, "lockdep" },
	{ "held lock freed", true, "lockdep" },
	{ "rcu: INFO: ", false, "RCU stall" },
	{ "INFO: rcu", false, "RCU stall" },
	{ "soft lockup", true, "soft lockup" },
	{ "hard LOCKUP", true, "hard lockup" },
	{ "INFO: task ", false, "hung task" },
	{ "Oops: ", true, "oops" },
	{ "kernel BUG at ", true, "BUG" },
	{ "BUG: ", true, "BUG" },
	{ "general protection fault", true, "oops" },
	{ "unchecked MSR access error", false, "unchecked MSR access" },
	{ "WARNING: ", false, "WARNING" },
};

static const char *after_stamp(const char *line)
{
	for (const char *p = strchr(line, '['); p; p = strchr(p + 1, '[')) {
		const char *q = p + 1;
		size_t n;

		q += strspn(q, " ");
		n = strspn(q, "0123456789");
		if (n == 0 || q[n] != '.' || strspn(q + n + 1, "0123456789") != 6)
			continue;
		q += n + 1 + 6;
		if (*q++ != ']')
			continue;
		/* CONFIG_PRINTK_CALLER: "[    T1]" or "[    C0]" */
		if (*q == '[' && strchr(q, ']'))
			q = strchr(q, ']') + 1;
		return *q == ' ' ? q + 1 : q;
	}
	return NULL;
}

const char *console_trouble(const char *line)
{
	const char *text = after_stamp(line);

	if (!text)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const char *p = patterns[i].text;

		if (patterns[i].anywhere ? strstr(text, p) != NULL :
					   strncmp(text, p, strlen(p)) == 0)
			return patterns[i].kind;
	}
	return NULL;
}

static void line_done(struct console_watch *w)
{
	const char *kind = console_trouble(w->partial);

	if (kind && !w->trouble) {
		w->trouble = kind;
		strncpy(w->line, after_stamp(w->partial), sizeof(w->line) - 1);
	}
	if (strstr(w->partial, "---[ end Kernel panic"))
		w->over = true;
}

void console_feed(struct console_watch *w, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] != '\n' && data[i] != '\r') {
			if (w->len < sizeof(w->partial) - 1)
				w->partial[w->len++] = data[i] ? data[i] : ' ';
			continue;
		}
		w->partial[w->len] = '\0';
		if (w->len)
			line_done(w);
		w->len = 0;
	}
}

static size_t line_len(const char *p)
{
	return strcspn(p, "\r\n");
}

static const char *next_line(const char *p)
{
	p += line_len(p);
	p += strspn(p, "\r");
	return *p ? p + 1 : p;
}

struct excerpt {
	enum console_part part;
	size_t trouble, wanted;		/* the first line in trouble; lines that could be shown */
	size_t first, last;		/* show these, counted among the wanted */
	char *out;
	size_t len;
};

/* Call @look for each line of @text. */
static void each_line(const char *text, void (*look)(const char *line, struct excerpt *e),
		      struct excerpt *e)
{
	for (const char *p = text; *p; p = next_line(p)) {
		char *line = xstrndup(p, line_len(p));

		look(line, e);
		free(line);
	}
}

static bool wanted(const struct excerpt *e, const char *line)
{
	return e->part == CONSOLE_ALL || (line[0] && !after_stamp(line));
}

static void count_line(const char *line, struct excerpt *e)
{
	if (!wanted(e, line))
		return;
	if (e->trouble == SIZE_MAX && e->part == CONSOLE_ALL && console_trouble(line))
		e->trouble = e->wanted;
	e->wanted++;
}

static void show_line(const char *line, struct excerpt *e)
{
	size_t i = e->wanted;

	if (!wanted(e, line))
		return;
	e->wanted++;
	if (i < e->first || i >= e->last)
		return;
	for (const char *p = line; *p; p++)
		e->out[e->len++] = isprint((unsigned char)*p) || *p == '\t' ? *p : '?';
	e->out[e->len++] = '\n';
}

char *console_excerpt(const char *text, enum console_part part)
{
	struct excerpt e = { .part = part, .trouble = SIZE_MAX };

	each_line(text, count_line, &e);
	if (e.trouble != SIZE_MAX) {
		e.first = e.trouble > LINES_BEFORE ? e.trouble - LINES_BEFORE : 0;
		e.last = e.trouble + LINES_AFTER;
	} else {
		e.last = e.wanted;
		e.first = e.last > LINES_BEFORE + LINES_AFTER ?
			  e.last - LINES_BEFORE - LINES_AFTER : 0;
	}
	e.wanted = 0;
	e.out = xcalloc(strlen(text) + 2, 1);
	each_line(text, show_line, &e);
	return e.out;
}

char *console_agent_line(const char *text)
{
	static const char tag[] = "dpamt-agent: ";
	const char *p = strstr(text, tag);

	if (!p)
		return NULL;
	p += sizeof(tag) - 1;
	return xstrndup(p, line_len(p));
}

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_CONSOLE_H
#define BENCH_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the kind of trouble that a line of the console reports ("kernel panic",
 * "lockdep", ...), or NULL. Only lines with a printk time stamp count; others come
 * from programs.
 */
const char *console_trouble(const char *line);

/* Watches a console that is being written. Zero it to begin. */
struct console_watch {
	char partial[1024];	/* the last line so far */
	size_t len;
	const char *trouble;	/* the first kind seen, or NULL */
	char line[256];		/* its line, without the time stamp */
	bool over;		/* the panic message is complete; nothing follows */
};

/* Take the next @len bytes of the console. */
void console_feed(struct console_watch *w, const char *data, size_t len);

enum console_part {
	CONSOLE_ALL,
	CONSOLE_PROGRAMS,	/* only what programs wrote, not the kernel */
};

/*
 * The lines of @text that matter: about 20 around the kernel's first trouble, or
 * the last 20 if there is no trouble. Returns malloc'ed text.
 */
char *console_excerpt(const char *text, enum console_part part);

/* The first line the guest's agent wrote, or NULL; malloc'ed. */
char *console_agent_line(const char *text);

#endif

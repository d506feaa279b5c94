// SPDX-License-Identifier: GPL-2.0
#include "progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

#define TTY_MS	1000
#define PIPE_MS 30000

#define WIPE_LINE "\r\033[K"

void progress_begin(struct progress *p)
{
	p->tty = isatty(STDERR_FILENO);
	p->start_ms = now_ms();
	p->due_ms = p->start_ms + (p->tty ? 0 : PIPE_MS);
}

bool progress_due(struct progress *p)
{
	int64_t now = now_ms();

	if (now < p->due_ms)
		return false;
	p->due_ms = now + (p->tty ? TTY_MS : PIPE_MS);
	return true;
}

void progress_print(const struct progress *p, const char *format, ...)
{
	va_list args;

	progress_clear(p);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	if (!p->tty)
		fputc('\n', stderr);
}

void progress_clear(const struct progress *p)
{
	if (p->tty)
		fputs(WIPE_LINE, stderr);
}

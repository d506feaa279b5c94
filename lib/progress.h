/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Progress of long work on stderr: on a terminal one line that is written again and again,
 * elsewhere a line every half minute.
 */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	int64_t start_ms;	/* now_ms() of the beginning */
	int64_t due_ms;		/* when the next line is due */
	bool tty;
};

/* Work begins. Outside a terminal the first line comes after half a minute. */
void progress_begin(struct progress *p);

/* Is a line due now? If so, the caller prints it, and the next one is due later. */
bool progress_due(struct progress *p);

/* Print the line; @format ends without a newline. */
void progress_print(const struct progress *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Erase the line on a terminal, before another message is printed. */
void progress_clear(const struct progress *p);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_LINES_H
#define LIB_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lines;

/*
 * Larger numbers are damage, not data: 73 years in ns, 2^48 pages. Below them sums of two
 * cannot overflow.
 */
#define NS_MAX	  (UINT64_C(1) << 61)
#define PAGES_MAX (UINT64_C(1) << 48)

/* Open @path for reading line by line in constant memory. NULL with errno set on failure. */
struct lines *lines_open(const char *path);

/*
 * Open @dir/@file, a table whose first line must be @header. NULL: *why says what is wrong, malloc'ed, or
 * is NULL if there is no such file.
 */
struct lines *lines_open_table(const char *dir, const char *file, const char *header, char **why);

/*
 * The next line without its newline, NUL-terminated, valid until the next call;
 * NULL at the end of the file or after a read error (then errno is set, else 0).
 * A line longer than 4 KiB is cut there and its rest dropped. *complete tells
 * whether a newline ended it; without one the file was cut short.
 */
char *lines_next(struct lines *l, bool *complete);

void lines_close(struct lines *l);

/* What is wrong with a file; all zero if it is sound. Lines, or rows of a binary file, count from 1. */
struct damage {
	uint64_t bad, first;	/* how many lines have the wrong form; number of the first */
	uint64_t cut;		/* the line within which the file ends */
};

/* Note that line @number is bad. */
void damage_at(struct damage *d, uint64_t number);
/* Note that the line which lines_next() returned last is bad, or cut short. */
void lines_bad(const struct lines *l, struct damage *d);
void lines_cut(const struct lines *l, struct damage *d);

/* "FILE:LINE: not "FORM"", "FILE:LINE: cut short", malloc'ed; NULL if there is no damage. */
char *damage_text(const struct damage *d, const char *file, const char *form);

/*
 * Parse a plain decimal number at *s, which must end in @end ('\0' for the end
 * of the text); *s moves past @end. False if there is none or it overflows.
 * strtoull() would take signs and blanks; inline, because files have tens of
 * millions of numbers.
 */
static inline bool take_u64(char **s, char end, uint64_t *value)
{
	char *p = *s;
	uint64_t v = 0;

	if (*p < '0' || *p > '9')
		return false;
	/* 19 digits always fit */
	for (; *p >= '0' && *p <= '9' && p - *s < 19; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *p - '0', &v))
			return false;
	if (*p != end)
		return false;
	*s = end ? p + 1 : p;
	*value = v;
	return true;
}

#endif

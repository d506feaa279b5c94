// SPDX-License-Identifier: GPL-2.0
/*
 * Strings and vectors of strings. When memory is out, the program ends.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

#include "err.h"

static void *or_exit(void *p)
{
	if (!p)
		exit(fail_as(EXIT_CANNOT_RUN,
			     "out of memory; end other programs and run this again"));
	return p;
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	return or_exit(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

char *xstrdup(const char *s)
{
	return or_exit(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return or_exit(strndup(s, n));
}

void *xcalloc(size_t n, size_t size)
{
	return or_exit(calloc(n, size));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	return or_exit(reallocarray(p, n, size));
}

FILE *xopen_memstream(char **text, size_t *bytes)
{
	return or_exit(open_memstream(text, bytes));
}

char *text_add(char *list, const char *word, const char *separator)
{
	char *longer = list ? xasprintf("%s%s%s", list, separator, word) : xstrdup(word);

	free(list);
	return longer;
}

size_t strv_len(char *const *v)
{
	size_t n = 0;

	while (v && v[n])
		n++;
	return n;
}

char **strv_add(char **v, const char *s)
{
	size_t n = strv_len(v);

	v = xreallocarray(v, n + 2, sizeof(*v));
	v[n] = xstrdup(s);
	v[n + 1] = NULL;
	return v;
}

char **strv_dup(char *const *v)
{
	char **copy = xcalloc(1, sizeof(*copy));

	for (; v && *v; v++)
		copy = strv_add(copy, *v);
	return copy;
}

void strv_free(char **v)
{
	for (char **p = v; p && *p; p++)
		free(*p);
	free(v);
}

void print_escaped(FILE *f, const char *text, const struct escape *escapes)
{
	const struct escape *e;

	for (; *text; text++) {
		for (e = escapes; e->instead && e->c != *text; e++)
			;
		if (e->instead)
			fputs(e->instead, f);
		else
			fputc(*text, f);
	}
}

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* The value of a macro that is a number, as a literal text. */
#define TEXT_OF(macro)	       TEXT_OF_TOKENS(macro)
#define TEXT_OF_TOKENS(tokens) #tokens

/* asprintf(), strdup() and the like that end the program when memory is out. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xcalloc(size_t n, size_t size);
/* Grow an array; contents are kept, new space is not cleared. */
void *xreallocarray(void *p, size_t n, size_t size);
/* open_memstream(): once the stream is closed, *text has what was printed, *bytes its length. */
FILE *xopen_memstream(char **text, size_t *bytes);

/* Append @word to the list @list, behind @separator. NULL is the empty list. Returns the moved list. */
char *text_add(char *list, const char *word, const char *separator);

/* NULL-terminated string vectors. */
size_t strv_len(char *const *v);
char **strv_dup(char *const *v);
void strv_free(char **v);
/* Append a copy of @s; returns the moved vector (@v may be NULL). */
char **strv_add(char **v, const char *s);

/* A character and what is printed in its place. */
struct escape {
	char c;
	const char *instead;
};

/* Print @text with the characters of @escapes replaced; an element without .instead ends them. */
void print_escaped(FILE *f, const char *text, const struct escape *escapes);

#endif

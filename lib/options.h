/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command-line options as tables: one row per option gives its type, name, default, range and
 * meaning. Parsing, --help, manual pages, completion, the command line of a Slurm element and the
 * "params" of result.json all walk the same table and so cannot disagree.
 */
#ifndef LIB_OPTIONS_H
#define LIB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum opt_type {
	OPT_UINT,   /* decimal number, min..max */
	OPT_REAL,   /* real number, real_min..real_max */
	OPT_BYTES,  /* bytes, min..max; a suffix K, M or G (powers of 1024) is allowed */
	OPT_MIB,    /* MiB, min..max; a suffix M, MiB, G or GiB is allowed */
	OPT_CHOICE, /* one word of choices; the value is its place in the list, from 0 */
	OPT_WORD,   /* one word of choices; the value is the word */
	OPT_FLAG,   /* takes no value; true if given */
	OPT_FILE,   /* the path of a file or directory; not part of params */
	OPT_TEXT,   /* any text; its user checks it */
	OPT_LIST, /* any text, repeatable; with a form "NAME..." it also takes the words behind it */
	OPT_CALL,    /* any text, repeatable; set() gets each in the order of the command line */
	OPT_KEY,     /* no option: a key of a file, for its help */
	OPT_HEADING, /* a heading, which is no option: --help prints it above the rows that follow */
};

/*
 * A row. Use the macros below; a table ends with OPT_END. The macros take further fields behind
 * the meaning, as in OPT_FLAG("json", &json, "print JSON", .unrecorded = true).
 */
struct opt {
	enum opt_type type;
	const char *name;		/* without the dashes; of a heading, the line */
	union {
		uint64_t *num;		/* OPT_UINT, OPT_BYTES, OPT_MIB, OPT_CHOICE */
		double *real;
		bool *flag;
		const char **text;	/* OPT_WORD, OPT_FILE, OPT_TEXT */
		char ***list;		/* NULL-terminated strings, or NULL */
		/* 0, or -1 with *error = what is wrong, malloc'ed */
		int (*set)(const struct opt *o, const char *value, char **error);
	};
	/* As a user would type it. NULL: no default to show, the variable is 0, NAN or NULL unless given. */
	const char *def;
	uint64_t min, max;
	double real_min, real_max;
	const char *choices;		/* "dense|sparse"; other types: the value's form */
	const char *help;
	void (*values)(FILE *to);	/* print possible values for completion, a line each */
	bool unrecorded;		/* not part of params */
	bool here_only;			/* opts_argv() leaves it out */
	const char *given;		/* set by opts_parse(): the value as typed; NULL: default */
};

#define OPT_ROW(t, n, field, var, d, form, h, ...) \
	{ .type = t, .name = n, .field = var, .def = d, .choices = form, .help = h, __VA_ARGS__ }
#define OPT_UINT(n, var, d, lo, hi, unit, h, ...) \
	OPT_ROW(OPT_UINT, n, num, var, d, unit, h, .min = lo, .max = hi, __VA_ARGS__)
#define OPT_REAL(n, var, d, lo, hi, unit, h, ...) \
	OPT_ROW(OPT_REAL, n, real, var, d, unit, h, .real_min = lo, .real_max = hi, __VA_ARGS__)
#define OPT_BYTES(n, var, d, lo, hi, h, ...) \
	OPT_ROW(OPT_BYTES, n, num, var, d, "BYTES", h, .min = lo, .max = hi, __VA_ARGS__)
#define OPT_MIB(n, var, d, lo, hi, h, ...) \
	OPT_ROW(OPT_MIB, n, num, var, d, "MIB", h, .min = lo, .max = hi, __VA_ARGS__)
#define OPT_CHOICE(n, var, d, words, h, ...) \
	OPT_ROW(OPT_CHOICE, n, num, var, d, words, h, __VA_ARGS__)
#define OPT_WORD(n, var, d, words, h, ...) OPT_ROW(OPT_WORD, n, text, var, d, words, h, __VA_ARGS__)
#define OPT_FLAG(n, var, h, ...) OPT_ROW(OPT_FLAG, n, flag, var, NULL, NULL, h, __VA_ARGS__)
#define OPT_FILE(n, var, form, h, ...) OPT_ROW(OPT_FILE, n, text, var, NULL, form, h, __VA_ARGS__)
#define OPT_TEXT(n, var, d, form, h, ...) OPT_ROW(OPT_TEXT, n, text, var, d, form, h, __VA_ARGS__)
#define OPT_LIST(n, var, form, h, ...) OPT_ROW(OPT_LIST, n, list, var, NULL, form, h, __VA_ARGS__)
#define OPT_CALL(n, fn, form, h, ...) OPT_ROW(OPT_CALL, n, set, fn, NULL, form, h, __VA_ARGS__)
#define OPT_KEY(n, h) { .type = OPT_KEY, .name = n, .help = h }
#define OPT_HEADING(line) { .type = OPT_HEADING, .name = line }
#define OPT_END { .name = NULL }

/* The row that every verb has; the parser also takes -h for it. */
#define OPT_HELP OPT_FLAG("help", &opts_help_asked, "print this text", .unrecorded = true)
extern bool opts_help_asked;

/*
 * Set every option of the two tables to its default, then to what argv says ("--name value" or
 * "--name=value"; argv[0] is the first word looked at, NULL ends). Options may stand on either side
 * of words. The words that are no options are moved to the front of argv, and NULL behind them.
 * Behind "--" all are words; if @command is not NULL, it gets those instead (NULL without "--").
 * Returns the number of words, or -1 with *error = what is wrong and what would be right, malloc'ed.
 * @common may be NULL.
 */
int opts_parse(struct opt *table, struct opt *common, char **argv, char ***command, char **error);

/* Whether the command line named this option. An unknown name is false. */
bool opt_given(const struct opt *table, const char *name);

/* The first option below a heading that the command line named; NULL if it named none. */
const struct opt *opts_given_under(const struct opt *table, const char *heading);

/*
 * Append to @v the options that were given, as arguments for a program on another machine. Leaves out
 * those marked here_only and those of type OPT_CALL. Makes paths absolute. Returns the moved vector, as
 * strv_add() does.
 */
char **opts_argv(char **v, const struct opt *table);

/*
 * Add the present values of a table to a JSON object: numbers as integers, choices and texts as
 * strings, flags as booleans. '-' in names becomes '_'. Returns 0, or -1 if memory is short.
 */
int opts_json(const struct opt *table, json_t *params);

/* --- in options_text.c --- */

/* The text --help prints for a table: one entry per row with form, meaning, range and default. */
void opts_help(FILE *to, const struct opt *table);

/* The same as lists of an mdoc(7) manual page. */
void opts_mdoc(FILE *to, const struct opt *table);

/* Print plain text to an mdoc page; escapes what mdoc would take for a request. */
void mdoc_text(FILE *to, const char *text);

/*
 * Print what the last of @words (NULL-terminated, at least one) may be, a line each: names of options,
 * or values of the option before it. Returns false, and prints nothing, if it is a word of its own.
 */
bool opts_complete(FILE *to, const struct opt *table, const struct opt *common, char *const *words);

/* --- for options_text.c --- */

/* The row with this name of @len bytes; NULL if there is none. */
struct opt *opts_find(struct opt *table, struct opt *common, const char *name, size_t len);

/* The i-th word of "a|b|c": its start and, in *len, its length; NULL past the last. */
const char *opt_choice(const char *choices, uint64_t i, size_t *len);

/* Does the option also take the words behind its value? */
bool opt_takes_more(const struct opt *o);

#endif

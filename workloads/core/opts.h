/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command-line options as tables: one row per option gives its type, name, default, range and
 * meaning. Parsing, --help and the "params" of result.json all walk the same table and so cannot
 * disagree.
 */
#ifndef DPAMT_WORKLOADS_OPTS_H
#define DPAMT_WORKLOADS_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum opt_type {
	OPT_UINT,	/* decimal number, min..max */
	OPT_BYTES,	/* bytes, min..max; a suffix K, M or G (powers of 1024) is allowed */
	OPT_CHOICE,	/* one word of choices; the value is its place in the list, from 0 */
	OPT_FLAG,	/* takes no value; 1 if given, else 0 */
	OPT_PATH,	/* any text; NULL unless given; not part of params */
	OPT_TEXT,	/* any text; the workload checks it */
};

/* A row. Use the macros below; a table ends with OPT_END. */
struct opt {
	enum opt_type type;
	const char *name;		/* without the dashes */
	union {
		uint64_t *num;		/* all other types */
		const char **path;	/* OPT_PATH, OPT_TEXT */
	};
	const char *def;		/* as one would type it; not for OPT_FLAG, OPT_PATH */
	uint64_t min, max;
	const char *choices;		/* "dense|sparse"; other types: the value's form */
	const char *help;
	bool given;			/* set by opts_parse(): not left at its default */
};

#define OPT_UINT(n, var, d, lo, hi, unit, h) \
	{ .type = OPT_UINT, .name = n, .num = var, .def = d, .min = lo, .max = hi, \
	  .choices = unit, .help = h }
#define OPT_BYTES(n, var, d, lo, hi, h) \
	{ .type = OPT_BYTES, .name = n, .num = var, .def = d, .min = lo, .max = hi, \
	  .choices = "BYTES", .help = h }
#define OPT_CHOICE(n, var, d, words, h) \
	{ .type = OPT_CHOICE, .name = n, .num = var, .def = d, .choices = words, .help = h }
#define OPT_FLAG(n, var, h) { .type = OPT_FLAG, .name = n, .num = var, .help = h }
#define OPT_PATH(n, var, h) \
	{ .type = OPT_PATH, .name = n, .path = var, .choices = "FILE", .help = h }
#define OPT_TEXT(n, var, d, form, h) \
	{ .type = OPT_TEXT, .name = n, .path = var, .def = d, .choices = form, .help = h }
#define OPT_END { .name = NULL }

/*
 * Set every option of the two tables to its default, then to what argv says ("--name value" or
 * "--name=value"; argv[0] is the first word looked at). Returns 0, or -1 with one line of at most
 * err_bytes in err: what is wrong and what would be right. A second table of NULL is allowed.
 */
int opts_parse(struct opt *table, struct opt *common, int argc, char **argv, char *err,
	       size_t err_bytes);

/* Whether the command line named this option. An unknown name is false. */
bool opt_given(const struct opt *table, const char *name);

/* The text --help prints for a table: one entry per row with form, meaning, range and default. */
void opts_help(FILE *to, const struct opt *table);

/* The same as list items of an mdoc(7) manual page. */
void opts_mdoc(FILE *to, const struct opt *table);

/* Plain text for an mdoc page: nothing in it is taken for a request or an escape. */
void mdoc_text(FILE *to, const char *text);

/*
 * Add the present values of a table to a JSON object: numbers as integers, choices and texts as
 * strings, flags as booleans. '-' in names becomes '_'. Returns 0, or -1 if memory is short.
 */
int opts_json(const struct opt *table, json_t *params);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program with verbs, as git, perf and bpftool have them. --help, the manual page and completion
 * come from the same struct verb that the program runs.
 */
#ifndef LIB_PROGRAM_H
#define LIB_PROGRAM_H

#include <stddef.h>
#include <stdio.h>

#include "options.h"

struct verb;

/* What the command line says behind a verb, less its options. */
struct call {
	const struct verb *verb;
	char **word;		/* NULL-terminated */
	size_t n;
	char **command;		/* what stands behind "--"; NULL without it, or if the verb takes none */
};

struct verb {
	const char *name;
	const char *help;	/* one line for the list of verbs; NULL: not listed */
	const char *args;	/* behind the name in "usage:"; "\n" between several forms */
	const char *about;	/* paragraphs, "\n\n" between them */
	struct opt *opts;	/* NULL: none; of a topic, its keys */
	struct opt *common;	/* options shared with other verbs; NULL: --help alone */
	const char *word;	/* what each of its words names: "DIR" */
	size_t min_words, max_words;
	void (*values)(FILE *to);	/* print possible words for completion; NULL: files */
	/* Set if the verb takes "-- COMMAND". Prints what the last of @words behind "--" may be. */
	void (*complete_command)(FILE *to, char **words);
	/* Set what options of type OPT_CALL add to; may be NULL */
	void (*init)(void);
	/* Is the command line right, beyond its table? 0, or -1 after fail(); may be NULL */
	int (*check)(const struct verb *v);
	/* Returns the exit status. NULL: this is no verb but a topic of `help` */
	int (*run)(const struct call *c);
	const void *data; /* for the code that defines the verb */
};

/* For struct verb: its name, help and args. */
#define VERB_HEAD(verb, what, forms) .name = verb, .help = what, .args = forms

/* For struct verb: takes @min to @max words, each of which is a @what. */
#define VERB_WORDS(what, min, max) .word = what, .min_words = min, .max_words = max

struct program {
	const char *name;
	const char *version;
	const char *date;	/* of the manual page: "November 26, 2026" */
	const char *what;	/* one line, for the manual page */
	const char *usage;	/* printed behind "usage: "; "\n" between several lines */
	const char *kind;	/* what its verbs are called: "verb" */
	const char *about;	/* paragraphs, "\n\n" between them */
	const char *exits;	/* what the exit statuses mean, paragraphs */
	const char *see_also;	/* another program */
	const char *common_title; /* heading of @common in the manual page */
	struct opt *common;
	const struct verb *const *verbs;	/* NULL-terminated */
	int usage_status;	/* exit status for a wrong command line */
};

/*
 * Run the verb that the command line names, or help, man, complete, --help or --version, which
 * every program has. Returns the exit status.
 */
int program_main(const struct program *p, int argc, char **argv);

#endif

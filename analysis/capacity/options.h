/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_OPTIONS_H
#define PL_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "scenario.h"

struct json_t;

/* What plan and fleet have in common on the command line. */
struct pl_options {
	struct pl_scenario scenario;
	char **runs, **check;		/* NULL-terminated, or NULL */
	const char *json;		/* file, or NULL */
	bool json_stdout;		/* --json -: JSON on stdout in place of the text */
	const char *figures;
	unsigned long seed;
	unsigned int threads;		/* 0: all CPUs */
};

void pl_options_usage(FILE *f);
/* The scenario's keys; @without: a section to leave out, or NULL. */
void pl_keys_usage(FILE *f, const char *without);

/* Returns 0, 1 if help was printed, or -1 after one line on stderr. */
int pl_options_parse(struct pl_options *o, const char *verb, int argc, char **argv,
		     void (*usage)(FILE *f));

/* pl_scenario_check() with its line on stderr. */
int pl_options_check(struct pl_options *o, const char *verb, bool simulated);

/* Write @json (a new reference, taken) where --json says. 0, or -1 after one line on stderr. */
int pl_options_json(const struct pl_options *o, struct json_t *json);

void pl_options_free(struct pl_options *o);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * Command line of plan and fleet: a scenario from --file and from options, in the order given.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "lib/array_size.h"
#include "lib/cli_options.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "options.h"

static const struct cli_option table[] = {
	{ { "file", 1, NULL, 'f' }, "FILE", "scenario as an ini file; options after it override" },
	{ { "host", 1, NULL, 'H' }, "KEY=VALUE,...", "the host" },
	{ { "td", 1, NULL, 'T' }, "NAME:KEY=VALUE,...", "a class of TDs; repeatable" },
	{ { "kernel", 1, NULL, 'K' }, "variant=NAME", "the kernel variant" },
	{ { "drain", 1, NULL, 'D' }, "KEY=VALUE,...", "TDs torn down together" },
	{ { "fleet", 1, NULL, 'F' }, "KEY=VALUE,...", "a simulation's extent" },
	{ { "runs", 1, NULL, 'r' }, "DIR...", "boots to take measured terms from; repeatable" },
	{ { "seed", 1, NULL, 's' }, "N", "of all random draws (default 1)" },
	{ { "threads", 1, NULL, 't' }, "N", "threads of a simulation (default: all CPUs)" },
	{ { "json", 1, NULL, 'j' }, "FILE", "also write JSON; -: only JSON, to stdout" },
	{ { "check", 1, NULL, 'c' }, NULL, NULL },
	{ { "figures", 1, NULL, 'g' }, NULL, NULL },
	{ { "help", 0, NULL, 'h' }, "", "print this text" },
};

#define N_OPTIONS ARRAY_SIZE(table)

void pl_options_usage(FILE *f)
{
	cli_options_usage(f, table, N_OPTIONS, 25);
}

void pl_keys_usage(FILE *f, const char *without)
{
	const char *last = "";

	for (const struct pl_key *k = pl_keys; k->name; k++) {
		if (without && !strcmp(k->section, without))
			continue;
		if (strcmp(k->section, last))
			fprintf(f, "[%s]\n", k->section);
		last = k->section;
		fprintf(f, "  %-21s %s\n", k->name, k->help);
	}
}

static int set(struct pl_options *o, const char *verb, const char *section, const char *list)
{
	char *error = NULL;

	if (!pl_scenario_set_list(&o->scenario, section, list, &error))
		return 0;
	warn("%s: --%s %s: %s", verb, section, list, error);
	free(error);
	return -1;
}

static int one_option(struct pl_options *o, const char *verb, int c, const char *value)
{
	char *error = NULL;
	uint64_t n;

	switch (c) {
	case 'f':
		if (!pl_scenario_load(&o->scenario, value, &error))
			return 0;
		warn("%s: %s", verb, error);
		free(error);
		return -1;
	case 'H':
		return set(o, verb, "host", value);
	case 'T':
		return set(o, verb, "td", value);
	case 'K':
		return set(o, verb, "kernel", value);
	case 'D':
		return set(o, verb, "drain", value);
	case 'F':
		return set(o, verb, "fleet", value);
	case 'r':
		o->runs = strv_add(o->runs, value);
		return 0;
	case 'c':
		o->check = strv_add(o->check, value);
		return 0;
	case 'j':
		o->json_stdout = !strcmp(value, "-");
		o->json = o->json_stdout ? NULL : value;
		return 0;
	case 'g':
		o->figures = value;
		return 0;
	case 's':
		if (!parse_u64(value, 0, UINT32_MAX, &n))
			return fail("%s: --seed %s: must be a number from 0 to %u", verb, value,
				    UINT32_MAX);
		o->seed = n;
		return 0;
	case 't':
		if (!parse_u64(value, 1, 4096, &n))
			return fail("%s: --threads %s: must be a number from 1 to 4096", verb,
				    value);
		o->threads = (unsigned int)n;
		return 0;
	}
	return -1;
}

int pl_options_parse(struct pl_options *o, const char *verb, int argc, char **argv,
		     void (*usage)(FILE *f))
{
	struct option longopts[N_OPTIONS + 1];
	int c, last = 0;

	memset(o, 0, sizeof(*o));
	pl_scenario_init(&o->scenario);
	o->seed = 1;
	cli_options_long(table, N_OPTIONS, longopts);
	opterr = 0;
	optind = 1;
	/* '-': words without an option go on with the list of --runs or --check */
	while ((c = getopt_long(argc, argv, "-:h", longopts, NULL)) != -1) {
		if (c == 'h') {
			usage(stdout);
			return 1;
		}
		if (c == ':')
			return fail("%s: %s needs a value; see dpamt-bench %s --help", verb,
				    argv[optind - 1], verb);
		if (c == 1 && (last == 'r' || last == 'c')) {
			c = last;
		} else if (c == '?' || c == 1) {
			return fail("%s: unknown %s %s; see dpamt-bench %s --help", verb,
				    c == 1 ? "word" : "option", argv[optind - 1], verb);
		}
		if (one_option(o, verb, c, optarg))
			return -1;
		last = c;
	}
	return 0;
}

int pl_options_check(struct pl_options *o, const char *verb, bool simulated)
{
	char *error = NULL;

	if (!pl_scenario_check(&o->scenario, simulated, &error))
		return 0;
	warn("%s: %s", verb, error);
	free(error);
	return -1;
}

int pl_options_json(const struct pl_options *o, json_t *json)
{
	size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(12);
	int ret = 0;

	if (o->json_stdout) {
		ret = json_dumpf(json, stdout, flags) || fputc('\n', stdout) == EOF ?
		      fail("cannot write JSON to stdout: %s", strerror(errno)) : 0;
	} else if (o->json && json_dump_file(json, o->json, flags)) {
		ret = fail("cannot write %s: %s", o->json, strerror(errno));
	}
	json_decref(json);
	return ret;
}

void pl_options_free(struct pl_options *o)
{
	strv_free(o->runs);
	strv_free(o->check);
	memset(o, 0, sizeof(*o));
}

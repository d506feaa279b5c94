// SPDX-License-Identifier: GPL-2.0
/*
 * What plan and fleet share: a scenario from --file and from options, in the order given, the boots
 * it is fitted to, and JSON.
 */
#include "capacity.h"

#include <errno.h>
#include <string.h>

#include "analysis/capacity/known_variant.h"
#include "analysis/capacity/reference.h"
#include "lib/err.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "this_host.h"
#include "verbs.h"

struct capacity capacity;

void capacity_init(void)
{
	pl_scenario_init(&capacity.scenario);
}

/* What was given of the scenario, in order: with --from-host, it goes on top of this machine. */
static struct given {
	const char *section, *text;	/* section NULL: a file */
} *given;
static size_t nr_given;
static bool from_host;

static int apply(const struct given *g, char **error)
{
	return g->section ? pl_scenario_set_list(&capacity.scenario, g->section, g->text, error) :
			    pl_scenario_load(&capacity.scenario, g->text, error);
}

static int give(const char *section, const char *text, char **error)
{
	given = xreallocarray(given, nr_given + 1, sizeof(*given));
	given[nr_given] = (struct given){ section, text };
	return apply(&given[nr_given++], error);
}

static int load_file(const struct opt *o, const char *path, char **error)
{
	(void)o;
	return give(NULL, path, error);
}

/* Each of these options has the name of its section. */
static int set_section(const struct opt *o, const char *list, char **error)
{
	return give(o->name, list, error);
}

static int begin_with_this_host(char **error)
{
	pl_scenario_init(&capacity.scenario);
	if (this_host(&capacity.scenario, error))
		return -1;
	for (size_t i = 0; i < nr_given; i++) {
		if (apply(&given[i], error))
			return -1;
	}
	return 0;
}

struct opt capacity_options[] = {
	OPT_CALL("file", load_file, "FILE", "scenario as an ini file; options after it override"),
	OPT_FLAG("from-host", &from_host,
		 "this machine's memory, nodes, CPUs and KeyIDs; --host overrides"),
	OPT_CALL("host", set_section, "KEY=VALUE,...", "the host"),
	OPT_CALL("td", set_section, "NAME:KEY=VALUE,...", "a class of TDs; repeatable"),
	OPT_CALL("kernel", set_section, "variant=NAME", "the kernel variant"),
	OPT_CALL("drain", set_section, "KEY=VALUE,...", "TDs torn down together"),
	OPT_CALL("fleet", set_section, "KEY=VALUE,...", "a simulation's extent"),
	OPT_LIST(
		"runs", &capacity.runs, "DIR...",
		"boots to take measured terms from, in place of the reference (boots of pressure: beside it); repeatable"),
	OPT_UINT("seed", &capacity.seed, "1", 0, UINT32_MAX, "N", "of all random draws"),
	OPT_UINT("threads", &capacity.threads, NULL, 1, 4096, "N",
		 "threads of a simulation; without it, all CPUs"),
	OPT_FILE("json", &capacity.json, "FILE", "also write JSON; -: only JSON, to stdout"),
	OPT_HELP,
	OPT_END
};

const struct verb topic_scenario = {
	.name = "scenario",
	.help = "the keys of plan's and fleet's scenario",
	.about = "Keys of --host, --td, --kernel, --drain and --fleet, and of the sections of --file:",
	.opts = pl_keys,
};

static int load_reference(bool replacements, struct pl_evidence *e)
{
	char *path = path_in_checkout(PL_REFERENCE);
	int ret = pl_reference_load(path, replacements, e);

	free(path);
	return ret;
}

/*
 * The boots of --runs or, without these, those of the reference. Boots that are about replacements alone
 * take the place of such boots of the reference, and leave the rest to it.
 */
static int load_boots(struct pl_evidence *e)
{
	struct pl_evidence reference;
	int ret;

	if (!capacity.runs)
		return load_reference(true, e);
	if (pl_evidence_load(capacity.runs, strv_len(capacity.runs), NULL, e))
		return -1;
	if (!pl_evidence_only_replaces(e))
		return 0;
	ret = load_reference(false, &reference);
	if (!ret) {
		ret = pl_evidence_add(e, &reference);
		pl_evidence_free(&reference);
	}
	if (ret)
		pl_evidence_free(e);
	return ret;
}

/* @check: may the question be asked? It has said why if it returns other than 0, an exit status. */
static int with_boots(int (*check)(const struct pl_evidence *e),
		      int (*answer)(struct pl_evidence *e))
{
	struct pl_evidence e;
	int ret;

	capacity.json_only = capacity.json && !strcmp(capacity.json, "-");
	if (load_boots(&e))
		return 1;
	ret = check ? check(&e) : 0;
	if (!ret)
		ret = answer(&e) ? 1 : 0;
	pl_evidence_free(&e);
	return ret;
}

int capacity_with_boots(int (*answer)(struct pl_evidence *e))
{
	return with_boots(NULL, answer);
}

/* The verb that asks, and whether it simulates. */
static const char *asking;
static bool simulating;

static int check_variant(const struct pl_evidence *e)
{
	char *error;
	int ret = 0;

	if (pl_known_variant(&capacity.scenario, e, simulating, &error)) {
		ret = fail_as(EXIT_CANNOT_RUN, "%s: %s", asking, error);
		free(error);
	}
	return ret;
}

int capacity_answer(const char *verb, bool simulated, int (*answer)(struct pl_evidence *e))
{
	char *error = NULL;
	int ret;

	if ((from_host && begin_with_this_host(&error)) ||
	    pl_scenario_check(&capacity.scenario, simulated, &error)) {
		ret = fail_as(EXIT_CANNOT_RUN, "%s: %s", verb, error);
		free(error);
		return ret;
	}
	asking = verb;
	simulating = simulated;
	return with_boots(check_variant, answer);
}

int capacity_write_json(json_t *json)
{
	size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(12);
	int ret = 0;

	if (capacity.json_only) {
		ret = json_dumpf(json, stdout, flags) || fputc('\n', stdout) == EOF ?
		      fail("cannot write JSON to stdout: %s", strerror(errno)) : 0;
	} else if (capacity.json && json_dump_file(json, capacity.json, flags)) {
		ret = fail("cannot write %s: %s", capacity.json, strerror(errno));
	}
	json_decref(json);
	return ret;
}

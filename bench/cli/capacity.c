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

static int apply(struct pl_scenario *s, const struct capacity_given *g, char **error)
{
	return g->section ? pl_scenario_set_list(s, g->section, g->text, error)
			  : pl_scenario_load(s, g->text, error);
}

static int give(struct capacity *c, const char *section, const char *text, char **error)
{
	c->given = xreallocarray(c->given, c->nr_given + 1, sizeof(*c->given));
	c->given[c->nr_given] = (struct capacity_given){ section, text };
	return apply(&c->scenario, &c->given[c->nr_given++], error);
}

static int load_file(const struct opt *o, const char *path, char **error)
{
	(void)o;
	return give(&capacity, NULL, path, error);
}

/* Each of these options has the name of its section. */
static int set_section(const struct opt *o, const char *list, char **error)
{
	return give(&capacity, o->name, list, error);
}

static int begin_with_this_host(struct capacity *c, char **error)
{
	pl_scenario_init(&c->scenario);
	if (this_host(&c->scenario, error))
		return -1;
	for (size_t i = 0; i < c->nr_given; i++) {
		if (apply(&c->scenario, &c->given[i], error))
			return -1;
	}
	return 0;
}

struct opt capacity_options[] = {
	OPT_CALL("file", load_file, "FILE", "scenario as an ini file; options after it override"),
	OPT_FLAG("from-host", &capacity.from_host,
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
static int load_boots(const struct capacity *c, struct pl_evidence *e)
{
	struct pl_evidence reference;
	int ret;

	if (!c->runs)
		return load_reference(true, e);
	if (pl_evidence_load(c->runs, strv_len(c->runs), NULL, e))
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

/* Each returns 0, or the exit status after one line on stderr. */
static int check_scenario(struct capacity *c, const struct capacity_question *q)
{
	char *error = NULL;
	int ret = 0;

	if ((c->from_host && begin_with_this_host(c, &error)) ||
	    pl_scenario_check(&c->scenario, q->simulated, &error)) {
		ret = fail_as(EXIT_CANNOT_RUN, "%s: %s", q->verb, error);
		free(error);
	}
	return ret;
}

static int check_variant(struct capacity *c, const struct capacity_question *q,
			 const struct pl_evidence *e)
{
	char *error;
	int ret = 0;

	if (pl_known_variant(&c->scenario, e, q->simulated, &error)) {
		ret = fail_as(EXIT_CANNOT_RUN, "%s: %s", q->verb, error);
		free(error);
	}
	return ret;
}

int capacity_answer(struct capacity *c, const struct capacity_question *q)
{
	struct pl_evidence e;
	int ret = q->verb ? check_scenario(c, q) : 0;

	if (ret)
		return ret;
	c->json_only = c->json && !strcmp(c->json, "-");
	if (load_boots(c, &e))
		return 1;
	ret = q->verb ? check_variant(c, q, &e) : 0;
	if (!ret)
		ret = q->answer(c, &e) ? 1 : 0;
	pl_evidence_free(&e);
	return ret;
}

int capacity_write_json(const struct capacity *c, json_t *json)
{
	size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(12);
	int ret = 0;

	if (c->json_only) {
		ret = json_dumpf(json, stdout, flags) || fputc('\n', stdout) == EOF ?
		      fail("cannot write JSON to stdout: %s", strerror(errno)) : 0;
	} else if (c->json && json_dump_file(json, c->json, flags)) {
		ret = fail("cannot write %s: %s", c->json, strerror(errno));
	}
	json_decref(json);
	return ret;
}

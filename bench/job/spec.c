// SPDX-License-Identifier: GPL-2.0
/*
 * Turns an item of the plan into the complete description of one boot.
 */
#include "spec.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "lib/number.h"
#include "lib/text.h"

#define PROGRAM		"stress-ng"

bool antagonist_is_program(const char *name)
{
	return strncmp(name, PROGRAM ":", strlen(PROGRAM ":")) == 0;
}

char **antagonist_argv(const char *name)
{
	char *copy = xstrdup(name + strlen(PROGRAM ":")), *save;
	char **argv = strv_add(NULL, PROGRAM);

	for (char *a = strtok_r(copy, ",", &save); a; a = strtok_r(NULL, ",", &save))
		argv = strv_add(argv, a);
	free(copy);
	return argv;
}

bool spec_needs_host_root(const struct boot_spec *s)
{
	if (s->root)
		return false;
	for (char **a = s->antagonists; a && *a; a++) {
		if (antagonist_is_program(*a))
			return true;
	}
	return s->perf || !s->workload;
}

char **spec_command(const struct boot_spec *s, const char *results)
{
	char **command = strv_dup(s->command), *seed, *samples, *names = NULL;

	if (!s->workload)
		return command;
	for (char **a = s->antagonists; a && *a; a++) {
		if (!antagonist_is_program(*a))
			names = text_add(names, *a, ",");
	}
	if (names) {
		char *option = xasprintf("--antagonist=%s", names);

		command = strv_add(command, option);
		free(option);
	}
	free(names);
	seed = xasprintf("--seed=%" PRIu64, s->seed);
	samples = xasprintf("--samples=%s/%s", results,
			    s->samples_bin ? FILE_SAMPLES_BIN : FILE_SAMPLES_CSV);
	command = strv_add(strv_add(strv_add(command, seed), "--json"), samples);
	free(seed);
	free(samples);
	return command;
}

/* A level sets what it stands for; job_factors.c has checked the values. */
static void apply_level(struct boot_spec *s, const struct job_factor *f,
			const struct job_level *level)
{
	char *text;

	switch (f->kind) {
	case FACTOR_COST:
		free(s->cost);
		s->cost = xstrdup(level->value);
		break;
	case FACTOR_PLATFORM:
		free(s->platform);
		s->platform = xstrdup(level->value);
		break;
	case FACTOR_CPUS:
		parse_u64(level->value, 1, 64, &s->cpus);
		break;
	case FACTOR_MEM:
		parse_mib(level->value, &s->mem_mib);
		break;
	case FACTOR_NODES:
		parse_u64(level->value, 1, JOB_MAX_NODES, &s->nodes);
		break;
	case FACTOR_TIME:
		s->virtual_time = strcmp(level->value, "virtual") == 0;
		break;
	case FACTOR_RECORD:
		record_mode_parse(level->value, &s->record);
		break;
	case FACTOR_APPEND:
		text = xasprintf("%s%s%s", s->append, s->append[0] && level->value[0] ? " " : "",
				 level->value);
		free(s->append);
		s->append = text;
		break;
	case FACTOR_ANTAGONIST:
		if (level->value[0])
			s->antagonists = strv_add(s->antagonists, level->value);
		break;
	case FACTOR_OPT:
		if (!level->value[0])
			break;
		text = xasprintf("--%s", f->name);
		s->command = strv_add(strv_add(s->command, text), level->value);
		free(text);
		break;
	}
	json_object_set_new(s->factors, f->name, json_string(level->label));
}

/* EXPERIMENT-ARM[-LEVEL...]-sSEED; what has no place in a file's name becomes '-'. */
static char *run_name(const struct boot_spec *s, const struct plan_item *item)
{
	char *name = xasprintf("%s-%s", s->experiment, s->arm), *full;

	for (size_t i = 0; i < item->exp->n_factors; i++)
		name = text_add(name, plan_level(item->exp, item->cell, i)->label, "-");
	for (char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c) && !strchr("-_.+", *c))
			*c = '-';
	}
	full = xasprintf("%s-s%" PRIu64, name, s->seed);
	free(name);
	return full;
}

void spec_from_plan(struct boot_spec *s, const struct plan_item *item, const struct plan *plan,
		    const char *out)
{
	const struct job_experiment *e = item->exp;
	char *name;

	memset(s, 0, sizeof(*s));
	s->experiment = xstrdup(e->name);
	s->variant = xstrdup(item->variant);
	s->arm = xasprintf("%s%s", item->variant, item->aa ? "/aa" : "");
	s->question = xstrdup(e->question);
	s->expected = xstrdup(e->expected);
	s->refuted_by = xstrdup(e->refuted_by);
	s->primary = e->primary ? strv_dup(e->primary) : NULL;
	s->compare = e->compare ? xstrdup(e->compare) : NULL;
	s->factors = json_object();
	s->workload = e->workload;
	s->leaves_result = true;
	s->root = e->root ? xstrdup(e->root) : NULL;
	s->command = e->command ? strv_dup(e->command) : strv_add(NULL, e->workload);
	for (char **opt = e->options; *opt; opt++)
		s->command = strv_add(s->command, *opt);
	s->antagonists = strv_dup(e->antagonists);
	s->append = xstrdup(e->append);
	s->cost = xstrdup(e->cost);
	s->platform = xstrdup(e->platform);
	s->perf = e->perf ? xstrdup(e->perf) : NULL;
	s->seed = item->seed;
	s->cpus = e->cpus;
	s->mem_mib = e->mem_mib;
	s->nodes = e->nodes;
	s->timeout_s = e->timeout_s;
	s->order_seed = plan->order_seed;
	s->block = item->block;
	s->order_in_block = item->order_in_block;
	s->virtual_time = e->virtual_time;
	s->record = e->record;
	for (size_t i = 0; i < e->n_factors; i++)
		apply_level(s, &e->factor[i], plan_level(e, item->cell, i));
	s->host_root = spec_needs_host_root(s);
	name = run_name(s, item);
	s->dir = xasprintf("%s/runs/%s", out, name);
	free(name);
}

void boot_spec_free(struct boot_spec *s)
{
	free(s->experiment);
	free(s->variant);
	free(s->arm);
	free(s->question);
	free(s->expected);
	free(s->refuted_by);
	strv_free(s->primary);
	free(s->compare);
	free(s->append);
	free(s->cost);
	free(s->platform);
	free(s->perf);
	free(s->root);
	free(s->dir);
	json_decref(s->factors);
	strv_free(s->command);
	strv_free(s->antagonists);
	memset(s, 0, sizeof(*s));
}

void spec_move(struct boot_spec *to, struct boot_spec *from)
{
	if (to == from)
		return;
	*to = *from;
	memset(from, 0, sizeof(*from));
}

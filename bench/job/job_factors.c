// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the factors of an experiment, "factor.NAME = LEVEL LEVEL ...". Every combination of
 * levels is measured. Two equal levels, or a factor that another key sets too, would give
 * results under a wrong name, so both are refused before the first boot.
 */
#include "job_factors.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/loaded_run.h"
#include "lib/array_size.h"
#include "lib/number.h"
#include "lib/text.h"
#include "job_experiment.h"

#define PREFIX		"factor."
#define OPT_PREFIX	"opt."
/* More combinations are a mistake. */
#define MAX_CELLS	4096
/* Characters of a level's label. A directory's name has several labels. */
#define MAX_LABEL	32

static const struct {
	const char *name;
	enum job_factor_kind kind;
	const char *levels;		/* for messages */
} kinds[] = {
	{ "cost", FACTOR_COST, "low, mid or high" },
	{ "platform", FACTOR_PLATFORM, "spr or gnr" },
	{ "cpus", FACTOR_CPUS, "a plain number from 1 to 64" },
	{ "mem", FACTOR_MEM, "256 MiB to 1 TiB, as 4096, 4096M or 4G" },
	{ "nodes", FACTOR_NODES, "a plain number from 1 to 8" },
	{ "time", FACTOR_TIME, "virtual or wall" },
	{ "record", FACTOR_RECORD, RECORD_MODES },
	{ "append", FACTOR_APPEND, "levels as 'LABEL: TEXT; LABEL: TEXT'" },
	{ "antagonist", FACTOR_ANTAGONIST,
	  "none, a name, or stress-ng:ARG,ARG, each with LABEL= before it if you like" },
};

#define N_KINDS ARRAY_SIZE(kinds)

bool job_is_factor(const char *key)
{
	return strncmp(key, PREFIX, strlen(PREFIX)) == 0;
}

bool job_good_name(const char *s, const char *more)
{
	if (!s[0] || s[0] == '-' || s[0] == '.')
		return false;
	for (; *s; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("-_.", *s) && !strchr(more, *s))
			return false;
	}
	return true;
}

bool job_good_antagonist(const char *name)
{
	static const char stress[] = "stress-ng:";

	if (strncmp(name, stress, strlen(stress)) == 0)
		return name[strlen(stress)] == '-';
	return job_good_name(name, "");
}

char **job_words(const char *text)
{
	char **words = strv_dup(NULL), *copy = xstrdup(text), *save;

	for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save))
		words = strv_add(words, w);
	free(copy);
	return words;
}

static bool level_ok(enum job_factor_kind kind, const char *text)
{
	enum record_mode record;
	uint64_t n;

	switch (kind) {
	case FACTOR_COST:
		return !strcmp(text, "low") || !strcmp(text, "mid") || !strcmp(text, "high");
	case FACTOR_PLATFORM:
		return !strcmp(text, "spr") || !strcmp(text, "gnr");
	case FACTOR_CPUS:
		return parse_u64(text, 1, 64, &n);
	case FACTOR_MEM:
		return parse_mib(text, &n) && n >= 256 && n <= 1024 * 1024;
	case FACTOR_NODES:
		return parse_u64(text, 1, JOB_MAX_NODES, &n);
	case FACTOR_TIME:
		return !strcmp(text, "virtual") || !strcmp(text, "wall");
	case FACTOR_RECORD:
		return record_mode_parse(text, &record);
	default:
		return true;
	}
}

static void add_level(struct job_factor *f, const char *label, const char *value)
{
	f->level = xreallocarray(f->level, f->n + 1, sizeof(*f->level));
	f->level[f->n++] = (struct job_level){ xstrdup(label), xstrdup(value) };
}

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while (end > s && isblank((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

/* "LABEL: TEXT", TEXT "-" for nothing; a lone "-" is labelled none. */
static int append_level(struct job_text *t, const struct job_value *v, struct job_factor *f,
			char *text)
{
	char *label = trim(text), *colon = strstr(label, ": ");

	if (strcmp(label, "-") == 0)
		return add_level(f, "none", ""), 0;
	if (!colon)
		return job_refuse(t, v->line, "%s: '%s' has no label; write it as 'LABEL: TEXT'",
				  v->key, label);
	*colon = '\0';
	text = trim(colon + 2);
	if (!job_good_name(label, "") || strlen(label) > MAX_LABEL)
		return job_refuse(t, v->line, "%s: '%s' cannot be a label; use up to %d letters, digits, '-', '_' and '.'",
				  v->key, label, MAX_LABEL);
	add_level(f, label, strcmp(text, "-") ? text : "");
	return 0;
}

static int append_levels(struct job_text *t, const struct job_value *v, struct job_factor *f)
{
	char *copy = xstrdup(v->text), *save;
	int ret = 0;

	for (char *l = strtok_r(copy, ";", &save); l && !ret; l = strtok_r(NULL, ";", &save)) {
		if (trim(l)[0])
			ret = append_level(t, v, f, l);
	}
	free(copy);
	return ret;
}

/*
 * What reports and names of files can carry of @word: "stress-ng:--vm,1" is "stress-ng-vm-1", "bind:0" is
 * "bind-0"; malloc'ed.
 */
static char *plain_label(const char *word)
{
	char *label = xstrdup(word);
	size_t n = 0;

	if (run_label_ok(word))
		return label;
	for (const char *c = word; *c; c++) {
		bool plain = isalnum((unsigned char)*c) || strchr("_.+", *c);

		if (plain || (n && label[n - 1] != '-'))
			label[n++] = plain ? *c : '-';
	}
	label[n] = '\0';
	return label;
}

/* An antagonist, "stress-ng:--vm,1" or "none", or one with a label, "vm=stress-ng:--vm,1". */
static int antagonist_level(struct job_text *t, const struct job_value *v, struct job_factor *f,
			    const char *word)
{
	size_t n = strcspn(word, "=:");
	bool labelled = word[n] == '=';
	const char *name = labelled ? word + n + 1 : word;
	char *label = labelled ? xstrndup(word, n) : plain_label(word);
	int ret = 0;

	if (!job_good_antagonist(name))
		ret = job_refuse(t, v->line, "%s: '%s': must be %s", v->key, word,
				 kinds[f->kind].levels);
	else if (!run_label_ok(label) || strlen(label) > MAX_LABEL)
		ret = job_refuse(
			t, v->line,
			"%s: '%s' cannot be a label; write LABEL=%s, up to %d letters, digits, '-', '_' and '.'",
			v->key, label, name, MAX_LABEL);
	else
		add_level(f, label, strcmp(name, "none") ? name : "");
	free(label);
	return ret;
}

/* A value of an option; "-": the option is left out. */
static int option_level(struct job_text *t, const struct job_value *v, struct job_factor *f,
			const char *word)
{
	char *label = plain_label(word);
	int ret = 0;

	if (!strcmp(word, "-"))
		add_level(f, "default", "");
	else if (!run_label_ok(label) || strlen(label) > MAX_LABEL)
		ret = job_refuse(
			t, v->line,
			"%s: '%s' is too long for a level, or has no letter or digit; use up to %d characters",
			v->key, word, MAX_LABEL);
	else
		add_level(f, label, word);
	free(label);
	return ret;
}

static int word_levels(struct job_text *t, const struct job_value *v, struct job_factor *f)
{
	char **words = job_words(v->text);
	int ret = 0;

	for (char **w = words; *w && !ret; w++) {
		if (f->kind == FACTOR_ANTAGONIST)
			ret = antagonist_level(t, v, f, *w);
		else if (f->kind == FACTOR_OPT)
			ret = option_level(t, v, f, *w);
		else if (!level_ok(f->kind, *w))
			ret = job_refuse(t, v->line, "%s: '%s': must be %s", v->key, *w,
					 kinds[f->kind].levels);
		else
			add_level(f, *w, *w);
	}
	strv_free(words);
	return ret;
}

/* The same level under two names would be two levels of one thing. */
static bool same_level(const struct job_factor *f, const struct job_level *a,
		       const struct job_level *b)
{
	uint64_t x, y;

	if (f->kind == FACTOR_MEM && parse_mib(a->value, &x) && parse_mib(b->value, &y))
		return x == y;
	return strcmp(a->value, b->value) == 0 || strcmp(a->label, b->label) == 0;
}

static int check_levels(struct job_text *t, const struct job_value *v, const struct job_factor *f)
{
	if (f->n < 2)
		return job_refuse(t, v->line, "%s has only one level; set it with the key '%s'",
				  v->key, f->kind == FACTOR_OPT ? "options" : f->name);
	for (size_t i = 0; i < f->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (same_level(f, &f->level[i], &f->level[k]))
				return job_refuse(t, v->line,
						  "%s: level '%s' is given twice; remove one",
						  v->key, f->level[i].label);
		}
	}
	return 0;
}

static int factor_kind(struct job_text *t, const struct job_value *v, struct job_factor *f)
{
	const char *name = v->key + strlen(PREFIX);
	char *names;
	size_t bytes;
	FILE *out;
	int ret;

	f->line = v->line;
	if (strncmp(name, OPT_PREFIX, strlen(OPT_PREFIX)) == 0) {
		f->kind = FACTOR_OPT;
		f->name = xstrdup(name + strlen(OPT_PREFIX));
		if (job_good_name(f->name, ""))
			return 0;
		return job_refuse(t, v->line, "%s: '%s' cannot be an option; for example: factor.opt.tds",
				  v->key, f->name);
	}
	f->name = xstrdup(name);
	for (size_t i = 0; i < N_KINDS; i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			f->kind = kinds[i].kind;
			return 0;
		}
	}
	out = xopen_memstream(&names, &bytes);
	for (size_t i = 0; i < N_KINDS; i++)
		fprintf(out, "%s, ", kinds[i].name);
	fclose(out);
	ret = job_refuse(t, v->line, "there is no factor '%s'; factors are %sopt.OPTION", name, names);
	free(names);
	return ret;
}

/* Does another key of the same section, or an option, set what @f varies? */
static int check_set_once(struct job_text *t, const struct job_value *v,
			  const struct job_section *s, const struct job_experiment *e,
			  const struct job_factor *f)
{
	const struct job_value *other;

	for (size_t i = 0; i < e->n_factors; i++) {
		if (strcmp(e->factor[i].name, f->name) == 0)
			return job_refuse(t, v->line,
					  "%s: factor '%s' is already in line %u; remove one",
					  v->key, f->name, e->factor[i].line);
	}
	if (f->kind == FACTOR_OPT) {
		size_t n = strlen(f->name);

		for (char **o = e->options; *o; o++) {
			if (strncmp(*o, "--", 2) == 0 && strncmp(*o + 2, f->name, n) == 0 &&
			    ((*o)[2 + n] == '\0' || (*o)[2 + n] == '='))
				return job_refuse(t, v->line, "%s: --%s is in options as well, line %u; remove one",
						  v->key, f->name, e->options_line);
		}
		return 0;
	}
	other = f->kind == FACTOR_APPEND ? NULL : job_value_in(s, f->name);
	if (other)
		return job_refuse(t, v->line, "%s: the key '%s' is there as well, line %u; remove one",
				  v->key, f->name, other->line);
	return 0;
}

static int read_factor(struct job_text *t, const struct job_value *v, const struct job_section *s,
		       struct job_experiment *e)
{
	struct job_factor f = { 0 };
	int ret = factor_kind(t, v, &f);

	if (!ret)
		ret = f.kind == FACTOR_APPEND ? append_levels(t, v, &f) : word_levels(t, v, &f);
	if (!ret)
		ret = check_levels(t, v, &f);
	if (!ret)
		ret = check_set_once(t, v, s, e, &f);
	/* also after an error: job_factors_free() has it then */
	e->factor = xreallocarray(e->factor, e->n_factors + 1, sizeof(*e->factor));
	e->factor[e->n_factors++] = f;
	return ret;
}

static bool is_workload_key(const char *key)
{
	for (const char *const *k = job_workload_keys; *k; k++)
		if (!strcmp(*k, key))
			return true;
	return false;
}

int job_factors_read(struct job_text *t, const struct job_section *s,
		     const struct job_section *global, struct job_experiment *e)
{
	for (size_t i = 0; global && i < global->n; i++) {
		const struct job_value *v = &global->value[i];

		/* of two, the section's own key or factor counts */
		if (!job_is_factor(v->key) || job_value_in(s, v->key) ||
		    job_value_in(s, v->key + strlen(PREFIX)))
			continue;
		if (e->command && is_workload_key(v->key))
			continue;
		if (read_factor(t, v, global, e))
			return -1;
	}
	for (size_t i = 0; i < s->n; i++) {
		if (job_is_factor(s->value[i].key) && read_factor(t, &s->value[i], s, e))
			return -1;
	}
	if (job_cells(e) > MAX_CELLS)
		return job_refuse(t, s->line, "[%s] has %zu combinations of levels, at most %d make sense",
				  s->name, job_cells(e), MAX_CELLS);
	return 0;
}

void job_factors_free(struct job_experiment *e)
{
	for (size_t i = 0; i < e->n_factors; i++) {
		struct job_factor *f = &e->factor[i];

		for (size_t k = 0; k < f->n; k++) {
			free(f->level[k].label);
			free(f->level[k].value);
		}
		free(f->level);
		free(f->name);
	}
	free(e->factor);
}

size_t job_cells(const struct job_experiment *e)
{
	size_t cells = 1;

	for (size_t i = 0; i < e->n_factors; i++) {
		if (__builtin_mul_overflow(cells, e->factor[i].n, &cells))
			return SIZE_MAX;
	}
	return cells;
}

uint64_t job_boots(const struct job_experiment *e, uint64_t seeds)
{
	uint64_t arms = strv_len(e->variants) + e->aa;

	return arms * job_cells(e) * (seeds ? seeds : e->seeds);
}

const struct job_factor *job_factor_of(const struct job_experiment *e, enum job_factor_kind kind)
{
	for (size_t i = 0; i < e->n_factors; i++) {
		if (e->factor[i].kind == kind)
			return &e->factor[i];
	}
	return NULL;
}

bool job_records_nothing(const struct job_experiment *e)
{
	const struct job_factor *f = job_factor_of(e, FACTOR_RECORD);

	for (size_t i = 0; f && i < f->n; i++)
		if (!strcmp(f->level[i].value, record_mode_name(RECORD_NONE)))
			return true;
	return !f && e->record == RECORD_NONE;
}

bool job_uses_time(const struct job_experiment *e, bool virtual_time)
{
	/* two different levels of two: both */
	return job_factor_of(e, FACTOR_TIME) || e->virtual_time == virtual_time;
}

uint64_t job_max_cpus(const struct job_experiment *e)
{
	const struct job_factor *f = job_factor_of(e, FACTOR_CPUS);
	uint64_t max = e->cpus, n;

	for (size_t i = 0; f && i < f->n; i++) {
		if (parse_u64(f->level[i].value, 1, 64, &n) && (i == 0 || n > max))
			max = n;
	}
	return max;
}

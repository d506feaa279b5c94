// SPDX-License-Identifier: GPL-2.0
/*
 * Job files: an experiment as text, read by libinih. A file that contradicts
 * itself, or says something this program does not understand, is refused with
 * the file and line: a silently ignored key would be a silently different
 * experiment.
 */
#include "job.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* libinih as Debian builds it cuts longer lines in two (INI_MAX_LINE 200). */
#define MAX_LINE	198
#define MAX_KEYS	16

const struct job_key job_keys[] = {
	{ "question",	"what the experiment answers; one sentence" },
	{ "expected",	"the direction expected before looking" },
	{ "refuted_by",	"the observation that would prove the expectation wrong" },
	{ "workload",	"the workload's name" },
	{ "options",	"the workload's options, separated by spaces" },
	{ "variants",	"kernel variants, separated by spaces" },
	{ "seeds",	"boots of each variant, 1..10000: seeds 1 .. N (default 5)" },
	{ "time",	"virtual (default) or wall" },
	{ "cpus",	"vCPUs, 1..64 (default 2)" },
	{ "mem",	"guest memory: MiB, or a number with M, MiB, G or GiB (default 4096)" },
	{ "append",	"more kernel command line" },
	{ "cost",	"cost level of the simulated module: low, mid (default) or high" },
	{ "timeout",	"wall-time limit of one boot in seconds (default 600)" },
	{ "trace",	"on (default) or off: record the tdx trace events" },
	{ NULL, NULL }
};

/* The text of each key in one section, by place in job_keys. */
struct section {
	char *name;
	unsigned int line;
	char *value[MAX_KEYS];
	unsigned int value_line[MAX_KEYS];
};

struct parser {
	FILE *f;
	const char *path;
	struct section *sections;
	size_t n;
	unsigned int line;		/* being read now */
	unsigned int header_line;	/* of the last [section] */
	bool header_used;		/* a key of it was seen */
	bool continues;			/* the line goes on with the value before it */
	char **error;
};

static int __attribute__((format(printf, 3, 4)))
refuse(struct parser *p, unsigned int line, const char *fmt, ...)
{
	char *what;
	va_list ap;

	if (*p->error)		/* the first one counts */
		return -1;
	va_start(ap, fmt);
	if (vasprintf(&what, fmt, ap) < 0)
		abort();
	va_end(ap);
	*p->error = xasprintf("%s:%u: %s", p->path, line, what);
	free(what);
	return -1;
}

/* libinih's fgets: counts lines and sees what the handler is not told. */
static char *read_line(char *buf, int size, void *stream)
{
	struct parser *p = stream;
	size_t len;

	if (*p->error || !fgets(buf, size, p->f))
		return NULL;
	p->line++;
	len = strlen(buf);
	if (len && buf[len - 1] != '\n' && !feof(p->f)) {
		refuse(p, p->line, "the line is longer than %d characters; continue it on an indented line",
		       MAX_LINE);
		return NULL;
	}
	p->continues = isblank((unsigned char)buf[0]);
	if (buf[0] == '[') {
		if (p->header_line && !p->header_used)
			refuse(p, p->header_line, "the section is empty; give it keys or remove it");
		p->header_line = p->line;
		p->header_used = false;
	}
	return buf;
}

static int key_index(const char *name)
{
	for (int i = 0; job_keys[i].name; i++) {
		if (strcmp(job_keys[i].name, name) == 0)
			return i;
	}
	return -1;
}

/* "KEY = ..." with a key of ours, which on an indented line would be swallowed. */
static bool looks_like_key(const char *text)
{
	for (int i = 0; job_keys[i].name; i++) {
		size_t n = strlen(job_keys[i].name);

		if (strncmp(text, job_keys[i].name, n) == 0 &&
		    text[n + strspn(text + n, " \t")] == '=')
			return true;
	}
	return false;
}

static struct section *section_for(struct parser *p, const char *name)
{
	struct section *s;

	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->sections[i].name, name))
			continue;
		if (p->sections[i].line == p->header_line)
			return &p->sections[i];
		refuse(p, p->header_line, "section [%s] is there twice, first in line %u",
		       name, p->sections[i].line);
		return NULL;
	}
	p->sections = xreallocarray(p->sections, p->n + 1, sizeof(*p->sections));
	s = &p->sections[p->n++];
	memset(s, 0, sizeof(*s));
	s->name = xstrdup(name);
	s->line = p->header_line;
	return s;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	int k = key_index(name);
	struct section *s;
	char *joined;

	p->header_used = true;
	if (!section[0])
		return refuse(p, p->line, "'%s' stands before the first [section]", name), 0;
	if (k < 0)
		return refuse(p, p->line, "unknown key '%s'; `dpamt-bench help job` lists the keys", name), 0;
	if (!value[0])
		return refuse(p, p->line, "'%s' has no value; give one or remove the line", name), 0;
	s = section_for(p, section);
	if (!s)
		return 0;
	if (p->continues && looks_like_key(value))
		return refuse(p, p->line, "an indented line goes on with '%s', but this one looks like a key; unindent it",
			      name), 0;
	if (s->value[k] && !p->continues)
		return refuse(p, p->line, "'%s' is there twice, first in line %u", name,
			      s->value_line[k]), 0;
	if (s->value[k]) {
		joined = xasprintf("%s %s", s->value[k], value);
		free(s->value[k]);
		s->value[k] = joined;
	} else {
		s->value[k] = xstrdup(value);
		s->value_line[k] = p->line;
	}
	return 1;
}

/* The value of a key in @s or, failing that, in @global. NULL if in neither. */
static const char *value_of(const struct section *s, const struct section *global, const char *key,
			    unsigned int *line)
{
	int k = key_index(key);

	*line = s->line;
	if (s->value[k]) {
		*line = s->value_line[k];
		return s->value[k];
	}
	if (global && global->value[k]) {
		*line = global->value_line[k];
		return global->value[k];
	}
	return NULL;
}

static char **split_words(const char *text)
{
	char **words = strv_dup(NULL), *copy = xstrdup(text), *save;

	for (char *w = strtok_r(copy, " \t", &save); w; w = strtok_r(NULL, " \t", &save))
		words = strv_add(words, w);
	free(copy);
	return words;
}

/* A name that becomes part of a path. */
static bool good_name(const char *s)
{
	return s[0] && s[0] != '-' && s[0] != '.' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
	       strlen(s);
}

static int get_number(struct parser *p, const struct section *s, const struct section *global,
		      const char *key, uint64_t def, uint64_t max, uint64_t *value)
{
	unsigned int line;
	const char *text = value_of(s, global, key, &line);

	*value = def;
	if (text && !parse_u64(text, 1, max, value))
		return refuse(p, line, "%s = %s: must be a plain number from 1 to %llu", key, text,
			      (unsigned long long)max);
	return 0;
}

/* Which of two or three words is it? @def if the key is absent. */
static int get_choice(struct parser *p, const struct section *s, const struct section *global,
		      const char *key, const char *const *words, int def, int *choice)
{
	unsigned int line;
	const char *text = value_of(s, global, key, &line);

	*choice = def;
	if (!text)
		return 0;
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) == 0) {
			*choice = i;
			return 0;
		}
	}
	return refuse(p, line, "%s = %s: must be %s, %s%s%s", key, text, words[0], words[1],
		      words[2] ? " or " : "", words[2] ? words[2] : "");
}

static int get_variants(struct parser *p, const struct section *s, const struct section *global,
			struct job_experiment *e)
{
	unsigned int line;
	const char *text = value_of(s, global, "variants", &line);

	if (!text)
		return refuse(p, s->line, "[%s] has no variants; for example: variants = immediate rcu",
			      s->name);
	e->variants = split_words(text);
	for (size_t i = 0; e->variants[i]; i++) {
		if (!good_name(e->variants[i]))
			return refuse(p, line, "variants: '%s' cannot be a variant's name", e->variants[i]);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(e->variants[i], e->variants[k]) == 0)
				return refuse(p, line, "variants: %s is there twice", e->variants[i]);
		}
	}
	return 0;
}

static int get_options(struct parser *p, const struct section *s, const struct section *global,
		       struct job_experiment *e)
{
	static const char * const ours[] = { "--seed", "--json", "--samples" };
	unsigned int line;
	const char *text = value_of(s, global, "options", &line);

	if (text && strpbrk(text, "'\"\\"))
		return refuse(p, line, "options: quotes and backslashes are not understood; separate words by spaces");
	e->options = split_words(text ? text : "");
	for (char **o = e->options; *o; o++) {
		for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
			size_t n = strlen(ours[i]);

			if (strncmp(*o, ours[i], n) == 0 && ((*o)[n] == '\0' || (*o)[n] == '='))
				return refuse(p, line, "options: %s is set for each boot by dpamt-bench; remove it",
					      ours[i]);
		}
	}
	return 0;
}

static int get_text(struct parser *p, const struct section *s, const struct section *global,
		    const char *key, char **text)
{
	unsigned int line;
	const char *v = value_of(s, global, key, &line);

	if (!v)
		return refuse(p, s->line, "[%s] has no %s: every experiment states it", s->name, key);
	*text = xstrdup(v);
	return 0;
}

static int get_append(struct parser *p, const struct section *s, const struct section *global,
		      struct job_experiment *e)
{
	/* What the run's header or another key says must not be said twice. */
	static const char * const elsewhere[][2] = {
		{ "soft_tdx.seed=", "seeds" }, { "soft_tdx.cost=", "cost" },
	};
	unsigned int line;
	const char *text = value_of(s, global, "append", &line);

	e->append = xstrdup(text ? text : "");
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		if (strstr(e->append, elsewhere[i][0]))
			return refuse(p, line, "append: %s is set by the key '%s'; use that",
				      elsewhere[i][0], elsewhere[i][1]);
	}
	return 0;
}

static int finish_section(struct parser *p, const struct section *s, const struct section *global,
			  struct job_experiment *e)
{
	static const char * const times[] = { "virtual", "wall", NULL };
	static const char * const onoff[] = { "on", "off", NULL };
	static const char * const costs[] = { "low", "mid", "high", NULL };
	unsigned int line;
	const char *mem;
	int choice;

	if (!good_name(s->name))
		return refuse(p, s->line, "[%s]: use letters, digits, '-', '_' and '.'", s->name);
	e->name = xstrdup(s->name);
	if (get_text(p, s, global, "question", &e->question) ||
	    get_text(p, s, global, "expected", &e->expected) ||
	    get_text(p, s, global, "refuted_by", &e->refuted_by) ||
	    get_text(p, s, global, "workload", &e->workload) ||
	    get_options(p, s, global, e) || get_variants(p, s, global, e) ||
	    get_append(p, s, global, e) ||
	    get_number(p, s, global, "seeds", 5, 10000, &e->seeds) ||
	    get_number(p, s, global, "cpus", 2, 64, &e->cpus) ||
	    get_number(p, s, global, "timeout", 600, 86400, &e->timeout_s))
		return -1;

	if (get_choice(p, s, global, "time", times, 0, &choice))
		return -1;
	e->virtual_time = choice == 0;
	if (get_choice(p, s, global, "trace", onoff, 0, &choice))
		return -1;
	e->trace = choice == 0;
	if (get_choice(p, s, global, "cost", costs, 1, &choice))
		return -1;
	e->cost = xstrdup(costs[choice]);

	mem = value_of(s, global, "mem", &line);
	e->mem_mib = 4096;
	if (mem && (!parse_mib(mem, &e->mem_mib) || e->mem_mib < 256 || e->mem_mib > 1024 * 1024))
		return refuse(p, line, "mem = %s: must be 256 MiB to 1 TiB, as 4096, 4096M or 4G", mem);
	return 0;
}

int job_parse(FILE *f, const char *path, struct job *job, char **error)
{
	struct parser p = { .f = f, .path = path, .error = error };
	const struct section *global = NULL;
	int bad;

	*error = NULL;
	memset(job, 0, sizeof(*job));
	job->path = xstrdup(path);
	bad = ini_parse_stream(read_line, &p, on_key, &p);
	if (bad > 0)
		refuse(&p, (unsigned int)bad, "neither [section] nor key = value");
	if (!*error && p.header_line && !p.header_used)
		refuse(&p, p.header_line, "the section is empty; give it keys or remove it");
	for (size_t i = 0; i < p.n; i++) {
		if (strcmp(p.sections[i].name, "global") == 0)
			global = &p.sections[i];
	}
	for (size_t i = 0; i < p.n && !*error; i++) {
		if (&p.sections[i] == global)
			continue;
		job->exp = xreallocarray(job->exp, job->n + 1, sizeof(*job->exp));
		memset(&job->exp[job->n], 0, sizeof(*job->exp));
		finish_section(&p, &p.sections[i], global, &job->exp[job->n++]);
	}
	if (!*error && job->n == 0)
		refuse(&p, p.line ? p.line : 1, "there is no experiment; add a section [NAME] with workload and variants");

	for (size_t i = 0; i < p.n; i++) {
		free(p.sections[i].name);
		for (size_t k = 0; k < MAX_KEYS; k++)
			free(p.sections[i].value[k]);
	}
	free(p.sections);
	if (*error)
		job_free(job);
	return *error ? -1 : 0;
}

int job_load(const char *path, struct job *job, char **error)
{
	FILE *f = fopen(path, "re");
	int ret;

	if (!f) {
		*error = xasprintf("%s: %s", path, strerror(errno));
		return -1;
	}
	ret = job_parse(f, path, job, error);
	fclose(f);
	return ret;
}

void job_free(struct job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		struct job_experiment *e = &job->exp[i];

		free(e->name);
		free(e->question);
		free(e->expected);
		free(e->refuted_by);
		free(e->workload);
		free(e->append);
		free(e->cost);
		strv_free(e->options);
		strv_free(e->variants);
	}
	free(job->exp);
	free(job->path);
	memset(job, 0, sizeof(*job));
}

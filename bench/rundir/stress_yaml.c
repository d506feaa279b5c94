// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what stress-ng counted; see stress_yaml.h. Whatever is not of the form given there is damage,
 * because a number read from the wrong place would look like any other.
 */
#include "stress_yaml.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/lines.h"
#include "lib/text.h"

#define FORM "the metrics of stress-ng --metrics --yaml"

#define STRESSOR "    - stressor: "
#define KEY	 "      "
#define OPS	 "bogo-ops: "
#define RATE	 "bogo-ops-per-second-real-time: "

enum place { START, HEAD, METRICS, TAIL, END };

struct reading {
	enum place at;
	struct stressor *s;
	size_t n;
	bool ops, rate; /* the present stressor has it */
};

char *stress_yaml_name(unsigned int n)
{
	return xasprintf(FILE_STRESS, n);
}

/* A plain decimal number, "12" or "12.5", and nothing else. */
static bool decimal(const char *text, double *value)
{
	size_t whole = strspn(text, "0123456789"), len = whole;

	if (text[len] == '.')
		len += 1 + strspn(text + len + 1, "0123456789");
	if (!whole || text[len] || text[len - 1] == '.')
		return false;
	*value = strtod(text, NULL);
	return isfinite(*value);
}

static bool starts(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* A stressor needs both numbers, and a rate only if it finished something. */
static bool finished(const struct reading *r)
{
	const struct stressor *s = r->n ? &r->s[r->n - 1] : NULL;

	return !s || (r->ops && r->rate && (s->ops || !(s->ops_per_second > 0)));
}

static bool take_name(struct reading *r, const char *name)
{
	size_t len = strlen(name);
	struct stressor *s;

	if (!finished(r) || !len || len >= sizeof(s->name) ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != len)
		return false;
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->s[i].name, name))
			return false;
	r->s = xreallocarray(r->s, r->n + 1, sizeof(*r->s));
	s = &r->s[r->n++];
	memset(s, 0, sizeof(*s));
	strcpy(s->name, name);
	r->ops = r->rate = false;
	return true;
}

/* "bogo-ops: 12"; other keys are of no interest. */
static bool take_key(struct reading *r, char *key)
{
	struct stressor *s = r->n ? &r->s[r->n - 1] : NULL;
	bool good = true;

	if (!s || !*key || *key == ' ' || !strstr(key, ": "))
		return false;
	if (starts(key, OPS)) {
		key += strlen(OPS);
		good = !r->ops && take_u64(&key, '\0', &s->ops);
		r->ops = true;
	} else if (starts(key, RATE)) {
		good = !r->rate && decimal(key + strlen(RATE), &s->ops_per_second);
		r->rate = true;
	}
	return good;
}

static bool take(struct reading *r, char *line)
{
	bool outside = *line && *line != ' ';

	if (r->at == START) {
		r->at = HEAD;
		return !strcmp(line, "---");
	}
	if (outside && !strcmp(line, "...")) {
		bool good = r->at != END && finished(r);

		r->at = END;
		return good;
	}
	if (r->at == END || (outside && !strcmp(line, "---")))
		return !*line;
	if (outside && !strcmp(line, "metrics:")) {
		bool first = r->at == HEAD;

		r->at = METRICS;
		return first;
	}
	if (r->at != METRICS || !*line)
		return true;
	if (outside) {
		r->at = TAIL;
		return finished(r) && line[strlen(line) - 1] == ':';
	}
	if (starts(line, STRESSOR))
		return take_name(r, line + strlen(STRESSOR));
	return starts(line, KEY) && take_key(r, line + strlen(KEY));
}

int stress_yaml_read(const char *dir, unsigned int n, struct stressor **s, size_t *nr, char **why)
{
	char *name = stress_yaml_name(n), *path = xasprintf("%s/%s", dir, name), *line;
	struct lines *l = lines_open(path);
	struct damage damage = { 0 };
	struct reading r = { .at = START };
	bool complete;

	free(path);
	*s = NULL;
	*nr = 0;
	*why = NULL;
	if (!l) {
		if (errno != ENOENT)
			*why = xasprintf("%s: %s", name, strerror(errno));
		free(name);
		return -1;
	}
	while ((line = lines_next(l, &complete))) {
		if (!complete)
			lines_cut(l, &damage);
		else if (!take(&r, line))
			lines_bad(l, &damage);
	}
	if (errno)
		*why = xasprintf("%s: %s", name, strerror(errno));
	else if (!damage.cut && r.at != END)
		lines_cut(l, &damage);
	if (!*why)
		*why = damage_text(&damage, name, FORM);
	lines_close(l);
	free(name);
	if (*why) {
		free(r.s);
		return -1;
	}
	*s = r.s;
	*nr = r.n;
	return 0;
}

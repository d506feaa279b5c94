// SPDX-License-Identifier: GPL-2.0
/*
 * Reads counters-before.txt and counters-after.txt: the kernel's debugfs files, one
 * after another, as the agent saved them. agent.txt has the same "name value" lines, but
 * no "# FILE" lines.
 */
#include "counters.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/file.h"
#include "lib/number.h"
#include "lib/text.h"

static void add(struct counters *c, const char *file, const char *name, uint64_t value)
{
	c->list = xreallocarray(c->list, c->n + 1, sizeof(*c->list));
	c->list[c->n].file = xstrdup(file);
	c->list[c->n].name = xstrdup(name);
	c->list[c->n].value = value;
	c->n++;
}

/* Is every line of @file "name N"? */
static bool has_numbers_only(const char *file)
{
	size_t n = strlen(file);

	return !strcmp(file, "sept") || !strcmp(file, "pamt") ||
	       (n > 5 && !strcmp(file + n - 5, "_hist"));
}

/* If the line is "KIND NAME N", add NAME of FILE/KIND. @value is behind its first word @line. */
static void add_of_kind(struct counters *c, const char *file, const char *line, char *value)
{
	char *number = value ? strchr(value, ' ') : NULL, *full;
	uint64_t v;

	if (!number || !parse_u64(number + 1, 0, UINT64_MAX, &v))
		return;
	*number = '\0';
	full = xasprintf("%s/%s", file, line);
	add(c, full, value, v);
	free(full);
}

void counters_parse(const char *text, struct counters *c, struct damage *damage)
{
	char *copy = xstrdup(text), *rest = copy, *file = "", *line;
	struct damage unused = { 0 };

	if (!damage)
		damage = &unused;
	memset(c, 0, sizeof(*c));
	for (uint64_t number = 1; (line = strsep(&rest, "\n")); number++) {
		char *value = strchr(line, ' ');
		uint64_t v;

		if (!rest && *line)
			damage->cut = number;
		if (strncmp(line, "# ", 2) == 0) {
			file = line + 2;
			continue;
		}
		if (value) {
			*value++ = '\0';
			value += strspn(value, " \t");
		}
		if (value && parse_u64(value, 0, UINT64_MAX, &v))
			add(c, file, line, v);
		else if (*line && has_numbers_only(file))
			damage_at(damage, number);
		else
			add_of_kind(c, file, line, value);
	}
	free(copy);
}

int counters_load(const char *dir, const char *name, struct counters *c, char **why)
{
	char *path = xasprintf("%s/%s", dir, name), *text = read_file(path, NULL);
	struct damage damage = { 0 };

	if (text) {
		counters_parse(text, c, &damage);
		*why = damage_text(&damage, name, "NAME NUMBER");
	} else {
		memset(c, 0, sizeof(*c));
		*why = xasprintf("%s: %s", name, strerror(errno));
	}
	free(text);
	free(path);
	return *why ? -1 : 0;
}

int counters_pair_load(const char *dir, struct counters_pair *p, char **why)
{
	memset(p, 0, sizeof(*p));
	if (!counters_load(dir, FILE_COUNTERS_BEFORE, &p->before, why) &&
	    !counters_load(dir, FILE_COUNTERS_AFTER, &p->after, why))
		return 0;
	counters_pair_free(p);
	return -1;
}

void counters_pair_free(struct counters_pair *p)
{
	counters_free(&p->before);
	counters_free(&p->after);
}

double counters_grown(const struct counters_pair *p, const char *file, const char *name)
{
	uint64_t b = 0, a;

	counters_get(&p->before, file, name, &b);
	return counters_get(&p->after, file, name, &a) && a >= b ? (double)(a - b) : NAN;
}

double counters_after(const struct counters_pair *p, const char *file, const char *name)
{
	uint64_t a;

	return counters_get(&p->after, file, name, &a) ? (double)a : NAN;
}

size_t counters_histogram(const struct counters_pair *p, const char *file,
			  struct counters_bucket bucket[COUNTERS_BUCKETS])
{
	size_t n = 0;

	for (size_t i = 0; i < p->after.n && n < COUNTERS_BUCKETS; i++) {
		const struct counter *c = &p->after.list[i];
		uint64_t low, before = 0;

		if (strcmp(c->file, file) || !parse_u64(c->name, 0, UINT64_MAX, &low))
			continue;
		counters_get(&p->before, file, c->name, &before);
		if (c->value > before)
			bucket[n++] = (struct counters_bucket){ low, c->value - before };
	}
	return n;
}

void counters_free(struct counters *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->list[i].file);
		free(c->list[i].name);
	}
	free(c->list);
	memset(c, 0, sizeof(*c));
}

bool counters_have_file(const struct counters *c, const char *file)
{
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->list[i].file, file) == 0)
			return true;
	}
	return false;
}

bool counters_get(const struct counters *c, const char *file, const char *name, uint64_t *value)
{
	for (size_t i = 0; i < c->n; i++) {
		if (strcmp(c->list[i].file, file) || strcmp(c->list[i].name, name))
			continue;
		*value = c->list[i].value;
		return true;
	}
	return false;
}

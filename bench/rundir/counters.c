// SPDX-License-Identifier: GPL-2.0
/*
 * The reader of counters-before.txt and counters-after.txt: the kernel's
 * debugfs files one after another, as the agent saved them. agent.txt has the
 * same "name value" lines, without a file line.
 */
#include "counters.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

void counters_parse(const char *text, struct counters *c)
{
	char *copy = xstrdup(text), *save, *file = "";

	memset(c, 0, sizeof(*c));
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *value;
		uint64_t v;

		if (strncmp(line, "# ", 2) == 0) {
			file = line + 2;
			continue;
		}
		value = strchr(line, ' ');
		if (!value)
			continue;
		*value++ = '\0';
		value += strspn(value, " \t");
		if (parse_u64(value, 0, UINT64_MAX, &v))
			add(c, file, line, v);
	}
	free(copy);
}

int counters_load(const char *path, struct counters *c)
{
	char *text = read_file(path, NULL);

	memset(c, 0, sizeof(*c));
	if (!text)
		return -1;
	counters_parse(text, c);
	free(text);
	return 0;
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

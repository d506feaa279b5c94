// SPDX-License-Identifier: GPL-2.0
/*
 * How often each operation is drawn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "limits.h"
#include "preference.h"

#define MOST_WEIGHT 10000

/* A step that reached something new is worth so many times the table's weight. */
#define WORTH 4

int64_t storm_blocks(void)
{
	return storm_get_file(STORM_BLOCKS);
}

void storm_weights_init(struct storm_weights *w)
{
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		w->of[i] = storm_table[i].weight;
}

void storm_weights_learn(struct storm_weights *w, const uint32_t found[STORM_NR_OPERATIONS])
{
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++) {
		uint64_t times = (w->of[i] / storm_table[i].weight - 1) / 2 + (uint64_t)WORTH * found[i];

		if (times > STORM_MOST_PREFERRED - 1)
			times = STORM_MOST_PREFERRED - 1;
		w->of[i] = storm_table[i].weight * (uint32_t)(1 + times);
	}
}

char *storm_weights_text(const struct storm_weights *w)
{
	char *text = NULL;
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++) {
		char *one;

		if (w->of[i] == storm_table[i].weight)
			continue;
		one = xasprintf("%s=%u", storm_table[i].name, w->of[i]);
		text = text_add(text, one, ",");
		free(one);
	}
	return text ? text : xstrdup("-");
}

static int parse_one(struct storm_weights *w, const char *one)
{
	unsigned int i, weight;
	int end = -1;

	for (i = 0; i < STORM_NR_OPERATIONS; i++) {
		size_t n = strlen(storm_table[i].name);

		if (strncmp(one, storm_table[i].name, n) || one[n] != '=')
			continue;
		if (sscanf(one + n, "=%5u%n", &weight, &end) != 1 || one[n + (size_t)end] ||
		    weight < 1 || weight > MOST_WEIGHT)
			return -1;
		w->of[i] = weight;
		return 0;
	}
	return -1;
}

int storm_weights_parse(struct storm_weights *w, const char *text, char **error)
{
	char *copy = xstrdup(text), *rest = copy, *one;
	int ret = 0;

	storm_weights_init(w);
	while (!ret && strcmp(text, "-") && (one = strsep(&rest, ","))) {
		ret = parse_one(w, one);
		if (ret)
			*error = xasprintf("'%s' is no OPERATION=WEIGHT with a weight from 1 to %d", one,
					   MOST_WEIGHT);
	}
	free(copy);
	return ret;
}

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_LADDER_H
#define AN_LADDER_H

#include <stdbool.h>
#include <stdint.h>

#include "threshold.h"

/* Few: at most this share of the trials are hits. Said at this confidence. */
#define AN_FEW		  0.05
#define AN_FEW_CONFIDENCE 0.95

/* What boots met at levels of some value, as threshold.h wants it. */
struct an_ladder {
	size_t boots, levels;
	uint64_t *value;	  /* of each level, ascending */
	struct an_trials *trials; /* @boots rows of @levels */
};

void an_ladder_init(struct an_ladder *l, size_t boots);
/* Boot number @boot made @t more at @value. */
void an_ladder_add(struct an_ladder *l, size_t boot, uint64_t value, struct an_trials t);
void an_ladder_free(struct an_ladder *l);

/* Do the trials at @level exclude that more than few are hits? */
bool an_ladder_shows_few(const struct an_ladder *l, size_t level);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_KNOWN_VARIANT_H
#define PL_KNOWN_VARIANT_H

#include <stdbool.h>

#include "evidence.h"
#include "scenario.h"

/*
 * Can the model answer for the variant of @s? It cannot without boots of that variant in @e, nor where
 * the variant keeps memory that no term counts. @simulated: the question is a fleet over time. Returns 0, or -1
 * with *error (malloc'ed): what is asked for, what there is, and what to do.
 */
int pl_known_variant(const struct pl_scenario *s, const struct pl_evidence *e, bool simulated,
		     char **error);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * Names of the record modes, for options, job files and headers.
 */
#include "record_mode.h"

#include <stddef.h>
#include <string.h>

#include "lib/array_size.h"

static const char * const names[] = {
	[RECORD_NONE] = "none",
	[RECORD_COUNTERS] = "counters",
	[RECORD_TRACE] = "trace",
};

const char *record_mode_name(enum record_mode mode)
{
	return names[mode];
}

bool record_mode_parse(const char *name, enum record_mode *mode)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name))
			continue;
		*mode = (enum record_mode)i;
		return true;
	}
	return false;
}

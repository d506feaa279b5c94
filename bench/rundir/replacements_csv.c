// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads replacements.csv; see replacements_csv.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/array_size.h"
#include "lib/lines.h"
#include "lib/text.h"
#include "replacements_csv.h"

/* The fields in the order of the columns; the last ones may be unknown. */
static const size_t fields[] = {
	offsetof(struct replacement, round),	    offsetof(struct replacement, td),
	offsetof(struct replacement, headroom_kib), offsetof(struct replacement, start_ns),
	offsetof(struct replacement, replace_ns),   offsetof(struct replacement, given_up),
	offsetof(struct replacement, enomem),	    offsetof(struct replacement, waits),
	offsetof(struct replacement, oom_kills),    offsetof(struct replacement, allocstall),
	offsetof(struct replacement, psi_some_us),  offsetof(struct replacement, psi_full_us),
};

#define NR_KNOWN 9

bool replacement_waited(const struct replacement *r)
{
	return r->waits || r->enomem || r->given_up || r->oom_kills;
}

int replacements_csv_write(const struct replacement *r, size_t n, FILE *to)
{
	if (fputs(CSV_REPLACEMENTS "\n", to) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(fields); k++) {
			uint64_t v = *(const uint64_t *)((const char *)&r[i] + fields[k]);

			if (k)
				putc(',', to);
			if (k < NR_KNOWN || v != REPLACEMENT_UNKNOWN)
				fprintf(to, "%" PRIu64, v);
		}
		putc('\n', to);
	}
	return ferror(to) ? -1 : 0;
}

static bool take(char *p, struct replacement *r)
{
	for (size_t k = 0; k < ARRAY_SIZE(fields); k++) {
		uint64_t *v = (uint64_t *)((char *)r + fields[k]);
		char end = k + 1 < ARRAY_SIZE(fields) ? ',' : '\0';

		if (k >= NR_KNOWN && *p == end) {
			*v = REPLACEMENT_UNKNOWN;
			p++;
		} else if (!take_u64(&p, end, v) || *v > NS_MAX) {
			return false;
		}
	}
	return r->given_up <= 1;
}

int replacements_csv_read(const char *dir, struct replacement **r, size_t *n, char **why)
{
	struct lines *l = lines_open_table(dir, FILE_REPLACEMENTS, CSV_REPLACEMENTS, why);
	struct damage damage = { 0 };
	size_t room = 0;
	bool complete;
	char *line;

	*r = NULL;
	*n = 0;
	if (!l)
		return -1;
	while ((line = lines_next(l, &complete))) {
		if (*n == room) {
			room = room ? 2 * room : 64;
			*r = xreallocarray(*r, room, sizeof(**r));
		}
		if (!complete)
			lines_cut(l, &damage);
		else if (!take(line, &(*r)[*n]))
			lines_bad(l, &damage);
		else
			(*n)++;
	}
	*why = !line && errno ? xasprintf(FILE_REPLACEMENTS ": %s", strerror(errno))
			      : damage_text(&damage, FILE_REPLACEMENTS, CSV_REPLACEMENTS);
	lines_close(l);
	if (!*why)
		return 0;
	free(*r);
	*r = NULL;
	*n = 0;
	return -1;
}

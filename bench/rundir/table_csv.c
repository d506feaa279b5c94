// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads tables of plain numbers; see table_csv.h.
 */
#include "table_csv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lines.h"
#include "lib/text.h"

int table_csv_write(const struct table_csv *t, const void *rows, size_t n, FILE *to)
{
	if (fprintf(to, "%s\n", t->header) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *row = (const char *)rows + i * t->row_bytes;

		for (size_t k = 0; k < t->nr_fields; k++) {
			uint64_t v = *(const uint64_t *)(row + t->field[k]);

			if (k)
				putc(',', to);
			if (k < t->nr_known || v != TABLE_UNKNOWN)
				fprintf(to, "%" PRIu64, v);
		}
		putc('\n', to);
	}
	return ferror(to) ? -1 : 0;
}

static bool take(const struct table_csv *t, char *p, char *row)
{
	for (size_t k = 0; k < t->nr_fields; k++) {
		uint64_t *v = (uint64_t *)(row + t->field[k]);
		char end = k + 1 < t->nr_fields ? ',' : '\0';

		if (k >= t->nr_known && *p == end) {
			*v = TABLE_UNKNOWN;
			p += end != '\0';
		} else if (!take_u64(&p, end, v) || *v > NS_MAX) {
			return false;
		}
	}
	return !t->sound || t->sound(row);
}

int table_csv_read(const struct table_csv *t, const char *dir, void **rows, size_t *n, char **why)
{
	struct lines *l = lines_open_table(dir, t->file, t->header, why);
	struct damage damage = { 0 };
	size_t room = 0;
	bool complete;
	char *line;

	*rows = NULL;
	*n = 0;
	if (!l)
		return -1;
	while ((line = lines_next(l, &complete))) {
		if (*n == room) {
			room = room ? 2 * room : 64;
			*rows = xreallocarray(*rows, room, t->row_bytes);
		}
		if (!complete)
			lines_cut(l, &damage);
		else if (!take(t, line, (char *)*rows + *n * t->row_bytes))
			lines_bad(l, &damage);
		else
			(*n)++;
	}
	*why = !line && errno ? xasprintf("%s: %s", t->file, strerror(errno))
			      : damage_text(&damage, t->file, t->header);
	lines_close(l);
	if (!*why)
		return 0;
	free(*rows);
	*rows = NULL;
	*n = 0;
	return -1;
}

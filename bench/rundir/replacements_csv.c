// SPDX-License-Identifier: GPL-2.0
/*
 * replacements.csv as a table; see replacements_csv.h.
 */
#include "replacements_csv.h"

#include "file_names.h"
#include "lib/array_size.h"

static const size_t fields[] = {
	offsetof(struct replacement, round),	    offsetof(struct replacement, td),
	offsetof(struct replacement, headroom_kib), offsetof(struct replacement, start_ns),
	offsetof(struct replacement, replace_ns),   offsetof(struct replacement, given_up),
	offsetof(struct replacement, enomem),	    offsetof(struct replacement, waits),
	offsetof(struct replacement, oom_kills),    offsetof(struct replacement, allocstall),
	offsetof(struct replacement, psi_some_us),  offsetof(struct replacement, psi_full_us),
};

static bool sound(const void *row)
{
	return ((const struct replacement *)row)->given_up <= 1;
}

static const struct table_csv table = {
	.file = FILE_REPLACEMENTS,
	.header = CSV_REPLACEMENTS,
	.field = fields,
	.nr_fields = ARRAY_SIZE(fields),
	.row_bytes = sizeof(struct replacement),
	.nr_known = 9,
	.sound = sound,
};

bool replacement_waited(const struct replacement *r)
{
	return r->waits || r->enomem || r->given_up || r->oom_kills;
}

int replacements_csv_write(const struct replacement *r, size_t n, FILE *to)
{
	return table_csv_write(&table, r, n, to);
}

int replacements_csv_read(const char *dir, struct replacement **r, size_t *n, char **why)
{
	void *rows;
	int ret = table_csv_read(&table, dir, &rows, n, why);

	*r = rows;
	return ret;
}

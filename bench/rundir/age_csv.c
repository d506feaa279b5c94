// SPDX-License-Identifier: GPL-2.0
/*
 * age.csv as a table, and what follows from a row; see age_csv.h.
 */
#include "age_csv.h"

#include <math.h>

#include "file_names.h"
#include "lib/array_size.h"
#include "lib/lines.h"

#define BLOCKS(order) offsetof(struct age, free_blocks[order])

static const size_t fields[] = {
	offsetof(struct age, lifetimes),
	offsetof(struct age, conversions),
	offsetof(struct age, tds),
	offsetof(struct age, t_ns),
	BLOCKS(0),
	BLOCKS(1),
	BLOCKS(2),
	BLOCKS(3),
	BLOCKS(4),
	BLOCKS(5),
	BLOCKS(6),
	BLOCKS(7),
	BLOCKS(8),
	BLOCKS(9),
	BLOCKS(10),
	offsetof(struct age, percpu_pages),
	offsetof(struct age, unmovable_blocks),
	offsetof(struct age, movable_blocks),
	offsetof(struct age, reclaimable_blocks),
	offsetof(struct age, other_blocks),
	offsetof(struct age, huge_pages),
	offsetof(struct age, blocked_2m),
	offsetof(struct age, pamt_pairs),
	offsetof(struct age, tdx_pages),
};

/* Sums over the blocks of a row must not overflow. */
static bool sound(const void *row)
{
	const struct age *a = row;

	for (size_t i = 0; i < AGE_ORDERS; i++)
		if (a->free_blocks[i] != AGE_UNKNOWN && a->free_blocks[i] > PAGES_MAX)
			return false;
	return true;
}

static const struct table_csv table = {
	.file = FILE_AGE,
	.header = CSV_AGE,
	.field = fields,
	.nr_fields = ARRAY_SIZE(fields),
	.row_bytes = sizeof(struct age),
	.nr_known = 4,
	.sound = sound,
};

_Static_assert(ARRAY_SIZE(fields) * sizeof(uint64_t) == sizeof(struct age),
	       "a field has no column");

int age_csv_write(const struct age *a, size_t n, FILE *to)
{
	return table_csv_write(&table, a, n, to);
}

int age_csv_read(const char *dir, struct age **a, size_t *n, char **why)
{
	void *rows;
	int ret = table_csv_read(&table, dir, &rows, n, why);

	*a = rows;
	return ret;
}

struct free_blocks {
	uint64_t blocks, pages, suitable; /* suitable: of 2 MiB */
};

static bool sum(const struct age *a, struct free_blocks *s)
{
	*s = (struct free_blocks){ 0 };
	for (unsigned int i = 0; i < AGE_ORDERS; i++) {
		if (a->free_blocks[i] == AGE_UNKNOWN)
			return false;
		s->blocks += a->free_blocks[i];
		s->pages += a->free_blocks[i] << i;
		if (i >= AGE_ORDER_2M)
			s->suitable += a->free_blocks[i] << (i - AGE_ORDER_2M);
	}
	return true;
}

uint64_t age_free_pages(const struct age *a)
{
	struct free_blocks s;

	return sum(a, &s) ? s.pages : AGE_UNKNOWN;
}

uint64_t age_free_2m(const struct age *a)
{
	struct free_blocks s;

	return sum(a, &s) ? s.suitable : AGE_UNKNOWN;
}

/* As unusable_free_index() of mm/vmstat.c. */
double age_unusable_2m(const struct age *a)
{
	struct free_blocks s;

	if (!sum(a, &s))
		return NAN;
	if (!s.pages)
		return 1;
	return (double)(s.pages - (s.suitable << AGE_ORDER_2M)) / (double)s.pages;
}

/* As __fragmentation_index() of mm/vmstat.c, without its rounding. */
double age_extfrag_2m(const struct age *a)
{
	struct free_blocks s;

	if (!sum(a, &s))
		return NAN;
	if (!s.blocks)
		return 0;
	if (s.suitable)
		return -1;
	return 1 - (1 + (double)s.pages / (1 << AGE_ORDER_2M)) / (double)s.blocks;
}

double age_pairs_per_page(const struct age *a)
{
	if (a->pamt_pairs == AGE_UNKNOWN || a->tdx_pages == AGE_UNKNOWN || !a->tdx_pages)
		return NAN;
	return (double)a->pamt_pairs / (double)a->tdx_pages;
}

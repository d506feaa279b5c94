// SPDX-License-Identifier: GPL-2.0
/*
 * Reads samples.bin. Checks everything in it: that operations and rows lie within the
 * file, and that names have only the allowed characters.
 */
#include "samples_bin_reader.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/lines.h"
#include "samples_file.h"

_Static_assert(sizeof(struct samples_bin_head) == 32, "no holes in the head");
_Static_assert(sizeof(struct samples_bin_row) == 32, "no holes in a row");
_Static_assert(SAMPLES_BIN_NAME_BYTES == OP_NAME_BYTES, "a name fits");

static bool name_ok(const char *name)
{
	size_t len = strnlen(name, SAMPLES_BIN_NAME_BYTES);

	if (!len || len == SAMPLES_BIN_NAME_BYTES)
		return false;
	while (len--)
		if (!isalnum((unsigned char)name[len]) && name[len] != '_')
			return false;
	return true;
}

static bool take_head(struct bin_rows *r)
{
	const struct samples_bin_head *head = r->map;
	size_t names, there;

	if (r->len < sizeof(*head) || memcmp(head->magic, SAMPLES_BIN_MAGIC, sizeof(head->magic)) ||
	    head->version != SAMPLES_BIN_VERSION || head->endian != SAMPLES_BIN_ENDIAN ||
	    head->row_bytes != sizeof(struct samples_bin_row) || head->nr_ops > OPS_MAX)
		return false;
	names = head->nr_ops * SAMPLES_BIN_NAME_BYTES;
	if (names > r->len - sizeof(*head))
		return false;
	r->nr_ops = head->nr_ops;
	r->op = (const void *)(head + 1);
	for (size_t i = 0; i < r->nr_ops; i++)
		if (!name_ok(r->op[i]))
			return false;
	r->row = (const void *)((const char *)(head + 1) + names);
	there = (r->len - sizeof(*head) - names) / sizeof(*r->row);
	r->truncated = there < head->nr_rows;
	r->n = r->truncated ? there : head->nr_rows;
	return true;
}

int bin_rows_open(struct bin_rows *r, const char *path)
{
	memset(r, 0, sizeof(*r));
	r->map = map_file(path, &r->len);
	if (!r->map)
		return -1;
	if (take_head(r))
		return 0;
	bin_rows_close(r);
	errno = EINVAL;
	return -1;
}

void bin_rows_close(struct bin_rows *r)
{
	if (r->map)
		munmap(r->map, r->len);
	memset(r, 0, sizeof(*r));
}

void bin_rows_release(struct bin_rows *r, size_t i)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t until = (size_t)((const char *)&r->row[i] - (const char *)r->map) / page * page;

	if (until > r->gone) {
		madvise((char *)r->map + r->gone, until - r->gone, MADV_DONTNEED);
		r->gone = until;
	}
}

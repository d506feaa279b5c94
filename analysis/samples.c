// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the raw samples of one boot. The file is streamed or mapped; only the latencies are
 * kept, 4 bytes each and one boot at a time, because exact quantiles need them all.
 * They are sorted by radix: a comparison sort of ten millions takes longer than
 * reading them.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "lines.h"
#include "samples.h"
#include "samples_bin.h"

#define HEADER "op,td,thread,seq,start_ns,latency_ns"

static bool name_ok(const char *s, size_t len)
{
	if (!len || len >= AN_OP_NAME)
		return false;
	while (len--)
		if (!isalnum((unsigned char)s[len]) && s[len] != '_')
			return false;
	return true;
}

static struct an_op *op_of(struct an_samples *s, const char *name, size_t len)
{
	struct an_op *op;
	size_t i;

	for (i = 0; i < s->nr_ops; i++)
		if (!strncmp(s->op[i].name, name, len) && !s->op[i].name[len])
			return &s->op[i];
	if (s->nr_ops == AN_OPS_MAX || !name_ok(name, len))
		return NULL;
	op = &s->op[s->nr_ops++];
	memcpy(op->name, name, len);
	op->first_start_ns = UINT64_MAX;
	return op;
}

/* Room for one more of @size bytes in *@list; grows by half, so that little of it stays empty. */
static bool grow(void **list, size_t n, size_t *room, size_t size)
{
	size_t more = *room ? *room + *room / 2 : 256;
	void *moved;

	if (n < *room)
		return true;
	moved = reallocarray(*list, more, size);
	if (!moved)
		return false;
	*list = moved;
	*room = more;
	return true;
}

static bool op_add(struct an_op *op, uint64_t ns)
{
	if (ns <= UINT32_MAX) {
		if (!grow((void **)&op->short_ns, op->nr_short, &op->room_short, sizeof(uint32_t)))
			return false;
		op->short_ns[op->nr_short++] = ns;
	} else {
		if (!grow((void **)&op->long_ns, op->nr_long, &op->room_long, sizeof(uint64_t)))
			return false;
		op->long_ns[op->nr_long++] = ns;
	}
	op->n++;
	return true;
}

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* Least significant digit first; passes in which all values have the same digit are left out. */
static bool sort_short(uint32_t **list, size_t n)
{
	uint32_t *from = *list, *to = malloc((n ? n : 1) * sizeof(*to)), *swap;
	size_t at[DIGITS], i, sum, count;
	int shift;

	if (!to)
		return false;
	for (shift = 0; shift < 32; shift += DIGIT_BITS) {
		memset(at, 0, sizeof(at));
		for (i = 0; i < n; i++)
			at[from[i] >> shift & (DIGITS - 1)]++;
		if (n && at[from[0] >> shift & (DIGITS - 1)] == n)
			continue;
		for (i = 0, sum = 0; i < DIGITS; i++, sum += count) {
			count = at[i];
			at[i] = sum;
		}
		for (i = 0; i < n; i++)
			to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	free(to);
	*list = from;
	return true;
}

static int cmp_long(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

uint64_t an_op_latency(const struct an_op *op, size_t i)
{
	return i < op->nr_short ? op->short_ns[i] : op->long_ns[i - op->nr_short];
}

double an_op_quantile(const struct an_op *op, double p)
{
	double at = op->n ? (op->n - 1) * p : 0, part;
	size_t i = floor(at);

	if (!op->n)
		return NAN;
	part = at - i;
	if (i + 1 >= op->n)
		return an_op_latency(op, op->n - 1);
	return (1 - part) * an_op_latency(op, i) + part * an_op_latency(op, i + 1);
}

/* The rows of a samples.bin. Returns 0 or an error number. */
static int take_rows(struct an_samples *s, const struct an_rows *r)
{
	struct an_op *op[AN_OPS_MAX] = { NULL };
	size_t i;

	s->truncated = r->truncated;
	for (i = 0; i < r->n; i++) {
		const struct samples_bin_row *row = &r->row[i];
		struct an_op **to;

		if (!an_row_ok(r, i)) {
			s->bad_lines++;
			continue;
		}
		to = &op[row->op];
		if (!*to)
			*to = op_of(s, r->op[row->op], strlen(r->op[row->op]));
		if (!*to || !op_add(*to, row->latency_ns))
			return ENOMEM;
		if (row->start_ns < (*to)->first_start_ns)
			(*to)->first_start_ns = row->start_ns;
	}
	return 0;
}

/* 1 for a sample taken, 0 for a line that is none, -1 if memory is short */
static int take_line(struct an_samples *s, char *line)
{
	uint64_t skip, start, latency;
	char *p = strchr(line, ',');
	struct an_op *op;
	size_t len;

	if (!p || (size_t)(p - line) >= AN_OP_NAME)
		return 0;
	len = p++ - line;
	if (!an_take_u64(&p, ',', &skip) || !an_take_u64(&p, ',', &skip) ||
	    !an_take_u64(&p, ',', &skip) || !an_take_u64(&p, ',', &start) ||
	    !an_take_u64(&p, '\0', &latency) || start > AN_NS_MAX || latency > AN_NS_MAX)
		return 0;
	op = op_of(s, line, len);
	if (!op)
		return 0;
	if (!op_add(op, latency))
		return -1;
	if (start < op->first_start_ns)
		op->first_start_ns = start;
	return 1;
}

int an_samples_read(const char *path, struct an_samples *s)
{
	struct an_lines *l = an_lines_open(path);
	struct an_rows rows;
	bool complete;
	char *line;
	int err = 0;
	size_t i;

	memset(s, 0, sizeof(*s));
	if (!l)
		return -1;
	if (!an_rows_open(&rows, path)) {
		err = take_rows(s, &rows);
		an_rows_close(&rows);
		goto sort;
	}
	line = an_lines_next(l, &complete);
	if (!line || strcmp(line, HEADER)) {
		err = line || !errno ? EINVAL : errno;
		goto out;
	}
	while ((line = an_lines_next(l, &complete))) {
		int got;

		if (!complete) {
			s->truncated = true;
			break;
		}
		got = take_line(s, line);
		if (got < 0) {
			err = ENOMEM;
			goto out;
		}
		s->bad_lines += !got;
	}
	err = line ? 0 : errno;
sort:
	for (i = 0; i < s->nr_ops && !err; i++) {
		struct an_op *op = &s->op[i];

		if (!sort_short(&op->short_ns, op->nr_short))
			err = ENOMEM;
		if (op->nr_long)
			qsort(op->long_ns, op->nr_long, sizeof(*op->long_ns), cmp_long);
	}
out:
	an_lines_close(l);
	if (err) {
		an_samples_free(s);
		errno = err;
		return -1;
	}
	return 0;
}

char *an_samples_path(const char *dir)
{
	char *path = xasprintf("%s/samples.bin", dir);

	if (file_exists(path))
		return path;
	free(path);
	return xasprintf("%s/samples.csv", dir);
}

void an_samples_free(struct an_samples *s)
{
	size_t i;

	for (i = 0; i < s->nr_ops; i++) {
		free(s->op[i].short_ns);
		free(s->op[i].long_ns);
	}
	memset(s, 0, sizeof(*s));
}

const struct an_op *an_samples_op(const struct an_samples *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nr_ops; i++)
		if (!strcmp(s->op[i].name, name))
			return &s->op[i];
	return NULL;
}

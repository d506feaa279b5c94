// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the raw samples of one boot. The file is streamed or mapped; only the latencies are
 * kept, 8 bytes each and one boot at a time, because exact quantiles need them all.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "lines.h"
#include "quantile.h"
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

static bool op_add(struct an_op *op, uint64_t ns)
{
	if (op->n == op->room) {
		size_t room = op->room ? 2 * op->room : 256;
		double *more = realloc(op->latency_ns, room * sizeof(*more));

		if (!more)
			return false;
		op->latency_ns = more;
		op->room = room;
	}
	op->latency_ns[op->n++] = ns;
	return true;
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
		goto out;
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
out:
	an_lines_close(l);
	if (err) {
		an_samples_free(s);
		errno = err;
		return -1;
	}
	for (i = 0; i < s->nr_ops; i++)
		an_sort(s->op[i].latency_ns, s->op[i].n);
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

	for (i = 0; i < s->nr_ops; i++)
		free(s->op[i].latency_ns);
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

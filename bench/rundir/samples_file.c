// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the raw samples of one boot. samples.csv is streamed, samples.bin is mapped and
 * released piece by piece. Exact quantiles need every latency. Ten million latencies have
 * only some ten thousand different values, so the values are counted, which is also faster
 * than sorting.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/lines.h"
#include "lib/text.h"
#include "samples_file.h"
#include "file_names.h"
#include "samples_bin_reader.h"

static bool name_ok(const char *s, size_t len)
{
	if (!len || len >= OP_NAME_BYTES)
		return false;
	while (len--)
		if (!isalnum((unsigned char)s[len]) && s[len] != '_')
			return false;
	return true;
}

static struct timed_op *op_of(struct samples_file *s, const char *name, size_t len)
{
	struct timed_op *op;
	size_t i;

	for (i = 0; i < s->nr_ops; i++)
		if (s->op[i].name_len == len && !memcmp(s->op[i].name, name, len))
			return &s->op[i];
	if (s->nr_ops == OPS_MAX || !name_ok(name, len))
		return NULL;
	op = &s->op[s->nr_ops++];
	memcpy(op->name, name, len);
	op->name_len = len;
	op->first_start_ns = UINT64_MAX;
	return op;
}

/* Counting begins with so many samples: for fewer the table would cost more than it saves. */
#define COUNT_FROM (1 << 16)
#define BLOCK_BITS 10
#define BLOCKS	   (COUNTED_NS >> BLOCK_BITS)

static void count_one(struct timed_op *op, uint64_t ns)
{
	op->count[ns]++;
	op->used[ns >> BLOCK_BITS] = 1;
	op->nr_counted++;
}

static int begin_counting(struct timed_op *op)
{
	size_t i, kept = 0;

	op->count = calloc(COUNTED_NS, sizeof(*op->count));
	op->used = calloc(BLOCKS, 1);
	if (!op->count || !op->used)
		return ENOMEM;
	for (i = 0; i < op->nr_list; i++) {
		if (op->list[i] < COUNTED_NS)
			count_one(op, op->list[i]);
		else
			op->list[kept++] = op->list[i];
	}
	op->nr_list = kept;
	return 0;
}

/* Keep @ns in the list. Returns 0 or an error number. */
static int keep_one(struct timed_op *op, uint64_t ns)
{
	if (op->nr_list == COUNT_FROM && !op->count && begin_counting(op))
		return ENOMEM;
	if (op->count && ns < COUNTED_NS) {
		count_one(op, ns);
		return 0;
	}
	if (op->nr_list == op->room) { /* grows by half, so that little memory is unused */
		size_t more = op->room ? op->room + op->room / 2 : 256;
		void *moved = reallocarray(op->list, more, sizeof(*op->list));

		if (!moved)
			return ENOMEM;
		op->list = moved;
		op->room = more;
	}
	op->list[op->nr_list++] = ns;
	return 0;
}

/* Returns 0 or an error number. */
static inline int op_add(struct timed_op *op, uint64_t start_ns, uint64_t ns)
{
	if (op->n == UINT32_MAX)
		return EOVERFLOW;
	op->n++;
	if (start_ns < op->first_start_ns)
		op->first_start_ns = start_ns;
	if (op->count && ns < COUNTED_NS) {
		count_one(op, ns);
		return 0;
	}
	return keep_one(op, ns);
}

/* From counts to steps; the table goes. Returns 0 or an error number. */
static int make_steps(struct timed_op *op)
{
	size_t block, i, n = 0;
	uint32_t sum = 0;

	for (block = 0; block < BLOCKS; block++)
		for (i = block << BLOCK_BITS; op->used[block] && i < (block + 1) << BLOCK_BITS; i++)
			n += op->count[i] > 0;
	op->step = calloc(n ? n : 1, sizeof(*op->step));
	if (!op->step)
		return ENOMEM;
	for (block = 0; block < BLOCKS; block++) {
		for (i = block << BLOCK_BITS; op->used[block] && i < (block + 1) << BLOCK_BITS; i++) {
			if (!op->count[i])
				continue;
			sum += op->count[i];
			op->step[op->nr_steps++] = (struct latency_step){ i, sum };
		}
	}
	free(op->count);
	free(op->used);
	op->count = NULL;
	op->used = NULL;
	return 0;
}

static int cmp_ns(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

uint64_t timed_op_latency(const struct timed_op *op, size_t i)
{
	size_t low = 0, high = op->nr_steps;

	if (i >= op->nr_counted)	/* what is kept is longer than what is counted */
		return op->list[i - op->nr_counted];
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (op->step[mid].upto > i)
			high = mid;
		else
			low = mid + 1;
	}
	return op->step[low].ns;
}

double timed_op_quantile(const struct timed_op *op, double p)
{
	double at = op->n ? (op->n - 1) * p : 0, part;
	size_t i = floor(at);

	if (!op->n)
		return NAN;
	part = at - i;
	if (i + 1 >= op->n)
		return timed_op_latency(op, op->n - 1);
	return (1 - part) * timed_op_latency(op, i) + part * timed_op_latency(op, i + 1);
}

/* The rows of a samples.bin. Returns 0 or an error number. */
static int take_rows(struct samples_file *s, struct bin_rows *r)
{
	struct timed_op *op[OPS_MAX] = { NULL };
	int err = 0;
	size_t i;

	if (r->truncated)
		s->damage.cut = r->n + 1;
	for (i = 0; i < r->n && !err; i++) {
		const struct samples_bin_row *row = &r->row[i];
		struct timed_op **to;

		if (i % BIN_ROWS_PIECE == 0)
			bin_rows_release(r, i);
		if (!bin_row_ok(r, row)) {
			damage_at(&s->damage, i + 1);
			continue;
		}
		to = &op[row->op];
		if (!*to)
			*to = op_of(s, r->op[row->op], strlen(r->op[row->op]));
		err = *to ? op_add(*to, row->start_ns, row->latency_ns) : ENOMEM;
	}
	return err;
}

/* Does @line begin with the name of @op and a comma? */
static bool is_of(const struct timed_op *op, const char *line)
{
	return op && !strncmp(line, op->name, op->name_len) && line[op->name_len] == ',';
}

/* Returns 0, EINVAL for a line that is no sample, or another error number. */
static int take_line(struct samples_file *s, char *line)
{
	struct timed_op *op = s->last ? s->last->next : NULL;
	bool guessed = is_of(op, line);
	char *p = guessed ? line + op->name_len : strchr(line, ',');
	uint64_t skip, start, latency;
	size_t len;

	if (!p)
		return EINVAL;
	len = p++ - line;
	if (!take_u64(&p, ',', &skip) || !take_u64(&p, ',', &skip) || !take_u64(&p, ',', &skip) ||
	    !take_u64(&p, ',', &start) || !take_u64(&p, '\0', &latency) || start > NS_MAX ||
	    latency > NS_MAX)
		return EINVAL;
	if (!guessed)
		op = op_of(s, line, len);
	if (!op)
		return EINVAL;
	if (s->last)
		s->last->next = op;
	s->last = op;
	return op_add(op, start, latency);
}

int samples_file_read(const char *path, struct samples_file *s)
{
	struct lines *l = lines_open(path);
	struct bin_rows rows;
	bool complete;
	char *line;
	int err = 0;
	size_t i;

	memset(s, 0, sizeof(*s));
	if (!l)
		return -1;
	if (!bin_rows_open(&rows, path)) {
		err = take_rows(s, &rows);
		bin_rows_close(&rows);
		goto sort;
	}
	line = lines_next(l, &complete);
	if (!line || strcmp(line, CSV_SAMPLES)) {
		err = line || !errno ? EINVAL : errno;
		goto out;
	}
	if (!complete) {
		lines_cut(l, &s->damage);
		goto sort;
	}
	while ((line = lines_next(l, &complete))) {
		if (!complete) {
			lines_cut(l, &s->damage);
			break;
		}
		err = take_line(s, line);
		if (err == EINVAL)
			lines_bad(l, &s->damage);
		if (err && err != EINVAL)
			goto out;
	}
	err = line ? 0 : errno;
sort:
	for (i = 0; i < s->nr_ops && !err; i++) {
		struct timed_op *op = &s->op[i];

		if (op->count)
			err = make_steps(op);
		if (op->nr_list)
			qsort(op->list, op->nr_list, sizeof(*op->list), cmp_ns);
	}
out:
	lines_close(l);
	if (err) {
		samples_file_free(s);
		errno = err;
		return -1;
	}
	return 0;
}

char *samples_file_path(const char *dir)
{
	char *path = xasprintf("%s/" FILE_SAMPLES_BIN, dir);

	if (file_exists(path))
		return path;
	free(path);
	return xasprintf("%s/" FILE_SAMPLES_CSV, dir);
}

int samples_file_load(const char *dir, struct samples_file *s, char **why)
{
	char *path = samples_file_path(dir);
	const char *name = strrchr(path, '/') + 1;

	*why = NULL;
	if (!samples_file_read(path, s)) {
		*why = damage_text(&s->damage, name, CSV_SAMPLES);
		if (*why)
			samples_file_free(s);
	} else if (errno == EINVAL) {
		*why = xasprintf("%s:1: not \"" CSV_SAMPLES "\"", name);
	} else {
		*why = xasprintf("%s: %s", name, strerror(errno));
	}
	free(path);
	return *why ? -1 : 0;
}

void samples_file_free(struct samples_file *s)
{
	size_t i;

	for (i = 0; i < s->nr_ops; i++) {
		free(s->op[i].list);
		free(s->op[i].count);
		free(s->op[i].used);
		free(s->op[i].step);
	}
	memset(s, 0, sizeof(*s));
}

const struct timed_op *samples_file_op(const struct samples_file *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->nr_ops; i++)
		if (!strcmp(s->op[i].name, name))
			return &s->op[i];
	return NULL;
}

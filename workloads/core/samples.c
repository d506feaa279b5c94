// SPDX-License-Identifier: GPL-2.0
/*
 * The sample buffer: claimed in chunks while the workload runs, ordered and written afterwards.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "samples.h"
#include "bench/rundir/file_names.h"

/* samples_init() fills the rows with ones, so an unused row shows an operation no workload has. */
#define OP_UNUSED UINT16_MAX

int samples_init(struct samples *s, size_t nr_samples, size_t nr_logs)
{
	memset(s, 0, sizeof(*s));
	s->nr_rows = nr_samples + nr_logs * SAMPLES_CHUNK_ROWS;
	s->bytes = s->nr_rows * sizeof(*s->rows);
	s->rows = mmap(NULL, s->bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->rows == MAP_FAILED) {
		s->rows = NULL;
		return -1;
	}
	memset(s->rows, 0xff, s->bytes);
	return 0;
}

void samples_free(struct samples *s)
{
	if (s->rows)
		munmap(s->rows, s->bytes);
	s->rows = NULL;
	s->nr_rows = 0;
}

int samples_reserve(struct sample_log *log, size_t n)
{
	size_t first = atomic_fetch_add(&log->all->claimed, n);

	if (first + n > log->all->nr_rows)
		return -1;
	log->next = log->all->rows + first;
	log->end = log->next + n;
	return 0;
}

int samples_claim(struct sample_log *log)
{
	struct samples *s = log->all;
	size_t first =
		atomic_fetch_add_explicit(&s->claimed, SAMPLES_CHUNK_ROWS, memory_order_relaxed);

	if (first >= s->nr_rows) {
		atomic_fetch_add_explicit(&s->lost, 1, memory_order_relaxed);
		return -1;
	}
	log->next = s->rows + first;
	log->end = log->next + SAMPLES_CHUNK_ROWS;
	if (log->end > s->rows + s->nr_rows)
		log->end = s->rows + s->nr_rows;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct sample *x = a, *y = b;

	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	if (x->thread != y->thread)
		return x->thread < y->thread ? -1 : 1;
	return (int)x->op - (int)y->op;
}

void samples_close(struct samples *s)
{
	size_t i, used = 0;

	for (i = 0; i < s->nr_rows; i++)
		if (s->rows[i].op != OP_UNUSED)
			s->rows[used++] = s->rows[i];
	s->nr_rows = used;
	qsort(s->rows, used, sizeof(*s->rows), by_start);
}

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Nearest rank: the smallest value with at least percent % of the n sorted values at or below it.
 */
static uint64_t percentile(const uint64_t *sorted, size_t n, unsigned int percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

int samples_summarise(const struct samples *s, uint16_t op, struct sample_summary *sum)
{
	uint64_t *ns;
	size_t i, n = 0;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < s->nr_rows; i++)
		n += s->rows[i].op == op;
	sum->count = n;
	if (!n)
		return 0;

	ns = calloc(n, sizeof(*ns));
	if (!ns)
		return -1;
	for (i = 0, n = 0; i < s->nr_rows; i++)
		if (s->rows[i].op == op)
			ns[n++] = s->rows[i].latency_ns;
	qsort(ns, n, sizeof(*ns), by_value);
	sum->min_ns = ns[0];
	sum->p50_ns = percentile(ns, n, 50);
	sum->p99_ns = percentile(ns, n, 99);
	sum->max_ns = ns[n - 1];
	free(ns);
	return 0;
}

int samples_write_csv(const struct samples *s, FILE *to, const char *const *ops, uint64_t t0_ns)
{
	size_t i;

	if (fputs(CSV_SAMPLES "\n", to) < 0)
		return -1;
	for (i = 0; i < s->nr_rows; i++) {
		const struct sample *r = &s->rows[i];

		if (fprintf(to, "%s,%" PRIu32 ",%" PRIu16 ",%" PRIu32 ",%" PRIu64 ",%" PRIu64 "\n",
			    ops[r->op], r->td, r->thread, r->seq, r->start_ns - t0_ns,
			    r->latency_ns) < 0)
			return -1;
	}
	return 0;
}

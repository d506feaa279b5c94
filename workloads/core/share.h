/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How T threads divide the pieces of memory of N TDs, so that no two ever work on the same piece:
 * threads are dealt out over the TDs in turn; those on one TD take its pieces in turn. Pure
 * arithmetic.
 */
#ifndef DPAMT_WORKLOADS_SHARE_H
#define DPAMT_WORKLOADS_SHARE_H

#include <stdint.h>

/*
 * One thread's part: TDs first_td, first_td + step, ... and of their pieces rank, rank + sharers,
 * ...
 */
struct share {
	uint64_t first_td, step, nr_tds;
	uint64_t rank, sharers; /* of the threads on its TDs */
	uint64_t pieces;	/* per TD */
};

/* threads <= tds * pieces_per_td, so that each has one piece at least. */
struct share share_of(uint64_t thread, uint64_t threads, uint64_t tds, uint64_t pieces_per_td);

/* The i-th TD, 0 <= i < nr_tds, and the number among all pieces of a TD of the k-th piece. */
static inline uint64_t share_td(const struct share *s, uint64_t i)
{
	return s->first_td + i * s->step;
}

static inline uint64_t share_piece(const struct share *s, uint64_t k)
{
	return s->rank + k * s->sharers;
}

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * Headrooms and their order; see headrooms.h.
 */
#include <inttypes.h>
#include <stdbool.h>

#include "headrooms.h"
#include "lib/err.h"
#include "lib/lines.h"
#include "run.h"

/* The stream of the seed's random numbers that only this file draws from. */
#define STREAM 0x4852

int headrooms_parse(const char *text, struct headrooms *h)
{
	char *p = (char *)text; /* take_u64() only reads */
	uint64_t kib;

	h->n = 0;
	for (;;) {
		bool more = take_u64(&p, ',', &kib);

		if (!more && !take_u64(&p, '\0', &kib))
			return fail("--headroom '%s': give KiB, or several with commas between",
				    text);
		if (kib > MAX_HEADROOM_KIB)
			return fail("--headroom %" PRIu64 ": give at most %" PRIu64 " KiB", kib,
				    MAX_HEADROOM_KIB);
		for (size_t i = 0; i < h->n; i++)
			if (h->kib[i] == kib)
				return fail("--headroom has %" PRIu64 " twice: give it once, "
					    "and more --rounds",
					    kib);
		if (h->n == MAX_HEADROOMS)
			return fail("--headroom has more than %d values", MAX_HEADROOMS);
		h->kib[h->n++] = kib;
		if (!more)
			return 0;
	}
}

void headrooms_draw(const struct headrooms *h, size_t times, uint64_t seed, uint64_t *order)
{
	struct rng rng = rng_init(seed, STREAM);

	for (size_t i = 0; i < h->n * times; i++) {
		size_t at = rng_below(&rng, i + 1);

		if (at != i)
			order[i] = order[at];
		order[at] = h->kib[i % h->n];
	}
}

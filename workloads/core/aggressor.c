// SPDX-License-Identifier: GPL-2.0
/*
 * Aggressor TDs; see aggressor.h.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "aggressor.h"
#include "populate.h"

static struct td *tds;
static unsigned int nr_tds;
static uint64_t piece_bytes;
static atomic_bool stop;
static atomic_uint_fast64_t rounds, busy_ns;

int aggressors_create(unsigned int n, unsigned int first_id, uint64_t bytes)
{
	const struct layout all = { AGGRESSOR_BYTES / REGION_BYTES, REGION_PAGES };
	unsigned int i;

	piece_bytes = bytes;
	rounds = busy_ns = 0;
	nr_tds = 0;
	tds = calloc(n, sizeof(*tds));
	if (n && !tds)
		return fail("no memory for %u aggressors", n);
	for (i = 0; i < n; i++, nr_tds++)
		if (create_ready(&tds[i], first_id + i) || populate(&tds[i], &all))
			return -1;
	return 0;
}

void aggressors_arm(void)
{
	stop = false;
}

void aggressors_stop(void)
{
	stop = true;
}

int aggressor_loop(unsigned int i)
{
	uint64_t n, offset, start_ns = now_ns();
	struct td *td = &tds[i];

	for (n = 0; !stop; n++) {
		offset = n * piece_bytes % AGGRESSOR_BYTES;
		if (td_round_trip(td, offset, piece_bytes))
			return -1;
	}
	rounds += n;
	busy_ns += now_ns() - start_ns;
	return 0;
}

int aggressors_destroy(void)
{
	unsigned int i;

	for (i = 0; i < nr_tds; i++)
		if (td_destroy(&tds[i], NULL))
			return -1;
	free(tds);
	tds = NULL;
	return 0;
}

json_t *aggressors_json(void)
{
	return json_pack("{s:i, s:I, s:I}", "tds", (int)nr_tds, "rounds", (json_int_t)rounds,
			 "busy_ns", (json_int_t)busy_ns);
}

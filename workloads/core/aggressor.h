/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TDs that convert their memory between private and shared in a loop while something else is measured.
 * Their latencies are not recorded, only how many conversions they made. Functions return 0, or -1
 * after fail().
 */
#ifndef DPAMT_WORKLOADS_AGGRESSOR_H
#define DPAMT_WORKLOADS_AGGRESSOR_H

#include <stdint.h>

#include <jansson.h>

#include "layout.h"

/* Memory of an aggressor that is populated, private or being converted. */
#define AGGRESSOR_BYTES REGION_BYTES

/*
 * Create n TDs with ids from first_id on. Each conversion is of `bytes`, which divide
 * AGGRESSOR_BYTES.
 */
int aggressors_create(unsigned int n, unsigned int first_id, uint64_t bytes);

/* What a thread does for aggressor i: convert until aggressors_stop(). One thread for each. */
int aggressor_loop(unsigned int i);

/* Let all loops end after their present conversion; before the next start, aggressors_arm(). */
void aggressors_arm(void);
void aggressors_stop(void);

int aggressors_destroy(void);

/* {"tds", "rounds", "busy_ns"}: round trips of all, and the time their loops ran, summed. */
json_t *aggressors_json(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's limit of dirty pages (vm.dirty_bytes). Functions return 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_DIRTY_LIMIT_H
#define DPAMT_WORKLOADS_DIRTY_LIMIT_H

#include <stdint.h>

/* Set it, and write-back in the background from half of it on. */
int dirty_limit_set(uint64_t bytes);

/* Back to what it was before dirty_limit_set(). */
int dirty_limit_restore(void);

#endif

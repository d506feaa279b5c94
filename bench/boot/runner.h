/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RUNNER_H
#define BENCH_RUNNER_H

#include <stddef.h>

#include "boot.h"

/*
 * Make all boots of @spec, up to @jobs side by side; boots in wall time run
 * alone. After a failed boot no further one starts. SIGINT and SIGTERM end the
 * boots under way; finished boots stay.
 *
 * @result has room for @n results; those of boots that were not made stay
 * zeroed. Returns 0, EXIT_BOOT_FAILED, EXIT_CANNOT_RUN or EXIT_INTERRUPTED.
 */
int runner_run(const struct boot_spec *spec, struct boot_result *result, size_t n,
	       unsigned int jobs);

#endif

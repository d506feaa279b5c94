/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HEADER_H
#define BENCH_HEADER_H

#include <jansson.h>

#include "bench/job/spec.h"

/* header.json of a boot, as RUN-DIRECTORY.md describes it. */
json_t *header_make(const struct boot_spec *s);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The manual page dpamt-workload(1), from the same tables as --help.
 */
#ifndef DPAMT_WORKLOADS_MAN_H
#define DPAMT_WORKLOADS_MAN_H

#include <stdio.h>

#include "workload.h"

/* Print the page in mdoc(7); workloads ends with NULL, common are the options all of them have. */
void man_print(FILE *to, const struct workload *const *workloads, const struct opt *common);

#endif

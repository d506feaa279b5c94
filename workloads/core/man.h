/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The manual page dpamt-workload(1), from the same tables as --help.
 */
#ifndef DPAMT_WORKLOADS_MAN_H
#define DPAMT_WORKLOADS_MAN_H

#include <stdio.h>

#include "opts.h"

/* Print the page in mdoc(7); common are the options of every workload. */
void man_print(FILE *to, const struct opt *common);

#endif

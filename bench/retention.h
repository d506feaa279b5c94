/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RETENTION_H
#define BENCH_RETENTION_H

#include <stddef.h>
#include <stdio.h>

/*
 * Turn the text of a trace into retention.csv on @out:
 *	t_ns,held_pages,held_back_pairs
 * t_ns counts from the workload's "dpamt start" marker; the first line is
 * 0,0,0 and then follows one line per change.
 *
 * Returns the number of changes, or -1 if the text has S-EPT events but no
 * start marker, or an event this parser cannot read; @error (malloc'ed) then
 * says which.
 */
long retention_from_trace(FILE *trace, FILE *out, char **error);

#endif

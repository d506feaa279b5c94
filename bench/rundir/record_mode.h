/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_RECORD_MODE_H
#define RUNDIR_RECORD_MODE_H

#include <stdbool.h>

/* What the kernel records of a run. Each mode includes the ones before it. */
enum record_mode {
	RECORD_NONE,		/* nothing: the kernel is booted with tdx_stats=off */
	RECORD_COUNTERS,	/* the kernel's counters, read before and after the command */
	RECORD_TRACE,		/* and every tdx trace event, in trace.dat */
};

/* What a user may write: "none, counters or trace". */
#define RECORD_MODES "none, counters or trace"

/* "none", "counters", "trace": as in options, job files and header.json. */
const char *record_mode_name(enum record_mode mode);

/* The mode called @name; false, and *mode untouched, if there is none. */
bool record_mode_parse(const char *name, enum record_mode *mode);

#endif

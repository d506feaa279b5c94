/* SPDX-License-Identifier: GPL-2.0 */
/*
 * replacements.csv: what each replacement of a TD met where memory is short. A workload writes it, the
 * analysis reads it.
 */
#ifndef RUNDIR_REPLACEMENTS_CSV_H
#define RUNDIR_REPLACEMENTS_CSV_H

#include "table_csv.h"

#define REPLACEMENT_UNKNOWN TABLE_UNKNOWN

/* One replacement; a line of the file, in this order. */
struct replacement {
	uint64_t round;	       /* all TDs are replaced at once in a round; from 0 */
	uint64_t td;	       /* its number, from 0 */
	uint64_t headroom_kib; /* free when the round began */
	uint64_t start_ns;     /* of the old TD's end, since the workload's start */
	uint64_t replace_ns;   /* from there until the new TD is populated, or is given up */
	uint64_t given_up;     /* 1: it got no memory in time; else 0 */
	uint64_t enomem;       /* its attempts that got ENOMEM */
	/* Growth over the round, of whoever took part in it: */
	uint64_t waits;	      /* times somebody met the cgroup's limit, or reclaimed (machine) */
	uint64_t oom_kills;   /* processes that the kernel killed */
	uint64_t allocstall;  /* direct reclaims on the machine, or REPLACEMENT_UNKNOWN */
	uint64_t psi_some_us; /* stalls on the machine, or REPLACEMENT_UNKNOWN, without PSI */
	uint64_t psi_full_us;
};

/* Did it wait for memory? That is a wait in its round, an ENOMEM of its own, or a kill. */
bool replacement_waited(const struct replacement *r);

/* Write the first line and @n replacements. Returns 0, or -1 with errno set by the stream. */
int replacements_csv_write(const struct replacement *r, size_t n, FILE *to);

/*
 * Read the file of the run directory @dir into *r, malloc'ed, *n of them. Returns 0, or -1 with *why =
 * "replacements.csv:LINE: what is wrong" (malloc'ed); *why is NULL if there is no such file. *r is NULL
 * after -1.
 */
int replacements_csv_read(const char *dir, struct replacement **r, size_t *n, char **why);

#endif

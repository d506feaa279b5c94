/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_JUDGE_H
#define BENCH_JUDGE_H

#include "boot.h"
#include "conservation.h"
#include "recording.h"

/* What the files of a boot that has ended say. */
struct judgement {
	int exit_code;			/* the command's, or -1 if it never got there */
	char *reason;			/* why the boot does not count, one line; NULL if it does */
	double guest_seconds;		/* the guest's clock when the command ended; 0 if unknown */
	double command_cpu_seconds;	/* user and system time of the command; 0 if unknown */
	char *thp;			/* of the kernel measured: "always", ...; NULL if unknown */
	char *mitigations;		/* of the kernel measured: "spectre_v2: ...; ..."; NULL if unknown */
	struct conservation_report conservation;
	struct recording recording;
};

/*
 * Read what the guest left in @b's directory, write retention.csv from its
 * trace, and judge. @wait_status is that of @b's process, as
 * waitpid() gives it.
 */
void judge_boot(const struct boot *b, int wait_status, struct judgement *c);
void judgement_free(struct judgement *c);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_BOOT_H
#define BENCH_BOOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/job/spec.h"
#include "bench/rundir/rundir.h"
#include "console.h"

/* A boot under way. Zero it to begin. */
struct boot {
	const struct boot_spec *spec;
	struct rundir dir;
	struct console_watch watch;
	pid_t pid;			/* of QEMU, or of what measures on the target local */
	int pidfd;			/* readable when it has ended */
	int changes;			/* readable when the console has grown */
	int console;			/* console.log, read up to where @watch got */
	int64_t start_ms;
	int64_t deadline_ms;		/* end it then, whatever it is doing */
	const char *ended_for;		/* why we ended it, or NULL */
};

/* How it ended; lives after the boot. */
struct boot_result {
	bool ok;
	int exit_code;			/* the command's, or -1 if it never got there */
	char *reason;			/* why not ok, one line */
	char *excerpt;			/* the console's lines about it, or NULL */
	double wall_seconds;
};

void boot_result_free(struct boot_result *r);

/* Start the boot's process. Returns 0, or -1 after one line on stderr. */
int boot_start(struct boot *b, const struct boot_spec *spec);

/* Read what the console has got. If the kernel is in trouble, the boot's deadline is near. */
void boot_console_grew(struct boot *b);

/* The deadline has passed: end the process. */
void boot_deadline(struct boot *b);

/*
 * The process has ended: judge its files and give the run directory its name.
 * Returns 0, or -1 after one line on stderr if the directory cannot be written.
 */
int boot_finish(struct boot *b, struct boot_result *r);

/* Kill the process and remove the run directory. */
void boot_abandon(struct boot *b);

#endif

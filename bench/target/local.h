/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_LOCAL_H
#define BENCH_TARGET_LOCAL_H

#include <sys/types.h>

#include "bench/job/spec.h"
#include "machine.h"

/*
 * Can this machine be measured on, as @variant (NULL: whatever it runs)? Needs
 * root, debugfs, tracefs, the counters of kernel-patches/, KVM with TDX, and
 * nobody else who measures. Returns 0, or -1 after one line on stderr.
 */
int target_local_check(const struct machine *m, const char *variant);

/* What this machine is called: @variant if given, else what its policy says. */
const char *target_local_variant(const struct machine *m, const char *variant);

/*
 * Is this machine what @s asks for? Returns NULL, and has set the CPUs, memory,
 * cost and time of @s to the machine's; or why not: malloc'ed, one clause.
 */
char *target_local_adopt(struct boot_spec *s, const struct machine *m, const char *variant);

/* "hardware", or "simulated-wall" with the software module. */
const char *target_local_time_base(const struct machine *m);

/* The kernel's log from now on, readable when it says something; -1 with errno set. */
int target_local_open_log(void);

/* Append what the log says to the file @console, as the serial console shows it. */
void target_local_pump(int log, const char *console);

/*
 * Start the measuring process for @s, with results in directory @dir; what
 * programs print on stderr goes to its console.log. It dies with us. Returns
 * its pid, or -1 with errno set.
 */
pid_t target_local_spawn(const struct boot_spec *s, const char *dir);

/* It has ended: set the machine's tracing as it was. */
void target_local_done(void);

#endif

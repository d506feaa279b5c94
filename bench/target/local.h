/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_LOCAL_H
#define BENCH_TARGET_LOCAL_H

#include "bench/job/spec.h"
#include "machine.h"

/* What this machine is called: @variant if given, else what its policy says. */
const char *target_local_variant(const struct machine *m, const char *variant);

/*
 * Is this machine what @s asks for? Returns NULL, and has set target, machine,
 * CPUs, memory and time of @s; or why not: malloc'ed, one clause.
 */
char *target_local_adopt(struct boot_spec *s, const struct machine *m, const char *variant);

#endif

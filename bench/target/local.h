/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_LOCAL_H
#define BENCH_TARGET_LOCAL_H

#include "bench/job/spec.h"
#include "machine.h"

/*
 * Is this machine what @s asks for? It is called @variant, or what its policy says if that is NULL.
 * Returns NULL, and has set machine, CPUs, memory, time, and the variant if there was none; or why
 * not: malloc'ed, one clause.
 */
char *target_local_prepare(struct boot_spec *s, const struct machine *m, const char *variant);

#endif

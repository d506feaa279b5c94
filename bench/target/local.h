/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_LOCAL_H
#define BENCH_TARGET_LOCAL_H

#include "bench/job/spec.h"
#include "machine.h"

/*
 * Set machine, CPUs, memory, time and, if @s has none, the variant of @s, if this machine can make
 * the boot. @variant is what the user calls this kernel; NULL: what its policy says. Returns NULL,
 * or why it cannot make the boot: one clause, malloc'ed.
 */
char *target_local_prepare(struct boot_spec *s, const struct machine *m, const char *variant);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_LOCAL_H
#define BENCH_TARGET_LOCAL_H

#include "bench/job/spec.h"
#include "machine.h"

/* The words that any of @n boots asks of the kernel's command line, each once; free with strv_free(). */
char **target_local_words(const struct boot_spec *s, size_t n);

/*
 * Set machine, CPUs, memory, time and, if @s has none, the variant of @s, if this machine can make
 * the boot. @variant is what the user calls this kernel; NULL: what its policy says. @words: those of
 * all boots of the experiment; a machine that was booted with one that @s does not ask for is another
 * boot's; NULL: none. Returns NULL, or why it cannot make the boot: one clause, malloc'ed.
 */
char *target_local_prepare(struct boot_spec *s, const struct machine *m, const char *variant,
			   char *const *words);

#endif

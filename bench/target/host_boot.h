/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HOST_BOOT_H
#define BENCH_HOST_BOOT_H

#include <stdbool.h>

#include "bench/job/spec.h"

/* The software module's costs vary by 10 %, from call to call and from boot to boot. */
#define SOFT_TDX_JITTER " soft_tdx.jitter=10 soft_tdx.boot_jitter=10"

/*
 * What the kernel's command line must have, so that the target local can make the boot @s on this
 * machine; @soft: with the software TDX module. malloc'ed, words with a blank between them.
 */
char *host_boot_arguments(const struct boot_spec *s, bool soft);

/*
 * Why no boot of a machine can be @s, whatever it boots with: one clause, malloc'ed; NULL: one can.
 */
char *host_boot_never(const struct boot_spec *s, bool soft);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_QEMU_H
#define BENCH_TARGET_QEMU_H

#include "target.h"

/* "7.2.18" or the like; "unknown" if QEMU does not say. Asked once. */
const char *target_qemu_version(void);

/* Of target_qemu; in qemu_kernels.c. */
int qemu_check_job(const struct run_options *o, const struct job *job);
long qemu_prepare_boots(struct boot_spec *spec, size_t n, const struct run_options *o);

#endif

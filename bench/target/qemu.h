/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_QEMU_H
#define BENCH_TARGET_QEMU_H

/* "7.2.18" or the like; "unknown" if QEMU does not say. Asked once. */
const char *target_qemu_version(void);

#endif

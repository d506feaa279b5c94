/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_QEMU_H
#define BENCH_TARGET_QEMU_H

#include <sys/types.h>

#include "bench/job/spec.h"

/* Names in the run directory, which is QEMU's working directory. */
#define QEMU_LOG	"qemu.log"
#define QEMU_INITRAMFS	"initramfs.cpio"

/* The guest's kernel command line; malloc'ed. */
char *target_qemu_cmdline(const struct boot_spec *s);

/* QEMU's argv for this boot; NULL-terminated, free with strv_free(). */
char **target_qemu_argv(const struct boot_spec *s);

/* "7.2.18" or the like; "unknown" if QEMU does not say. Asked once. */
const char *target_qemu_version(void);

/* Is there a QEMU to run? Returns 0, or -1 after one line on stderr. */
int target_qemu_check(void);

/*
 * Start QEMU in directory @dir, in a process group of its own, so that Ctrl-C
 * reaches us alone; it dies with us. Returns its pid, or -1 with errno set.
 */
pid_t target_qemu_spawn(const struct boot_spec *s, const char *dir);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_KERNEL_LOG_H
#define BENCH_KERNEL_LOG_H

/*
 * This machine's kernel log as text, oldest line first, without priorities and times; malloc'ed.
 * Lines that its ring has dropped are missing. NULL with errno set if it cannot be read.
 */
char *kernel_log_text(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_INITRAMFS_H
#define BENCH_INITRAMFS_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/rundir/record_mode.h"

/* What goes into the VM. */
struct initramfs {
	const char *agent;		/* file that becomes /init */
	const char *workload;		/* file that becomes /dpamt/dpamt-workload */
	const char *root;		/* archive with more files, newc, or NULL */
	char *const *command;		/* NULL-terminated; without "dpamt-workload" in front */
	char *const *antagonists;	/* those that are programs of the host, by name */
	const char *perf;		/* events for perf stat, or NULL */
	bool is_workload;		/* the command is one of @workload */
	bool host_root;			/* the host's root file system is shared */
	enum record_mode record;
	uint64_t trace_buffer_kb;	/* per CPU */
};

/*
 * Write the cpio archive (newc, not compressed) to @path. The same arguments
 * and files give the same bytes. Returns 0, or -1 after one line on stderr.
 */
int initramfs_write(const char *path, const struct initramfs *in);

#endif

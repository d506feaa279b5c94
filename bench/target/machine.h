/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_MACHINE_H
#define BENCH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

/* Where a kernel of kernel-patches/ says which variant it is, and the software module's folder. */
#define MACHINE_POLICY	"/sys/kernel/debug/tdx_stats/policy"
#define MACHINE_SOFT	"/sys/kernel/debug/soft_tdx"
#define MACHINE_TRACING	"/sys/kernel/tracing"

/* The kernel that runs on this machine, as far as a run depends on it. */
struct machine {
	char *policy; /* its tdx_stats/policy as one line; NULL: not a kernel of kernel-patches/ */
	const char *variant;	/* the series with that policy; NULL: none this version knows */
	char *release;		/* uname -r */
	char *version;		/* uname -v */
	char *build_id;		/* of the kernel's image, in hex; NULL if unknown */
	char *cmdline;		/* of the kernel */
	char *cost;		/* of the software module; NULL without it */
	char *platform;		/* the same */
	int jitter_percent, boot_jitter_percent;	/* of the software module; -1 without it */
	bool soft;		/* the software TDX module is in use */
	int hz;			/* CONFIG_HZ; 0 if unknown */
	uint64_t cpus;		/* online */
	uint64_t mem_mib;	/* MemTotal */
	uint64_t nodes;		/* NUMA nodes with memory */
};

/* Fill @m. Members that cannot be found out are NULL or 0. */
void machine_read(struct machine *m);
void machine_free(struct machine *m);

/* Is @word one of the kernel's command line? */
bool machine_has_word(const struct machine *m, const char *word);

#endif

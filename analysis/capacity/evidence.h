/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_EVIDENCE_H
#define PL_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "bench/rundir/counters.h"
#include "scenario.h"

#define PL_HIST COUNTERS_BUCKETS
#define PL_MAX_TRIED 64

/* log2 histogram as the kernel keeps it: n[i] values in [low_ns[i], 2 * low_ns[i]). */
struct pl_hist {
	double low_ns[PL_HIST], count[PL_HIST];
	size_t n;
};

/* Replacements of TDs at one headroom, and how many of them waited for memory. */
struct pl_tried {
	double kib, replaced, waited;
};

/* What one run directory measured. NaN: not in it. */
struct pl_run {
	char *dir;
	const char *name;		/* last part of dir */
	char variant[PL_NAME], time_base[PL_NAME], workload[PL_NAME];
	char module[PL_NAME]; /* the TDX module, as text: hardware, or its cost and platform */
	char host_cpu[PL_NAME];
	char kernel[PL_NAME], date[PL_NAME];	/* its release; "2026-11-26", of the boot */
	char *setting;		/* kernel, its command line, command, ...: all but the seed */
	double cpus, mem_bytes, seed, hz;
	unsigned int uses; /* PL_USE_..., of its workload */
	/* what was asked for; regions and vcpus of each TD, pages of each region of the guest */
	double tds, vcpus, rounds, regions, pages_per_region;
	double host_room;     /* pages that a region of the host has for TDs */
	double threads;	      /* that convert, or tear down */
	bool at_once, serial; /* the teardown */
	/* counters, growth over the run; peaks as they were after it */
	double spt_allocated, spt_freed, held_peak, held_page_ns, held_max_ns;
	double pairs_peak, held_back_peak, get, put, add, remove;
	double lock_wait_ns, seamcall_ns, total_ns;
	double get_locked, put_locked, lock_hold_ns, pair_alloc_ns, pair_free_ns;	/* NaN: older kernels */
	struct pl_hist held, lock_wait, seamcall, total;
	double phase_ns;		/* of its conversions or, failing that, the whole */
	double destroy_phase_ns;	/* of the last round's teardown */
	double before_reclaim_ns;	/* from the first td_destroy to its first reclaim, if alone */
	double unequal;			/* at once: coefficient of variation of td_close_gmem */
	double first_destroy_ns, destroy_ns;	/* start of the first td_destroy; median of all */
	/* retention.csv */
	bool has_retention;
	double peak_bytes, first_reclaim_ns, first_free_ns, zero_ns, peak_ns;
	double reclaim_ns;		/* between two reclaims of an undisturbed burst */
	double free_ns;			/* between two frees of an undisturbed burst */
	/* replacements.csv */
	char shortage[PL_NAME]; /* where memory was short: a cgroup, or the machine */
	double sept_pages;	/* of each TD; NaN: its boots replace none */
	struct pl_tried tried[PL_MAX_TRIED];
	size_t nr_tried;
	/* console.log; exact terms of the VM's memory */
	double refcount_kb, pamt_kb;
	struct pl_host host;
};

/* What the models can use a boot for. */
#define PL_USE_SIZES	0x1 /* pages, calls and pairs that follow from the TDs' sizes alone */
#define PL_USE_TEARDOWN 0x2 /* TDs of a known size are torn down with nothing else at work */
#define PL_USE_CALLS	0x4 /* durations of calls of the lock, by threads that do nothing else */
#define PL_USE_REPLACE \
	0x8 /* TDs are replaced as soon as their memory is closed, where memory is short */

struct pl_evidence {
	struct pl_run *run;
	size_t n;
	char *source;		/* what boots these are, in words; NULL if there are none */
};

/*
 * Read each of @dirs: a run directory, or a folder (or its runs/) of such. Boots that do not count
 * (not finished, failed, not verified) are skipped with one line on stderr each. All that count
 * must have the same TDX module, also as those of @like unless it is NULL or empty. Returns 0, or -1 after
 * one line if they have not, if a folder cannot be read or none of its boots counts.
 */
int pl_evidence_load(char *const *dirs, size_t n, const struct pl_evidence *like,
		     struct pl_evidence *e);
void pl_evidence_free(struct pl_evidence *e);
void pl_run_free(struct pl_run *r);

/* Do the boots of @e tell of replacements and of nothing else? */
bool pl_evidence_only_replaces(const struct pl_evidence *e);

/*
 * Add the boots of @more, which is empty then, to @e. Returns 0, or -1 after one line if they have another
 * TDX module.
 */
int pl_evidence_add(struct pl_evidence *e, struct pl_evidence *more);

/* Read result.json: what @r, whose workload is known, can be used for, what was asked for, and phases. */
void pl_workload_read(struct pl_run *r, const json_t *result);

/*
 * Read retention.csv of the run directory @dir into @r. Returns 0, or -1 with *why (malloc'ed), NULL
 * if there is none.
 */
int pl_retention_read(const char *dir, struct pl_run *r, char **why);

/* Read replacements.csv of the run directory @dir into @r. Returns 0, or -1 with *why (malloc'ed). */
int pl_replacements_read(const char *dir, struct pl_run *r, char **why);

#endif

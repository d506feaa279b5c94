// SPDX-License-Identifier: GPL-2.0
/*
 * Accounting of S-EPT pages and of Dynamic PAMT, in debugfs: tdx_stats/
 *
 * What is summed is per CPU; only what is held now, and its peak, are shared.
 * An S-EPT page is "held" from the moment the TDX module gave it back until
 * its memory is free.  When that began is kept in page_private(), which is 0
 * in a page that was never given to the module.
 *
 * With tdx_stats=off on the command line nothing is counted, and only "policy"
 * is there.  The tracepoints of pages that move need the counters.
 *
 * Files hold "name value" lines.  Writing to "reset" clears sums, maxima and
 * histograms, and brings peaks down to what is held; it is meant for when
 * nothing else happens.
 */
#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>
#include <asm/tdx.h>
#include <asm/tdx_policy.h>

#include "stats.h"

#define CREATE_TRACE_POINTS
#include <asm/trace/tdx.h>

/* What KVM has to say of its TDs. */
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_td_create);
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_td_destroy);
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_convert);

DEFINE_STATIC_KEY_TRUE(tdx_stats_key);

/* Bucket 0 is for 0; bucket n for [2^(n-1), 2^n).  The last takes the rest. */
#define NR_BUCKETS	48

struct tdx_times {
	u64 ns;
	u64 max_ns;
	u64 hist[NR_BUCKETS];
};

struct tdx_stats {
	u64 spt_allocated, spt_reclaimed, spt_freed, spt_leaked;
	u64 pamt_get, pamt_put, pamt_add, pamt_remove;
	struct tdx_times held, lock_wait, seamcall, total;
};

static DEFINE_PER_CPU(struct tdx_stats, tdx_stats);

struct tdx_level {
	atomic_long_t now, peak;
};

static struct tdx_level spt_held, pamt_pairs, pamt_held_back;

static long tdx_level_add(struct tdx_level *level, long delta)
{
	long now = atomic_long_add_return(delta, &level->now);
	long peak = atomic_long_read(&level->peak);

	while (now > peak && !atomic_long_try_cmpxchg(&level->peak, &peak, now))
		;

	return now;
}

/* this_cpu_*() operations: a put may interrupt a get on the same CPU. */
#define tdx_times_add(field, value)						\
do {										\
	u64 __ns = (value);							\
	u64 __max = this_cpu_read(tdx_stats.field.max_ns);			\
	unsigned int __bucket = __ns ? ilog2(__ns) + 1 : 0;			\
										\
	this_cpu_add(tdx_stats.field.ns, __ns);					\
	this_cpu_inc(tdx_stats.field.hist[min(__bucket, NR_BUCKETS - 1U)]);	\
	while (__ns > __max &&							\
	       !this_cpu_try_cmpxchg(tdx_stats.field.max_ns, &__max, __ns))	\
		;								\
} while (0)

/**
 * tdx_stat_spt_alloc() - an S-EPT page was given to the TDX module
 */
void tdx_stat_spt_alloc(void)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.spt_allocated);
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_spt_alloc);

/**
 * tdx_stat_spt_reclaim() - the TDX module gave an S-EPT page back
 * @page: the page, held by the kernel from now on
 */
void tdx_stat_spt_reclaim(struct page *page)
{
	long held;

	if (!tdx_stats_enabled()) {
		set_page_private(page, 1);
		return;
	}

	held = tdx_level_add(&spt_held, 1);
	set_page_private(page, ktime_get_mono_fast_ns());
	this_cpu_inc(tdx_stats.spt_reclaimed);
	trace_tdx_sept_reclaim(page_to_phys(page), held, tdx_stat_pamt_held_back_pairs());
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_spt_reclaim);

/**
 * tdx_stat_spt_free() - the memory of an S-EPT page is about to be freed
 * @page: the page; nothing is counted if the TDX module never had it
 */
void tdx_stat_spt_free(struct page *page)
{
	u64 held_ns;
	long held;

	if (!page_private(page))
		return;

	held_ns = ktime_get_mono_fast_ns() - page_private(page);
	set_page_private(page, 0);
	if (!tdx_stats_enabled())
		return;

	held = tdx_level_add(&spt_held, -1);
	this_cpu_inc(tdx_stats.spt_freed);
	tdx_times_add(held, held_ns);
	trace_tdx_sept_free(page_to_phys(page), held_ns, held, tdx_stat_pamt_held_back_pairs());
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_spt_free);

/**
 * tdx_stat_spt_leak() - an S-EPT page is lost: the TDX module kept it
 * @page: the page
 */
void tdx_stat_spt_leak(struct page *page)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.spt_leaked);
	trace_tdx_sept_leak(page_to_phys(page), atomic_long_read(&spt_held.now),
			    tdx_stat_pamt_held_back_pairs());
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_spt_leak);

static void tdx_stat_pamt_times(const struct tdx_pamt_times *times)
{
	tdx_times_add(lock_wait, times->locked - times->start);
	tdx_times_add(total, times->end - times->start);
	if (times->seamcall_end)
		tdx_times_add(seamcall, times->seamcall_end - times->seamcall_start);
}

void tdx_stat_pamt_get(const struct tdx_pamt_times *times)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_get);
	tdx_stat_pamt_times(times);
}

void tdx_stat_pamt_put(const struct tdx_pamt_times *times)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_put);
	tdx_stat_pamt_times(times);
}

/* A 2M region got its pair. */
void tdx_stat_pamt_add(u64 hpa)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_add);
	trace_tdx_pamt_add(hpa, tdx_level_add(&pamt_pairs, 1));
}

/* A 2M region gave its pair back. */
void tdx_stat_pamt_remove(u64 hpa)
{
	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_remove);
	trace_tdx_pamt_remove(hpa, tdx_level_add(&pamt_pairs, -1));
}

/* A pair became (+1), or ceased to be (-1), needed by held pages only. */
void tdx_stat_pamt_held_back(int delta)
{
	tdx_level_add(&pamt_held_back, delta);
}

long tdx_stat_pamt_held_back_pairs(void)
{
	return atomic_long_read(&pamt_held_back.now);
}

static u64 tdx_stat_sum(size_t offset)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += *(u64 *)((void *)per_cpu_ptr(&tdx_stats, cpu) + offset);

	return sum;
}

static u64 tdx_stat_max(size_t offset)
{
	u64 max = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		max = max(max, *(u64 *)((void *)per_cpu_ptr(&tdx_stats, cpu) + offset));

	return max;
}

#define SUM(field)	tdx_stat_sum(offsetof(struct tdx_stats, field))
#define MAX_NS(field)	tdx_stat_max(offsetof(struct tdx_stats, field.max_ns))

static int sept_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "spt_allocated_pages %llu\n", SUM(spt_allocated));
	seq_printf(m, "spt_reclaimed_pages %llu\n", SUM(spt_reclaimed));
	seq_printf(m, "spt_freed_pages %llu\n", SUM(spt_freed));
	seq_printf(m, "spt_leaked_pages %llu\n", SUM(spt_leaked));
	seq_printf(m, "spt_held_pages %ld\n", atomic_long_read(&spt_held.now));
	seq_printf(m, "spt_held_peak_pages %ld\n", atomic_long_read(&spt_held.peak));
	seq_printf(m, "spt_held_page_ns %llu\n", SUM(held.ns));
	seq_printf(m, "spt_held_time_max_ns %llu\n", MAX_NS(held));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sept);

static int pamt_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "pamt_pairs %ld\n", atomic_long_read(&pamt_pairs.now));
	seq_printf(m, "pamt_pairs_peak %ld\n", atomic_long_read(&pamt_pairs.peak));
	seq_printf(m, "pamt_pairs_held_back %ld\n", atomic_long_read(&pamt_held_back.now));
	seq_printf(m, "pamt_pairs_held_back_peak %ld\n", atomic_long_read(&pamt_held_back.peak));
	seq_printf(m, "pamt_get %llu\n", SUM(pamt_get));
	seq_printf(m, "pamt_put %llu\n", SUM(pamt_put));
	seq_printf(m, "pamt_add %llu\n", SUM(pamt_add));
	seq_printf(m, "pamt_remove %llu\n", SUM(pamt_remove));
	seq_printf(m, "pamt_lock_wait_ns %llu\n", SUM(lock_wait.ns));
	seq_printf(m, "pamt_lock_wait_max_ns %llu\n", MAX_NS(lock_wait));
	seq_printf(m, "pamt_seamcall_ns %llu\n", SUM(seamcall.ns));
	seq_printf(m, "pamt_seamcall_max_ns %llu\n", MAX_NS(seamcall));
	seq_printf(m, "pamt_total_ns %llu\n", SUM(total.ns));
	seq_printf(m, "pamt_total_max_ns %llu\n", MAX_NS(total));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pamt);

static int policy_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "spt_free " TDX_SPT_FREE_POLICY "\n");
	seq_puts(m, "pamt_put " TDX_PAMT_PUT_POLICY "\n");
	seq_puts(m, "pamt_lock " TDX_PAMT_LOCK "\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(policy);

/* "LOW COUNT" lines of the buckets that are not empty. */
static int hist_show(struct seq_file *m, void *unused)
{
	size_t offset = (size_t)m->private;

	for (int i = 0; i < NR_BUCKETS; i++) {
		u64 count = tdx_stat_sum(offset + i * sizeof(u64));

		if (count)
			seq_printf(m, "%llu %llu\n", i ? BIT_ULL(i - 1) : 0, count);
	}

	return 0;
}
DEFINE_SHOW_ATTRIBUTE(hist);

static void tdx_level_reset(struct tdx_level *level)
{
	atomic_long_set(&level->peak, atomic_long_read(&level->now));
}

static int reset_set(void *unused, u64 val)
{
	int cpu;

	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(&tdx_stats, cpu), 0, sizeof(struct tdx_stats));

	tdx_level_reset(&spt_held);
	tdx_level_reset(&pamt_pairs);
	tdx_level_reset(&pamt_held_back);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(reset_fops, NULL, reset_set, "%llu\n");

static int __init tdx_stats_setup(char *str)
{
	bool on;

	if (kstrtobool(str, &on))
		return 0;
	if (!on)
		static_branch_disable(&tdx_stats_key);
	return 1;
}
__setup("tdx_stats=", tdx_stats_setup);

#define HIST(field)	((void *)offsetof(struct tdx_stats, field.hist))

static int __init tdx_stats_init(void)
{
	struct dentry *dir;

	if (!tdx_get_sysinfo())
		return 0;

	dir = debugfs_create_dir("tdx_stats", NULL);
	debugfs_create_file("policy", 0444, dir, NULL, &policy_fops);
	if (!tdx_stats_enabled())
		return 0;

	debugfs_create_file("sept", 0444, dir, NULL, &sept_fops);
	debugfs_create_file("pamt", 0444, dir, NULL, &pamt_fops);
	debugfs_create_file("sept_held_hist", 0444, dir, HIST(held), &hist_fops);
	debugfs_create_file("pamt_lock_wait_hist", 0444, dir, HIST(lock_wait), &hist_fops);
	debugfs_create_file("pamt_seamcall_hist", 0444, dir, HIST(seamcall), &hist_fops);
	debugfs_create_file("pamt_total_hist", 0444, dir, HIST(total), &hist_fops);
	debugfs_create_file_unsafe("reset", 0200, dir, NULL, &reset_fops);
	return 0;
}
late_initcall(tdx_stats_init);

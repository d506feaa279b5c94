// SPDX-License-Identifier: GPL-2.0
/*
 * Accounting of S-EPT pages and of Dynamic PAMT, in debugfs: tdx_stats/
 *
 * What is summed is per CPU.  What is held now, and its peak, are shared, each
 * on a cache line of its own.  The counts of held pages of 2M regions are shared,
 * too, and lie one beside the other.  Nothing is counted or traced with
 * dpamt_lock held.
 *
 * A call reads the clock five times, once of these with the lock, and once more
 * with it if it makes a SEAMCALL.  A reading takes stat_clock_read_ns.
 *
 * An S-EPT page is "held" from the moment KVM has reclaimed and, where the
 * platform demands it, cleared it, until its memory is free.  When that began is
 * kept in page_private().  A PAMT page pair is "held back" if only held pages
 * need it.
 *
 * With tdx_stats=off on the command line nothing is counted, and only "policy"
 * is there.  The tracepoints of pages that move need the counters.
 *
 * Files hold "name value" lines.  Writing to "reset" clears sums, maxima and
 * histograms, and brings peaks down to what is held; it is meant for when
 * nothing else happens.
 */
#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/jump_label.h>
#include <linux/kstrtox.h>
#include <linux/log2.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/pfn.h>
#include <linux/seq_file.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>
#include <asm/tdx.h>
#include <asm/tdx_policy.h>

#include "stats.h"

#define CREATE_TRACE_POINTS
#include <asm/trace/tdx.h>

/* What KVM has to say of its TDs. */
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_td_create);
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_td_destroy);
EXPORT_TRACEPOINT_SYMBOL_GPL(tdx_convert);

DEFINE_STATIC_KEY_TRUE_RO(tdx_stats_key);

/* Bucket 0 is for 0; bucket n for [2^(n-1), 2^n).  The last takes the rest. */
#define NR_BUCKETS	48

struct tdx_times {
	u64 ns;
	u64 max_ns;
	u64 hist[NR_BUCKETS];
};

struct tdx_stats {
	u64 spt_allocated, spt_reclaimed, spt_freed, spt_leaked;
	u64 pamt_get, pamt_put, pamt_get_failed, pamt_get_locked, pamt_put_locked;
	u64 pamt_add, pamt_remove, pamt_topup;
	u64 pamt_pages_allocated, pamt_pages_reset, pamt_pages_freed;
	struct tdx_times held, get, put, alloc, lock_wait, lock_hold, irqs_off, seamcall, free;
	struct tdx_times topup;
};

static DEFINE_PER_CPU_ALIGNED(struct tdx_stats, tdx_stats);

struct tdx_level {
	atomic_long_t now, peak;
} ____cacheline_aligned_in_smp;

static struct tdx_level spt_held, pamt_pairs, pamt_held_back;

/*
 * For each 2M of memory, how many of its S-EPT pages are held with their PAMT,
 * and whether they are what holds the region's pair back.
 */
static atomic_t *region_held __ro_after_init;

#define REGION_HELD_BACK	BIT(31)

static u32 stat_clock_read_ns __ro_after_init;

static long tdx_level_add(struct tdx_level *level, long delta)
{
	long now = atomic_long_add_return(delta, &level->now);
	long peak = atomic_long_read(&level->peak);

	while (now > peak && !atomic_long_try_cmpxchg(&level->peak, &peak, now))
		;

	return now;
}

/* this_cpu_*() operations: a put may interrupt a get on the same CPU. */
static void __tdx_times_add(struct tdx_times __percpu *times, s64 ns)
{
	u64 time = max(ns, 0), max_ns = this_cpu_read(times->max_ns);
	unsigned int bucket = time ? ilog2(time) + 1 : 0;

	this_cpu_add(times->ns, time);
	this_cpu_inc(times->hist[min(bucket, NR_BUCKETS - 1U)]);
	while (time > max_ns && !this_cpu_try_cmpxchg(times->max_ns, &max_ns, time))
		;
}

#define tdx_times_add(field, ns)	__tdx_times_add(&tdx_stats.field, ns)

static atomic_t *tdx_stat_region(kvm_pfn_t pfn)
{
	return &region_held[PFN_PHYS(pfn) / PMD_SIZE];
}

/*
 * Do only held pages need the pair of a region?  To be called
 * after each change of what is compared here, so the last of several callers at
 * a time finds what is true in the end.
 */
static void tdx_stat_region_update(kvm_pfn_t pfn)
{
	atomic_t *region = tdx_stat_region(pfn);
	u32 old = atomic_read(region);

	/* Static PAMT has neither pairs nor refcounts. */
	if (!tdx_supports_dynamic_pamt(tdx_get_sysinfo()))
		return;

	for (;;) {
		u32 held = old & ~REGION_HELD_BACK, new = held;
		u32 refs = atomic_read(dpamt_refcount(pfn));

		/* A page is put just before it is not held any more. */
		if (refs && refs <= held)
			new |= REGION_HELD_BACK;
		if (new == old)
			return;
		if (atomic_try_cmpxchg(region, (int *)&old, new)) {
			tdx_level_add(&pamt_held_back, new & REGION_HELD_BACK ? 1 : -1);
			old = new;
		}
	}
}

static long tdx_stat_pamt_held_back_pairs(void)
{
	return atomic_long_read(&pamt_held_back.now);
}

/**
 * tdx_stat_pamt_hold() - the TDX module gave a page back that keeps its PAMT
 * @pfn: the page, to be given to tdx_stat_pamt_unhold() after tdx_pamt_put()
 */
void tdx_stat_pamt_hold(kvm_pfn_t pfn)
{
	if (!tdx_stats_enabled())
		return;

	atomic_inc(tdx_stat_region(pfn));
	tdx_stat_region_update(pfn);
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_pamt_hold);

/* The PAMT of a page of tdx_stat_pamt_hold() was put. */
void tdx_stat_pamt_unhold(kvm_pfn_t pfn)
{
	if (!tdx_stats_enabled())
		return;

	atomic_dec(tdx_stat_region(pfn));
	tdx_stat_region_update(pfn);
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_pamt_unhold);

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

	if (!tdx_stats_enabled())
		return;

	held = tdx_level_add(&spt_held, 1);
	set_page_private(page, ktime_get_mono_fast_ns());
	this_cpu_inc(tdx_stats.spt_reclaimed);
	trace_tdx_sept_reclaim(page_to_phys(page), held, tdx_stat_pamt_held_back_pairs());
}
EXPORT_SYMBOL_FOR_KVM(tdx_stat_spt_reclaim);

/**
 * tdx_stat_spt_free() - the memory of a held S-EPT page is about to be freed
 * @page: the page
 */
void tdx_stat_spt_free(struct page *page)
{
	u64 held_ns;
	long held;

	if (!tdx_stats_enabled())
		return;

	held_ns = ktime_get_mono_fast_ns() - page_private(page);
	set_page_private(page, 0);
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

/* What a get and a put have in common, for calls that took the lock. */
static void tdx_stat_pamt_locked(const struct tdx_pamt_call *call)
{
	tdx_times_add(lock_wait, call->locked - call->wanted);
	tdx_times_add(lock_hold, call->unlocked - call->locked);
	if (call->irqs_off)
		tdx_times_add(irqs_off, call->unlocked - call->wanted);
	if (call->seamcall_end)
		tdx_times_add(seamcall, call->seamcall_end - call->locked);
}

static void tdx_stat_pamt_moved(const struct tdx_pamt_call *call)
{
	if (atomic_read(tdx_stat_region(call->pfn)))
		tdx_stat_region_update(call->pfn);
}

/* tdx_pamt_get() is about to return @ret. */
void tdx_stat_pamt_get(const struct tdx_pamt_call *call, int ret)
{
	u64 end = tdx_stat_clock();
	long pairs;

	if (!tdx_stats_enabled())
		return;

	if (ret) {
		this_cpu_inc(tdx_stats.pamt_get_failed);
		return;
	}

	this_cpu_inc(tdx_stats.pamt_get);
	tdx_times_add(get, end - call->start);
	if (call->locked) {
		this_cpu_inc(tdx_stats.pamt_get_locked);
		tdx_stat_pamt_locked(call);
		tdx_times_add(alloc, call->wanted - call->start);
		if (!call->seamcall_end)
			tdx_times_add(free, end - call->unlocked);
	}
	if (call->seamcall_end) {
		this_cpu_inc(tdx_stats.pamt_add);
		pairs = tdx_level_add(&pamt_pairs, 1);
		trace_tdx_pamt_add(PFN_PHYS(call->pfn), pairs);
	}
	tdx_stat_pamt_moved(call);
}

/* tdx_pamt_put() is about to return; @err is what PAMT.REMOVE said, or 0. */
void tdx_stat_pamt_put(const struct tdx_pamt_call *call, u64 err)
{
	u64 end = tdx_stat_clock();
	long pairs;

	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_put);
	tdx_times_add(put, end - call->start);
	if (call->locked) {
		this_cpu_inc(tdx_stats.pamt_put_locked);
		tdx_stat_pamt_locked(call);
	}
	if (call->seamcall_end && !err) {
		tdx_times_add(free, end - call->unlocked);
		this_cpu_inc(tdx_stats.pamt_remove);
		pairs = tdx_level_add(&pamt_pairs, -1);
		trace_tdx_pamt_remove(PFN_PHYS(call->pfn), pairs);
	}
	tdx_stat_pamt_moved(call);
}

/* Pages were allocated for a cache, from @start until now. */
void tdx_stat_pamt_topup(u64 start)
{
	u64 end = tdx_stat_clock();

	if (!tdx_stats_enabled())
		return;

	this_cpu_inc(tdx_stats.pamt_topup);
	tdx_times_add(topup, end - start);
}

void tdx_stat_pamt_page_alloc(void)
{
	if (tdx_stats_enabled())
		this_cpu_inc(tdx_stats.pamt_pages_allocated);
}

void tdx_stat_pamt_page_reset(void)
{
	if (tdx_stats_enabled())
		this_cpu_inc(tdx_stats.pamt_pages_reset);
}

void tdx_stat_pamt_page_free(void)
{
	if (tdx_stats_enabled())
		this_cpu_inc(tdx_stats.pamt_pages_freed);
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

/* A time as it is shown: that of one or two fields of struct tdx_stats. */
struct tdx_shown_time {
	const char *name, *hist;
	size_t field[2];
	int nr_fields;
};

#define TIME1(name, a)		{ name, name "_hist", { offsetof(struct tdx_stats, a) }, 1 }
#define TIME2(name, a, b)	{ name, name "_hist", { offsetof(struct tdx_stats, a),	\
							offsetof(struct tdx_stats, b) }, 2 }

static const struct tdx_shown_time held_time = TIME1("sept_held", held);

static const struct tdx_shown_time pamt_times[] = {
	TIME2("pamt_total", get, put),
	TIME1("pamt_get_total", get),
	TIME1("pamt_put_total", put),
	TIME1("pamt_alloc", alloc),
	TIME1("pamt_lock_wait", lock_wait),
	TIME1("pamt_lock_hold", lock_hold),
	TIME1("pamt_irqs_off", irqs_off),
	TIME1("pamt_seamcall", seamcall),
	TIME1("pamt_free", free),
	TIME1("pamt_topup", topup),
};

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
	seq_printf(m, "pamt_get_failed %llu\n", SUM(pamt_get_failed));
	seq_printf(m, "pamt_get_locked %llu\n", SUM(pamt_get_locked));
	seq_printf(m, "pamt_put_locked %llu\n", SUM(pamt_put_locked));
	seq_printf(m, "pamt_add %llu\n", SUM(pamt_add));
	seq_printf(m, "pamt_remove %llu\n", SUM(pamt_remove));
	seq_printf(m, "pamt_pages_allocated %llu\n", SUM(pamt_pages_allocated));
	seq_printf(m, "pamt_pages_reset %llu\n", SUM(pamt_pages_reset));
	seq_printf(m, "pamt_pages_freed %llu\n", SUM(pamt_pages_freed));
	seq_printf(m, "pamt_topup %llu\n", SUM(pamt_topup));

	for (int i = 0; i < ARRAY_SIZE(pamt_times); i++) {
		const struct tdx_shown_time *t = &pamt_times[i];
		u64 ns = 0, max_ns = 0;

		for (int j = 0; j < t->nr_fields; j++) {
			ns += tdx_stat_sum(t->field[j] + offsetof(struct tdx_times, ns));
			max_ns = max(max_ns, tdx_stat_max(t->field[j] +
							  offsetof(struct tdx_times, max_ns)));
		}
		seq_printf(m, "%s_ns %llu\n", t->name, ns);
		seq_printf(m, "%s_max_ns %llu\n", t->name, max_ns);
	}
	seq_printf(m, "stat_clock_read_ns %u\n", stat_clock_read_ns);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pamt);

static int policy_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "spt_free " TDX_SPT_FREE_POLICY "\n");
	seq_puts(m, "pamt_put " TDX_PAMT_PUT_POLICY "\n");
	seq_puts(m, "pamt_lock " TDX_PAMT_LOCK "\n");
	seq_puts(m, "also " TDX_ALSO "\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(policy);

/* "LOW COUNT" lines of the buckets that are not empty. */
static int hist_show(struct seq_file *m, void *unused)
{
	const struct tdx_shown_time *t = m->private;

	for (int i = 0; i < NR_BUCKETS; i++) {
		u64 count = 0;

		for (int j = 0; j < t->nr_fields; j++)
			count += tdx_stat_sum(t->field[j] + offsetof(struct tdx_times, hist[i]));
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

static void __init stat_clock_calibrate(void)
{
	const unsigned int nr = 1024;
	unsigned long flags;
	u64 start;

	local_irq_save(flags);
	start = tdx_stat_clock();
	for (int i = 0; i < nr; i++)
		tdx_stat_clock();
	stat_clock_read_ns = (tdx_stat_clock() - start) / (nr + 1);
	local_irq_restore(flags);
}

static void __init hist_create(struct dentry *dir, const struct tdx_shown_time *t)
{
	debugfs_create_file(t->hist, 0444, dir, (void *)t, &hist_fops);
}

/* After the late initcall that makes local_clock() fast, as it is when calls are timed. */
static int __init tdx_stats_init(void)
{
	unsigned long nr_regions = DIV_ROUND_UP(PFN_PHYS(max_pfn), PMD_SIZE);
	struct dentry *dir;

	if (!tdx_get_sysinfo())
		return 0;

	if (tdx_stats_enabled()) {
		region_held = vcalloc(nr_regions, sizeof(*region_held));
		if (!region_held)
			static_branch_disable(&tdx_stats_key);
	}

	dir = debugfs_create_dir("tdx_stats", NULL);
	debugfs_create_file("policy", 0444, dir, NULL, &policy_fops);
	if (!tdx_stats_enabled())
		return 0;

	stat_clock_calibrate();
	debugfs_create_file("sept", 0444, dir, NULL, &sept_fops);
	debugfs_create_file("pamt", 0444, dir, NULL, &pamt_fops);
	hist_create(dir, &held_time);
	for (int i = 0; i < ARRAY_SIZE(pamt_times); i++)
		hist_create(dir, &pamt_times[i]);
	debugfs_create_file_unsafe("reset", 0200, dir, NULL, &reset_fops);
	return 0;
}
late_initcall_sync(tdx_stats_init);

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of S-EPT pages and of Dynamic PAMT: see stats.c.
 */
#ifndef _X86_VIRT_TDX_STATS_H
#define _X86_VIRT_TDX_STATS_H

#include <linux/jump_label.h>
#include <linux/kvm_types.h>
#include <linux/sched/clock.h>
#include <linux/types.h>

DECLARE_STATIC_KEY_TRUE(tdx_stats_key);

/* False after tdx_stats=off on the command line, fixed from then on. */
static inline bool tdx_stats_enabled(void)
{
	return static_branch_likely(&tdx_stats_key);
}

static inline u64 tdx_stat_clock(void)
{
	return tdx_stats_enabled() ? local_clock() : 0;
}

/* One call of tdx_pamt_get() or tdx_pamt_put(), and when it did what. */
struct tdx_pamt_call {
	kvm_pfn_t pfn;
	u64 start;		/* was called */
	u64 wanted;		/* has its pages, if it needs any, and asks for the lock */
	u64 locked;		/* has the lock; 0 if the call takes none */
	u64 seamcall_end;	/* 0 if the call makes no SEAMCALL, which begins at @locked */
	u64 unlocked;		/* gave the lock back */
	bool irqs_off;		/* interrupts were off from @wanted to @unlocked */
};

/* Of tdx.c: the number of 4K pages around @pfn that need their PAMT. */
atomic_t *dpamt_refcount(kvm_pfn_t pfn);

void tdx_stat_pamt_get(const struct tdx_pamt_call *call, int ret);
void tdx_stat_pamt_put(const struct tdx_pamt_call *call, u64 err);
void tdx_stat_pamt_topup(u64 start);
void tdx_stat_pamt_page_alloc(void);
void tdx_stat_pamt_page_reset(void);
void tdx_stat_pamt_page_free(void);

#endif /* _X86_VIRT_TDX_STATS_H */

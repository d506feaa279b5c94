/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accounting of S-EPT pages and of Dynamic PAMT: see stats.c.
 */
#ifndef _X86_VIRT_TDX_STATS_H
#define _X86_VIRT_TDX_STATS_H

#include <linux/jump_label.h>
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

/* When one call of tdx_pamt_get() or tdx_pamt_put() did what; tdx_stat_clock(). */
struct tdx_pamt_times {
	u64 start;		/* before the lock */
	u64 locked;		/* with the lock */
	u64 seamcall_start;	/* both 0 if no SEAMCALL was made */
	u64 seamcall_end;
	u64 end;		/* after the lock */
};

void tdx_stat_pamt_get(const struct tdx_pamt_times *times);
void tdx_stat_pamt_put(const struct tdx_pamt_times *times);
void tdx_stat_pamt_add(u64 hpa);
void tdx_stat_pamt_remove(u64 hpa);
void tdx_stat_pamt_held_back(int delta);
long tdx_stat_pamt_held_back_pairs(void);

#endif /* _X86_VIRT_TDX_STATS_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: from the SEAMCALL instruction to a leaf's handler.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/percpu.h>

#include "../tdx.h"
#include "soft_tdx.h"

/* Bit 63 of RAX calls P-SEAMLDR instead of the module. */
#define SEAMCALL_SEAMLDR	BIT_ULL(63)
#define SEAMCALL_LEAF		GENMASK_ULL(15, 0)

static const struct soft_leaf *soft_leaf_table[SOFT_NR_LEAVES] __ro_after_init;
static DEFINE_PER_CPU(struct soft_leaf_stat[SOFT_NR_LEAVES], soft_leaf_stats);

/* Leaves that make the module ready, and may therefore run before it is. */
static bool soft_leaf_before_ready(unsigned int number)
{
	switch (number) {
	case TDH_SYS_INIT:
	case TDH_SYS_LP_INIT:
	case TDH_SYS_RD:
	case TDH_SYS_CONFIG:
	case TDH_SYS_KEY_CONFIG:
	case TDH_SYS_TDMR_INIT:
	case TDH_SYS_DISABLE:
		return true;
	default:
		return false;
	}
}

/**
 * soft_leaf() - the leaf function with this number
 *
 * Return: NULL if the module has none.
 */
const struct soft_leaf *soft_leaf(unsigned int number)
{
	return number < SOFT_NR_LEAVES ? soft_leaf_table[number] : NULL;
}

void soft_leaf_stat_read(unsigned int number, struct soft_leaf_stat *sum)
{
	int cpu;

	*sum = (struct soft_leaf_stat){};
	for_each_possible_cpu(cpu) {
		struct soft_leaf_stat *stat = per_cpu(soft_leaf_stats, cpu) + number;

		sum->calls += stat->calls;
		sum->errors += stat->errors;
		sum->ns += stat->ns;
	}
}

/**
 * soft_seamcall() - run the leaf function that RAX names
 * @regs: of the #UD; general registers go in and come out
 *
 * Runs with interrupts off from the exception on, as SEAM does, and keeps the
 * leaf's locks until its time is up.
 *
 * Return: false if the call fails as VMfailInvalid, i.e. has no status.
 */
bool soft_seamcall(struct pt_regs *regs)
{
	unsigned int held = soft_nr_held(smp_processor_id());
	unsigned int number = regs->ax & SEAMCALL_LEAF;
	u64 start = soft_cost_now();
	const struct soft_leaf *leaf;
	struct soft_leaf_stat *stat;
	u64 injected;

	if (regs->ax & SEAMCALL_SEAMLDR)
		return false;

	leaf = soft_leaf(number);
	if (!leaf) {
		regs->ax = TDX_OPERAND_INVALID;
		return true;
	}

	injected = soft_inject(number);
	if (injected)
		regs->ax = injected;
	else if (!soft_sys_ready() && !soft_leaf_before_ready(number))
		regs->ax = SOFT_TDX_SYS_NOT_READY;
	else
		regs->ax = leaf->handler(regs);

	stat = this_cpu_ptr(soft_leaf_stats) + number;
	stat->calls++;
	stat->errors += !!(regs->ax & TDX_ERROR);
	if (!injected)
		stat->ns += soft_cost_charge(number, regs->ax, start);
	soft_release_held(held);
	return true;
}

static int __init soft_leaf_table_init(void)
{
	const struct soft_leaf *groups[] = {
		soft_sys_leaves, soft_pamt_leaves, soft_pamt_dyn_leaves, soft_td_leaves,
		soft_reclaim_leaves, soft_vcpu_leaves, soft_sept_leaves, soft_mem_leaves,
	};

	for (int i = 0; i < ARRAY_SIZE(groups); i++) {
		for (const struct soft_leaf *leaf = groups[i]; leaf->handler; leaf++)
			soft_leaf_table[leaf->number] = leaf;
	}

	return 0;
}
early_initcall(soft_leaf_table_init);

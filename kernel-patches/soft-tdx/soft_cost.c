// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: how long each leaf takes.
 *
 * A leaf that is done early spins, interrupts off, until its time is up, so
 * that the cost includes the emulation and not the #UD around it.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "../tdx.h"
#include "soft_tdx.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx."

char *soft_cost_level = "mid";
module_param_named(cost, soft_cost_level, charp, 0444);
MODULE_PARM_DESC(cost, "cost of the leaves: off, low, mid or high");

unsigned int soft_jitter_percent = 10;
module_param_named(jitter, soft_jitter_percent, uint, 0444);
MODULE_PARM_DESC(jitter, "largest deviation of a leaf's cost, percent (0..100)");

unsigned int soft_seed = 1;
module_param_named(seed, soft_seed, uint, 0444);
MODULE_PARM_DESC(seed, "seed of the jitter");

enum { COST_LOW, COST_MID, COST_HIGH, COST_OFF };

/*
 * Nanoseconds, low/mid/high.
 *
 * PAMT.ADD and PAMT.REMOVE were measured on a Sapphire Rapids host with four
 * TDs; RECLAIM is a TD's teardown time divided by its pages, the host's
 * clearing of the page included; TDMR.INIT was measured per call.  What is not
 * listed takes a round trip into SEAM and back, for which there is no public
 * figure: an assumption.
 */
static const struct soft_cost {
	u16 leaf;
	u32 ns[3];
} soft_costs[] = {
	{ SOFT_TDH_PAMT_ADD,		{ 2000, 4000, 18000 } },
	{ SOFT_TDH_PAMT_REMOVE,	{ 1000, 2000, 11000 } },
	{ TDH_PHYMEM_PAGE_RECLAIM,	{ 4000, 4800, 5500 } },
	{ TDH_SYS_TDMR_INIT,		{ 7000, 7000, 7000 } },
};

static const u32 soft_cost_default[3] = { 500, 1000, 2000 };

static u32 soft_cost_table[SOFT_NR_LEAVES] __ro_after_init;
static DEFINE_PER_CPU(u64, soft_cost_state);

/* xorshift64*, G. Marsaglia and S. Vigna: any nonzero state will do. */
static u64 soft_cost_random(void)
{
	u64 x = this_cpu_read(soft_cost_state);

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	this_cpu_write(soft_cost_state, x);
	return x * 2685821657736338717ULL;
}

u64 soft_cost_now(void)
{
	return rdtsc();
}

/**
 * soft_cost_ns() - configured cost of a leaf, without jitter
 * @leaf: its number
 */
u64 soft_cost_ns(unsigned int leaf)
{
	return soft_cost_table[leaf];
}

/**
 * soft_cost_charge() - spin until a leaf has taken its time
 * @leaf: its number
 * @start: soft_cost_now() when it began
 *
 * Return: nanoseconds that it took in all.
 */
u64 soft_cost_charge(unsigned int leaf, u64 start)
{
	u64 ns = soft_cost_table[leaf], now;

	/* A constant TSC rate is only known once it was calibrated. */
	if (!tsc_khz)
		return 0;

	if (soft_jitter_percent && ns) {
		u64 span = ns * min(soft_jitter_percent, 100u) / 100;

		ns += soft_cost_random() % (2 * span + 1) - span;
	}

	ns = start + mul_u64_u32_div(ns, tsc_khz, 1000000);
	while ((now = rdtsc()) < ns)
		;

	return mul_u64_u32_div(now - start, 1000000, tsc_khz);
}

static int __init soft_cost_init(void)
{
	static const char * const levels[] = { "low", "mid", "high", "off" };
	int level = match_string(levels, ARRAY_SIZE(levels), soft_cost_level);
	int cpu, i;

	if (level < 0) {
		pr_err("soft_tdx.cost=%s is none of low, mid, high, off: taking mid\n",
		       soft_cost_level);
		level = COST_MID;
	}

	for_each_possible_cpu(cpu)
		per_cpu(soft_cost_state, cpu) = (soft_seed + 1ULL) << 16 | (cpu + 1);

	if (level == COST_OFF)
		return 0;

	for (i = 0; i < SOFT_NR_LEAVES; i++)
		soft_cost_table[i] = soft_cost_default[level];
	for (i = 0; i < ARRAY_SIZE(soft_costs); i++)
		soft_cost_table[soft_costs[i].leaf] = soft_costs[i].ns[level];

	return 0;
}
early_initcall(soft_cost_init);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: how long each leaf takes.
 *
 * A leaf that is done early spins, interrupts off, until its time is up, so
 * that the cost includes the emulation and not the #UD around it.  One that
 * fails takes a round trip into SEAM and back, at most.
 *
 * Two random parts: a deviation of each call, and a factor of each leaf that
 * holds for the whole boot and so does not average out over its calls.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/math64.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/msr.h>
#include <asm/soft_vmx.h>
#include <asm/tsc.h>

#include "../tdx.h"
#include "soft_clear.h"
#include "soft_tdx.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx."

char *soft_cost_level = "mid";
module_param_named(cost, soft_cost_level, charp, 0444);
MODULE_PARM_DESC(cost, "cost of the leaves: off, low, mid or high");

unsigned int soft_jitter_percent = 10;
module_param_named(jitter, soft_jitter_percent, uint, 0444);
MODULE_PARM_DESC(jitter, "largest deviation of a leaf's cost, percent (0..100)");

unsigned int soft_boot_jitter_percent = 10;
module_param_named(boot_jitter, soft_boot_jitter_percent, uint, 0444);
MODULE_PARM_DESC(boot_jitter, "largest deviation of a leaf's cost in this boot, percent (0..100)");

char *soft_platform = "spr";
module_param_named(platform, soft_platform, charp, 0444);
MODULE_PARM_DESC(platform, "spr: with the partial-write erratum; gnr: without");

unsigned int soft_seed = 1;
module_param_named(seed, soft_seed, uint, 0444);
MODULE_PARM_DESC(seed, "seed of the jitter");

enum { COST_LOW, COST_MID, COST_HIGH, COST_OFF };

/*
 * Nanoseconds, low/mid/high.
 *
 * PAMT.ADD and PAMT.REMOVE were measured on a Sapphire Rapids host with four
 * TDs.  RECLAIM is a TD's teardown time divided by its pages, less the host's
 * clearing of the page, which soft_tdx_charge_clear() charges.  TDMR.INIT was
 * measured per call.  BLOCK, TRACK, REMOVE and WBINVD add up to the time that
 * taking a 4K page from a TD takes; how it divides among them is assumed.
 *
 * What is not listed takes a round trip into SEAM and back, for which there is
 * no public figure: an assumption.  VP.ENTER takes that and as much again for
 * entering and leaving the guest; what the guest does comes on top.
 */
static const struct soft_cost {
	u16 leaf;
	u32 ns[3];
} soft_costs[] = {
	{ SOFT_TDH_PAMT_ADD,		{ 2000, 4000, 18000 } },
	{ SOFT_TDH_PAMT_REMOVE,	{ 1000, 2000, 11000 } },
	{ TDH_PHYMEM_PAGE_RECLAIM,	{ 3700, 4100, 4600 } },
	{ TDH_MEM_RANGE_BLOCK,		{ 2500, 3000, 10000 } },
	{ TDH_MEM_TRACK,		{ 2000, 2000, 8000 } },
	{ TDH_MEM_PAGE_REMOVE,		{ 3500, 4000, 12000 } },
	{ TDH_PHYMEM_PAGE_WBINVD,	{ 5000, 6000, 20000 } },
	{ TDH_VP_ENTER,			{ 1000, 2000, 4000 } },
	{ TDH_PHYMEM_CACHE_WB,		{ SOFT_WB_SLICE_NS, SOFT_WB_SLICE_NS, SOFT_WB_SLICE_NS } },
	{ TDH_SYS_TDMR_INIT,		{ 7000, 7000, 7000 } },
};

static const u32 soft_cost_default[3] = { 500, 1000, 2000 };

/* The host's clearing of a 4K page with MOVDIR64B: a bound from whole calls. */
static const u32 soft_clear_costs[3] = { 300, 700, 900 };

/* Writing back a package's caches: assumed. */
static const u32 soft_wb_costs[3] = { 1000000, 3000000, 10000000 };

static u32 soft_cost_table[SOFT_NR_LEAVES] __ro_after_init;
u32 soft_cost_boot[SOFT_NR_LEAVES];
static u32 soft_cost_round_trip __ro_after_init;
static u32 soft_clear_ns __ro_after_init;
unsigned int soft_wb_slices = 2;
static DEFINE_PER_CPU(u64, soft_cost_state);
static DEFINE_PER_CPU(u64, soft_cost_guest_time);

/* xorshift64*, G. Marsaglia and S. Vigna: any nonzero state will do. */
static u64 soft_cost_next(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 2685821657736338717ULL;
}

/* @ns, give or take up to @percent. */
static u64 soft_cost_deviate(u64 ns, unsigned int percent, u64 *state)
{
	u64 span = ns * min(percent, 100u) / 100;

	return span ? ns + soft_cost_next(state) % (2 * span + 1) - span : ns;
}

u64 soft_cost_now(void)
{
	return rdtsc();
}

/**
 * soft_cost_ns() - configured cost of a leaf
 * @leaf: its number
 * @boot: with this boot's deviation; without that of the calls
 */
u64 soft_cost_ns(unsigned int leaf, bool boot)
{
	return boot ? soft_cost_boot[leaf] : soft_cost_table[leaf];
}

/* Spin until @ns after @start; returns when that was. */
static u64 soft_cost_spin(u64 start, u64 ns)
{
	u64 end = start + mul_u64_u32_div(ns, tsc_khz, 1000000), now;

	while ((now = rdtsc()) < end)
		;

	return now;
}

/* Spin for half of a leaf's cost: what comes before the guest, of VP.ENTER. */
void soft_cost_spin_half(unsigned int leaf)
{
	if (tsc_khz)
		soft_cost_spin(rdtsc(), soft_cost_boot[leaf] / 2);
}

/**
 * soft_cost_add_guest_time() - the leaf that is running ran a guest, too
 * @start: soft_cost_now() when it entered it; now it left it
 *
 * That time is not part of the leaf's cost, but comes on top.
 */
void soft_cost_add_guest_time(u64 start)
{
	this_cpu_add(soft_cost_guest_time, rdtsc() - start);
}

#ifdef CONFIG_SOFT_TDX_KUNIT_TEST
/* The CPU whose next leaf is not over until this names another; -1: none. */
int soft_hold_cpu = -1;
/* That leaf has spent its cost, and goes on. */
bool soft_hold_reached;

static void soft_cost_hold(void)
{
	if (READ_ONCE(soft_hold_cpu) != smp_processor_id())
		return;

	/* Pairs with the acquire in the suite of locks, which then looks at the locks. */
	smp_store_release(&soft_hold_reached, true);
	while (READ_ONCE(soft_hold_cpu) == smp_processor_id())
		cpu_relax();
}
#else
static void soft_cost_hold(void) { }
#endif

/**
 * soft_cost_charge() - spin until a leaf has taken its time
 * @leaf: its number
 * @status: what it returns
 * @start: soft_cost_now() when it began
 *
 * Return: nanoseconds that it took in all.
 */
u64 soft_cost_charge(unsigned int leaf, u64 status, u64 start)
{
	u64 ns = soft_cost_boot[leaf], guest = this_cpu_xchg(soft_cost_guest_time, 0), now;

	/* A constant TSC rate is only known once it was calibrated. */
	if (!tsc_khz)
		return 0;

	if ((status & TDX_ERROR) && status != TDX_INTERRUPTED_RESUMABLE)
		ns = min(ns, (u64)soft_cost_round_trip);

	ns = soft_cost_deviate(ns, soft_jitter_percent, this_cpu_ptr(&soft_cost_state));
	now = soft_cost_spin(start + guest, ns);
	soft_cost_hold();
	return mul_u64_u32_div(now - start, 1000000, tsc_khz);
}

/**
 * soft_tdx_clear() - clear pages as a host with the partial-write erratum does
 * @hpa: physical address of the first
 * @bytes: a multiple of 4K
 *
 * In place of MOVDIR64B, which an emulator may lack.
 *
 * Return: false if there is no software module, and nothing was done.
 */
bool soft_tdx_clear(u64 hpa, u64 bytes)
{
	u64 start = rdtsc();

	if (!soft_tdx_enabled)
		return false;

	memset(__va(hpa), 0, bytes);
	if (tsc_khz)
		soft_cost_spin(start, bytes / PAGE_SIZE * soft_clear_ns);
	return true;
}

/* The partial-write erratum is a property of the platform. */
bool __init soft_tdx_pw_erratum(void)
{
	if (!soft_tdx_enabled || !strcmp(soft_platform, "gnr"))
		return false;

	if (strcmp(soft_platform, "spr"))
		pr_err("soft_tdx.platform=%s is none of spr, gnr: taking spr\n", soft_platform);
	return true;
}

static int __init soft_cost_init(void)
{
	static const char * const levels[] = { "low", "mid", "high", "off" };
	int level = match_string(levels, ARRAY_SIZE(levels), soft_cost_level);
	/* All zero bits would stay so. */
	u64 boot_state = (soft_seed + 1ULL) * 0x9e3779b97f4a7c15ULL ?: 1;
	int cpu, i;

	if (!soft_tdx_enabled)
		return 0;

	if (level < 0) {
		pr_err("soft_tdx.cost=%s is none of low, mid, high, off: taking mid\n",
		       soft_cost_level);
		level = COST_MID;
	}

	for_each_possible_cpu(cpu)
		per_cpu(soft_cost_state, cpu) = (soft_seed + 1ULL) << 16 | (cpu + 1);

	if (level == COST_OFF)
		return 0;

	soft_clear_ns = soft_clear_costs[level];
	soft_cost_round_trip = soft_cost_default[level];
	soft_wb_slices = soft_wb_costs[level] / SOFT_WB_SLICE_NS;
	for (i = 0; i < SOFT_NR_LEAVES; i++)
		soft_cost_table[i] = soft_cost_default[level];
	for (i = 0; i < ARRAY_SIZE(soft_costs); i++)
		soft_cost_table[soft_costs[i].leaf] = soft_costs[i].ns[level];
	for (i = 0; i < SOFT_NR_LEAVES; i++)
		soft_cost_boot[i] = soft_cost_deviate(soft_cost_table[i],
						      soft_boot_jitter_percent, &boot_state);

	return 0;
}
early_initcall(soft_cost_init);

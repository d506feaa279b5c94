// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of the locks that a leaf function holds
 * while it runs.
 *
 * Another CPU runs a leaf whose time does not end; what this CPU meets
 * meanwhile is what hardware's lock table says.
 */
#include <linux/cpumask.h>
#include <linux/workqueue.h>

#include "soft_kunit.h"

#define VERSION1	BIT(TDX_VERSION_SHIFT)
#define FIELD_TSC_OFFSET	0x110000000000000aULL

#define BUSY(reg)	(TDX_OPERAND_BUSY | SOFT_OPERAND_##reg)
#define SEPT_BUSY	(TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT)
#define KOT_BUSY	(TDX_OPERAND_BUSY | SOFT_OPERAND_KOT)

#define LEVEL_2M	1

/*
 * The leaf function under way on another CPU, one at a time.  Not on the stack
 * of a case, which may be given up meanwhile.
 */
static struct {
	struct work_struct work;
	bool queued;
	int cpu;
	u64 fn, status;
	struct tdx_module_args args;
} long_leaf;

static void long_leaf_work(struct work_struct *work)
{
	long_leaf.status = seamcall_saved_ret(long_leaf.fn, &long_leaf.args);
}

/* Start it, and return once it has spent its cost.  It must have locks then. */
static void __long_leaf_begin(struct soft_kunit *k, u64 fn, struct tdx_module_args args)
{
	long_leaf.cpu = cpumask_next(0, cpu_online_mask);
	if (long_leaf.cpu >= nr_cpu_ids)
		kunit_skip(k->test, "one CPU only");

	long_leaf.fn = fn;
	long_leaf.args = args;
	soft_hold_reached = false;
	WRITE_ONCE(soft_hold_cpu, long_leaf.cpu);
	INIT_WORK(&long_leaf.work, long_leaf_work);
	long_leaf.queued = schedule_work_on(long_leaf.cpu, &long_leaf.work);
	/* Pairs with the release in soft_cost_hold(). */
	while (!smp_load_acquire(&soft_hold_reached))
		cpu_relax();
	KUNIT_EXPECT_GT(k->test, soft_nr_held(long_leaf.cpu), 0);
}

/* Let it return, and wait until it has. */
static void long_leaf_finish(void)
{
	WRITE_ONCE(soft_hold_cpu, -1);
	if (long_leaf.queued)
		flush_work(&long_leaf.work);
	long_leaf.queued = false;
}

/* It must have had its locks to the end, and succeeded. */
static void long_leaf_end(struct soft_kunit *k)
{
	KUNIT_EXPECT_GT(k->test, soft_nr_held(long_leaf.cpu), 0);
	long_leaf_finish();
	KUNIT_EXPECT_EQ(k->test, long_leaf.status, TDX_SUCCESS);
}

#define long_leaf_begin(k, fn, ...)						\
	__long_leaf_begin(k, fn, (struct tdx_module_args){ __VA_ARGS__ })

/* A TD that is being built, with tables for its first 2M and a page at 0. */
struct locks_case {
	struct soft_kunit_td td;
	u64 page, spare, source;
};

static void locks_case(struct soft_kunit *k, struct locks_case *c)
{
	c->spare = soft_kunit_page(k);
	c->source = soft_kunit_bare_page(k);
	soft_kunit_td_init(k, &c->td);
	soft_kunit_tables(k, &c->td, 0, 0);
	c->page = soft_kunit_page(k);
	soft_must(k, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = c->td.tdr, .r8 = c->page,
		  .r9 = c->source);
}

static u64 mng_rd(struct soft_kunit *k, struct soft_kunit_td *td)
{
	return soft_call(k, TDH_MNG_RD, .rcx = td->tdr, .rdx = FIELD_TSC_OFFSET);
}

/* Locks are kept for as long as the leaf takes, not as long as its emulation. */
static void locks_whole_leaf(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 a, b, region;

	soft_kunit_need_dpamt(k);
	region = soft_kunit_region(k);
	a = soft_kunit_bare_page(k);
	b = soft_kunit_bare_page(k);
	long_leaf_begin(k, SOFT_TDH_PAMT_ADD, .rcx = region | LEVEL_2M, .rdx = a, .r8 = b);
	soft_expect(k, BUSY(RCX), SOFT_TDH_PAMT_REMOVE, .rcx = region | LEVEL_2M);
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = region);
	long_leaf_end(k);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = region);
	KUNIT_EXPECT_EQ(test, soft_nr_held(long_leaf.cpu), 0);
	soft_must(k, SOFT_TDH_PAMT_REMOVE, .rcx = region | LEVEL_2M);
}

/* What KVM's mmu_lock around TDH.VP.INIT is for: without it, a page's removal fails. */
static void locks_vp_init(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;
	u64 tdvpr;

	locks_case(k, &c);
	tdvpr = soft_kunit_vcpu_tdcx(k, &c.td);
	long_leaf_begin(k, TDH_VP_INIT | VERSION1, .rcx = tdvpr);
	soft_expect(k, BUSY(RDX), TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, BUSY(RDX), TDH_MEM_SEPT_ADD, .rcx = SZ_2M | LEVEL_2M, .rdx = c.td.tdr,
		    .r8 = c.spare);
	KUNIT_EXPECT_EQ(test, mng_rd(k, &c.td), BUSY(RCX));
	long_leaf_end(k);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);

	soft_kunit_pin(long_leaf.cpu);
	soft_must(k, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_kunit_pin(0);

	/* Version 0 shares the TD. */
	tdvpr = soft_kunit_vcpu_tdcx(k, &c.td);
	long_leaf_begin(k, TDH_VP_INIT, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, mng_rd(k, &c.td), TDX_SUCCESS);
	long_leaf_end(k);
	soft_kunit_pin(long_leaf.cpu);
	soft_must(k, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_kunit_pin(0);
}

static void locks_building(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;

	locks_case(k, &c);
	long_leaf_begin(k, TDH_MEM_PAGE_ADD, .rcx = SZ_4K, .rdx = c.td.tdr,
			.r8 = c.spare, .r9 = c.source);
	KUNIT_EXPECT_EQ(test, mng_rd(k, &c.td), BUSY(RCX));
	long_leaf_end(k);

	long_leaf_begin(k, TDH_MR_EXTEND, .rcx = 0, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, mng_rd(k, &c.td), BUSY(RCX));
	long_leaf_end(k);
}

/* RANGE.BLOCK and SEPT.REMOVE have the S-EPT to themselves, but not the TD. */
static void locks_tree(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;

	locks_case(k, &c);
	soft_must(k, TDH_MEM_SEPT_ADD, .rcx = SZ_2M | LEVEL_2M, .rdx = c.td.tdr,
		  .r8 = soft_kunit_page(k));
	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = SZ_2M | LEVEL_2M, .rdx = c.td.tdr);
	soft_kunit_td_run(k, &c.td);
	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);

	long_leaf_begin(k, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, SEPT_BUSY, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr, .r8 = c.spare);
	KUNIT_EXPECT_EQ(test, mng_rd(k, &c.td), TDX_SUCCESS);
	long_leaf_end(k);

	long_leaf_begin(k, SOFT_TDH_SEPT_REMOVE, .rcx = SZ_2M | LEVEL_2M,
			.rdx = c.td.tdr);
	soft_expect(k, SEPT_BUSY, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr, .r8 = c.spare);
	long_leaf_end(k);

	/* Those that map and remove pages share it. */
	long_leaf_begin(k, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr,
			.r8 = c.spare);
	soft_expect(k, SEPT_BUSY, TDH_MEM_RANGE_BLOCK, .rcx = SZ_4K, .rdx = c.td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = 2 * SZ_4K, .rdx = c.td.tdr,
		    .r8 = soft_kunit_page(k));
	long_leaf_end(k);

	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);
	long_leaf_begin(k, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = 3 * SZ_4K, .rdx = c.td.tdr,
		    .r8 = soft_kunit_page(k));
	long_leaf_end(k);
}

/* A page is reclaimed exclusive, its owner shared. */
static void locks_reclaim(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;
	u64 other;

	locks_case(k, &c);
	other = c.td.tdr_va->tdcx_hpa[SOFT_TDCS_SPARE];
	soft_kunit_block_td(k, &c.td);
	soft_kunit_free_hkid(k, &c.td);
	long_leaf_begin(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = c.page);
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = c.page);
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = c.td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RECLAIM, .rcx = other);
	long_leaf_end(k);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(soft_kunit_entry(c.td.tdr), true));
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TDR, TDH_PHYMEM_PAGE_RECLAIM,
		    .rcx = c.td.tdr_va->tdcx_hpa[SOFT_TDCS_SEPT_ROOT]);
	soft_pamt_unlock(soft_kunit_entry(c.td.tdr), true);
}

/* A page is written back shared; its PAMT must still be there. */
static void locks_wbinvd(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;

	locks_case(k, &c);
	soft_kunit_block_td(k, &c.td);
	soft_kunit_free_hkid(k, &c.td);
	long_leaf_begin(k, TDH_PHYMEM_PAGE_WBINVD, .rcx = c.page);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = c.page);
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = c.page);
	long_leaf_end(k);
}

/* A host that puts PAMT before WBINVD finds the page's metadata gone. */
static void wbinvd_after_put(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 region, a, b;

	soft_kunit_need_dpamt(k);
	region = soft_kunit_region(k);
	a = soft_kunit_bare_page(k);
	b = soft_kunit_bare_page(k);
	soft_must(k, SOFT_TDH_PAMT_ADD, .rcx = region | LEVEL_2M, .rdx = a, .r8 = b);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_WBINVD, .rcx = region);
	soft_must(k, SOFT_TDH_PAMT_REMOVE, .rcx = region | LEVEL_2M);
	soft_expect(k, SOFT_TDX_MISSING_PAMT_PAGE_PAIR | SOFT_OPERAND_RCX,
		    TDH_PHYMEM_PAGE_WBINVD, .rcx = region);
}

static void locks_track(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct locks_case c;
	u64 tdvpr;

	locks_case(k, &c);
	tdvpr = soft_kunit_vcpu(k, &c.td);
	soft_kunit_td_run(k, &c.td);
	long_leaf_begin(k, TDH_MEM_TRACK, .rcx = c.td.tdr);
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TD_EPOCH, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, ((struct soft_tdvpr *)__va(tdvpr))->epoch, 0);
	long_leaf_end(k);
}

/* Packages write their caches back at once; a package does so once at a time. */
static void locks_cache_wb(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 want;

	soft_kunit_td_create(k, &td);
	soft_kunit_block_td(k, &td);
	/* Not interrupted: the call must succeed. */
	soft_wb_slices = 1;
	long_leaf_begin(k, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	want = topology_logical_package_id(0) == topology_logical_package_id(long_leaf.cpu) ?
	       KOT_BUSY : TDX_SUCCESS;
	soft_expect(k, want, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_expect(k, KOT_BUSY, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
	long_leaf_end(k);
	kunit_info(test, "cache_wb: %u packages\n", topology_max_packages());
	if (topology_max_packages() <= 2)
		soft_expect(k, TDX_SUCCESS, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
}

/*
 * Who fails to get a lock is gone again soon, and leaves none behind.  The
 * leaf's cost is long beside what an emulator's CPU may itself be stopped for.
 */
static void locks_busy_cost(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), start;
	struct soft_pamt_entry *entry = soft_kunit_entry(page);
	u32 cost = soft_cost_boot[TDH_PHYMEM_PAGE_RECLAIM], long_ns = 4 * NSEC_PER_SEC;

	soft_cost_boot[TDH_PHYMEM_PAGE_RECLAIM] = long_ns;
	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	start = ktime_get_ns();
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page);
	KUNIT_EXPECT_LT(test, ktime_get_ns() - start, long_ns);
	soft_pamt_unlock(entry, false);
	soft_cost_boot[TDH_PHYMEM_PAGE_RECLAIM] = cost;
	KUNIT_EXPECT_EQ(test, soft_nr_held(0), 0);
	KUNIT_EXPECT_EQ(test, entry->link & SOFT_PAMT_LOCK_MASK, 0);
}

static struct kunit_case soft_locks_cases[] = {
	KUNIT_CASE(locks_whole_leaf),
	KUNIT_CASE(locks_vp_init),
	KUNIT_CASE(locks_building),
	KUNIT_CASE(locks_tree),
	KUNIT_CASE(locks_reclaim),
	KUNIT_CASE(locks_wbinvd),
	KUNIT_CASE(wbinvd_after_put),
	KUNIT_CASE(locks_track),
	KUNIT_CASE(locks_cache_wb),
	KUNIT_CASE(locks_busy_cost),
	{}
};

/* A case that was given up may have left a leaf behind that is kept. */
static void locks_exit(struct kunit *test)
{
	long_leaf_finish();
	soft_kunit_exit(test);
}

static struct kunit_suite soft_locks_suite = {
	.name = "soft_tdx_locks",
	.init = soft_kunit_init,
	.exit = locks_exit,
	.test_cases = soft_locks_cases,
};

kunit_test_suite(soft_locks_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of physical memory, PHYMEM.PAMT.*,
 * PHYMEM.PAGE.RDMD and .WBINVD, and of the locks on PAMT entries.
 */
#include <linux/array_size.h>
#include <linux/string.h>

#include "soft_kunit.h"

#define LEVEL_2M	1
#define ADD		SOFT_TDH_PAMT_ADD
#define REMOVE		SOFT_TDH_PAMT_REMOVE

#define INVALID(reg)	(TDX_OPERAND_INVALID | SOFT_OPERAND_##reg)
#define METADATA(reg)	(TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_##reg)
#define BUSY(reg)	(TDX_OPERAND_BUSY | SOFT_OPERAND_##reg)
#define MISSING(reg)	(SOFT_TDX_MISSING_PAMT_PAGE_PAIR | SOFT_OPERAND_##reg)

/* A region without a pair, and two pages to make one of. */
struct pamt_case {
	u64 region, a, b;
};

static struct pamt_case pamt_case(struct soft_kunit *k)
{
	soft_kunit_need_dpamt(k);
	return (struct pamt_case){
		.region = soft_kunit_region(k),
		.a = soft_kunit_bare_page(k),
		.b = soft_kunit_bare_page(k),
	};
}

static bool lent(u64 hpa)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);

	return test_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr));
}

static void pamt_add_remove(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	long pages = atomic_long_read(&soft_pamt_pages);

	memset(__va(c.a), 0xff, PAGE_SIZE);
	memset(__va(c.b), 0xff, PAGE_SIZE);
	soft_expect(k, TDX_SUCCESS, ADD, .rcx = c.region | LEVEL_2M, .rdx = c.a, .r8 = c.b);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&soft_pamt_pages), pages + 2);
	KUNIT_EXPECT_TRUE(test, lent(c.a) && lent(c.b));
	for (int i = 0; i < PTRS_PER_PTE; i += 255) {
		soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = c.region + i * SZ_4K);
		KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_NDA);
	}

	soft_expect(k, TDX_SUCCESS, REMOVE, .rcx = c.region | LEVEL_2M);
	KUNIT_EXPECT_EQ(test, k->out.rdx, c.a);
	KUNIT_EXPECT_EQ(test, k->out.r8, c.b);
	KUNIT_EXPECT_FALSE(test, lent(c.a) || lent(c.b));
	KUNIT_EXPECT_EQ(test, atomic_long_read(&soft_pamt_pages), pages);
}

static void pamt_bad_target(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 bad[] = {
		c.region, c.region | 2, c.region | 3, (c.region + SZ_4K) | LEVEL_2M,
		soft_kunit_beyond() | LEVEL_2M, BIT_ULL(60) | LEVEL_2M,
	};

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		soft_expect(k, INVALID(RCX), ADD, .rcx = bad[i], .rdx = c.a, .r8 = c.b);
		soft_expect(k, INVALID(RCX), REMOVE, .rcx = bad[i]);
	}
	KUNIT_EXPECT_FALSE(test, lent(c.a) || lent(c.b));
}

static void pamt_without_dpamt(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 region = soft_kunit_region(k);

	if (soft_dynamic_pamt)
		kunit_skip(test, "the host enabled Dynamic PAMT");
	soft_expect(k, INVALID(RCX), ADD, .rcx = region | LEVEL_2M,
		    .rdx = soft_kunit_bare_page(k), .r8 = soft_kunit_bare_page(k));
	soft_expect(k, INVALID(RCX), REMOVE, .rcx = region | LEVEL_2M);
}

static void pamt_add_bad_pages(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 rcx = c.region | LEVEL_2M, used = soft_kunit_page(k), reserved;
	int hkid = soft_kunit_hkid(k);

	soft_expect(k, INVALID(RDX), ADD, .rcx = rcx, .rdx = c.a + 8, .r8 = c.b);
	soft_expect(k, INVALID(R8), ADD, .rcx = rcx, .rdx = c.a, .r8 = c.b + 8);
	soft_expect(k, INVALID(RDX), ADD, .rcx = rcx, .rdx = soft_kunit_beyond(), .r8 = c.b);
	soft_expect(k, METADATA(R8), ADD, .rcx = rcx, .rdx = c.a, .r8 = c.a);
	soft_must(k, TDH_MNG_CREATE, .rcx = used, .rdx = hkid);
	soft_expect(k, METADATA(RDX), ADD, .rcx = rcx, .rdx = used, .r8 = c.b);
	soft_expect(k, METADATA(R8), ADD, .rcx = rcx, .rdx = c.a, .r8 = used);
	reserved = soft_kunit_reserved(k);
	soft_expect(k, METADATA(RDX), ADD, .rcx = rcx, .rdx = reserved, .r8 = c.b);
	soft_expect(k, METADATA(R8), ADD, .rcx = rcx, .rdx = c.a, .r8 = reserved);

	/* A refused pair is lent in no part. */
	KUNIT_EXPECT_FALSE(test, lent(c.a) || lent(c.b));
	soft_expect(k, SOFT_TDX_NO_PAMT_PAGE_PAIR | SOFT_OPERAND_RCX, REMOVE, .rcx = rcx);
}

static void pamt_add_twice(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 d = soft_kunit_bare_page(k), e = soft_kunit_bare_page(k);

	soft_must(k, ADD, .rcx = c.region | LEVEL_2M, .rdx = c.a, .r8 = c.b);
	soft_expect(k, SOFT_TDX_HPA_RANGE_NOT_FREE | SOFT_OPERAND_RCX, ADD,
		    .rcx = c.region | LEVEL_2M, .rdx = d, .r8 = e);
	KUNIT_EXPECT_FALSE(test, lent(d) || lent(e));
	soft_must(k, REMOVE, .rcx = c.region | LEVEL_2M);
	KUNIT_EXPECT_EQ(test, k->out.rdx, c.a);
}

static void pamt_remove_none(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);

	soft_expect(k, SOFT_TDX_NO_PAMT_PAGE_PAIR | SOFT_OPERAND_RCX, REMOVE,
		    .rcx = c.region | LEVEL_2M, .rdx = 5, .r8 = 6);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 5);
	KUNIT_EXPECT_EQ(test, k->out.r8, 6);
}

/* One page in use, in the first or in the second half, keeps the pair. */
static void pamt_remove_not_empty(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 rcx = c.region | LEVEL_2M;

	soft_must(k, ADD, .rcx = rcx, .rdx = c.a, .r8 = c.b);
	for (int i = 0; i < PTRS_PER_PTE; i += PTRS_PER_PTE - 1) {
		struct soft_kunit_td td = { .tdr = c.region + i * SZ_4K };

		soft_must(k, TDH_MNG_CREATE, .rcx = td.tdr, .rdx = soft_kunit_hkid(k));
		soft_expect(k, SOFT_TDX_PAMT_PAGE_NOT_EMPTY | SOFT_OPERAND_RCX, REMOVE,
			    .rcx = rcx);
		KUNIT_EXPECT_TRUE(test, lent(c.a) && lent(c.b));
		soft_kunit_block_td(k, &td);
		soft_kunit_free_hkid(k, &td);
		soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr);
	}
	soft_expect(k, TDX_SUCCESS, REMOVE, .rcx = rcx);
}

/* ADD and REMOVE take the target exclusive: any walk through it is in the way. */
static void pamt_busy_target(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	struct soft_pamt_entry *entry = soft_kunit_region_entry(c.region);
	u64 rcx = c.region | LEVEL_2M;

	for (int exclusive = 0; exclusive < 2; exclusive++) {
		KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, exclusive));
		soft_expect(k, BUSY(RCX), ADD, .rcx = rcx, .rdx = c.a, .r8 = c.b);
		soft_pamt_unlock(entry, exclusive);
		soft_must(k, ADD, .rcx = rcx, .rdx = c.a, .r8 = c.b);

		KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, exclusive));
		soft_expect(k, BUSY(RCX), REMOVE, .rcx = rcx);
		soft_pamt_unlock(entry, exclusive);
		soft_must(k, REMOVE, .rcx = rcx);
	}
}

/* The donated pages' regions are walked shared: false contention is possible. */
static void pamt_busy_donated(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	struct soft_pamt_entry *entry = soft_kunit_region_entry(c.a);
	u64 rcx = c.region | LEVEL_2M, other = c.region + SZ_4K;

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, true));
	soft_expect(k, BUSY(RDX), ADD, .rcx = rcx, .rdx = c.a, .r8 = other);
	soft_expect(k, BUSY(R8), ADD, .rcx = rcx, .rdx = other, .r8 = c.a);
	soft_pamt_unlock(entry, true);
	KUNIT_EXPECT_FALSE(test, lent(other));

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	soft_expect(k, TDX_SUCCESS, ADD, .rcx = rcx, .rdx = c.a, .r8 = other);
	soft_pamt_unlock(entry, false);
}

/* A donated page with metadata of its own is locked for a moment, too. */
static void pamt_busy_donated_entry(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 page = soft_kunit_page(k);
	struct soft_pamt_entry *entry = soft_kunit_entry(page);

	for (int exclusive = 0; exclusive < 2; exclusive++) {
		KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, exclusive));
		soft_expect(k, BUSY(RDX), ADD, .rcx = c.region | LEVEL_2M, .rdx = page,
			    .r8 = c.b);
		soft_expect(k, BUSY(R8), ADD, .rcx = c.region | LEVEL_2M, .rdx = c.b,
			    .r8 = page);
		soft_pamt_unlock(entry, exclusive);
	}
	KUNIT_EXPECT_FALSE(test, lent(page) || lent(c.b));
}

/* Pages within the target need no second lock on it. */
static void pamt_donated_in_target(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 first = c.region, last = c.region + SZ_2M - SZ_4K;

	soft_expect(k, TDX_SUCCESS, ADD, .rcx = c.region | LEVEL_2M, .rdx = first, .r8 = last);
	soft_expect(k, METADATA(RCX), TDH_MNG_CREATE, .rcx = last, .rdx = soft_kunit_hkid(k));
	soft_expect(k, TDX_SUCCESS, REMOVE, .rcx = c.region | LEVEL_2M);
	KUNIT_EXPECT_EQ(test, k->out.rdx, first);
	KUNIT_EXPECT_EQ(test, k->out.r8, last);
}

/* What serves as PAMT can neither be given to a TD nor be lent again. */
static void pamt_lent_page(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 page = soft_kunit_page(k), hkid = soft_kunit_hkid(k);

	soft_must(k, ADD, .rcx = c.region | LEVEL_2M, .rdx = page, .r8 = c.b);
	soft_expect(k, METADATA(RCX), TDH_MNG_CREATE, .rcx = page, .rdx = hkid);
	soft_expect(k, METADATA(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = page);
	soft_expect(k, METADATA(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page);
	soft_must(k, REMOVE, .rcx = c.region | LEVEL_2M);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_CREATE, .rcx = page, .rdx = hkid);
}

/* Each leaf that takes a page, with one whose region has no pair. */
static void pamt_missing_pair(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct pamt_case c = pamt_case(k);
	u64 page = c.region + 17 * SZ_4K, tdvpr;
	struct soft_kunit_td td;

	soft_expect(k, MISSING(RCX), TDH_MNG_CREATE, .rcx = page, .rdx = soft_kunit_hkid(k));
	soft_kunit_td_keys(k, &td);
	soft_expect(k, MISSING(RCX), TDH_MNG_ADDCX, .rcx = page, .rdx = td.tdr);
	for (int i = 0; i < SOFT_TDCS_PAGES; i++)
		soft_must(k, TDH_MNG_ADDCX, .rcx = soft_kunit_page(k), .rdx = td.tdr);
	td.tdcs = __va(td.tdr_va->tdcx_hpa[SOFT_TDCS_CONTROL]);
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_params(k, NULL));
	soft_expect(k, MISSING(RCX), TDH_VP_CREATE, .rcx = page, .rdx = td.tdr);
	tdvpr = soft_kunit_page(k);
	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_expect(k, MISSING(RCX), TDH_VP_ADDCX, .rcx = page, .rdx = tdvpr);
	soft_expect(k, MISSING(R8), TDH_MEM_SEPT_ADD, .rcx = 3, .rdx = td.tdr, .r8 = page);
	soft_kunit_tables(k, &td, 0, 0);
	soft_expect(k, MISSING(R8), TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = c.a);
	soft_kunit_td_run(k, &td);
	soft_expect(k, MISSING(R8), TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&td, 0, 0), 0);

	/* Where there is no pair, no page is in use. */
	soft_expect(k, MISSING(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = page, .rdx = 1);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
}

static void page_rdmd(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_tdcx(k, &td);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = page, .rdx = 1, .r8 = 1);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_TDR);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = td.tdr_va->tdcx_hpa[0]);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_TDCX);
	KUNIT_EXPECT_EQ(test, k->out.rdx, td.tdr);

	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = page + 8);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = soft_kunit_beyond());
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = soft_kunit_reserved(k));
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_RSVD);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = soft_kunit_reserved(k) + 8);
}

static void page_wbinvd(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);

	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_WBINVD, .rcx = page);
	/* The KeyID is above the physical address. */
	if (boot_cpu_data.x86_phys_bits < 60)
		soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_WBINVD,
			    .rcx = page | 3ULL << boot_cpu_data.x86_phys_bits);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_WBINVD, .rcx = page + 8);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_WBINVD, .rcx = soft_kunit_beyond());
}

/* Reading shares a page, giving it away does not; its region is shared in both. */
static void page_locks(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), hkid = soft_kunit_hkid(k);
	struct soft_pamt_entry *entry = soft_kunit_entry(page);
	struct soft_pamt_entry *region = soft_kunit_region_entry(page);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = page);
	soft_expect(k, BUSY(RCX), TDH_MNG_CREATE, .rcx = page, .rdx = hkid);
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page);
	soft_pamt_unlock(entry, false);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, true));
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = page);
	soft_pamt_unlock(entry, true);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(region, false));
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RDMD, .rcx = page);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_CREATE, .rcx = page, .rdx = hkid);
	soft_pamt_unlock(region, false);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(region, true));
	soft_expect(k, BUSY(RCX), TDH_PHYMEM_PAGE_RDMD, .rcx = page);
	soft_expect(k, BUSY(RCX), TDH_MNG_KEY_CONFIG, .rcx = page);
	soft_pamt_unlock(region, true);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_KEY_CONFIG, .rcx = page);
}

/* Each leaf that takes a page, with one that someone else is looking at. */
static void page_busy(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdvpr;
	struct soft_pamt_entry *entry = soft_kunit_entry(page);
	struct soft_kunit_td td, keyed;

	soft_kunit_td_keys(k, &keyed);
	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_page(k);
	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_kunit_tables(k, &td, 0, 0);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	soft_expect(k, BUSY(RCX), TDH_MNG_ADDCX, .rcx = page, .rdx = keyed.tdr);
	soft_expect(k, BUSY(RCX), TDH_VP_CREATE, .rcx = page, .rdx = td.tdr);
	soft_expect(k, BUSY(RCX), TDH_VP_ADDCX, .rcx = page, .rdx = tdvpr);
	soft_expect(k, BUSY(R8), TDH_MEM_SEPT_ADD, .rcx = SZ_2M | 1, .rdx = td.tdr, .r8 = page);
	soft_expect(k, BUSY(R8), TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = page);
	soft_call(k, TDH_MR_FINALIZE, .rcx = td.tdr);
	soft_expect(k, BUSY(R8), TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	soft_pamt_unlock(entry, false);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_NDA);
}

static void lock_helpers(struct kunit *test)
{
	struct soft_pamt_entry e = { .link = 0x123456789abcd000 };
	struct soft_lock lock = {};

	KUNIT_EXPECT_TRUE(test, soft_pamt_trylock(&e, false));
	KUNIT_EXPECT_TRUE(test, soft_pamt_trylock(&e, false));
	KUNIT_EXPECT_FALSE(test, soft_pamt_trylock(&e, true));
	soft_pamt_unlock(&e, false);
	soft_pamt_unlock(&e, false);
	KUNIT_EXPECT_TRUE(test, soft_pamt_trylock(&e, true));
	KUNIT_EXPECT_FALSE(test, soft_pamt_trylock(&e, true));
	KUNIT_EXPECT_FALSE(test, soft_pamt_trylock(&e, false));
	soft_pamt_unlock(&e, true);
	KUNIT_EXPECT_EQ(test, e.link, 0x123456789abcd000);

	KUNIT_EXPECT_TRUE(test, soft_trylock_shared(&lock));
	KUNIT_EXPECT_TRUE(test, soft_trylock_shared(&lock));
	KUNIT_EXPECT_FALSE(test, soft_trylock_exclusive(&lock));
	soft_unlock_shared(&lock);
	soft_unlock_shared(&lock);
	KUNIT_EXPECT_TRUE(test, soft_trylock_exclusive(&lock));
	KUNIT_EXPECT_FALSE(test, soft_trylock_exclusive(&lock));
	KUNIT_EXPECT_FALSE(test, soft_trylock_shared(&lock));
	soft_unlock_exclusive(&lock);
	KUNIT_EXPECT_EQ(test, atomic_read(&lock.users), 0);
}

static struct kunit_case soft_pamt_cases[] = {
	KUNIT_CASE(pamt_add_remove),
	KUNIT_CASE(pamt_bad_target),
	KUNIT_CASE(pamt_without_dpamt),
	KUNIT_CASE(pamt_add_bad_pages),
	KUNIT_CASE(pamt_add_twice),
	KUNIT_CASE(pamt_remove_none),
	KUNIT_CASE(pamt_remove_not_empty),
	KUNIT_CASE(pamt_busy_target),
	KUNIT_CASE(pamt_busy_donated),
	KUNIT_CASE(pamt_busy_donated_entry),
	KUNIT_CASE(pamt_donated_in_target),
	KUNIT_CASE(pamt_lent_page),
	KUNIT_CASE(pamt_missing_pair),
	KUNIT_CASE(page_rdmd),
	KUNIT_CASE(page_wbinvd),
	KUNIT_CASE(page_locks),
	KUNIT_CASE(page_busy),
	KUNIT_CASE(lock_helpers),
	{}
};

static struct kunit_suite soft_pamt_suite = {
	.name = "soft_tdx_pamt",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_pamt_cases,
};

kunit_test_suite(soft_pamt_suite);

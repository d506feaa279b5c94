// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of TDs and KeyIDs, TDH.MNG.*, MR.FINALIZE,
 * PHYMEM.CACHE.WB and PHYMEM.PAGE.RECLAIM.
 */
#include <linux/array_size.h>
#include <linux/string.h>
#include <asm/cpuid/api.h>

#include "soft_kunit.h"

#define FIELD_TSC_OFFSET	0x110000000000000aULL
#define FIELD_TSC_MULTIPLIER	0x110000000000000bULL
#define FIELD_CPUID		0x9410000300000000ULL
#define FIELD_NONE		0x1100000000000077ULL

/* CPUID_VALUES of a leaf without sub-leaves; odd: EDX:ECX. */
static u64 cpuid_field(u64 leaf, int odd)
{
	return FIELD_CPUID | leaf >> 31 << 16 | (leaf & 0x7f) << 9 | 0x1fe | odd;
}

#define LIFECYCLE	SOFT_TDX_LIFECYCLE_STATE_INCORRECT
#define INVALID(reg)	(TDX_OPERAND_INVALID | SOFT_OPERAND_##reg)
#define METADATA(reg)	(TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_##reg)
#define BUSY(reg)	(TDX_OPERAND_BUSY | SOFT_OPERAND_##reg)

static void mng_create(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;

	memset(__va(soft_kunit_page(k)), 0xff, PAGE_SIZE);
	soft_kunit_td_create(k, &td);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(td.tdr), SOFT_PT_TDR);
	KUNIT_EXPECT_EQ(test, td.tdr_va->lifecycle, SOFT_TD_HKID_ASSIGNED);
	KUNIT_EXPECT_EQ(test, td.tdr_va->hkid, td.hkid);
	KUNIT_EXPECT_EQ(test, soft_kunit_owned(), k->owned + 1);
}

static void mng_create_bad_hkid(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 tdr = soft_kunit_page(k);
	int hkid = soft_kunit_hkid(k);

	soft_expect(k, INVALID(RDX), TDH_MNG_CREATE, .rcx = tdr, .rdx = 0);
	soft_expect(k, INVALID(RDX), TDH_MNG_CREATE, .rcx = tdr, .rdx = 1);
	soft_expect(k, INVALID(RDX), TDH_MNG_CREATE, .rcx = tdr,
		    .rdx = tdx_get_nr_guest_keyids() + 2);
	soft_expect(k, INVALID(RDX), TDH_MNG_CREATE, .rcx = tdr, .rdx = 4096);
	soft_expect(k, INVALID(RDX), TDH_MNG_CREATE, .rcx = tdr, .rdx = BIT_ULL(32) | hkid);
	KUNIT_EXPECT_EQ(test, soft_kunit_owned(), k->owned);
}

static void mng_create_hkid_in_use(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdr = soft_kunit_page(k);

	soft_kunit_td_create(k, &td);
	soft_expect(k, SOFT_TDX_HKID_NOT_FREE | SOFT_OPERAND_RDX, TDH_MNG_CREATE,
		    .rcx = tdr, .rdx = td.hkid);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(tdr), SOFT_PT_NDA);
}

static void mng_create_bad_page(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	int hkid = soft_kunit_hkid(k);
	struct soft_kunit_td td;

	soft_kunit_td_create(k, &td);
	soft_expect(k, METADATA(RCX), TDH_MNG_CREATE, .rcx = td.tdr, .rdx = hkid);
	soft_expect(k, INVALID(RCX), TDH_MNG_CREATE, .rcx = td.tdr + 8, .rdx = hkid);
	soft_expect(k, INVALID(RCX), TDH_MNG_CREATE, .rcx = soft_kunit_beyond(), .rdx = hkid);
	soft_expect(k, METADATA(RCX), TDH_MNG_CREATE, .rcx = soft_kunit_reserved(k),
		    .rdx = hkid);
}

/* Leaves that change a KeyID's state take the KeyID table. */
static void kot_busy(struct kunit *test)
{
	const u64 busy = TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
	struct soft_kunit *k = test->priv;
	u64 tdr = soft_kunit_page(k);
	int hkid = soft_kunit_hkid(k);
	struct soft_kunit_td td;

	soft_kunit_td_create(k, &td);
	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&soft_kot_lock));
	soft_expect(k, busy, TDH_MNG_CREATE, .rcx = tdr, .rdx = hkid);
	soft_expect(k, busy, TDH_MNG_VPFLUSHDONE, .rcx = td.tdr);
	/* CACHE.WB shares it: packages do it at once. */
	soft_expect(k, TDX_NO_HKID_READY_TO_WBCACHE, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_expect(k, busy, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
	soft_unlock_shared(&soft_kot_lock);
	KUNIT_ASSERT_TRUE(test, soft_trylock_exclusive(&soft_kot_lock));
	soft_expect(k, busy, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_unlock_exclusive(&soft_kot_lock);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(tdr), SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, td.tdr_va->lifecycle, SOFT_TD_HKID_ASSIGNED);
}

/* Leaves that change the TD's life cycle need its TDR exclusive. */
static void tdr_busy(struct kunit *test)
{
	static const u16 leaves[] = {
		TDH_MNG_KEY_CONFIG, TDH_MNG_INIT, TDH_MR_FINALIZE, TDH_MNG_VPFLUSHDONE,
		TDH_MNG_KEY_FREEID, TDH_PHYMEM_PAGE_RECLAIM,
	};
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), params = soft_kunit_params(k, NULL);
	struct soft_pamt_entry *entry;
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	entry = soft_kunit_entry(td.tdr);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	for (int i = 0; i < ARRAY_SIZE(leaves); i++)
		soft_expect(k, BUSY(RCX), leaves[i], .rcx = td.tdr, .rdx = params);
	soft_expect(k, BUSY(RDX), TDH_MNG_ADDCX, .rcx = page, .rdx = td.tdr);
	/* Others share it. */
	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_OFFSET);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MEM_TRACK, .rcx = td.tdr);
	soft_pamt_unlock(entry, false);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, true));
	soft_expect(k, BUSY(RCX), TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_OFFSET);
	soft_expect(k, BUSY(RCX), TDH_MEM_TRACK, .rcx = td.tdr);
	soft_expect(k, BUSY(RDX), TDH_VP_CREATE, .rcx = page, .rdx = td.tdr);
	soft_expect(k, BUSY(RDX), TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = td.tdr);
	soft_pamt_unlock(entry, true);
}

static void not_a_tdr(struct kunit *test)
{
	static const u16 leaves[] = {
		TDH_MNG_KEY_CONFIG, TDH_MNG_INIT, TDH_MNG_RD, TDH_MR_FINALIZE,
		TDH_MNG_VPFLUSHDONE, TDH_MNG_KEY_FREEID, TDH_MEM_TRACK,
	};
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), other = soft_kunit_page(k);

	for (int i = 0; i < ARRAY_SIZE(leaves); i++) {
		soft_expect(k, METADATA(RCX), leaves[i], .rcx = page);
		soft_expect(k, INVALID(RCX), leaves[i], .rcx = page + 1);
		soft_expect(k, INVALID(RCX), leaves[i], .rcx = soft_kunit_beyond());
	}
	soft_expect(k, METADATA(RDX), TDH_MNG_ADDCX, .rcx = other, .rdx = page);
	soft_expect(k, METADATA(RDX), TDH_VP_CREATE, .rcx = other, .rdx = page);
}

static void mng_key_config(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;

	soft_kunit_td_keys(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MNG_KEY_CONFIG, .rcx = td.tdr);
}

static void mng_addcx(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_create(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MNG_ADDCX, .rcx = page, .rdx = td.tdr);
	soft_must(k, TDH_MNG_KEY_CONFIG, .rcx = td.tdr);
	/* The TD's own TDR is locked by now. */
	soft_expect(k, BUSY(RCX), TDH_MNG_ADDCX, .rcx = td.tdr, .rdx = td.tdr);
	for (int i = 0; i < SOFT_TDCS_PAGES; i++) {
		u64 tdcx = soft_kunit_page(k);

		memset(__va(tdcx), 0xff, PAGE_SIZE);
		soft_must(k, TDH_MNG_ADDCX, .rcx = tdcx, .rdx = td.tdr);
		KUNIT_EXPECT_EQ(test, soft_kunit_type(tdcx), SOFT_PT_TDCX);
		KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(tdcx), 0, PAGE_SIZE), NULL);
		soft_expect(k, i < SOFT_TDCS_PAGES - 1 ? METADATA(RCX) :
			    SOFT_TDX_TDCX_NUM_INCORRECT, TDH_MNG_ADDCX, .rcx = tdcx,
			    .rdx = td.tdr);
	}
	soft_expect(k, SOFT_TDX_TDCX_NUM_INCORRECT, TDH_MNG_ADDCX, .rcx = page, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&td.tdr_va->nr_children), SOFT_TDCS_PAGES);
}

static void mng_init_states(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 params = soft_kunit_params(k, NULL);
	struct soft_kunit_td td;

	soft_kunit_td_create(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MNG_INIT, .rcx = td.tdr, .rdx = params);
	soft_must(k, TDH_MNG_KEY_CONFIG, .rcx = td.tdr);
	for (int i = 0; i < SOFT_TDCS_PAGES; i++) {
		soft_expect(k, SOFT_TDX_TDCX_NUM_INCORRECT, TDH_MNG_INIT,
			    .rcx = td.tdr, .rdx = params);
		soft_must(k, TDH_MNG_ADDCX, .rcx = soft_kunit_page(k), .rdx = td.tdr);
	}
	soft_expect(k, TDX_SUCCESS, TDH_MNG_INIT, .rcx = td.tdr, .rdx = params);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MNG_INIT, .rcx = td.tdr, .rdx = params);
}

static void mng_init_params(struct kunit *test)
{
	static const struct {
		int field;
		u64 bad;
	} bad[] = {
		{ SOFT_PARAMS_ATTRIBUTES, BIT_ULL(0) },
		{ SOFT_PARAMS_XFAM, 0 },
		{ SOFT_PARAMS_XFAM, XFEATURE_MASK_FPSSE | BIT_ULL(2) },
		{ SOFT_PARAMS_MAX_VCPUS, 0 },
		{ SOFT_PARAMS_EPTP, 0 },
		{ SOFT_PARAMS_EPTP, 2 << 3 },
		/* 52 bits of GPA need five levels. */
		{ SOFT_PARAMS_CONFIG_FLAGS, BIT_ULL(0) },
	};
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 hpa, *params, good;

	hpa = soft_kunit_params(k, &params);
	soft_kunit_td_tdcx(k, &td);
	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		good = params[bad[i].field];
		params[bad[i].field] = bad[i].bad;
		soft_expect(k, INVALID(RDX), TDH_MNG_INIT, .rcx = td.tdr, .rdx = hpa);
		params[bad[i].field] = good;
	}
	/* TD_PARAMS is 1024 bytes, so aligned, in memory. */
	soft_expect(k, INVALID(RDX), TDH_MNG_INIT, .rcx = td.tdr, .rdx = hpa + 8);
	soft_expect(k, INVALID(RDX), TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_beyond());
	soft_expect(k, INVALID(RDX), TDH_MNG_INIT, .rcx = td.tdr, .rdx = BIT_ULL(60));
	soft_expect(k, TDX_SUCCESS, TDH_MNG_INIT, .rcx = td.tdr, .rdx = hpa);
	KUNIT_EXPECT_EQ(test, td.tdcs->root_level, 3);
}

static void mng_rd(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u32 eax, ebx, ecx, edx;
	struct soft_kunit_td td;

	soft_kunit_td_tdcx(k, &td);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MNG_RD, .rcx = td.tdr,
		    .rdx = FIELD_TSC_OFFSET);
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_params(k, NULL));

	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_OFFSET);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_MULTIPLIER);
	KUNIT_EXPECT_EQ(test, k->out.r8, BIT_ULL(48));
	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td.tdr,
		    .rdx = cpuid_field(0x80000008, 0));
	KUNIT_EXPECT_EQ(test, k->out.r8, SOFT_KUNIT_CPUID);
	cpuid_count(1, 0, &eax, &ebx, &ecx, &edx);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td.tdr, .rdx = cpuid_field(1, 0));
	KUNIT_EXPECT_EQ(test, lower_32_bits(k->out.r8), eax);

	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_MNG_RD, .rcx = td.tdr,
		    .rdx = FIELD_NONE);
	/* A sub-leaf of a leaf without; a leaf beyond the last one. */
	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_MNG_RD, .rcx = td.tdr,
		    .rdx = FIELD_CPUID | 1 << 9);
	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_MNG_RD, .rcx = td.tdr,
		    .rdx = cpuid_field(0x8000007f, 0));

	soft_kunit_block_td(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_OFFSET);
}

static void mr_finalize(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td, blocked;

	soft_kunit_td_create(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MR_FINALIZE, .rcx = td.tdr);
	soft_must(k, TDH_MNG_KEY_CONFIG, .rcx = td.tdr);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MR_FINALIZE, .rcx = td.tdr);
	for (int i = 0; i < SOFT_TDCS_PAGES; i++)
		soft_must(k, TDH_MNG_ADDCX, .rcx = soft_kunit_page(k), .rdx = td.tdr);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MR_FINALIZE, .rcx = td.tdr);
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_params(k, NULL));
	soft_expect(k, TDX_SUCCESS, TDH_MR_FINALIZE, .rcx = td.tdr);
	soft_expect(k, SOFT_TDX_OP_STATE_INCORRECT, TDH_MR_FINALIZE, .rcx = td.tdr);

	soft_kunit_td_init(k, &blocked);
	soft_kunit_block_td(k, &blocked);
	soft_expect(k, LIFECYCLE, TDH_MR_FINALIZE, .rcx = blocked.tdr);
}

static void mng_vpflushdone(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td fresh, td;
	u64 tdvpr;

	soft_kunit_td_create(k, &fresh);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_VPFLUSHDONE, .rcx = fresh.tdr);

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu(k, &td);
	soft_expect(k, TDX_FLUSHVP_NOT_DONE, TDH_MNG_VPFLUSHDONE, .rcx = td.tdr);
	soft_must(k, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_expect(k, TDX_SUCCESS, TDH_MNG_VPFLUSHDONE, .rcx = td.tdr);
	soft_expect(k, LIFECYCLE, TDH_MNG_VPFLUSHDONE, .rcx = td.tdr);
}

static void cache_wb(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;

	soft_kunit_td_create(k, &td);
	soft_expect(k, TDX_NO_HKID_READY_TO_WBCACHE, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_kunit_block_td(k, &td);
	soft_expect(k, TDX_INTERRUPTED_RESUMABLE, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_expect(k, SOFT_TDX_WBCACHE_NOT_COMPLETE, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
	/* Starting over interrupts it again. */
	soft_expect(k, TDX_INTERRUPTED_RESUMABLE, TDH_PHYMEM_CACHE_WB, .rcx = 0);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_CACHE_WB, .rcx = 1);
	soft_expect(k, TDX_NO_HKID_READY_TO_WBCACHE, TDH_PHYMEM_CACHE_WB, .rcx = 0);
}

static void hkid_life_cycle(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 tdr = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_expect(k, LIFECYCLE, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
	soft_kunit_block_td(k, &td);
	soft_expect(k, SOFT_TDX_WBCACHE_NOT_COMPLETE, TDH_MNG_KEY_FREEID, .rcx = td.tdr);
	soft_expect(k, SOFT_TDX_HKID_NOT_FREE | SOFT_OPERAND_RDX, TDH_MNG_CREATE,
		    .rcx = tdr, .rdx = td.hkid);
	soft_kunit_free_hkid(k, &td);
	KUNIT_EXPECT_EQ(test, td.tdr_va->lifecycle, SOFT_TD_TEARDOWN);
	soft_expect(k, LIFECYCLE, TDH_MNG_KEY_FREEID, .rcx = td.tdr);

	/* The KeyID is free before the TD's pages are. */
	soft_expect(k, TDX_SUCCESS, TDH_MNG_CREATE, .rcx = tdr, .rdx = td.hkid);
	soft_expect(k, LIFECYCLE, TDH_MNG_VPFLUSHDONE, .rcx = td.tdr);
}

static void page_reclaim(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdcx;
	struct soft_kunit_td td;

	soft_expect(k, METADATA(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = page + 1);
	soft_expect(k, INVALID(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = soft_kunit_beyond());

	soft_kunit_td_tdcx(k, &td);
	tdcx = td.tdr_va->tdcx_hpa[0];
	soft_expect(k, LIFECYCLE, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr);
	soft_expect(k, LIFECYCLE, TDH_PHYMEM_PAGE_RECLAIM, .rcx = tdcx);
	soft_kunit_block_td(k, &td);
	soft_expect(k, LIFECYCLE, TDH_PHYMEM_PAGE_RECLAIM, .rcx = tdcx);
	soft_kunit_free_hkid(k, &td);

	soft_expect(k, SOFT_TDX_TD_ASSOCIATED_PAGES_EXIST, TDH_PHYMEM_PAGE_RECLAIM,
		    .rcx = td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RECLAIM, .rcx = tdcx, .r8 = 7);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_TDCX);
	KUNIT_EXPECT_EQ(test, k->out.rdx, td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
	soft_expect(k, METADATA(RCX), TDH_PHYMEM_PAGE_RECLAIM, .rcx = tdcx);
	for (int i = 1; i < SOFT_TDCS_PAGES; i++)
		soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr_va->tdcx_hpa[i]);
	soft_expect(k, TDX_SUCCESS, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rcx, SOFT_PT_TDR);
	KUNIT_EXPECT_EQ(test, soft_kunit_owned(), k->owned);
}

/* Once TDCX pages can be reclaimed, no leaf may look at them any more. */
static void torn_down_td(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdvpr;
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_page(k);
	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_kunit_block_td(k, &td);
	soft_kunit_free_hkid(k, &td);
	soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr_va->tdcx_hpa[SOFT_TDCS_CONTROL]);
	soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = td.tdr_va->tdcx_hpa[SOFT_TDCS_CPUID]);

	/* It is the host's again: as if a TD in INITIALIZED state, but for the locks. */
	memset(td.tdcs, 0, PAGE_SIZE);
	td.tdcs->op_state = SOFT_OP_INITIALIZED;
	td.tdcs->max_vcpus = 1;

	soft_expect(k, LIFECYCLE, TDH_MNG_RD, .rcx = td.tdr, .rdx = FIELD_TSC_OFFSET);
	soft_expect(k, LIFECYCLE, TDH_MR_FINALIZE, .rcx = td.tdr);
	soft_expect(k, LIFECYCLE, TDH_MEM_TRACK, .rcx = td.tdr);
	soft_expect(k, LIFECYCLE, TDH_VP_CREATE, .rcx = page, .rdx = td.tdr);
	soft_expect(k, LIFECYCLE, TDH_VP_ADDCX, .rcx = page, .rdx = tdvpr);
	soft_expect(k, LIFECYCLE, TDH_VP_INIT, .rcx = tdvpr);
	soft_expect(k, TDX_VCPU_NOT_ASSOCIATED, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_expect(k, LIFECYCLE, TDH_MEM_SEPT_ADD, .rcx = 3, .rdx = td.tdr, .r8 = page);

	KUNIT_EXPECT_EQ(test, td.tdcs->op_state, SOFT_OP_INITIALIZED);
	td.tdcs->op_state = 0;
	td.tdcs->max_vcpus = 0;
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(td.tdcs, 0, PAGE_SIZE), NULL);
}

static struct kunit_case soft_td_cases[] = {
	KUNIT_CASE(mng_create),
	KUNIT_CASE(mng_create_bad_hkid),
	KUNIT_CASE(mng_create_hkid_in_use),
	KUNIT_CASE(mng_create_bad_page),
	KUNIT_CASE(kot_busy),
	KUNIT_CASE(tdr_busy),
	KUNIT_CASE(not_a_tdr),
	KUNIT_CASE(mng_key_config),
	KUNIT_CASE(mng_addcx),
	KUNIT_CASE(mng_init_states),
	KUNIT_CASE(mng_init_params),
	KUNIT_CASE(mng_rd),
	KUNIT_CASE(mr_finalize),
	KUNIT_CASE(mng_vpflushdone),
	KUNIT_CASE(cache_wb),
	KUNIT_CASE(hkid_life_cycle),
	KUNIT_CASE(page_reclaim),
	KUNIT_CASE(torn_down_td),
	{}
};

static struct kunit_suite soft_td_suite = {
	.name = "soft_tdx_td",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_td_cases,
};

kunit_test_suite(soft_td_suite);

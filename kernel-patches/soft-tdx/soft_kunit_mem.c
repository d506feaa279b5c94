// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of guest memory, TDH.MEM.* and MR.EXTEND.
 */
#include <linux/array_size.h>
#include <linux/string.h>
#include <asm/vmx.h>

#include "soft_kunit.h"

#define OP_STATE	SOFT_TDX_OP_STATE_INCORRECT
#define WALK_FAILED	(TDX_EPT_WALK_FAILED | SOFT_OPERAND_RCX)
#define ENTRY_STATE	(TDX_EPT_ENTRY_STATE_INCORRECT | SOFT_OPERAND_RCX)
#define INVALID(reg)	(TDX_OPERAND_INVALID | SOFT_OPERAND_##reg)
#define METADATA(reg)	(TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_##reg)
#define SEPT_BUSY	(TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT)
#define EPOCH_BUSY	(TDX_OPERAND_BUSY | TDX_OPERAND_ID_TD_EPOCH)

#define LEVEL_2M	1

/* A page of the test's mapped at 0 of a TD that runs, in state PENDING. */
struct mem_case {
	struct soft_kunit_td td;
	u64 page;
};

static struct mem_case mem_case(struct soft_kunit *k)
{
	struct mem_case c;

	soft_kunit_td_init(k, &c.td);
	soft_kunit_tables(k, &c.td, 0, 0);
	soft_kunit_td_run(k, &c.td);
	c.page = soft_kunit_page(k);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = c.td.tdr, .r8 = c.page);
	return c;
}

static enum soft_sept_state state_at(struct soft_kunit_td *td, u64 gpa, int level)
{
	return soft_sept_state(soft_kunit_septe(td, gpa, level), level);
}

static const u16 mem_leaves[] = {
	TDH_MEM_SEPT_ADD, TDH_MEM_PAGE_ADD, TDH_MEM_PAGE_AUG, TDH_MEM_RANGE_BLOCK,
	TDH_MEM_PAGE_REMOVE, SOFT_TDH_SEPT_REMOVE,
};

/* The GPA and the TD are checked first, in each leaf. */
static void mem_operands(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct mem_case c = mem_case(k);

	for (int i = 0; i < ARRAY_SIZE(mem_leaves); i++) {
		u16 leaf = mem_leaves[i];

		soft_expect(k, METADATA(RDX), leaf, .rcx = 0, .rdx = page, .r8 = page,
			    .r9 = page);
		soft_expect(k, INVALID(RDX), leaf, .rcx = 0, .rdx = soft_kunit_beyond(),
			    .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = 4, .rdx = c.td.tdr, .r8 = page,
			    .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = 7, .rdx = c.td.tdr, .r8 = page,
			    .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = 8, .rdx = c.td.tdr, .r8 = page,
			    .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = SZ_4K | LEVEL_2M, .rdx = c.td.tdr,
			    .r8 = page, .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = BIT_ULL(47), .rdx = c.td.tdr,
			    .r8 = page, .r9 = page);
		soft_expect(k, INVALID(RCX), leaf, .rcx = BIT_ULL(52), .rdx = c.td.tdr,
			    .r8 = page, .r9 = page);
	}
	soft_expect(k, INVALID(RCX), TDH_MR_EXTEND, .rcx = 8, .rdx = c.td.tdr);
	soft_expect(k, INVALID(RCX), TDH_MR_EXTEND, .rcx = BIT_ULL(47), .rdx = c.td.tdr);
}

static void mem_td_states(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct soft_kunit_td td, fresh;

	soft_kunit_td_create(k, &fresh);
	soft_kunit_td_tdcx(k, &td);
	for (int i = 0; i < ARRAY_SIZE(mem_leaves); i++) {
		soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, mem_leaves[i], .rcx = 0,
			    .rdx = fresh.tdr, .r8 = page, .r9 = page);
		soft_expect(k, OP_STATE, mem_leaves[i], .rcx = 0, .rdx = td.tdr, .r8 = page,
			    .r9 = page);
	}
	soft_expect(k, OP_STATE, TDH_MR_EXTEND, .rcx = 0, .rdx = td.tdr);
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_params(k, NULL));
	soft_kunit_block_td(k, &td);
	for (int i = 0; i < ARRAY_SIZE(mem_leaves); i++)
		soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, mem_leaves[i], .rcx = 0,
			    .rdx = td.tdr, .r8 = page, .r9 = page);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_NDA);
}

/* SEPT.REMOVE has the tree for itself, others share it. */
static void mem_sept_busy(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct mem_case c = mem_case(k);

	KUNIT_ASSERT_TRUE(test, soft_trylock_exclusive(&c.td.tdcs->sept_lock));
	for (int i = 0; i < ARRAY_SIZE(mem_leaves); i++)
		soft_expect(k, SEPT_BUSY, mem_leaves[i], .rcx = 0, .rdx = c.td.tdr, .r8 = page,
			    .r9 = page);
	soft_unlock_exclusive(&c.td.tdcs->sept_lock);

	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&c.td.tdcs->sept_lock));
	soft_expect(k, SEPT_BUSY, SOFT_TDH_SEPT_REMOVE, .rcx = LEVEL_2M, .rdx = c.td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr, .r8 = page);
	soft_unlock_shared(&c.td.tdcs->sept_lock);
}

static void sept_add(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), table = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	/* No table yet at 1G. */
	soft_expect(k, WALK_FAILED, TDH_MEM_SEPT_ADD, .rcx = LEVEL_2M, .rdx = td.tdr,
		    .r8 = page);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 3 | SOFT_SEPT_FREE << 8);

	memset(__va(table), 0xff, PAGE_SIZE);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_SEPT_ADD, .rcx = 3, .rdx = td.tdr, .r8 = table);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(table), SOFT_PT_EPT);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(table), 0, PAGE_SIZE), NULL);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&td, 0, 3), table | SOFT_SEPTE_RWX);

	/* A refused page is as it was. */
	memset(__va(page), 0xff, PAGE_SIZE);
	soft_expect(k, ENTRY_STATE, TDH_MEM_SEPT_ADD, .rcx = 3, .rdx = td.tdr, .r8 = page);
	KUNIT_EXPECT_EQ(test, k->out.rcx, table | SOFT_SEPTE_RWX);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 3 | SOFT_SEPT_NL_PRESENT << 8);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_NDA);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(page), 0xff, PAGE_SIZE), NULL);

	soft_expect(k, METADATA(R8), TDH_MEM_SEPT_ADD, .rcx = 2, .rdx = td.tdr, .r8 = table);
	soft_expect(k, INVALID(R8), TDH_MEM_SEPT_ADD, .rcx = 2, .rdx = td.tdr, .r8 = page + 8);
	/* An entry at 4K links no table. */
	soft_kunit_tables(k, &td, SZ_1G * 512ULL, 0);
	soft_expect(k, WALK_FAILED, TDH_MEM_SEPT_ADD, .rcx = SZ_1G * 512ULL, .rdx = td.tdr,
		    .r8 = page);
}

static void sept_remove(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct mem_case c = mem_case(k);
	u64 table = soft_kunit_septe(&c.td, 0, LEVEL_2M) & SOFT_HPA_MASK;
	long children = atomic_long_read(&c.td.tdr_va->nr_children);

	soft_expect(k, ENTRY_STATE, SOFT_TDH_SEPT_REMOVE, .rcx = LEVEL_2M, .rdx = c.td.tdr);
	soft_expect(k, WALK_FAILED, SOFT_TDH_SEPT_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, WALK_FAILED, SOFT_TDH_SEPT_REMOVE, .rcx = SZ_1G | LEVEL_2M,
		    .rdx = c.td.tdr);
	soft_expect(k, ENTRY_STATE, SOFT_TDH_SEPT_REMOVE, .rcx = SZ_2M | LEVEL_2M,
		    .rdx = c.td.tdr);

	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = LEVEL_2M, .rdx = c.td.tdr);
	soft_expect(k, SOFT_TDX_TLB_TRACKING_NOT_DONE, SOFT_TDH_SEPT_REMOVE, .rcx = LEVEL_2M,
		    .rdx = c.td.tdr);
	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);
	soft_expect(k, SOFT_TDX_EPT_ENTRY_NOT_FREE | SOFT_OPERAND_RCX, SOFT_TDH_SEPT_REMOVE,
		    .rcx = LEVEL_2M, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(table), SOFT_PT_EPT);

	/* An empty one goes. */
	soft_must(k, TDH_MEM_SEPT_ADD, .rcx = SZ_2M | LEVEL_2M, .rdx = c.td.tdr,
		  .r8 = soft_kunit_page(k));
	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = SZ_2M | LEVEL_2M, .rdx = c.td.tdr);
	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);
	table = soft_kunit_septe(&c.td, SZ_2M, LEVEL_2M) & SOFT_HPA_MASK;
	soft_expect(k, TDX_SUCCESS, SOFT_TDH_SEPT_REMOVE, .rcx = SZ_2M | LEVEL_2M,
		    .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(table), SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&c.td, SZ_2M, LEVEL_2M), 0);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&c.td.tdr_va->nr_children), children);
}

/* A TD that is still being built never ran: there is no epoch to wait for. */
static void sept_remove_building(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 table;

	soft_kunit_td_init(k, &td);
	soft_kunit_tables(k, &td, 0, 0);
	table = soft_kunit_septe(&td, 0, LEVEL_2M) & SOFT_HPA_MASK;
	soft_expect(k, ENTRY_STATE, SOFT_TDH_SEPT_REMOVE, .rcx = LEVEL_2M, .rdx = td.tdr);
	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = LEVEL_2M, .rdx = td.tdr);
	soft_expect(k, TDX_SUCCESS, SOFT_TDH_SEPT_REMOVE, .rcx = LEVEL_2M, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(table), SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&td, 0, LEVEL_2M), 0);
}

/* A table that is blocked hides what is below it. */
static void sept_blocked_table(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct mem_case c = mem_case(k);

	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = LEVEL_2M, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, state_at(&c.td, 0, LEVEL_2M), SOFT_SEPT_NL_BLOCKED);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr, .r8 = page);
	KUNIT_EXPECT_EQ(test, k->out.rdx, LEVEL_2M | SOFT_SEPT_NL_BLOCKED << 8);
	soft_expect(k, WALK_FAILED, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, ENTRY_STATE, TDH_MEM_SEPT_ADD, .rcx = LEVEL_2M, .rdx = c.td.tdr,
		    .r8 = page);
}

static void page_add(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), other = soft_kunit_page(k);
	u64 source = soft_kunit_bare_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = source);
	soft_kunit_tables(k, &td, 0, 0);
	soft_expect(k, INVALID(R9), TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = source + 8);
	soft_expect(k, INVALID(R9), TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = soft_kunit_beyond());
	soft_expect(k, INVALID(RCX), TDH_MEM_PAGE_ADD, .rcx = LEVEL_2M, .rdx = td.tdr,
		    .r8 = page, .r9 = source);
	soft_expect(k, METADATA(R8), TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr,
		    .r8 = td.tdr_va->tdcx_hpa[0], .r9 = source);

	memset(__va(source), 0x5a, PAGE_SIZE);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		    .r9 = source);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(page), 0x5a, PAGE_SIZE), NULL);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_REG);
	KUNIT_EXPECT_EQ(test, state_at(&td, 0, 0), SOFT_SEPT_PRESENT);
	memset(__va(other), 0xff, PAGE_SIZE);
	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = other,
		    .r9 = source);
	KUNIT_EXPECT_EQ(test, k->out.rcx, page | SOFT_SEPTE_RWX);
	KUNIT_EXPECT_EQ(test, k->out.rdx, SOFT_SEPT_PRESENT << 8);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(other), 0xff, PAGE_SIZE), NULL);

	soft_kunit_td_run(k, &td);
	soft_expect(k, OP_STATE, TDH_MEM_PAGE_ADD, .rcx = SZ_4K, .rdx = td.tdr, .r8 = other,
		    .r9 = source);
}

static void page_aug(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), other = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_kunit_tables(k, &td, 0, 0);
	soft_expect(k, OP_STATE, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	soft_kunit_td_run(k, &td);
	soft_expect(k, INVALID(RCX), TDH_MEM_PAGE_AUG, .rcx = LEVEL_2M, .rdx = td.tdr,
		    .r8 = page);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_AUG, .rcx = SZ_2M, .rdx = td.tdr, .r8 = page);
	soft_expect(k, METADATA(R8), TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr,
		    .r8 = td.tdr_va->tdcx_hpa[0]);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, state_at(&td, 0, 0), SOFT_SEPT_PENDING);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_REG);
	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = other);
	KUNIT_EXPECT_EQ(test, k->out.rdx, SOFT_SEPT_PENDING << 8);
	soft_expect(k, METADATA(R8), TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = td.tdr, .r8 = page);
}

static void mr_extend(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_expect(k, WALK_FAILED, TDH_MR_EXTEND, .rcx = 0, .rdx = td.tdr);
	soft_kunit_tables(k, &td, 0, 0);
	soft_expect(k, WALK_FAILED, TDH_MR_EXTEND, .rcx = 0, .rdx = td.tdr);
	soft_must(k, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		  .r9 = soft_kunit_bare_page(k));
	for (int i = 0; i < SZ_4K; i += 256)
		soft_expect(k, TDX_SUCCESS, TDH_MR_EXTEND, .rcx = i, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, td.tdcs->mr_extends, 16);
	soft_kunit_td_run(k, &td);
	soft_expect(k, OP_STATE, TDH_MR_EXTEND, .rcx = 0, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, td.tdcs->mr_extends, 16);
}

static void range_block(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct mem_case c = mem_case(k);
	struct soft_pamt_entry *entry = soft_kunit_entry(c.page);

	soft_expect(k, ENTRY_STATE, TDH_MEM_RANGE_BLOCK, .rcx = SZ_4K, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	soft_expect(k, WALK_FAILED, TDH_MEM_RANGE_BLOCK, .rcx = SZ_1G, .rdx = c.td.tdr);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	soft_expect(k, SEPT_BUSY, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	soft_pamt_unlock(entry, false);
	KUNIT_EXPECT_EQ(test, state_at(&c.td, 0, 0), SOFT_SEPT_PENDING);

	soft_expect(k, TDX_SUCCESS, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, state_at(&c.td, 0, 0), SOFT_SEPT_PENDING_BLOCKED);
	soft_expect(k, ENTRY_STATE, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rdx, SOFT_SEPT_PENDING_BLOCKED << 8);
	KUNIT_EXPECT_EQ(test, k->out.rcx & SOFT_HPA_MASK, c.page);
	KUNIT_EXPECT_EQ(test, k->out.rcx & SOFT_SEPTE_RWX, 0);
}

/* A page that the guest accepted is BLOCKED, without "pending". */
static void range_block_present(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_kunit_tables(k, &td, 0, 0);
	soft_must(k, TDH_MEM_PAGE_ADD, .rcx = 0, .rdx = td.tdr, .r8 = page,
		  .r9 = soft_kunit_bare_page(k));
	soft_expect(k, TDX_SUCCESS, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, state_at(&td, 0, 0), SOFT_SEPT_BLOCKED);
	/* The TD never ran: no translation can be cached. */
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(page), SOFT_PT_NDA);
}

static void page_remove(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct mem_case c = mem_case(k);
	struct soft_pamt_entry *entry = soft_kunit_entry(c.page);

	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_REMOVE, .rcx = SZ_4K, .rdx = c.td.tdr);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_REMOVE, .rcx = SZ_2M, .rdx = c.td.tdr);
	soft_expect(k, WALK_FAILED, TDH_MEM_PAGE_REMOVE, .rcx = LEVEL_2M, .rdx = c.td.tdr);
	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = c.td.tdr);
	/* TLB_TRACKING_NOT_DONE as the ABI's table has it, not by the module's name for it. */
	soft_expect(k, 0xC0000B0800000000ULL, TDH_MEM_PAGE_REMOVE, .rcx = 0,
		    .rdx = c.td.tdr);
	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(entry, false));
	soft_expect(k, SEPT_BUSY, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	soft_pamt_unlock(entry, false);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rcx, 0);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(c.page), SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&c.td, 0, 0), 0);
	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = c.td.tdr);
}

/* A page walker's accessed and dirty bits change nothing and are not shown. */
static void accessed_dirty(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct mem_case c = mem_case(k);
	struct soft_td soft = { .tdr = c.td.tdr_va, .tdcs = c.td.tdcs };
	struct soft_sept_walk walk;

	soft_sept_walk(&soft, SZ_4K, 0, &walk);
	*walk.entry = SOFT_SEPTE_AD;
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = SZ_4K, .rdx = c.td.tdr,
		    .r8 = soft_kunit_page(k));
	*walk.entry |= SOFT_SEPTE_AD;
	soft_expect(k, ENTRY_STATE, TDH_MEM_PAGE_REMOVE, .rcx = SZ_4K, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, k->out.rcx & SOFT_SEPTE_AD, 0);
	soft_must(k, TDH_MEM_RANGE_BLOCK, .rcx = SZ_4K, .rdx = c.td.tdr);
	soft_must(k, TDH_MEM_TRACK, .rcx = c.td.tdr);
	*walk.entry |= SOFT_SEPTE_AD;
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_REMOVE, .rcx = SZ_4K, .rdx = c.td.tdr);
	KUNIT_EXPECT_EQ(test, *walk.entry, 0);
}

static void mem_track(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_expect(k, OP_STATE, TDH_MEM_TRACK, .rcx = td.tdr);
	soft_kunit_td_run(k, &td);
	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&td.tdcs->epoch_lock));
	soft_expect(k, EPOCH_BUSY, TDH_MEM_TRACK, .rcx = td.tdr);
	soft_unlock_shared(&td.tdcs->epoch_lock);
	KUNIT_EXPECT_EQ(test, td.tdcs->epoch, 1);
	for (int i = 2; i < 6; i++) {
		soft_expect(k, TDX_SUCCESS, TDH_MEM_TRACK, .rcx = td.tdr);
		KUNIT_EXPECT_EQ(test, td.tdcs->epoch, i);
	}
	soft_kunit_block_td(k, &td);
	soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, TDH_MEM_TRACK, .rcx = td.tdr);
}

struct guest_epoch {
	struct soft_kunit *k;
	u64 tdr;
	u64 block, track, remove, track_again;
};

static u64 guest_epoch(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs,
		       void *data)
{
	struct guest_epoch *g = data;

	g->block = soft_call(g->k, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = g->tdr);
	g->track = soft_call(g->k, TDH_MEM_TRACK, .rcx = g->tdr);
	g->remove = soft_call(g->k, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = g->tdr);
	g->track_again = soft_call(g->k, TDH_MEM_TRACK, .rcx = g->tdr);
	return EXIT_REASON_EXTERNAL_INTERRUPT;
}

/* A vCPU in the guest since before the block keeps the page, and the epoch. */
static void epoch_of_running_vcpu(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdvpr;
	struct guest_epoch g = { .k = k };
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu(k, &td);
	soft_kunit_tables(k, &td, 0, 0);
	soft_kunit_td_run(k, &td);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	g.tdr = td.tdr;
	soft_kunit_guest(guest_epoch, &g);
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = tdvpr);

	KUNIT_EXPECT_EQ(test, g.block, TDX_SUCCESS);
	KUNIT_EXPECT_EQ(test, g.track, TDX_SUCCESS);
	KUNIT_EXPECT_EQ(test, g.remove, SOFT_TDX_TLB_TRACKING_NOT_DONE);
	KUNIT_EXPECT_EQ(test, g.track_again,
			TDX_PREVIOUS_TLB_EPOCH_BUSY | TDX_OPERAND_ID_TD_EPOCH);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_REMOVE, .rcx = 0, .rdx = td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_TRACK, .rcx = td.tdr);
}

/* When has each vCPU of a blocked mapping's epoch left? */
static void epoch_passed(struct kunit *test)
{
	struct soft_tdcs tdcs = { .op_state = SOFT_OP_RUNNABLE, .epoch = 5 };
	struct soft_td td = { .tdcs = &tdcs };

	KUNIT_EXPECT_FALSE(test, soft_td_epoch_passed(&td, 5));
	KUNIT_EXPECT_TRUE(test, soft_td_epoch_passed(&td, 4));
	KUNIT_EXPECT_TRUE(test, soft_td_epoch_passed(&td, 3));
	atomic_set(&tdcs.epoch_users[0], 1);	/* entered in 4 */
	KUNIT_EXPECT_FALSE(test, soft_td_epoch_passed(&td, 4));
	KUNIT_EXPECT_TRUE(test, soft_td_epoch_passed(&td, 3));
	atomic_set(&tdcs.epoch_users[1], 1);	/* entered in 5 */
	KUNIT_EXPECT_TRUE(test, soft_td_epoch_passed(&td, 3));
	tdcs.op_state = SOFT_OP_INITIALIZED;
	KUNIT_EXPECT_TRUE(test, soft_td_epoch_passed(&td, 5));
}

/* 52 bits of GPA, five levels. */
static void five_levels(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 gpa = BIT_ULL(50) | SZ_2M, page = soft_kunit_page(k), *params, hpa;
	struct soft_kunit_td td;

	soft_kunit_td_tdcx(k, &td);
	hpa = soft_kunit_params(k, &params);
	params[SOFT_PARAMS_EPTP] = 4 << 3;
	params[SOFT_PARAMS_CONFIG_FLAGS] = 1;
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = hpa);
	soft_kunit_tables(k, &td, gpa, 0);
	soft_kunit_td_run(k, &td);
	soft_expect(k, TDX_SUCCESS, TDH_MEM_PAGE_AUG, .rcx = gpa, .rdx = td.tdr, .r8 = page);
	KUNIT_EXPECT_EQ(test, soft_kunit_septe(&td, gpa, 0) & SOFT_HPA_MASK, page);
	/* The same address without bit 50 is another one. */
	soft_expect(k, WALK_FAILED, TDH_MEM_RANGE_BLOCK, .rcx = SZ_2M, .rdx = td.tdr);
	soft_expect(k, INVALID(RCX), TDH_MEM_RANGE_BLOCK, .rcx = BIT_ULL(51), .rdx = td.tdr);
	soft_expect(k, INVALID(RCX), TDH_MEM_RANGE_BLOCK, .rcx = 5, .rdx = td.tdr);
}

static void sept_entries(struct kunit *test)
{
	static const enum soft_sept_state leaf[] = {
		SOFT_SEPT_FREE, SOFT_SEPT_BLOCKED, SOFT_SEPT_PENDING,
		SOFT_SEPT_PENDING_BLOCKED, SOFT_SEPT_PRESENT,
	};
	static const enum soft_sept_state table[] = {
		SOFT_SEPT_FREE, SOFT_SEPT_NL_PRESENT, SOFT_SEPT_NL_BLOCKED,
	};
	u64 hpa = SOFT_HPA_MASK, entry;

	for (int i = 0; i < ARRAY_SIZE(leaf); i++) {
		entry = soft_sept_make(leaf[i], hpa);
		KUNIT_EXPECT_EQ(test, soft_sept_state(entry, 0), leaf[i]);
		KUNIT_EXPECT_EQ(test, entry & SOFT_HPA_MASK, leaf[i] ? hpa : 0);
		/* Bits that hardware or another walker owns. */
		KUNIT_EXPECT_EQ(test, entry & (BIT_ULL(63) | GENMASK_ULL(11, 3)), 0);
	}
	for (int i = 0; i < ARRAY_SIZE(table); i++) {
		entry = soft_sept_make(table[i], hpa);
		KUNIT_EXPECT_EQ(test, soft_sept_state(entry, 1), table[i]);
		KUNIT_EXPECT_EQ(test, entry & (BIT_ULL(63) | GENMASK_ULL(11, 3)), 0);
	}

	entry = 7 | SOFT_SEPTE_AD;
	KUNIT_EXPECT_FALSE(test, soft_sept_cmpxchg(&entry, 6, 1));
	KUNIT_EXPECT_TRUE(test, soft_sept_cmpxchg(&entry, 7, 1));
	KUNIT_EXPECT_EQ(test, entry, 1);
}

static struct kunit_case soft_mem_cases[] = {
	KUNIT_CASE(mem_operands),
	KUNIT_CASE(mem_td_states),
	KUNIT_CASE(mem_sept_busy),
	KUNIT_CASE(sept_add),
	KUNIT_CASE(sept_remove),
	KUNIT_CASE(sept_remove_building),
	KUNIT_CASE(sept_blocked_table),
	KUNIT_CASE(page_add),
	KUNIT_CASE(page_aug),
	KUNIT_CASE(mr_extend),
	KUNIT_CASE(range_block),
	KUNIT_CASE(range_block_present),
	KUNIT_CASE(page_remove),
	KUNIT_CASE(accessed_dirty),
	KUNIT_CASE(mem_track),
	KUNIT_CASE(epoch_of_running_vcpu),
	KUNIT_CASE(epoch_passed),
	KUNIT_CASE(five_levels),
	KUNIT_CASE(sept_entries),
	{}
};

static struct kunit_suite soft_mem_suite = {
	.name = "soft_tdx_mem",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_mem_cases,
};

kunit_test_suite(soft_mem_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: what must hold between any two calls, for the pages,
 * TDs and vCPUs of the fuzz test; and taking them apart at its end.
 */
#include <linux/bitmap.h>
#include <linux/string.h>

#include "soft_kunit_fuzz.h"

/* What a pass over the pool's metadata found. */
struct soft_fuzz_census {
	long type[SOFT_PT_NR];
	long lent, pairs;
	int children[FUZZ_PAGES];	/* of the TDR with this index, by owner */
	int tdcx[FUZZ_PAGES];
	int sept[FUZZ_PAGES], guest[FUZZ_PAGES];
	int vcpus_ready[FUZZ_PAGES], vcpus_associated[FUZZ_PAGES];
	int vcpu_tdcx[FUZZ_PAGES];
};

/* One at a time: too large for the stack. */
static struct soft_fuzz_census census;

u64 soft_fuzz_page(const struct soft_fuzz_pool *pool, int index)
{
	int i = index % FUZZ_REGION_PAGES;

	if (i >= FUZZ_EDGE)
		i += PTRS_PER_PTE - FUZZ_REGION_PAGES;

	return pool->base[index / FUZZ_REGION_PAGES] + i * SZ_4K;
}

/* The page's index in the pool, -1 if it is none of it. */
int soft_fuzz_index(const struct soft_fuzz_pool *pool, u64 hpa)
{
	for (int r = 0; r < FUZZ_REGIONS; r++) {
		u64 i = (hpa - pool->base[r]) / SZ_4K;

		if (hpa - pool->base[r] >= SZ_2M)
			continue;
		if (i < FUZZ_EDGE)
			return r * FUZZ_REGION_PAGES + i;
		if (i >= PTRS_PER_PTE - FUZZ_EDGE)
			return r * FUZZ_REGION_PAGES + i - (PTRS_PER_PTE - FUZZ_REGION_PAGES);
		return -1;
	}

	return -1;
}

void soft_fuzz_pool_init(struct soft_fuzz_pool *pool, struct soft_kunit *k)
{
	pool->k = k;
	for (int r = 0; r < FUZZ_REGIONS; r++) {
		pool->region[r] = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(SZ_2M));
		KUNIT_ASSERT_NOT_NULL(k->test, pool->region[r]);
		pool->base[r] = page_to_phys(pool->region[r]);
	}
	for (int i = 0; i < SOFT_PT_NR; i++)
		pool->owned[i] = atomic_long_read(&soft_pages_owned[i]);
	pool->pamt_pages = atomic_long_read(&soft_pamt_pages);
}

bool soft_fuzz_lent(u64 hpa)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(hpa);

	return soft_dynamic_pamt &&
	       test_bit((hpa - tdmr->base) / SZ_4K, soft_pamt_bitmap(tdmr));
}

/*
 * What the host's pages begin with: a leaf that takes one for the TDCS that it
 * was finds an initialized TD, and gives itself away.
 */
#define MARK		SOFT_OP_INITIALIZED
#define MARK_WORDS	(128 / sizeof(u32))

/**
 * soft_fuzz_check_marks() - the module writes to no page that is the host's
 * @pool: the pool; no call may be under way
 * @check: false if a page may have been given and taken back unseen
 *
 * Return: NULL, or what is wrong.
 */
const char *soft_fuzz_check_marks(struct soft_fuzz_pool *pool, bool check)
{
	for (int i = 0; i < FUZZ_PAGES; i++) {
		u64 hpa = soft_fuzz_page(pool, i);
		u32 *words = __va(hpa);

		if (soft_kunit_type(hpa) != SOFT_PT_NDA || soft_fuzz_lent(hpa)) {
			__clear_bit(i, pool->marked);
			continue;
		}

		for (int w = 0; w < MARK_WORDS; w++) {
			if (check && test_bit(i, pool->marked) && words[w] != MARK)
				return "the module wrote to a page that it does not own";
			words[w] = MARK;
		}
		__set_bit(i, pool->marked);
	}

	return NULL;
}

static const char *soft_check_region(struct soft_fuzz_pool *pool, u64 base)
{
	struct soft_pamt_entry *region = soft_kunit_region_entry(base);
	u64 half[] = { region->info & SOFT_HPA_MASK, region->link & SOFT_HPA_MASK };

	if (region->link & SOFT_PAMT_LOCK_MASK)
		return "a region's entry is left locked";
	if (!(region->info & SOFT_PAMT_HAS_PAIR))
		return region->info || region->link ? "a region without pair has pages" : NULL;

	census.pairs++;
	for (int i = 0; i < 2; i++) {
		if (soft_fuzz_index(pool, half[i]) < 0)
			return "a page of a pair was never lent";
		if (!soft_fuzz_lent(half[i]))
			return "a page of a pair is not marked as lent";
	}

	return half[0] == half[1] ? "a page is twice in a pair" : NULL;
}

static void soft_check_tdvpr(u64 hpa, int owner)
{
	struct soft_tdvpr *tdvpr = __va(hpa);

	census.vcpu_tdcx[owner] += tdvpr->nr_tdcx;
	census.vcpus_ready[owner] += tdvpr->state != SOFT_VCPU_UNINITIALIZED;
	census.vcpus_associated[owner] += soft_vcpu_associated(tdvpr);
}

static const char *soft_check_page(struct soft_fuzz_pool *pool, int index)
{
	u64 hpa = soft_fuzz_page(pool, index), info;
	bool lent = soft_fuzz_lent(hpa);
	struct soft_pamt_entry *entry;
	enum soft_page_type type;
	int owner;

	census.lent += lent;
	if (soft_dynamic_pamt &&
	    !(soft_kunit_region_entry(hpa)->info & SOFT_PAMT_HAS_PAIR))
		return NULL;

	entry = soft_kunit_entry(hpa);
	info = entry->info;
	type = info & SOFT_PAMT_TYPE_MASK;
	if (entry->link & SOFT_PAMT_LOCK_MASK)
		return "a page's entry is left locked";
	if (type == SOFT_PT_NDA)
		return info ? "a free page has an owner" : NULL;
	if (lent)
		return "a page that serves as PAMT was given to a TD";
	if (type >= SOFT_PT_NR)
		return "no such page type";

	census.type[type]++;
	if (type == SOFT_PT_TDR)
		return info & SOFT_HPA_MASK ? "a TDR has an owner" : NULL;

	owner = soft_fuzz_index(pool, info & SOFT_HPA_MASK);
	if (owner < 0 || soft_kunit_type(info & SOFT_HPA_MASK) != SOFT_PT_TDR)
		return "a page's owner is no TDR";

	census.children[owner]++;
	census.tdcx[owner] += type == SOFT_PT_TDCX;
	census.sept[owner] += type == SOFT_PT_EPT;
	census.guest[owner] += type == SOFT_PT_REG;
	if (type == SOFT_PT_TDVPR)
		soft_check_tdvpr(hpa, owner);
	return NULL;
}

static const char *soft_check_tdcs(const struct soft_tdcs *tdcs, int index)
{
	if (atomic_read(&tdcs->op_state_lock.users) || atomic_read(&tdcs->sept_lock.users) ||
	    atomic_read(&tdcs->epoch_lock.users))
		return "a TDCS is left locked";
	if (atomic_read(&tdcs->epoch_users[0]) || atomic_read(&tdcs->epoch_users[1]))
		return "a vCPU is counted as inside";
	if (atomic_read(&tdcs->nr_vcpus) != census.vcpus_ready[index])
		return "vCPUs are miscounted";
	if (atomic_read(&tdcs->nr_associated) != census.vcpus_associated[index])
		return "associated vCPUs are miscounted";
	return NULL;
}

static const char *soft_check_td(struct soft_fuzz_pool *pool, int index, unsigned long *hkids)
{
	const struct soft_tdr *tdr = __va(soft_fuzz_page(pool, index));

	if (atomic_long_read(&tdr->nr_children) != census.children[index])
		return "a TD's pages are miscounted";
	if (tdr->lifecycle > SOFT_TD_TEARDOWN)
		return "no such life cycle state";
	if (tdr->lifecycle == SOFT_TD_TEARDOWN)
		return NULL;

	if (tdr->hkid < 2 || tdr->hkid > soft_keyids)
		return "no such KeyID";
	if (__test_and_set_bit(tdr->hkid, hkids))
		return "two TDs have the same KeyID";
	if (tdr->nr_tdcx > SOFT_TDCS_PAGES ||
	    tdr->nr_tdcx + census.vcpu_tdcx[index] != census.tdcx[index])
		return "a TD's TDCX pages are miscounted";
	if (!tdr->nr_tdcx)
		return NULL;

	return soft_check_tdcs(__va(tdr->tdcx_hpa[SOFT_TDCS_CONTROL]), index);
}

/* KeyIDs are 12 bits. */
static DECLARE_BITMAP(hkids_seen, 4096);

/**
 * soft_fuzz_check() - invariants of metadata, TDs and vCPUs
 * @pool: the pool; no call may be under way
 *
 * Return: NULL, or what is wrong.
 */
const char *soft_fuzz_check(struct soft_fuzz_pool *pool)
{
	const char *why;

	memset(&census, 0, sizeof(census));
	bitmap_zero(hkids_seen, 4096);

	for (int r = 0; r < FUZZ_REGIONS && soft_dynamic_pamt; r++) {
		why = soft_check_region(pool, pool->base[r]);
		if (why)
			return why;
	}
	for (int i = 0; i < FUZZ_PAGES; i++) {
		why = soft_check_page(pool, i);
		if (why)
			return why;
	}

	for (int t = 0; t < SOFT_PT_NR; t++) {
		if (atomic_long_read(&soft_pages_owned[t]) - pool->owned[t] != census.type[t])
			return "the module's count of its pages is wrong";
	}
	if (census.lent != 2 * census.pairs ||
	    census.lent != atomic_long_read(&soft_pamt_pages) - pool->pamt_pages)
		return "the number of pages that serve as PAMT is wrong";

	for (int i = 0; i < FUZZ_PAGES; i++) {
		if (soft_kunit_type(soft_fuzz_page(pool, i)) != SOFT_PT_TDR)
			continue;
		why = soft_check_td(pool, i, hkids_seen);
		if (why)
			return why;
	}

	return NULL;
}

struct soft_fuzz_walk {
	struct soft_fuzz_pool *pool;
	u64 tdr;
	int sept, guest;
	DECLARE_BITMAP(seen, FUZZ_PAGES);
};

static const char *soft_walk_table(struct soft_fuzz_walk *w, const u64 *table, int level);

static const char *soft_walk_entry(struct soft_fuzz_walk *w, u64 entry, int level)
{
	enum soft_sept_state state = soft_sept_state(entry, level);
	u64 hpa = entry & SOFT_HPA_MASK;
	int index = soft_fuzz_index(w->pool, hpa);
	bool table;

	if (state == SOFT_SEPT_FREE)
		return entry & ~SOFT_SEPTE_AD ? "a free S-EPT entry is not 0" : NULL;

	table = state == SOFT_SEPT_NL_PRESENT || state == SOFT_SEPT_NL_BLOCKED;
	if (state > SOFT_SEPT_NL_BLOCKED || table != !!level)
		return "an S-EPT entry's state is not one of its level";
	if (entry != soft_sept_make(state, hpa))
		return "an S-EPT entry has stray bits";
	if (index < 0)
		return "an S-EPT entry leads out of the pool";
	if (__test_and_set_bit(index, w->seen))
		return "a page is mapped twice";
	if (soft_kunit_entry(hpa)->info != (w->tdr | (table ? SOFT_PT_EPT : SOFT_PT_REG)))
		return "an S-EPT entry's page is of another type or owner";

	if (!table) {
		w->guest++;
		return NULL;
	}

	w->sept++;
	return soft_walk_table(w, __va(hpa), level - 1);
}

static const char *soft_walk_table(struct soft_fuzz_walk *w, const u64 *table, int level)
{
	for (int i = 0; i < PTRS_PER_PTE; i++) {
		const char *why = table[i] ? soft_walk_entry(w, table[i], level) : NULL;

		if (why)
			return why;
	}

	return NULL;
}

static const char *soft_check_sept(struct soft_fuzz_pool *pool, int index)
{
	struct soft_fuzz_walk w = { .pool = pool, .tdr = soft_fuzz_page(pool, index) };
	const struct soft_tdr *tdr = __va(w.tdr);
	const struct soft_tdcs *tdcs = __va(tdr->tdcx_hpa[SOFT_TDCS_CONTROL]);
	const char *why;

	/* Without a KeyID the pages of the tree come back in any order. */
	if (tdr->lifecycle == SOFT_TD_TEARDOWN || tdr->nr_tdcx != SOFT_TDCS_PAGES ||
	    tdcs->op_state == SOFT_OP_UNINITIALIZED)
		return NULL;

	why = soft_walk_table(&w, __va(tdr->tdcx_hpa[SOFT_TDCS_SEPT_ROOT]), tdcs->root_level);
	if (why)
		return why;

	return w.sept != census.sept[index] || w.guest != census.guest[index] ?
	       "a TD owns pages that its S-EPT does not lead to" : NULL;
}

/* The pages of a region that are not handed around stay as they are. */
static const char *soft_check_rest(struct soft_fuzz_pool *pool, u64 base)
{
	if (soft_dynamic_pamt &&
	    !(soft_kunit_region_entry(base)->info & SOFT_PAMT_HAS_PAIR))
		return NULL;

	for (int i = FUZZ_EDGE; i < PTRS_PER_PTE - FUZZ_EDGE; i++) {
		struct soft_pamt_entry *entry = soft_kunit_entry(base + i * SZ_4K);

		if (entry->info || entry->link || soft_fuzz_lent(base + i * SZ_4K))
			return "a page that was never handed over is in use";
	}

	return NULL;
}

/* As soft_fuzz_check(), and all that takes longer: each S-EPT is walked. */
const char *soft_fuzz_check_all(struct soft_fuzz_pool *pool)
{
	const char *why = soft_fuzz_check(pool);

	for (int r = 0; r < FUZZ_REGIONS && !why; r++)
		why = soft_check_rest(pool, pool->base[r]);
	for (int i = 0; i < FUZZ_PAGES && !why; i++) {
		if (soft_kunit_type(soft_fuzz_page(pool, i)) == SOFT_PT_TDR)
			why = soft_check_sept(pool, i);
	}

	return why;
}

static void soft_fuzz_flush(struct soft_fuzz_pool *pool, int cpu)
{
	soft_kunit_pin(cpu);
	for (int i = 0; i < FUZZ_PAGES; i++) {
		u64 hpa = soft_fuzz_page(pool, i);

		if (soft_kunit_type(hpa) == SOFT_PT_TDVPR)
			soft_call(pool->k, TDH_VP_FLUSH, .rcx = hpa);
	}
}

/* Take everything apart; each step must succeed, and nothing be left. */
void soft_fuzz_pool_exit(struct soft_fuzz_pool *pool)
{
	struct soft_kunit *k = pool->k;
	int cpu;

	for_each_online_cpu(cpu)
		soft_fuzz_flush(pool, cpu);
	soft_kunit_pin(0);

	for (int i = 0; i < FUZZ_PAGES; i++) {
		struct soft_kunit_td td = { .tdr = soft_fuzz_page(pool, i) };
		const struct soft_tdr *tdr = __va(td.tdr);

		if (soft_kunit_type(td.tdr) != SOFT_PT_TDR)
			continue;
		if (tdr->lifecycle < SOFT_TD_BLOCKED)
			soft_kunit_block_td(k, &td);
		if (tdr->lifecycle < SOFT_TD_TEARDOWN)
			soft_kunit_free_hkid(k, &td);
	}

	for (int tdrs = 0; tdrs < 2; tdrs++) {
		for (int i = 0; i < FUZZ_PAGES; i++) {
			u64 hpa = soft_fuzz_page(pool, i);
			enum soft_page_type type = soft_kunit_type(hpa);
			bool tdr = type == SOFT_PT_TDR;

			if (type != SOFT_PT_NDA && tdr == tdrs)
				soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = hpa);
		}
	}

	for (int r = 0; r < FUZZ_REGIONS; r++) {
		if (soft_dynamic_pamt &&
		    (soft_kunit_region_entry(pool->base[r])->info & SOFT_PAMT_HAS_PAIR))
			soft_must(k, SOFT_TDH_PAMT_REMOVE, .rcx = pool->base[r] | 1);
	}

	for (int t = 0; t < SOFT_PT_NR; t++)
		KUNIT_ASSERT_EQ(k->test, atomic_long_read(&soft_pages_owned[t]), pool->owned[t]);
	KUNIT_ASSERT_EQ(k->test, atomic_long_read(&soft_pamt_pages), pool->pamt_pages);
	for (int r = 0; r < FUZZ_REGIONS; r++)
		__free_pages(pool->region[r], get_order(SZ_2M));
}

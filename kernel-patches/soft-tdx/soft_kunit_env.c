// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: fixtures of its KUnit suites.
 *
 * After each test case, passed or not, every TD made of the case's pages is
 * torn down, and the module must own what it owned before.
 */
#include <linux/cleanup.h>
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <asm/soft_vmx.h>

#include "soft_kunit.h"

/* An association of a vCPU is with a CPU: stay on it. */
void soft_kunit_pin(int cpu)
{
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
}

long soft_kunit_owned(void)
{
	long sum = 0;

	for (int i = 0; i < SOFT_PT_NR; i++)
		sum += atomic_long_read(&soft_pages_owned[i]);

	return sum;
}

int soft_kunit_init(struct kunit *test)
{
	struct soft_kunit *k;

	if (!soft_tdx_enabled || !soft_sys_ready())
		kunit_skip(test, "not booted with soft_tdx=on");

	k = kunit_kzalloc(test, sizeof(*k), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, k);
	k->test = test;
	k->owned = soft_kunit_owned();
	k->pamt_pages = atomic_long_read(&soft_pamt_pages);
	test->priv = k;
	k->wb_slices = soft_wb_slices;
	soft_wb_slices = 2;
	soft_kunit_pin(0);
	return 0;
}

u64 __soft_call(struct soft_kunit *k, u64 fn, const struct tdx_module_args *args)
{
	k->out = *args;
	return seamcall_saved_ret(fn, &k->out);
}

void __soft_expect(struct soft_kunit *k, const char *func, int line, const char *fn,
		   u64 want, u64 got)
{
	KUNIT_EXPECT_TRUE_MSG(k->test, want == got,
			      "%s:%d: %s returned 0x%llx, not 0x%llx\n",
			      func, line, fn, got, want);
}

void __soft_must(struct soft_kunit *k, const char *fn, u64 got)
{
	KUNIT_ASSERT_TRUE_MSG(k->test, got == TDX_SUCCESS, "%s returned 0x%llx\n", fn, got);
}

/* A page that may be handed to the module. */
u64 soft_kunit_page(struct soft_kunit *k)
{
	struct page *page;

	KUNIT_ASSERT_LT(k->test, k->nr_pages, SOFT_KUNIT_PAGES);
	page = tdx_alloc_control_page();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(k->test, page);
	k->pages[k->nr_pages++] = page;
	return page_to_phys(page);
}

static void soft_kunit_free_page(void *page)
{
	__free_page(page);
}

/* A page of ordinary memory, never handed to the module except as PAMT. */
u64 soft_kunit_bare_page(struct soft_kunit *k)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	KUNIT_ASSERT_NOT_NULL(k->test, page);
	KUNIT_ASSERT_EQ(k->test, 0, kunit_add_action_or_reset(k->test, soft_kunit_free_page,
							      page));
	return page_to_phys(page);
}

/* 2M of physical memory in which the host's Dynamic PAMT has no page. */
u64 soft_kunit_region(struct soft_kunit *k)
{
	if (!k->region)
		k->region = alloc_pages(GFP_KERNEL | __GFP_ZERO, get_order(SZ_2M));
	KUNIT_ASSERT_NOT_NULL(k->test, k->region);
	return page_to_phys(k->region);
}

/* An address that the host reserved in a TDMR. */
u64 soft_kunit_reserved(struct soft_kunit *k)
{
	for (int i = 0; i < soft_nr_tdmrs; i++) {
		if (soft_tdmrs[i].nr_reserved)
			return PAGE_ALIGN(soft_tdmrs[i].reserved[0].start);
	}

	kunit_skip(k->test, "no TDMR has a reserved area");
}

/* The first address beyond all TDMRs. */
u64 soft_kunit_beyond(void)
{
	u64 end = 0;

	for (int i = 0; i < soft_nr_tdmrs; i++)
		end = max(end, soft_tdmrs[i].base + soft_tdmrs[i].size);

	return end;
}

int soft_kunit_hkid(struct soft_kunit *k)
{
	int hkid = tdx_guest_keyid_alloc();

	KUNIT_ASSERT_GT(k->test, hkid, 1);
	KUNIT_ASSERT_LT(k->test, k->nr_hkids, SOFT_KUNIT_HKIDS);
	k->hkids[k->nr_hkids++] = hkid;
	return hkid;
}

struct soft_pamt_entry *soft_kunit_region_entry(u64 hpa)
{
	return soft_pamt_region(soft_tdmr_find(hpa), hpa);
}

struct soft_pamt_entry *soft_kunit_entry(u64 hpa)
{
	return soft_pamt_4k(soft_tdmr_find(hpa), soft_kunit_region_entry(hpa), hpa);
}

/* What the module thinks the page is; free where it keeps no metadata. */
enum soft_page_type soft_kunit_type(u64 hpa)
{
	if (soft_dynamic_pamt && !(soft_kunit_region_entry(hpa)->info & SOFT_PAMT_HAS_PAIR))
		return SOFT_PT_NDA;

	return READ_ONCE(soft_kunit_entry(hpa)->info) & SOFT_PAMT_TYPE_MASK;
}

/* TD_PARAMS that the module takes; *params to change them. */
u64 soft_kunit_params(struct soft_kunit *k, u64 **params)
{
	u64 hpa = soft_kunit_bare_page(k), *p = __va(hpa);

	p[SOFT_PARAMS_ATTRIBUTES] = BIT_ULL(28);
	p[SOFT_PARAMS_XFAM] = XFEATURE_MASK_FPSSE;
	p[SOFT_PARAMS_MAX_VCPUS] = SOFT_KUNIT_MAX_VCPUS;
	p[SOFT_PARAMS_EPTP] = 3 << 3;	/* four levels */
	p[SOFT_PARAMS_CPUID] = SOFT_KUNIT_CPUID;
	if (params)
		*params = p;
	return hpa;
}

void soft_kunit_td_create(struct soft_kunit *k, struct soft_kunit_td *td)
{
	td->tdr = soft_kunit_page(k);
	td->tdr_va = __va(td->tdr);
	td->hkid = soft_kunit_hkid(k);
	soft_must(k, TDH_MNG_CREATE, .rcx = td->tdr, .rdx = td->hkid);
}

void soft_kunit_td_keys(struct soft_kunit *k, struct soft_kunit_td *td)
{
	int cpu;

	soft_kunit_td_create(k, td);
	/* Once on each package. */
	for_each_online_cpu(cpu) {
		soft_kunit_pin(cpu);
		if (soft_call(k, TDH_MNG_KEY_CONFIG, .rcx = td->tdr) == TDX_SUCCESS &&
		    td->tdr_va->lifecycle == SOFT_TD_KEYS_CONFIGURED)
			break;
	}
	soft_kunit_pin(0);
	KUNIT_ASSERT_EQ(k->test, td->tdr_va->lifecycle, SOFT_TD_KEYS_CONFIGURED);
}

void soft_kunit_td_tdcx(struct soft_kunit *k, struct soft_kunit_td *td)
{
	soft_kunit_td_keys(k, td);
	for (int i = 0; i < SOFT_TDCS_PAGES; i++)
		soft_must(k, TDH_MNG_ADDCX, .rcx = soft_kunit_page(k), .rdx = td->tdr);
	td->tdcs = __va(td->tdr_va->tdcx_hpa[SOFT_TDCS_CONTROL]);
}

void soft_kunit_td_init(struct soft_kunit *k, struct soft_kunit_td *td)
{
	soft_kunit_td_tdcx(k, td);
	soft_must(k, TDH_MNG_INIT, .rcx = td->tdr, .rdx = soft_kunit_params(k, NULL));
}

void soft_kunit_td_run(struct soft_kunit *k, struct soft_kunit_td *td)
{
	soft_must(k, TDH_MR_FINALIZE, .rcx = td->tdr);
}

/* A vCPU with all its pages, not yet initialized. */
u64 soft_kunit_vcpu_tdcx(struct soft_kunit *k, struct soft_kunit_td *td)
{
	u64 tdvpr = soft_kunit_page(k);

	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td->tdr);
	for (int i = 0; i < SOFT_TDVPS_PAGES - 1; i++)
		soft_must(k, TDH_VP_ADDCX, .rcx = soft_kunit_page(k), .rdx = tdvpr);

	return tdvpr;
}

u64 soft_kunit_vcpu(struct soft_kunit *k, struct soft_kunit_td *td)
{
	u64 tdvpr = soft_kunit_vcpu_tdcx(k, td);

	soft_must(k, TDH_VP_INIT | 1 << TDX_VERSION_SHIFT, .rcx = tdvpr, .r8 = 0);
	return tdvpr;
}

/* Tables of the S-EPT down to the one whose entries are at @level. */
void soft_kunit_tables(struct soft_kunit *k, struct soft_kunit_td *td, u64 gpa, int level)
{
	for (int l = td->tdcs->root_level; l > level; l--) {
		u64 base = ALIGN_DOWN(gpa, BIT_ULL(PAGE_SHIFT + 9 * l));

		soft_must(k, TDH_MEM_SEPT_ADD, .rcx = base | l, .rdx = td->tdr,
			  .r8 = soft_kunit_page(k));
	}
}

/* The S-EPT entry that maps @gpa at @level, which must exist. */
u64 soft_kunit_septe(struct soft_kunit_td *td, u64 gpa, int level)
{
	struct soft_td soft = { .tdr = td->tdr_va, .tdcs = td->tdcs };
	struct soft_sept_walk walk;

	soft_sept_walk(&soft, gpa, level, &walk);
	return walk.complete ? READ_ONCE(*walk.entry) : ~0ULL;
}

void soft_kunit_block_td(struct soft_kunit *k, struct soft_kunit_td *td)
{
	soft_must(k, TDH_MNG_VPFLUSHDONE, .rcx = td->tdr);
}

/* One CPU of each package writes its caches back. */
static void soft_kunit_cache_wb(struct soft_kunit *k)
{
	int cpu;

	for_each_online_cpu(cpu) {
		u64 resume = 0;

		soft_kunit_pin(cpu);
		while (soft_call(k, TDH_PHYMEM_CACHE_WB, .rcx = resume) ==
		       TDX_INTERRUPTED_RESUMABLE)
			resume = 1;
	}
	soft_kunit_pin(0);
}

/* From after VPFLUSHDONE to where pages can be reclaimed. */
void soft_kunit_free_hkid(struct soft_kunit *k, struct soft_kunit_td *td)
{
	soft_kunit_cache_wb(k);
	soft_must(k, TDH_MNG_KEY_FREEID, .rcx = td->tdr);
}

static struct {
	u64 (*fn)(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs, void *data);
	void *data;
} soft_kunit_guest_now;

static u64 soft_kunit_guest_enter(struct soft_td *td, struct soft_tdvpr *vcpu,
				  struct pt_regs *regs)
{
	return soft_kunit_guest_now.fn(td, vcpu, regs, soft_kunit_guest_now.data);
}

static const struct soft_guest_ops soft_kunit_guest_ops = {
	.name = "kunit",
	.enter = soft_kunit_guest_enter,
};

void soft_kunit_guest(u64 (*fn)(struct soft_td *td, struct soft_tdvpr *vcpu,
				struct pt_regs *regs, void *data), void *data)
{
	soft_kunit_guest_now.fn = fn;
	soft_kunit_guest_now.data = data;
	soft_guest_override = &soft_kunit_guest_ops;
}

/* Take one TD apart, whatever state it is in. */
static void soft_kunit_teardown(struct soft_kunit *k, u64 tdr)
{
	struct soft_kunit_td td = { .tdr = tdr };

	for (int i = 0; i < k->nr_pages; i++) {
		u64 hpa = page_to_phys(k->pages[i]);

		if (soft_kunit_type(hpa) == SOFT_PT_TDVPR)
			soft_call(k, TDH_VP_FLUSH, .rcx = hpa);
	}

	if (((struct soft_tdr *)__va(tdr))->lifecycle < SOFT_TD_BLOCKED)
		soft_kunit_block_td(k, &td);
	if (((struct soft_tdr *)__va(tdr))->lifecycle < SOFT_TD_TEARDOWN)
		soft_kunit_free_hkid(k, &td);

	for (int i = 0; i < k->nr_pages; i++) {
		u64 hpa = page_to_phys(k->pages[i]);

		if (soft_kunit_type(hpa) != SOFT_PT_NDA && hpa != tdr &&
		    (soft_kunit_entry(hpa)->info & SOFT_HPA_MASK) == tdr)
			soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = hpa);
	}
	soft_must(k, TDH_PHYMEM_PAGE_RECLAIM, .rcx = tdr);
}

void soft_kunit_exit(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	if (!k)
		return;

	soft_kunit_pin(0);
	soft_inject_off();
	soft_guest_override = NULL;
	soft_wb_slices = 2;

	for (int i = 0; i < k->nr_pages; i++) {
		u64 hpa = page_to_phys(k->pages[i]);

		if (soft_kunit_type(hpa) == SOFT_PT_TDR)
			soft_kunit_teardown(k, hpa);
	}

	soft_wb_slices = k->wb_slices;
	KUNIT_EXPECT_EQ(test, soft_kunit_owned(), k->owned);
	if (soft_kunit_owned() != k->owned)
		return;	/* whose they are cannot be told: leak all */

	if (k->region && soft_dynamic_pamt &&
	    (soft_kunit_region_entry(page_to_phys(k->region))->info & SOFT_PAMT_HAS_PAIR))
		soft_must(k, TDH_PHYMEM_PAMT_REMOVE, .rcx = page_to_phys(k->region) | 1);
	while (k->nr_pages)
		tdx_free_control_page(k->pages[--k->nr_pages]);
	while (k->nr_hkids)
		tdx_guest_keyid_free(k->hkids[--k->nr_hkids]);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&soft_pamt_pages), k->pamt_pages);
	if (k->region)
		__free_pages(k->region, get_order(SZ_2M));
}

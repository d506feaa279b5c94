// SPDX-License-Identifier: GPL-2.0
/*
 * Dynamic PAMT: lend the TDX module the metadata of 4K pages as it is needed.
 *
 * A 2M region of physical memory needs a pair of 4K pages, for its 512 PAMT
 * entries, from before the first until after the last of its 4K pages is in
 * use by the TDX module.
 */
#define pr_fmt(fmt)	"virt/tdx: " fmt

#include <linux/array_size.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <asm/cacheflush.h>
#include <asm/shared/tdx_errno.h>
#include <asm/tdx.h>

#include "seamcall_internal.h"
#include "stats.h"
#include "tdx.h"

/* Level of the target in RCX of TDH.PHYMEM.PAMT.ADD and .REMOVE. */
#define PAMT_LEVEL_2M	1

/*
 * How many 4K pages of each 2M region need its metadata, indexed by the
 * region's number.  NULL without Dynamic PAMT.
 *
 * The upper half counts those of them that the TDX module gave back already
 * and the kernel still holds.  Neither half can exceed the 512 pages.
 */
static atomic_t *pamt_refcounts __ro_after_init;

#define PAMT_REF	1
#define PAMT_HELD	BIT(16)
#define PAMT_REF_MASK	GENMASK(15, 0)

/* A region's refcount and its pair change together, PAMT.ADD/REMOVE included. */
static DEFINE_SPINLOCK(pamt_lock);

struct pamt_pair {
	struct page *page[2];
};

static atomic_t *pamt_refcount(struct page *page)
{
	return pamt_refcounts + page_to_phys(page) / SZ_2M;
}

static u32 pamt_refs(atomic_t *refcount)
{
	return atomic_read(refcount) & PAMT_REF_MASK;
}

/* Do only held pages keep the region's pair installed? */
static bool pamt_held_back(u32 val)
{
	return (val & PAMT_REF_MASK) && (val & PAMT_REF_MASK) == val / PAMT_HELD;
}

static void pamt_refcount_add(atomic_t *refcount, int delta)
{
	u32 new = atomic_add_return(delta, refcount);
	int held_back = pamt_held_back(new) - pamt_held_back(new - delta);

	if (held_back)
		tdx_stat_pamt_held_back(held_back);
}

static u64 pamt_target(struct page *page)
{
	return ALIGN_DOWN(page_to_phys(page), SZ_2M) | PAMT_LEVEL_2M;
}

/**
 * tdx_page_cache_topup() - make sure that a cache holds spare pages
 * @cache: the cache
 * @nr: pages wanted
 *
 * Return: 0, or -ENOMEM with what could be had in the cache.
 */
int tdx_page_cache_topup(struct tdx_page_cache *cache, unsigned int nr)
{
	while (cache->nr < nr) {
		struct page *page = alloc_page(GFP_KERNEL_ACCOUNT);

		if (!page)
			return -ENOMEM;
		tdx_page_cache_free(cache, page);
	}

	return 0;
}
EXPORT_SYMBOL_FOR_KVM(tdx_page_cache_topup);

/* Take a page out of the cache; NULL if it is empty. */
struct page *tdx_page_cache_alloc(struct tdx_page_cache *cache)
{
	struct page *page = list_first_entry_or_null(&cache->pages, struct page, lru);

	if (page) {
		list_del(&page->lru);
		cache->nr--;
	}

	return page;
}
EXPORT_SYMBOL_FOR_KVM(tdx_page_cache_alloc);

void tdx_page_cache_free(struct tdx_page_cache *cache, struct page *page)
{
	list_add(&page->lru, &cache->pages);
	cache->nr++;
}
EXPORT_SYMBOL_FOR_KVM(tdx_page_cache_free);

void tdx_page_cache_drain(struct tdx_page_cache *cache)
{
	struct page *page;

	while ((page = tdx_page_cache_alloc(cache)))
		__free_page(page);
}
EXPORT_SYMBOL_FOR_KVM(tdx_page_cache_drain);

static void pamt_pair_free(struct pamt_pair *pair, struct tdx_page_cache *cache)
{
	for (int i = 0; i < ARRAY_SIZE(pair->page); i++) {
		if (!pair->page[i])
			continue;
		if (cache)
			tdx_page_cache_free(cache, pair->page[i]);
		else
			__free_page(pair->page[i]);
	}
}

static int pamt_pair_alloc(struct pamt_pair *pair, struct tdx_page_cache *cache)
{
	*pair = (struct pamt_pair){};

	for (int i = 0; i < ARRAY_SIZE(pair->page); i++) {
		pair->page[i] = cache ? tdx_page_cache_alloc(cache) :
					alloc_page(GFP_KERNEL_ACCOUNT);
		if (!pair->page[i]) {
			pamt_pair_free(pair, cache);
			return -ENOMEM;
		}
	}

	return 0;
}

static u64 tdh_phymem_pamt_add(struct page *page, struct pamt_pair *pair)
{
	struct tdx_module_args args = {
		.rcx = pamt_target(page),
		.rdx = page_to_phys(pair->page[0]),
		.r8 = page_to_phys(pair->page[1]),
	};

	clflush_cache_range(page_to_virt(pair->page[0]), PAGE_SIZE);
	clflush_cache_range(page_to_virt(pair->page[1]), PAGE_SIZE);
	return seamcall(TDH_PHYMEM_PAMT_ADD, &args);
}

static u64 tdh_phymem_pamt_remove(struct page *page, struct pamt_pair *pair)
{
	struct tdx_module_args args = {
		.rcx = pamt_target(page),
	};
	u64 err = seamcall_ret(TDH_PHYMEM_PAMT_REMOVE, &args);

	if (!err) {
		pair->page[0] = pfn_to_page(PHYS_PFN(args.rdx));
		pair->page[1] = pfn_to_page(PHYS_PFN(args.r8));
	}

	return err;
}

/**
 * tdx_pamt_get() - let the TDX module use a 4K page
 * @page: the page, about to be handed to the module
 * @cache: spare pages to lend from and to give back to, or NULL to allocate
 *
 * May be called in atomic context with a cache.
 *
 * Return: 0, -ENOMEM, or -EIO if the module refused the pair.
 */
int tdx_pamt_get(struct page *page, struct tdx_page_cache *cache)
{
	struct tdx_pamt_times times = {};
	struct pamt_pair pair;
	u64 err = 0;
	int ret;

	if (!pamt_refcounts)
		return 0;

	ret = pamt_pair_alloc(&pair, cache);
	if (ret)
		return ret;

	times.start = tdx_stat_clock();
	scoped_guard(spinlock, &pamt_lock) {
		atomic_t *refcount = pamt_refcount(page);

		times.locked = tdx_stat_clock();
		if (!pamt_refs(refcount)) {
			times.seamcall_start = times.locked;
			err = tdh_phymem_pamt_add(page, &pair);
			times.seamcall_end = tdx_stat_clock();
			if (!err) {
				pair = (struct pamt_pair){};
				tdx_stat_pamt_add(page_to_phys(page));
			}
		}
		if (!err)
			pamt_refcount_add(refcount, PAMT_REF);
	}
	times.end = tdx_stat_clock();
	if (!err)
		tdx_stat_pamt_get(&times);

	pamt_pair_free(&pair, cache);
	if (WARN_ONCE(err, "TDH.PHYMEM.PAMT.ADD failed: 0x%llx\n", err))
		return -EIO;

	return 0;
}
EXPORT_SYMBOL_FOR_KVM(tdx_pamt_get);

static void __tdx_pamt_put(struct page *page, int delta)
{
	struct tdx_pamt_times times = {};
	struct pamt_pair pair = {};
	u64 err = 0;

	if (!pamt_refcounts)
		return;

	times.start = tdx_stat_clock();
	scoped_guard(spinlock, &pamt_lock) {
		atomic_t *refcount = pamt_refcount(page);

		times.locked = tdx_stat_clock();
		if (pamt_refs(refcount) == 1) {
			times.seamcall_start = times.locked;
			err = tdh_phymem_pamt_remove(page, &pair);
			times.seamcall_end = tdx_stat_clock();
			if (!err)
				tdx_stat_pamt_remove(page_to_phys(page));
		}
		/* A pair that stays keeps its reference; the page is not held. */
		pamt_refcount_add(refcount, err ? delta + PAMT_REF : delta);
	}
	times.end = tdx_stat_clock();
	tdx_stat_pamt_put(&times);

	if (WARN_ONCE(err, "TDH.PHYMEM.PAMT.REMOVE failed: 0x%llx\n", err))
		return;

	for (int i = 0; i < ARRAY_SIZE(pair.page) && pair.page[i]; i++)
		tdx_quirk_reset_paddr(page_to_phys(pair.page[i]), PAGE_SIZE);
	pamt_pair_free(&pair, NULL);
}

/**
 * tdx_pamt_put() - the TDX module does not use a 4K page any more
 * @page: the page, reclaimed or removed from its TD
 *
 * If the module does not return the pair, then it stays where it is: leaked,
 * and counted as in use.
 */
void tdx_pamt_put(struct page *page)
{
	__tdx_pamt_put(page, -PAMT_REF);
}
EXPORT_SYMBOL_FOR_KVM(tdx_pamt_put);

/**
 * tdx_pamt_hold() - the TDX module gave a 4K page back, which is freed later
 * @page: the page; its metadata stays until tdx_pamt_put_held()
 *
 * For accounting: a pair that only such pages need is held back.
 */
void tdx_pamt_hold(struct page *page)
{
	if (pamt_refcounts && tdx_stats_enabled())
		pamt_refcount_add(pamt_refcount(page), PAMT_HELD);
}
EXPORT_SYMBOL_FOR_KVM(tdx_pamt_hold);

/* As tdx_pamt_put(), for a page given to tdx_pamt_hold(). */
void tdx_pamt_put_held(struct page *page)
{
	__tdx_pamt_put(page, tdx_stats_enabled() ? -(PAMT_REF + (int)PAMT_HELD) : -PAMT_REF);
}
EXPORT_SYMBOL_FOR_KVM(tdx_pamt_put_held);

/**
 * tdx_alloc_control_page() - allocate a page that the TDX module may use
 *
 * Return: the page, with its metadata in place, or an ERR_PTR() with what
 * tdx_pamt_get() returns.
 */
struct page *tdx_alloc_control_page(void)
{
	struct page *page = alloc_page(GFP_KERNEL_ACCOUNT);
	int ret;

	if (!page)
		return ERR_PTR(-ENOMEM);

	ret = tdx_pamt_get(page, NULL);
	if (ret) {
		__free_page(page);
		return ERR_PTR(ret);
	}

	return page;
}
EXPORT_SYMBOL_FOR_KVM(tdx_alloc_control_page);

void tdx_free_control_page(struct page *page)
{
	if (!page)
		return;

	tdx_pamt_put(page);
	__free_page(page);
}
EXPORT_SYMBOL_FOR_KVM(tdx_free_control_page);

/**
 * tdx_pamt_init() - allocate the refcounts of Dynamic PAMT
 *
 * One for each 2M up to the end of memory: 2 MB per TB.
 */
int __init tdx_pamt_init(void)
{
	unsigned long nr_regions = DIV_ROUND_UP(PFN_PHYS(max_pfn), SZ_2M);

	pamt_refcounts = vcalloc(nr_regions, sizeof(*pamt_refcounts));
	if (!pamt_refcounts)
		return -ENOMEM;

	pr_info("Dynamic PAMT: %lu KB of refcounts\n",
		nr_regions * sizeof(*pamt_refcounts) / SZ_1K);
	return 0;
}

void __init tdx_pamt_exit(void)
{
	vfree(pamt_refcounts);
	pamt_refcounts = NULL;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sizes that the plan uses, and where each comes from. They are exact: for a kernel or module
 * with another size, change the value here, and nothing elsewhere.
 */
#ifndef PL_SIZES_H
#define PL_SIZES_H

#include "lib/page_size.h"

#define PL_4K		((double)PAGE_BYTES)
#define PL_1M		1048576.0
#define PL_2M		2097152.0
#define PL_1G		1073741824.0
#define PL_512G		(512 * PL_1G)
#define PL_REGION_PAGES	512		/* 4K pages of a 2M region */

/* TDX module, metadata fields 0x9100000100000010..13: bytes per page at 4K, 2M, 1G; bits per 4K page */
#define PL_PAMT_ENTRY_BYTES	16.0
#define PL_PAMT_BITMAP_BITS	1.0
/* one pair of 4K pages per 2M region with a 4K page in use (TDH.PHYMEM.PAMT.ADD) */
#define PL_PAIR_BYTES		((double)PAMT_PAIR_BYTES)
/* arch/x86/virt/vmx/tdx/pamt.c: an atomic_t per 2M of physical address space, up to max_pfn */
#define PL_REFCOUNT_BYTES	4.0

/* tdx_sysinfo.td_ctrl: tdcs_base_size / 4K and tdvps_base_size / 4K - 1, as v7.3's tdx.c uses them */
#define PL_TDR_PAGES		1
#define PL_TDCS_PAGES		6
#define PL_TDVPR_PAGES		1
#define PL_TDCX_PAGES		5

/* KVM: sizeof(struct kvm_mmu_page) in v7.3 on x86-64, 22 of them in a 4K slab page */
#define PL_MMU_PAGE_BYTES	184.0
#define PL_MMU_PAGES_PER_SLAB	22.0
/* tdx.c, TDX_FAULT_NR_PAMT: a page and four tables per fault, two PAMT pages each; in use: up to 10 */
#define PL_SPARE_PAMT_PAGES	10
/* tdx.c, TDX_FAULT_NR_SEPT: S-EPT pages at hand, with either PAMT mode */
#define PL_SPARE_SEPT_PAGES	4
/* KVM_ARCH_NR_OBJS_PER_MEMORY_CACHE: mmu_shadow_page_cache is filled to that, with either mode */
#define PL_SPARE_SPT_PAGES	40

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_PAMT_H
#define PL_PAMT_H

#include "scenario.h"

/* What the host pays whether or not a TD runs; bytes. */
struct pl_pamt {
	double tdmr_bytes;		/* memory in TDMRs */
	double static_bytes;		/* PAMT of all levels, without Dynamic PAMT */
	double dynamic_static_bytes;	/* with it: 2M and 1G levels, a bit per 4K page */
	double refcount_bytes;		/* KVM host: 4 B per 2M up to the highest address */
	double regions;			/* 2M regions of memory: no more pairs than these */
};

/*
 * Exact, from the physical ranges of @h and their nodes: TDMRs as in tdmr.h, and as
 * tdmr_set_up_pamt() of v7.3 does it, each level of a TDMR's PAMT aligned to 4K.
 */
struct pl_pamt pl_pamt_of(const struct pl_host *h);

/* What one TD takes besides its memory; pages of 4K unless named otherwise. */
struct pl_td {
	double guest_pages;	/* mapped at 4K */
	double sept_pages;	/* sp->external_spt, without the root, which is in the TDCS */
	double mirror_pages;	/* sp->spt, the root included */
	double mmu_page_bytes;	/* struct kvm_mmu_page of these */
	double control_pages;	/* TDR, TDCS, per vCPU TDVPR and TDCX */
	double spare_pamt_pages;	/* of all vCPUs, only with Dynamic PAMT: up to this many */
	double spare_pages;		/* of all vCPUs, with either mode: up to this many */
};

/* Exact: arithmetic of the mapping. GPAs: up to 3 GiB from 0 on, the rest from 4 GiB on. */
struct pl_td pl_td_of(const struct pl_class *c);

/*
 * S-EPT pages of a TD with @bytes of memory, of which the shares are mapped at 4K, 2M and 1G:
 * a table per touched 2M (4K mappings), 1G (4K and 2M), 512G.
 */
double pl_sept_pages(double bytes, double share_4k, double share_2m, double share_1g);

/* 4K pages that Dynamic PAMT tracks one by one: guest, S-EPT, control. */
double pl_td_tracked_pages(const struct pl_td *t);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * TDMRs: the ranges of memory that the kernel hands to the TDX module. The rules are those of
 * arch/x86/virt/vmx/tdx/tdx.c in v7.3, of Dynamic PAMT those of the merged series. They are wrong if a
 * kernel prints another size of its PAMT.
 */
#include <math.h>

#include "lib/text.h"
#include "pamt.h"
#include "sizes.h"
#include "tdmr.h"

/* The module's tree of pairs covers so many bits of address; merged code asks no more of it. */
#define DPAMT_BITS	48

/* The kernel leaves the first MiB out of TDX's memory. */
static double tdx_start(const struct pl_range *r)
{
	return fmax(r->start_bytes, PL_1M);
}

/* Gaps of @t, as tdmr_populate_rsvd_holes() finds them. */
static size_t holes(const struct pl_host *h, const struct pl_tdmr *t)
{
	double last = t->start_bytes;
	size_t n = 0;

	for (size_t i = 0; i < h->nr_ranges; i++) {
		const struct pl_range *r = &h->range[i];
		double start = tdx_start(r);

		if (start >= r->end_bytes || r->end_bytes < t->start_bytes)
			continue;
		if (start >= t->end_bytes)
			break;
		n += start > last;
		last = r->end_bytes;
	}
	return n + (last < t->end_bytes);
}

void pl_tdmrs_of(const struct pl_host *h, struct pl_tdmrs *t)
{
	double covered = 0;

	t->n = 0;
	for (size_t i = 0; i < h->nr_ranges; i++) {
		const struct pl_range *r = &h->range[i];
		double start = fmax(floor(r->start_bytes / PL_1G) * PL_1G, covered);
		double end = ceil(r->end_bytes / PL_1G) * PL_1G;

		if (tdx_start(r) >= r->end_bytes || end <= covered)
			continue;
		covered = end;
		if (t->n < PL_MAX_TDMRS)
			t->tdmr[t->n] = (struct pl_tdmr){ start, end, 0 };
		t->n++;
	}
	for (size_t i = 0; i < t->n && i < PL_MAX_TDMRS; i++)
		t->tdmr[i].holes = holes(h, &t->tdmr[i]);
}

/* KeyID 0, one of the module and one for each TD take the upper bits of an address. */
static double address_bits(const struct pl_host *h)
{
	return h->phys_bits - (h->keyid_bits > 0 ? h->keyid_bits : ceil(log2(h->tds_max + 2)));
}

static char *tdmr_refusal(const struct pl_host *h)
{
	size_t all = 0, room;
	struct pl_tdmrs t;

	pl_tdmrs_of(h, &t);
	if (t.n > PL_MAX_TDMRS)
		return xasprintf("TDX does not come up: the memory takes %zu TDMRs, one for each range of a node, and the TDX module has %d (\"TDMRs exhausted\"); use fewer ranges or nodes",
				 t.n, PL_MAX_TDMRS);
	for (size_t i = 0; i < t.n; i++) {
		if (t.tdmr[i].holes > PL_MAX_RESERVED)
			return xasprintf("TDX does not come up: %zu holes in the memory from %g to %g GiB, and a TDMR may have %d (\"reserved areas exhausted\"); use fewer holes",
					 t.tdmr[i].holes, t.tdmr[i].start_bytes / PL_1G,
					 t.tdmr[i].end_bytes / PL_1G, PL_MAX_RESERVED);
		all += t.tdmr[i].holes;
	}
	/* the PAMT of each TDMR lies in some TDMR, as a reserved area */
	room = t.n * PL_MAX_RESERVED;
	if (all + t.n > room)
		return xasprintf("TDX does not come up: %zu holes and the PAMTs of %zu TDMRs are more than the %zu reserved areas that these may have (\"reserved areas exhausted\"); use fewer holes",
				 all, t.n, room);
	return NULL;
}

char *pl_tdx_refusal(const struct pl_host *h)
{
	double top = h->nr_ranges ? h->range[h->nr_ranges - 1].end_bytes : 0;
	struct pl_pamt p;
	char *why;

	if (h->tds_max < 1)
		return xasprintf("TDX does not come up: the module takes one private KeyID, and none is left for TDs (\"too few private KeyIDs available\"); give TDX at least 2 in the BIOS");
	if (top > exp2(address_bits(h)))
		return xasprintf("such a host cannot be: memory ends at %g GiB, and the KeyIDs of %g TDs leave %g bits of address, %g GiB; lower tds_max or the addresses",
				 top / PL_1G, h->tds_max, address_bits(h),
				 exp2(address_bits(h)) / PL_1G);
	if (address_bits(h) > DPAMT_BITS)
		return xasprintf("Dynamic PAMT does not come up: addresses have %g bits (phys_bits less keyid_bits), and it covers %d; give KeyIDs more bits in the BIOS",
				 address_bits(h), DPAMT_BITS);
	why = tdmr_refusal(h);
	if (why)
		return why;
	p = pl_pamt_of(h);
	if (p.dynamic_static_bytes + p.refcount_bytes > h->memory_bytes)
		return xasprintf("TDX does not come up: with memory up to %g GiB, PAMT and refcounts of Dynamic PAMT take %.4g GiB at boot, more than the %g GiB there are; use lower addresses",
				 top / PL_1G, (p.dynamic_static_bytes + p.refcount_bytes) / PL_1G,
				 h->memory_bytes / PL_1G);
	return NULL;
}

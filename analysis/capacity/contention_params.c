// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of the contention model: unit, range, source. A range is what the source allows; what
 * the posted figures of one TD then rule out is contention_posted.c's business.
 */
#include "contention_params.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* One row per parameter: place, name, low, mid, high, source, meaning. */
#define PARAMETERS(ROW) \
	ROW(PL_P_FAULT, "fault_ns", 4000, 10000, 30000, assumed, \
	    "a fault without tdx_pamt_get(): exit, MMU, page, AUG, entry, guest") \
	ROW(PL_P_TEARDOWN, "teardown_ns", 4000, 4800, 5500, derived, \
	    "per page torn down, one thread: teardown time / pages") \
	ROW(PL_P_ALLOC, "pair_alloc_ns", 200, 400, 800, assumed, \
	    "two order-0 allocations with memcg charge") \
	ROW(PL_P_RESET, "reset_ns", 300, 700, 900, derived, \
	    "MOVDIR64B over 4K; 0 where the erratum does not apply") \
	ROW(PL_P_FREE, "pair_free_ns", 100, 250, 500, assumed, \
	    "two pages freed and uncharged") \
	ROW(PL_P_CACHE, "pair_cache_ns", 5, 10, 30, assumed, \
	    "a pair out of the vCPU's cache and back (recycle)") \
	ROW(PL_P_HOLD, "hold_percent", 20, 50, 90, assumed, \
	    "of an uncontended lock's price: lock held, the rest to take it") \
	ROW(PL_P_HANDOFF, "handoff_ns", 60, 120, 400, assumed, \
	    "lock from one CPU to another; high: other socket") \
	ROW(PL_P_LINE_HANDOFF, "line_handoff_ns", 40, 60, 200, assumed, \
	    "refcount's cache line from one CPU to another") \
	ROW(PL_P_ADD, "add_ns", 2000, 4000, 18000, measured, \
	    "PAMT.ADD") \
	ROW(PL_P_REMOVE, "remove_ns", 1000, 2000, 11000, measured, \
	    "PAMT.REMOVE") \
	ROW(PL_P_SEAMCALL_PERCENT, "seamcall_percent", 0.2, 0.3, 0.6, derived, \
	    "of gets that ADD: 1 in 512 dense; all of 4096 regions") \
	ROW(PL_P_FAULTING, "faulting_vcpus", 1, 2, 8, assumed, \
	    "of a TD's 8 vCPUs, fault at the same time") \
	ROW(PL_P_TEARING, "tearing_threads", 1, 1, 1, code, \
	    "of a TD: the one that closes its guest_memfd") \
	ROW(PL_P_OVERLAP, "overlap_percent", 50, 90, 100, assumed, \
	    "of other TDs in the same phase at a time") \
	ROW(PL_P_CROWD, "crowd_percent", 0, 5, 20, assumed, \
	    "all work slower with five TDs: caches, SMT, clock") \
	ROW(PL_P_REGION_VCPUS, "region_vcpus", 1, 4, 8, derived, \
	    "in one 2M region at a time: high is 512 / batch") \
	ROW(PL_P_LINE_REGIONS, "line_regions", 1, 4, 16, derived, \
	    "in use, in one line of refcounts: high is 64 B / 4 B") \
	ROW(PL_P_BATCH, "batch_pages", 63, 63, 63, code, \
	    "pages per zone lock taken; 0: never taken") \
	ROW(PL_P_ZONE_PAGE, "zone_page_ns", 30, 60, 150, assumed, \
	    "zone lock held, per page of a batch") \
	ROW(PL_P_ZONES, "zones", 1, 1, 2, assumed, \
	    "NUMA nodes with memory")

#define AS_PARAM(i, n, l, m, h, from, text) [i] = { n, { l, m, h }, #from, text },
#define AS_KEY(i, n, l, m, h, from, text) \
	{ .type = OPT_KEY, .name = n, .choices = #l ":" #m ":" #h, .help = text " (" #from ")" },

const struct pl_param_info pl_params[PL_NR_PARAMS] = { PARAMETERS(AS_PARAM) };
struct opt pl_param_keys[] = { PARAMETERS(AS_KEY) OPT_END };

void pl_params_init(struct pl_range3 box[PL_NR_PARAMS])
{
	for (int i = 0; i < PL_NR_PARAMS; i++)
		box[i] = pl_params[i].range;
}

/* Least value that makes sense: counts begin at 1, a batch of 1 or 2 pages is not modelled. */
static double least(int param)
{
	switch (param) {
	case PL_P_FAULTING:
	case PL_P_TEARING:
	case PL_P_REGION_VCPUS:
	case PL_P_LINE_REGIONS:
	case PL_P_ZONES:
		return 1;
	default:
		return 0;
	}
}

static double most(int param)
{
	switch (param) {
	case PL_P_HOLD:
	case PL_P_SEAMCALL_PERCENT:
	case PL_P_OVERLAP:
		return 100;
	case PL_P_ZONES:
	case PL_P_FAULTING:
	case PL_P_TEARING:
	case PL_P_REGION_VCPUS:
	case PL_P_LINE_REGIONS:
	case PL_P_BATCH:
		return 4096;
	default:
		return 1e9;
	}
}

static int find(const char *name, size_t n)
{
	for (int i = 0; i < PL_NR_PARAMS; i++)
		if (!strncmp(pl_params[i].name, name, n) && !pl_params[i].name[n])
			return i;
	return -1;
}

/* One number at *@p, up to @stop; NaN if there is none. */
static double number(const char **p, char stop)
{
	char *end;
	double v = strtod(*p, &end);

	if (end == *p || *end != stop || !isfinite(v))
		return NAN;
	*p = end + 1;
	return v;
}

int pl_params_set(struct pl_range3 box[PL_NR_PARAMS], const char *text, char **error)
{
	const char *eq = strchr(text, '='), *p;
	int i = eq ? find(text, (size_t)(eq - text)) : -1;
	struct pl_range3 r;

	if (i < 0) {
		*error = xstrdup("must be NAME=VALUE or NAME=LOW:MID:HIGH; `dpamt-bench help parameters` lists the names");
		return -1;
	}
	p = eq + 1;
	if (strchr(p, ':')) {
		r.low = number(&p, ':');
		r.mid = number(&p, ':');
		r.high = number(&p, '\0');
	} else {
		r.low = r.mid = r.high = number(&p, '\0');
	}
	if (!(r.low >= least(i) && r.low <= r.mid && r.mid <= r.high && r.high <= most(i))) {
		*error = xasprintf("must be numbers from %g to %g, low <= mid <= high", least(i),
				   most(i));
		return -1;
	}
	if (i == PL_P_BATCH && r.low < 3 && r.high > 0) {
		*error = xstrdup("must be 0, or at least 3 pages");
		return -1;
	}
	box[i] = r;
	return 0;
}

void pl_params_print(FILE *f, const struct pl_range3 box[PL_NR_PARAMS])
{
	fprintf(f, "%-18s%8s%8s%8s  %s\n", "parameter", "low", "mid", "high", "source");
	for (int i = 0; i < PL_NR_PARAMS; i++)
		fprintf(f, "%-18s%8g%8g%8g  %s\n    %s\n", pl_params[i].name, box[i].low,
			box[i].mid, box[i].high, pl_params[i].source,
			pl_params[i].help);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Parameters of the contention model: unit, range, source. A range is what the source allows; what
 * the posted figures of one TD then rule out is contention_posted.c's business.
 */
#include "contention_params.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "lib/text.h"

const struct pl_param_info pl_params[PL_NR_PARAMS] = {
	[PL_P_FAULT] = { "fault_ns", 4000, 10000, 30000, PL_P_ASSUMED,
		"a fault without tdx_pamt_get(): exit, MMU, page, AUG, entry, guest" },
	[PL_P_TEARDOWN] = { "teardown_ns", 4000, 4800, 5500, PL_P_DERIVED,
		"per page torn down, one thread: teardown time / pages" },
	[PL_P_ALLOC] = { "pair_alloc_ns", 200, 400, 800, PL_P_ASSUMED,
		"two order-0 allocations with memcg charge" },
	[PL_P_RESET] = { "reset_ns", 300, 700, 900, PL_P_DERIVED,
		"MOVDIR64B over 4K; 0 where the erratum does not apply" },
	[PL_P_FREE] = { "pair_free_ns", 100, 250, 500, PL_P_ASSUMED,
		"two pages freed and uncharged" },
	[PL_P_CACHE] = { "pair_cache_ns", 5, 10, 30, PL_P_ASSUMED,
		"a pair out of the vCPU's cache and back (recycle)" },
	[PL_P_HOLD] = { "hold_percent", 20, 50, 90, PL_P_ASSUMED,
		"of an uncontended lock's price: lock held, the rest to take it" },
	[PL_P_HANDOFF] = { "handoff_ns", 60, 120, 400, PL_P_ASSUMED,
		"lock from one CPU to another; high: other socket" },
	[PL_P_LINE_HANDOFF] = { "line_handoff_ns", 40, 60, 200, PL_P_ASSUMED,
		"refcount's cache line from one CPU to another" },
	[PL_P_ADD] = { "add_ns", 2000, 4000, 18000, PL_P_MEASURED, "PAMT.ADD" },
	[PL_P_REMOVE] = { "remove_ns", 1000, 2000, 11000, PL_P_MEASURED, "PAMT.REMOVE" },
	[PL_P_SEAMCALL_PERCENT] = { "seamcall_percent", 0.2, 0.3, 0.6, PL_P_DERIVED,
		"of gets that ADD: 1 in 512 dense; all of 4096 regions" },
	[PL_P_FAULTING] = { "faulting_vcpus", 1, 2, 8, PL_P_ASSUMED,
		"of a TD's 8 vCPUs, fault at the same time" },
	[PL_P_TEARING] = { "tearing_threads", 1, 1, 1, PL_P_CODE,
		"of a TD: the one that closes its guest_memfd" },
	[PL_P_OVERLAP] = { "overlap_percent", 50, 90, 100, PL_P_ASSUMED,
		"of other TDs in the same phase at a time" },
	[PL_P_CROWD] = { "crowd_percent", 0, 5, 20, PL_P_ASSUMED,
		"all work slower with five TDs: caches, SMT, clock" },
	[PL_P_REGION_VCPUS] = { "region_vcpus", 1, 4, 8, PL_P_DERIVED,
		"in one 2M region at a time: high is 512 / batch" },
	[PL_P_LINE_REGIONS] = { "line_regions", 1, 4, 16, PL_P_DERIVED,
		"in use, in one line of refcounts: high is 64 B / 4 B" },
	[PL_P_BATCH] = { "batch_pages", 63, 63, 63, PL_P_CODE,
		"pages per zone lock taken; 0: never taken" },
	[PL_P_ZONE_PAGE] = { "zone_page_ns", 30, 60, 150, PL_P_ASSUMED,
		"zone lock held, per page of a batch" },
	[PL_P_ZONES] = { "zones", 1, 1, 2, PL_P_ASSUMED, "NUMA nodes with memory" },
};

void pl_params_init(struct pl_range3 box[PL_NR_PARAMS])
{
	for (int i = 0; i < PL_NR_PARAMS; i++)
		box[i] = (struct pl_range3){ pl_params[i].low, pl_params[i].mid, pl_params[i].high };
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

int pl_params_set(struct pl_range3 box[PL_NR_PARAMS], const char *text)
{
	const char *eq = strchr(text, '='), *p;
	int i = eq ? find(text, (size_t)(eq - text)) : -1;
	struct pl_range3 r;

	if (i < 0)
		return fail("contention: --set %s: must be NAME=VALUE or NAME=LOW:MID:HIGH; dpamt-bench contention --help lists the names",
			    text);
	p = eq + 1;
	if (strchr(p, ':')) {
		r.low = number(&p, ':');
		r.mid = number(&p, ':');
		r.high = number(&p, '\0');
	} else {
		r.low = r.mid = r.high = number(&p, '\0');
	}
	if (!(r.low >= least(i) && r.low <= r.mid && r.mid <= r.high && r.high <= most(i)))
		return fail("contention: --set %s: must be numbers from %g to %g, low <= mid <= high",
			    text, least(i), most(i));
	if (i == PL_P_BATCH && r.low < 3 && r.high > 0)
		return fail("contention: --set %s: must be 0, or at least 3 pages", text);
	box[i] = r;
	return 0;
}

static const char *source_name(enum pl_param_source s)
{
	static const char *const names[] = { "measured", "derived", "code", "assumed" };

	return names[s];
}

void pl_params_print(FILE *f, const struct pl_range3 box[PL_NR_PARAMS])
{
	fprintf(f, "%-18s%8s%8s%8s  %s\n", "parameter", "low", "mid", "high", "source");
	for (int i = 0; i < PL_NR_PARAMS; i++)
		fprintf(f, "%-18s%8g%8g%8g  %s\n    %s\n", pl_params[i].name, box[i].low,
			box[i].mid, box[i].high, source_name(pl_params[i].source),
			pl_params[i].help);
}

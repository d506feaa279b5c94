// SPDX-License-Identifier: GPL-2.0
/*
 * frag: how much memory do PAMT pairs take, as a function of the host's fragmentation?
 *
 * A pair of pages (8 KiB) is needed for each 2 MiB region of the host that holds a 4K page of a TD.
 * The host's free memory is first brought into a known state, --per-region free pages in each
 * region, then TDs are populated from it; the kernel's counter has the number of pairs. If pairs
 * followed from the number of pages alone, they would not differ between --per-region 1 and 512.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/core/hostfrag.h"
#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, TD_DESTROY };
static const char *const ops[] = { "td_create", "td_populate", "td_destroy", NULL };

static uint64_t nr_tds, pages, per_region, tolerance_percent;

static struct opt opts[] = {
	OPT_UINT("tds", &nr_tds, "1", 1, 4094, "N", "TDs that divide the pages"),
	OPT_UINT("pages", &pages, "512", 1, 1 << 24, "N",
		 "guest pages of all TDs together, a multiple of --tds"),
	OPT_UINT("per-region", &per_region, "1", 1, 512, "K",
		 "pages of TDs in each 2 MiB region of the host: 512 dense, 1 the worst"),
	OPT_UINT("tolerance", &tolerance_percent, "15", 0, 100, "PERCENT",
		 "by how much the number of pairs may miss what was asked for"),
	OPT_END
};

/* A TD's pages are contiguous in the guest, so that S-EPT pages are few. */
static uint64_t pages_per_td, regions_per_td;

static int needs(struct needs *n)
{
	if (pages % nr_tds)
		return fail("--pages: %" PRIu64 " pages cannot be divided among %" PRIu64 " TDs",
			    pages, nr_tds);
	pages_per_td = pages / nr_tds;
	regions_per_td = (pages_per_td + REGION_PAGES - 1) / REGION_PAGES;
	n->tds = nr_tds;
	n->td_bytes = regions_per_td * REGION_BYTES;
	n->vcpus = 1;
	n->threads = 1;
	n->samples = nr_tds * 3;
	n->sample_logs = 3; /* one per step */
	n->sept_pages_expected = sept_pages(TD_GPA, regions_per_td) * nr_tds;
	n->td_populated_bytes = pages_per_td * PAGE_BYTES;
	return 0;
}

static int fill(struct td *td, unsigned int id)
{
	uint64_t bytes = pages_per_td * PAGE_BYTES;

	(void)id;
	return td_set_private(td, 0, bytes, true) ? -1 : td_fault(td, 0, 0, bytes);
}

static int destroy(struct td *td, unsigned int id)
{
	(void)id;
	return td_destroy(td, NULL);
}

static int each_td(struct run *run, struct td *tds, uint16_t op,
		   int (*step)(struct td *td, unsigned int id))
{
	struct sample_log log = run_log(run, 0);
	uint64_t start_ns, end_ns, sum_ns = 0, begin_ns = now_ns();
	uint32_t i;

	for (i = 0; i < nr_tds; i++) {
		start_ns = now_ns();
		if (step(&tds[i], i))
			return -1;
		end_ns = now_ns();
		samples_add(&log, op, i, 0, start_ns, end_ns);
		sum_ns += end_ns - start_ns;
	}
	run_usage(run, op, now_ns() - begin_ns, sum_ns, 0);
	return 0;
}

static int run(struct run *run)
{
	uint64_t sept = sept_pages(TD_GPA, regions_per_td) * nr_tds;
	/* Beside each S-EPT page the kernel has one. */
	const struct hostfrag h = {
		.per_region = per_region,
		.tdx_pages = pages + sept,
		.other_pages = sept,
		.nr_tds = nr_tds,
	};
	struct td *tds = calloc(nr_tds, sizeof(*tds));
	uint16_t op;
	int ret;

	if (!tds)
		return fail("no memory for %" PRIu64 " TDs", nr_tds);
	for (op = 0; ops[op]; op++)
		run_expect(run, op, nr_tds);

	/* TDs first: their control pages come from the host as it was. */
	run_phase(run, "create");
	if (each_td(run, tds, TD_CREATE, create_ready))
		return -1;
	run_phase(run, "fragment");
	if (hostfrag_take(&h))
		return -1;
	run_measure(run, "populate");
	if (each_td(run, tds, TD_POPULATE, fill))
		return -1;
	ret = hostfrag_settle((unsigned int)tolerance_percent);
	run_phase(run, "destroy");
	if (each_td(run, tds, TD_DESTROY, destroy))
		return -1;
	run_extra(run, "host_fragmentation", hostfrag_json());
	hostfrag_release();
	free(tds);
	return ret;
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	return why ? why : hostfrag_unavailable();
}

WORKLOAD(frag) = {
	.name = "frag",
	.question = "How many PAMT pairs do a TD's pages need, from dense to one page per 2 MiB?",
	.exercises = "population of TDs from host memory whose free pages lie as asked for; "
		     "PAMT pairs are added per 2 MiB region of the host",
	.verify = "the kernel's count of pairs is what the layout asked for, within --tolerance",
	.primary = PRIMARY({ .metric = "pamt_pairs_peak" }),
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

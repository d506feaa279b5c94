// SPDX-License-Identifier: GPL-2.0
/*
 * age: do TDs that come and go break up the memory of a host that is never rebooted?
 *
 * --lifetimes TDs are created one after the other, of drawn sizes, and up to --tds of them live at a time:
 * drawn ones are destroyed for new ones. With --tide their number falls to a quarter and rises again. Between
 * two creations pages of living TDs are converted to shared and back, and a tenant beside the TDs, which
 * holds --beside percent of what was free, turns some of its memory over. At low tide it has what the TDs
 * have not. S-EPT pages and PAMT pairs are 4K pages that the kernel cannot move. Whether they lie beside
 * each other or all over memory, and so how many huge pages are left, may depend on when and where they are
 * freed. It does not if rcu, immediate and a kernel without Dynamic PAMT leave the same number after the
 * same lifetimes.
 *
 * After each --every lifetimes the state of memory is a row of age.csv.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/age_csv.h"
#include "bench/rundir/file_names.h"
#include "workloads/core/draws.h"
#include "workloads/core/free_memory.h"
#include "workloads/core/hostmem.h"
#include "workloads/core/kstats.h"
#include "workloads/core/layout.h"
#include "workloads/core/placement.h"
#include "workloads/core/populate.h"
#include "workloads/core/tenant.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, ROUND, TD_DESTROY };
static const char *const ops[] = { "td_create", "td_populate", "convert_round", "td_destroy",
				   NULL };

enum { HUGE_OFF, HUGE_END, HUGE_ROWS };

/* A region's S-EPT page, and the kernel's page beside it. */
#define TABLE_PAGES  2
/* Of what is free the tenant fills so much, before it drops pieces. */
#define FILL_PERCENT 97

static uint64_t nr_tds, mem_mib, pages_per_region, lifetimes, tide, conversions, every, beside,
	turn_over, huge;

static struct opt opts[] = {
	OPT_UINT("tds", &nr_tds, "64", 1, 4094, "N", "TDs alive at once, with --tide at most"),
	OPT_UINT("mem", &mem_mib, "128", 2, 1 << 20, "MIB",
		 "memory per TD in MiB, even; of its regions of 2 MiB a drawn number is populated, "
		 "from the first on"),
	OPT_UINT("pages-per-region", &pages_per_region, "2", 1, 512, "K",
		 "4K pages populated per 2 MiB"),
	OPT_UINT("lifetimes", &lifetimes, "500", 1, 1000000, "N", "TDs to create, all in all"),
	OPT_UINT(
		"tide", &tide, "200", 0, 1000000, "N",
		"lifetimes in which the number of TDs rises from a quarter of --tds to all and falls "
		"again; 0: always all"),
	OPT_UINT("conversions", &conversions, "16", 0, 1000000, "N",
		 "drawn pages of drawn TDs to convert to shared and back after each creation"),
	OPT_UINT("every", &every, "100", 1, 1000000, "N", "lifetimes between two rows of " FILE_AGE),
	OPT_UINT(
		"beside", &beside, "85", 0, 95, "PERCENT",
		"of the memory that is free before the first TD: held in pieces by a tenant beside "
		"the TDs, who can be moved; 0: nobody"),
	OPT_UINT("turn-over", &turn_over, "128", 0, 1 << 20, "PAGES",
		 "of the tenant that are dropped and taken elsewhere after each creation"),
	OPT_CHOICE("huge", &huge, "end", "off|end|rows",
		   "compact memory and ask for all huge pages there are: never, after the last "
		   "lifetime and again without TDs, or for each row"),
	OPT_END
};

static uint64_t max_regions, max_rows;
static struct td *tds;	  /* the first nr_alive are alive */
static uint64_t *regions; /* of each of them */
static uint64_t nr_alive, alive_regions;
static struct age *rows;
static size_t nr_rows;
static uint64_t tenant_pages, tenant_room, converted;
static struct hostmem before, after;

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (!beside && opt_given(opts, "turn-over"))
		return fail("--turn-over belongs to the tenant: give --beside");
	max_regions = mem_mib * MIB_BYTES / REGION_BYTES;
	/* before the first lifetime, during them, after the last, and without TDs */
	max_rows = 3 + lifetimes / every;
	n->tds = nr_tds;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = 1;
	n->threads = 1;
	n->samples = lifetimes * (3 + conversions);
	n->sample_logs = 1;
	n->sept_pages_expected = 0; /* depends on the sizes drawn */
	return 0;
}

/* A row of what memory is now; @try_huge: also of what compaction can get. */
static int look(struct run *run, uint64_t so_far, bool try_huge)
{
	struct age *a = &rows[nr_rows++];

	a->lifetimes = so_far;
	a->conversions = converted;
	a->tds = nr_alive;
	a->t_ns = now_ns() - run->start_ns;
	free_memory_read(a);
	return try_huge ? free_memory_try_huge(a) : 0;
}

/* The last one takes its place. */
static int destroy(struct sample_log *log, uint64_t i, uint32_t so_far)
{
	struct td_destroy_times t;

	draws_wait_operation(0);
	if (td_destroy(&tds[i], &t))
		return -1;
	samples_add(log, TD_DESTROY, tds[i].id, so_far, t.start_ns, t.vm_ns);
	alive_regions -= regions[i];
	nr_alive--;
	tds[i] = tds[nr_alive];
	regions[i] = regions[nr_alive];
	return 0;
}

static int create(struct sample_log *log, uint32_t id, uint64_t nr_regions)
{
	const struct layout layout = { nr_regions, pages_per_region };
	uint64_t start_ns = now_ns(), made_ns;
	struct td *td = &tds[nr_alive];

	if (create_ready(td, id))
		return -1;
	made_ns = now_ns();
	samples_add(log, TD_CREATE, id, id, start_ns, made_ns);
	if (populate(td, &layout))
		return -1;
	samples_add(log, TD_POPULATE, id, id, made_ns, now_ns());
	regions[nr_alive++] = nr_regions;
	alive_regions += nr_regions;
	return 0;
}

/* A drawn page of a drawn TD. */
static int convert(struct sample_log *log, struct rng *rng)
{
	uint64_t i = rng_below(rng, nr_alive), start_ns,
		 offset = rng_below(rng, regions[i]) * REGION_BYTES +
			  rng_below(rng, pages_per_region) * PAGE_BYTES;

	start_ns = now_ns();
	if (td_round_trip(&tds[i], offset, PAGE_BYTES))
		return -1;
	samples_add(log, ROUND, tds[i].id, (uint32_t)converted++, start_ns, now_ns());
	return 0;
}

/* How many TDs are to be alive when the @n-th, from 0, has been created. */
static uint64_t wanted(uint64_t n)
{
	uint64_t low = (nr_tds + 3) / 4, half = tide / 2, at;

	if (tide < 2)
		return nr_tds;
	at = n % tide;
	return at < half ? low + (nr_tds - low) * at / half
			 : nr_tds - (nr_tds - low) * (at - half) / (tide - half);
}

/* The tenant has what TDs of the mean size would have, if they were all there. */
static int let_tenant_live(void)
{
	uint64_t pages = tenant_pages, all = nr_tds * (max_regions + 1) / 2;

	if (!tenant_pages)
		return 0;
	if (tide > 1 && alive_regions < all)
		pages += (all - alive_regions) * (pages_per_region + TABLE_PAGES);
	return tenant_hold(pages < tenant_room ? pages : tenant_room) || tenant_turn_over(turn_over)
		       ? -1
		       : 0;
}

static int live(struct run *run, struct sample_log *log)
{
	struct rng rng = rng_init(run->seed, 0);

	if (look(run, 0, huge == HUGE_ROWS))
		return -1;
	for (uint64_t n = 0; n < lifetimes; n++) {
		bool last = n + 1 == lifetimes;

		while (nr_alive >= wanted(n))
			if (destroy(log, rng_below(&rng, nr_alive), (uint32_t)n))
				return -1;
		if (create(log, (uint32_t)n, 1 + rng_below(&rng, max_regions)))
			return -1;
		for (uint64_t c = 0; c < conversions; c++)
			if (convert(log, &rng))
				return -1;
		if (let_tenant_live())
			return -1;
		if (((n + 1) % every == 0 || last) &&
		    look(run, n + 1, huge == HUGE_ROWS || (last && huge == HUGE_END)))
			return -1;
	}
	return 0;
}

/* Hold all but a rest of what is free, then drop pieces until the share asked for is held. */
static int take_memory(uint64_t seed)
{
	uint64_t free_pages, td_pages;

	hostmem_read(&before);
	free_pages = hostmem_free_above_low(&before, placement_nodes());
	td_pages = nr_tds * max_regions * (pages_per_region + TABLE_PAGES);
	tenant_pages = free_pages * beside / 100;
	if (td_pages > free_pages - tenant_pages)
		return fail("%" PRIu64 " TDs of up to %" PRIu64
			    " pages do not fit beside a tenant, "
			    "who leaves %" PRIu64 " pages: use fewer --tds, less --mem or --beside",
			    nr_tds, td_pages / nr_tds, free_pages - tenant_pages);
	if (!tenant_pages)
		return 0;
	tenant_room = free_pages * FILL_PERCENT / 100;
	return tenant_fork(tenant_room, seed) || tenant_fill(tenant_room) ||
			       tenant_hold(tenant_pages)
		       ? -1
		       : 0;
}

static json_t *known(uint64_t v)
{
	return known_json(v != AGE_UNKNOWN, (json_int_t)v);
}

static json_t *permille(double share)
{
	return known_json(!isnan(share), (json_int_t)(1000 * share + 0.5));
}

static json_t *row_json(const struct age *a)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "free_2m_pages", known(age_free_2m(a)),
		"unusable_2m_permille", permille(age_unusable_2m(a)), "huge_pages",
		known(a->huge_pages), "blocked_2m", known(a->blocked_2m), "unmovable_blocks",
		known(a->unmovable_blocks), "pamt_pairs", known(a->pamt_pairs), "tdx_pages",
		known(a->tdx_pages), "pairs_per_1000_pages", permille(age_pairs_per_page(a)));
}

static int run(struct run *run)
{
	struct sample_log log = run_log(run, 0);

	tds = calloc(nr_tds, sizeof(*tds));
	regions = calloc(nr_tds, sizeof(*regions));
	rows = calloc(max_rows, sizeof(*rows));
	if (!tds || !regions || !rows)
		return fail("no memory for %" PRIu64 " TDs and %" PRIu64 " rows", nr_tds, max_rows);
	nr_rows = 0;
	nr_alive = alive_regions = converted = 0;
	run_expect(run, TD_CREATE, lifetimes);
	run_expect(run, TD_POPULATE, lifetimes);
	run_expect(run, TD_DESTROY, lifetimes);
	run_expect(run, ROUND, lifetimes * conversions);

	run_phase(run, "fill");
	if (take_memory(run->seed))
		return -1;
	run_measure(run, "live");
	hostmem_read(&before);
	if (live(run, &log))
		return -1;
	hostmem_read(&after);
	run_phase(run, "leave");
	while (nr_alive)
		if (destroy(&log, nr_alive - 1, (uint32_t)lifetimes))
			return -1;
	/* As before the first TD. */
	if (tenant_pages && tenant_hold(tenant_pages))
		return -1;
	if (look(run, lifetimes, huge != HUGE_OFF) || (tenant_pages && tenant_end()))
		return -1;

	run_extra(run, "age", row_json(&rows[nr_rows - 2]));
	run_extra(run, "age_without_tds", row_json(&rows[nr_rows - 1]));
	run_extra(run, "tenant_pages", json_integer((json_int_t)tenant_pages));
	run_extra(run, "memory_pressure", hostmem_json(&before, &after));
	free(tds);
	free(regions);
	return 0;
}

static int write_record(const struct run *run, FILE *to)
{
	(void)run;
	return age_csv_write(rows, nr_rows, to);
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	return why || huge == HUGE_OFF ? why : free_memory_huge_unavailable();
}

WORKLOAD(age) = {
	.name = "age",
	.question = "Do TDs that come and go break up the memory of a host that is never rebooted?",
	.exercises =
		"thousands of creations, populations, conversions and destructions of TDs beside "
		"movable memory: the page allocator's free lists, pageblocks and compaction",
	.verify =
		"every step of every TD succeeded and was recorded, and the tenant kept its memory",
	.primary = PRIMARY({ .metric = "age_huge_pages" }, { .metric = "age_unmovable_blocks" },
			   { .metric = "age_pairs_per_1000_pages" }),
	.record_file = FILE_AGE,
	.write_record = write_record,
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

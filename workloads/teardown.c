// SPDX-License-Identifier: GPL-2.0
/*
 * teardown: what does it cost to destroy a TD, and what does it leave behind for a while?
 *
 * Creates N TDs, populates each and destroys them all, --rounds times. Measures the time until close()
 * returns, when the VM is gone. The kernel's counters tell when S-EPT pages are freed. If the policy
 * for freeing them did not matter, td_close_vm would not differ between kernels.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "workloads/core/aggressor.h"
#include "workloads/core/draws.h"
#include "workloads/core/hostfrag.h"
#include "workloads/core/kstats.h"
#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, TD_DESTROY, CLOSE_VCPUS, CLOSE_GMEM, CLOSE_VM };
static const char *const ops[] = {
	"td_create", "td_populate", "td_destroy", "td_close_vcpus", "td_close_gmem", "td_close_vm",
	NULL
};

enum { DENSE, SPARSE, PER_REGION, FRAG };
enum { SERIAL, PARALLEL, ALL_AT_ONCE, ONE_BY_ONE, STAGGERED };
enum { CREATED, REVERSE, SHUFFLED };

static uint64_t nr_tds, mem_mib, leaf_sept_pages, layout_kind, pages_per_region, how, nr_threads,
	nr_vcpus, rounds, gap_us, order_kind, aggressor;

static struct opt opts[] = {
	OPT_TDS(&nr_tds, "4"),
	OPT_MEM(&mem_mib, "64"),
	OPT_UINT("sept-pages", &leaf_sept_pages, "0", 0, 1 << 19, "N",
		 "lowest-level S-EPT pages per TD, in place of --mem: N x 2 MiB; 0: --mem"),
	OPT_CHOICE(
		"layout", &layout_kind, "dense", "dense|sparse|per-region|frag",
		"populate every 4K page, one per 2 MiB, --pages-per-region of them; or sparse from a "
		"host whose free memory is fragmented first"),
	OPT_UINT("pages-per-region", &pages_per_region, "1", 1, 512, "K",
		 "4K pages per 2 MiB: of the guest, with per-region; of the host, with frag"),
	OPT_CHOICE(
		"destroy", &how, "serial", "serial|parallel|all-at-once|one-by-one|staggered",
		"by one thread (serial, one-by-one), by --threads threads, by one per TD let loose "
		"together, or by one per TD and --gap-us after the TD before"),
	OPT_UINT("threads", &nr_threads, "2", 1, 4094, "T",
		 "destroying threads, with --destroy parallel"),
	OPT_UINT("gap-us", &gap_us, "0", 0, 60000000, "US",
		 "a thread begins its k-th destroy no earlier than k gaps after the phase's start; "
		 "staggered: thread k"),
	OPT_CHOICE("aggressor", &aggressor, "off", "off|on",
		   "one more TD converts its memory in a loop while the others are destroyed"),
	OPT_CHOICE("order", &order_kind, "created", "created|reverse|shuffled",
		   "order of destruction; shuffled by --seed"),
	OPT_VCPUS(&nr_vcpus, "1", ""),
	OPT_UINT("rounds", &rounds, "1", 1, 1000, "N",
		 "times to create, populate and destroy; seq in the samples"),
	OPT_END
};

/* By how much the number of pairs may differ from what --layout frag asks for. */
#define FRAG_TOLERANCE_PERCENT 15

static struct layout layout;
static struct td *tds;
static uint32_t *order; /* of destruction */

/* One pass of destroying: what the threads share. */
struct pass {
	struct run *run;
	uint32_t round;
	atomic_uint at_work; /* threads that still destroy */
};

/* What the kernel said after the last destroy of a round; the worst round is kept. */
static struct {
	bool known;
	int64_t held_pages;
	uint64_t back_ns; /* from the first destroy to that reading */
} after;

static int needs(struct needs *n)
{
	if (opt_given(opts, "mem") && leaf_sept_pages)
		return fail("--mem and --sept-pages both set the memory per TD: give one of them");
	if (opt_given(opts, "pages-per-region") && layout_kind != PER_REGION && layout_kind != FRAG)
		return fail("--pages-per-region is for --layout per-region and frag only");
	if (opt_given(opts, "threads") && how != PARALLEL)
		return fail("--threads is for --destroy parallel only");
	if (leaf_sept_pages)
		mem_mib = leaf_sept_pages * (REGION_BYTES / MIB_BYTES);
	if (check_mem_mib(mem_mib))
		return -1;
	if (layout_kind == DENSE || layout_kind == SPARSE)
		pages_per_region = layout_kind == DENSE ? REGION_PAGES : 1;
	if (how == STAGGERED && !gap_us)
		return fail("--destroy staggered needs a --gap-us between the TDs");
	if (how != PARALLEL)
		nr_threads = how == SERIAL || how == ONE_BY_ONE ? 1 : nr_tds;

	layout.regions = mem_mib * MIB_BYTES / REGION_BYTES;
	layout.pages_per_region = layout_kind == FRAG ? 1 : pages_per_region;
	n->tds = nr_tds + aggressor;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = (unsigned int)nr_vcpus;
	n->threads = (unsigned int)(nr_threads + aggressor);
	n->samples = nr_tds * rounds * 6;
	n->sample_logs = 1 + nr_threads * rounds;
	n->sept_pages_expected = sept_pages(TD_GPA, layout.regions) * nr_tds * rounds +
				 aggressor * sept_pages(TD_GPA, AGGRESSOR_BYTES / REGION_BYTES);
	n->td_populated_bytes = layout.regions * layout.pages_per_region * PAGE_BYTES;
	return 0;
}

static void set_order(uint64_t seed)
{
	struct rng rng = rng_init(seed, 0);
	uint32_t i, k, tmp;

	for (i = 0; i < nr_tds; i++)
		order[i] = order_kind == REVERSE ? (uint32_t)nr_tds - 1 - i : i;
	if (order_kind != SHUFFLED)
		return;
	for (i = (uint32_t)nr_tds - 1; i > 0; i--) {
		k = (uint32_t)rng_below(&rng, i + 1);
		tmp = order[i];
		order[i] = order[k];
		order[k] = tmp;
	}
}

static int destroy_share(unsigned int thread, struct pass *pass)
{
	struct sample_log log = run_log(pass->run, thread);
	uint64_t begin_ns = now_ns(), at_ns = workers_start_ns(), idle_ns = 0, sum_ns = 0;
	struct td_destroy_times t;
	uint64_t i;

	if (how == STAGGERED)
		at_ns += thread * gap_us * 1000;
	for (i = thread; i < nr_tds; i += nr_threads, at_ns += gap_us * 1000) {
		uint32_t id = order[i];
		uint64_t ready_ns = now_ns();

		/* Whoever begins with the phase begins where run_measure() put it. */
		if (gap_us)
			wait_until_ns(at_ns);
		else if (i != thread)
			idle_ns += draws_wait_operation(thread);
		if (td_destroy(&tds[id], &t))
			return -1;
		if (gap_us)
			idle_ns += t.start_ns - ready_ns;
		sum_ns += t.vm_ns - t.start_ns;
		samples_add(&log, TD_DESTROY, id, pass->round, t.start_ns, t.vm_ns);
		samples_add(&log, CLOSE_VCPUS, id, pass->round, t.start_ns, t.vcpus_ns);
		samples_add(&log, CLOSE_GMEM, id, pass->round, t.vcpus_ns, t.gmem_ns);
		samples_add(&log, CLOSE_VM, id, pass->round, t.gmem_ns, t.vm_ns);
	}
	run_usage(pass->run, TD_DESTROY, now_ns() - begin_ns, sum_ns, idle_ns);
	return 0;
}

/* Thread nr_threads, if there is one, is the aggressor: it goes on while others are at work. */
static int destroy_or_convert(unsigned int thread, void *arg)
{
	struct pass *pass = arg;
	int ret;

	if (thread == nr_threads)
		return aggressor_loop(0);
	ret = destroy_share(thread, pass);
	if (!--pass->at_work)
		aggressors_stop();
	return ret;
}

/*
 * Note what the kernel still holds now that the TDs are gone, and when that was read. One read is
 * enough: the last close() of a TD returns after the RCU callbacks of its pages.
 */
static void note_held_pages(void)
{
	uint64_t back_ns;
	int64_t held;

	if (!kstat("sept", "spt_held_pages", &held))
		return;
	back_ns = now_ns() - workers_start_ns();
	after.known = true;
	if (held > after.held_pages)
		after.held_pages = held;
	if (back_ns > after.back_ns)
		after.back_ns = back_ns;
}

/* One operation after the other on every TD by the main thread, each timed. */
static int each_td(struct run *run, struct sample_log *log, uint16_t op, uint32_t round)
{
	uint64_t start_ns, end_ns, sum_ns = 0, begin_ns = now_ns();
	uint32_t i;

	for (i = 0; i < nr_tds; i++) {
		start_ns = now_ns();
		if (op == TD_CREATE ? create_ready(&tds[i], i) : populate(&tds[i], &layout))
			return -1;
		end_ns = now_ns();
		samples_add(log, op, i, round, start_ns, end_ns);
		sum_ns += end_ns - start_ns;
	}
	run_usage(run, op, now_ns() - begin_ns, sum_ns, 0);
	return 0;
}

/* Populate all TDs, the first time from a host made to order if that is asked for. */
static int populate_all(struct run *run, struct sample_log *log, uint32_t round)
{
	uint64_t pages = layout.regions * layout.pages_per_region * nr_tds;
	uint64_t sept = sept_pages(TD_GPA, layout.regions) * nr_tds;
	/* Beside each S-EPT page the kernel has one; a lone page costs nodes of two trees. */
	const struct hostfrag h = {
		.per_region = pages_per_region,
		.at_most = true,
		.tdx_pages = pages + sept,
		.other_pages = sept + pages / 3,
		.nr_tds = nr_tds,
	};
	int ret;

	if (layout_kind != FRAG || round)
		return each_td(run, log, TD_POPULATE, round);
	if (hostfrag_take(&h))
		return -1;
	ret = each_td(run, log, TD_POPULATE, round);
	return ret ? ret : hostfrag_settle(FRAG_TOLERANCE_PERCENT);
}

static int run(struct run *run)
{
	struct sample_log log = run_log(run, 0);
	uint32_t round;
	uint16_t op;

	tds = calloc(nr_tds, sizeof(*tds));
	order = calloc(nr_tds, sizeof(*order));
	if (!tds || !order)
		return fail("no memory for %" PRIu64 " TDs", nr_tds);
	set_order(run->seed);
	for (op = 0; ops[op]; op++)
		run_expect(run, op, nr_tds * rounds);
	after.known = false;
	after.held_pages = 0;
	after.back_ns = 0;
	if (aggressors_create((unsigned int)aggressor, (unsigned int)nr_tds, PAGE_BYTES))
		return -1;

	for (round = 0; round < rounds; round++) {
		struct pass pass = {
			.run = run, .round = round, .at_work = (unsigned int)nr_threads
		};

		run_phase(run, "create");
		if (each_td(run, &log, TD_CREATE, round))
			return -1;
		run_phase(run, "populate");
		if (populate_all(run, &log, round))
			return -1;
		aggressors_arm();
		run_measure(run, "destroy");
		if (workers_run((unsigned int)(nr_threads + aggressor), destroy_or_convert, &pass))
			return -1;
		note_held_pages();
	}
	if (aggressors_destroy())
		return -1;
	if (layout_kind == FRAG)
		run_extra(run, "host_fragmentation", hostfrag_json());
	hostfrag_release();
	if (aggressor)
		run_extra(run, "aggressors", aggressors_json());
	run_extra(run, "held_after_pages", known_json(after.known, after.held_pages));
	run_extra(run, "last_page_back_ns",
		  known_json(after.known && !after.held_pages, (int64_t)after.back_ns));
	free(tds);
	free(order);
	return 0;
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	return why || layout_kind != FRAG ? why : hostfrag_unavailable();
}

WORKLOAD(teardown) = {
	.name = "teardown",
	.question = "What does destroying TDs cost, one by one or many at once?",
	.exercises = "creation of TDs, faults of private memory, "
		     "and kvm_destroy_vm() with the freeing of all S-EPT pages",
	.verify = "every step of every TD succeeded and was recorded; "
		  "the kernel's counters show what it still holds",
	.primary = PRIMARY_TEARDOWN,
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

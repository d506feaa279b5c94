// SPDX-License-Identifier: GPL-2.0
/*
 * teardown: what does it cost to destroy a TD, and what does it leave behind for a while?
 *
 * Creates N TDs, populates each, destroys them all, --rounds times. When the S-EPT pages really
 * come back is for the kernel's counters to say; here the time until close() returns is measured,
 * which ends with the VM gone. If the policy for freeing S-EPT pages did not matter, td_close_vm
 * would not differ between kernels.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "layout.h"
#include "workers.h"
#include "workload.h"

enum { TD_CREATE, TD_POPULATE, TD_DESTROY, CLOSE_VCPUS, CLOSE_GMEM, CLOSE_VM };
static const char *const ops[] = {
	"td_create", "td_populate", "td_destroy", "td_close_vcpus", "td_close_gmem", "td_close_vm",
	NULL
};

enum { DENSE, SPARSE, PER_REGION };
enum { SERIAL, PARALLEL, ALL_AT_ONCE };
enum { CREATED, REVERSE, SHUFFLED };

static uint64_t nr_tds, mem_mib, leaf_sept_pages, layout_kind, pages_per_region, how, nr_threads,
	nr_vcpus, rounds, gap_us, order_kind;

static struct opt opts[] = {
	OPT_UINT("tds", &nr_tds, "4", 1, 4094, "N", "TDs alive at once"),
	OPT_UINT("mem", &mem_mib, "64", 2, 1 << 20, "MIB", "memory per TD in MiB, even"),
	OPT_UINT("sept-pages", &leaf_sept_pages, "0", 0, 1 << 19, "N",
		 "lowest-level S-EPT pages per TD, in place of --mem: N x 2 MiB; 0: --mem"),
	OPT_CHOICE("layout", &layout_kind, "dense", "dense|sparse|per-region",
		   "populate every 4K page, one per 2 MiB, or --pages-per-region of them"),
	OPT_UINT("pages-per-region", &pages_per_region, "1", 1, 512, "K",
		 "4K pages per 2 MiB, with --layout per-region"),
	OPT_CHOICE("destroy", &how, "serial", "serial|parallel|all-at-once",
		   "by one thread, by --threads threads, or by one per TD, let loose together"),
	OPT_UINT("threads", &nr_threads, "2", 1, 4094, "T",
		 "destroying threads, with --destroy parallel"),
	OPT_UINT("gap-us", &gap_us, "0", 0, 60000000, "US",
		 "a thread begins its k-th destroy no earlier than k gaps after the phase's start"),
	OPT_CHOICE("order", &order_kind, "created", "created|reverse|shuffled",
		   "order of destruction; shuffled by --seed"),
	OPT_UINT("vcpus", &nr_vcpus, "1", 1, TD_MAX_VCPUS, "N",
		 "vCPUs per TD, at most the machine's CPUs"),
	OPT_UINT("rounds", &rounds, "1", 1, 1000, "N",
		 "times to create, populate and destroy; seq in the samples"),
	OPT_END
};

static struct layout layout;
static struct td *tds;
static uint32_t *order; /* of destruction */

/* One pass of destroying: what the threads share. */
struct pass {
	struct run *run;
	uint32_t round;
	uint64_t start_ns;
};

static int plan(struct plan *p)
{
	if (opt_given(opts, "mem") && leaf_sept_pages)
		return fail("--mem and --sept-pages both set the memory per TD: give one of them");
	if (opt_given(opts, "pages-per-region") && layout_kind != PER_REGION)
		return fail("--pages-per-region belongs to --layout per-region");
	if (opt_given(opts, "threads") && how != PARALLEL)
		return fail("--threads belongs to --destroy parallel");
	if (leaf_sept_pages)
		mem_mib = leaf_sept_pages * (REGION_BYTES / MIB_BYTES);
	if (mem_mib % (REGION_BYTES / MIB_BYTES))
		return fail("--mem: %" PRIu64 " MiB is not a multiple of 2 MiB", mem_mib);
	if (layout_kind != PER_REGION)
		pages_per_region = layout_kind == DENSE ? REGION_PAGES : 1;
	if (how != PARALLEL)
		nr_threads = how == SERIAL ? 1 : nr_tds;

	layout.regions = mem_mib * MIB_BYTES / REGION_BYTES;
	layout.pages_per_region = pages_per_region;
	p->tds = nr_tds;
	p->td_bytes = mem_mib * MIB_BYTES;
	p->vcpus = (unsigned int)nr_vcpus;
	p->threads = (unsigned int)nr_threads;
	p->samples = nr_tds * rounds * 6;
	p->sample_logs = 1 + nr_threads * rounds;
	p->sept_pages_expected = sept_pages(TD_GPA, layout.regions) * nr_tds * rounds;
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

static int create(struct td *td, unsigned int id)
{
	return td_create(td, id) ? -1 : td_finalize(td);
}

static int populate(struct td *td)
{
	uint64_t i, bytes = layout_run_bytes(&layout);

	for (i = 0; i < layout_runs(&layout); i++) {
		uint64_t offset = layout_run_offset(&layout, i);

		if (td_set_private(td, offset, bytes, true) || td_fault(td, 0, offset, bytes))
			return -1;
	}
	return 0;
}

static int destroy_share(unsigned int thread, void *arg)
{
	const struct pass *pass = arg;
	struct sample_log log = run_log(pass->run, thread);
	uint64_t at_ns = pass->start_ns;
	struct td_destroy_times t;
	uint64_t i;

	for (i = thread; i < nr_tds; i += nr_threads, at_ns += gap_us * 1000) {
		uint32_t id = order[i];

		if (gap_us)
			wait_until_ns(at_ns);
		if (td_destroy(&tds[id], &t))
			return -1;
		samples_add(&log, TD_DESTROY, id, pass->round, t.start_ns, t.vm_ns);
		samples_add(&log, CLOSE_VCPUS, id, pass->round, t.start_ns, t.vcpus_ns);
		samples_add(&log, CLOSE_GMEM, id, pass->round, t.vcpus_ns, t.gmem_ns);
		samples_add(&log, CLOSE_VM, id, pass->round, t.gmem_ns, t.vm_ns);
	}
	return 0;
}

/* One operation after the other on every TD by the main thread, each timed. */
static int each_td(struct sample_log *log, uint16_t op, uint32_t round)
{
	uint64_t start_ns;
	uint32_t i;

	for (i = 0; i < nr_tds; i++) {
		start_ns = now_ns();
		if (op == TD_CREATE ? create(&tds[i], i) : populate(&tds[i]))
			return -1;
		samples_add(log, op, i, round, start_ns, now_ns());
	}
	return 0;
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

	for (round = 0; round < rounds; round++) {
		struct pass pass = { .run = run, .round = round };

		run_phase(run, "create");
		if (each_td(&log, TD_CREATE, round))
			return -1;
		run_phase(run, "populate");
		if (each_td(&log, TD_POPULATE, round))
			return -1;
		run_phase(run, "destroy");
		pass.start_ns = now_ns();
		if (workers_run((unsigned int)nr_threads, destroy_share, &pass))
			return -1;
	}
	free(tds);
	free(order);
	return 0;
}

const struct workload teardown_workload = {
	.name = "teardown",
	.question = "What does destroying TDs cost, one by one or many at once?",
	.exercises = "creation of TDs, faults of private memory, "
		     "and kvm_destroy_vm() with the freeing of all S-EPT pages",
	.verify = "every step of every TD succeeded and was recorded; "
		  "what the kernel still holds is for its counters to say",
	.ops = ops,
	.opts = opts,
	.unavailable = td_unavailable,
	.plan = plan,
	.run = run,
};

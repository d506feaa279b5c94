// SPDX-License-Identifier: GPL-2.0
/*
 * fault: what does the fault of a private page cost when K threads fault at once?
 *
 * K threads, in one TD or in many, fault disjoint pages one by one; then all pages are given back.
 * That is done --rounds times. Each fault takes pamt_lock once per page it gives to the TD. If the
 * global lock did not matter, latency would not grow with threads up to the number of CPUs, and
 * variants with other locks would not differ. If getting a spare pair on each fault did not matter, a
 * kernel that skips it (immediate-fastpath) would not be faster. In virtual time the CPUs take turns,
 * so locks are never contended there.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/share.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, FAULT, TD_DESTROY };
static const char *const ops[] = { "td_create", "fault", "td_destroy", NULL };

enum { STRIPES, INTERLEAVED };

static uint64_t nr_tds, nr_threads, mem_mib, rounds, spread, nr_vcpus;

static struct opt opts[] = {
	OPT_TDS(&nr_tds, "1"),
	OPT_UINT("threads", &nr_threads, "2", 1, 1024, "K",
		 "faulting threads, dealt out over the TDs in turn"),
	OPT_VCPUS(&nr_vcpus, "2", "; threads on one vCPU fault in turn"),
	OPT_MEM(&mem_mib, "16"),
	OPT_CHOICE("spread", &spread, "stripes", "stripes|interleaved",
		   "threads on one TD: each its own stretch of memory, or page by page in turn"),
	OPT_UINT("rounds", &rounds, "1", 1, 1000, "N",
		 "times to fault every page; seq in the samples"),
	OPT_END
};

static struct td *tds;

struct pass {
	struct run *run;
	uint32_t round;
};

static uint64_t pages_per_td(void)
{
	return mem_mib * MIB_BYTES / PAGE_BYTES;
}

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (nr_threads > nr_tds * pages_per_td())
		return fail("%" PRIu64 " threads for %" PRIu64
			    " pages: use fewer --threads or more --mem",
			    nr_threads, nr_tds * pages_per_td());
	n->tds = nr_tds;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = (unsigned int)nr_vcpus;
	n->threads = (unsigned int)nr_threads;
	n->samples = nr_tds * 2 + nr_tds * pages_per_td() * rounds;
	n->sample_logs = 1 + nr_threads * rounds;
	n->sept_pages_expected = sept_pages(TD_GPA, n->td_bytes / REGION_BYTES) * nr_tds;
	n->td_populated_bytes = n->td_bytes;
	return 0;
}

/* The k-th of the s->pieces pages of a thread. */
static uint64_t page_of(const struct share *s, uint64_t k)
{
	uint64_t before;

	if (spread == INTERLEAVED)
		return share_piece(s, k);
	/* Stretches as long as the shares; the first ones have a page more. */
	before = pages_per_td() % s->sharers;
	return s->rank * (pages_per_td() / s->sharers) + (s->rank < before ? s->rank : before) + k;
}

static int fault_share(unsigned int thread, void *arg)
{
	const struct pass *pass = arg;
	const struct share s = share_of(thread, nr_threads, nr_tds, pages_per_td());
	struct sample_log log = run_log(pass->run, thread);
	unsigned int vcpu = (unsigned int)(s.rank % nr_vcpus);
	uint64_t i, k, start_ns, end_ns, sum_ns = 0, loop_ns = now_ns();

	for (k = 0; k < s.pieces; k++) {
		for (i = 0; i < s.nr_tds; i++) {
			struct td *td = &tds[share_td(&s, i)];

			start_ns = now_ns();
			if (td_fault(td, vcpu, page_of(&s, k) * PAGE_BYTES, PAGE_BYTES))
				return -1;
			end_ns = now_ns();
			samples_add(&log, FAULT, td->id, pass->round, start_ns, end_ns);
			sum_ns += end_ns - start_ns;
		}
	}
	run_usage(pass->run, FAULT, now_ns() - loop_ns, sum_ns, 0);
	return 0;
}

/* Check that every page is mapped (faulting one again takes no memory), then give all back. */
static int give_back(struct td *td)
{
	uint64_t bytes = mem_mib * MIB_BYTES;

	return td_fault(td, 0, 0, bytes) ? -1 : td_punch(td, 0, bytes);
}

static int run(struct run *run)
{
	struct sample_log log = run_log(run, 0);
	struct pass pass = { .run = run };
	uint64_t start_ns, measured_ns = 0;
	uint32_t i;

	tds = calloc(nr_tds, sizeof(*tds));
	if (!tds)
		return fail("no memory for %" PRIu64 " TDs", nr_tds);
	run_expect(run, TD_CREATE, nr_tds);
	run_expect(run, FAULT, nr_tds * pages_per_td() * rounds);
	run_expect(run, TD_DESTROY, nr_tds);

	run_phase(run, "create");
	for (i = 0; i < nr_tds; i++) {
		start_ns = now_ns();
		if (create_ready(&tds[i], i) ||
		    td_set_private(&tds[i], 0, mem_mib * MIB_BYTES, true))
			return -1;
		samples_add(&log, TD_CREATE, i, 0, start_ns, now_ns());
	}
	for (pass.round = 0; pass.round < rounds; pass.round++) {
		run_measure(run, "fault");
		if (workers_run((unsigned int)nr_threads, fault_share, &pass))
			return -1;
		measured_ns += now_ns() - workers_start_ns();
		run_phase(run, "give-back");
		for (i = 0; i < nr_tds; i++)
			if (give_back(&tds[i]))
				return -1;
	}
	run_phase(run, "destroy");
	for (i = 0; i < nr_tds; i++) {
		start_ns = now_ns();
		if (td_destroy(&tds[i], NULL))
			return -1;
		samples_add(&log, TD_DESTROY, i, 0, start_ns, now_ns());
	}
	run_throughput(run, FAULT, measured_ns);
	free(tds);
	return 0;
}

WORKLOAD(fault) = {
	.name = "fault",
	.question = "What does faulting private pages cost as more threads fault at once?",
	.exercises = "tdx_sept_set_private_spte() and tdx_pamt_get() from many vCPUs, "
		     "on one TD's mmu_lock or on many",
	.verify = "every fault succeeded and was recorded, "
		  "and after each round all memory of every TD is there",
	.primary = PRIMARY({ .metric = "fault_ns_p50" }, { .metric = "fault_ns_p99" },
			   { .metric = "pamt_lock_wait_ns_mean" }),
	WORKLOAD_PARTS,
};

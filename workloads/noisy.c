// SPDX-License-Identifier: GPL-2.0
/*
 * noisy: what do a neighbour's faults cost while other TDs convert in a loop?
 *
 * One victim TD faults its private pages one by one, gives them all back, and begins again: first
 * alone (victim_fault_alone), then while --aggressors TDs convert without end (victim_fault). What
 * both share is the host: CPUs, allocator, pamt_lock. If conversions did not disturb neighbours,
 * the two distributions would not differ. With more threads than CPUs waiting for a CPU is part of it;
 * in virtual time it is nearly all of it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "workloads/core/aggressor.h"
#include "workloads/core/arrivals.h"
#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, ALONE, VICTIM, INTENDED, TD_DESTROY };
static const char *const ops[] = {
	"td_create", "victim_fault_alone", "victim_fault", "victim_fault_intended", "td_destroy",
	NULL
};

static uint64_t nr_aggressors, faults, mem_mib, piece_bytes, rate, nr_vcpus;

static struct opt opts[] = {
	OPT_UINT("aggressors", &nr_aggressors, "2", 0, 1024, "N",
		 "TDs that convert in a loop, each by a thread of its own"),
	OPT_UINT("faults", &faults, "4096", 1, 1 << 27, "N",
		 "faults of the victim in each of the two phases: the bound of the run"),
	OPT_UINT("mem", &mem_mib, "8", 2, 1 << 20, "MIB", "the victim's memory in MiB, even"),
	OPT_BYTES("size", &piece_bytes, "4K", PAGE_BYTES, AGGRESSOR_BYTES,
		  "bytes per conversion of an aggressor, a divisor of 2M and multiple of 4K"),
	OPT_UINT("rate", &rate, "0", 0, 10000000, "N",
		 "open loop: the victim's faults due per second, at random; 0: closed loop"),
	OPT_VCPUS(&nr_vcpus, "1", ""),
	OPT_END
};

static struct td victim;
static struct backlog backlog;

struct pass {
	struct run *run;
	uint16_t op;
};

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (piece_bytes % PAGE_BYTES || AGGRESSOR_BYTES % piece_bytes)
		return fail("--size: %" PRIu64 " bytes is not a multiple of 4K that divides 2M",
			    piece_bytes);
	n->tds = 1 + nr_aggressors;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = (unsigned int)nr_vcpus;
	n->threads = (unsigned int)(1 + nr_aggressors);
	n->samples = 2 + faults * (rate ? 3 : 2);
	n->sample_logs = 3;
	n->sept_pages_expected =
		sept_pages(TD_GPA, n->td_bytes / REGION_BYTES) +
		nr_aggressors * sept_pages(TD_GPA, AGGRESSOR_BYTES / REGION_BYTES);
	return 0;
}

static struct open_loop arrivals_of_victim(const struct run *run)
{
	const struct arrivals a = {
		.kind = ARRIVALS_POISSON,
		.per_second = (double)rate,
		.threads = 1,
		.start_ns = workers_start_ns(),
		.rng = rng_init(run->seed, 0),
	};

	return open_loop_init(&a, faults);
}

static int be_victim(const struct pass *pass)
{
	uint64_t pages = mem_mib * MIB_BYTES / PAGE_BYTES;
	uint64_t i, start_ns, end_ns, due_ns = 0, idle_ns, sum_ns = 0, begin_ns = now_ns();
	struct sample_log log = run_log(pass->run, 0);
	struct open_loop loop = { 0 };
	uint64_t not_faulting_ns = 0;

	if (rate && pass->op == VICTIM)
		loop = arrivals_of_victim(pass->run);
	for (i = 0; i < faults; i++) {
		if (i && i % pages == 0) {
			start_ns = now_ns();
			if (td_punch(&victim, 0, mem_mib * MIB_BYTES))
				return -1;
			not_faulting_ns += now_ns() - start_ns;
		}
		if (rate && pass->op == VICTIM)
			due_ns = open_loop_wait(&loop);
		start_ns = now_ns();
		if (td_fault(&victim, 0, i % pages * PAGE_BYTES, PAGE_BYTES))
			return -1;
		end_ns = now_ns();
		samples_add(&log, pass->op, 0, (uint32_t)i, start_ns, end_ns);
		if (due_ns)
			samples_add(&log, INTENDED, 0, (uint32_t)i, due_ns, end_ns);
		sum_ns += end_ns - start_ns;
	}
	idle_ns = loop.idle_ns + not_faulting_ns;
	run_usage(pass->run, pass->op, now_ns() - begin_ns, sum_ns, idle_ns);
	open_loop_done(&loop, &backlog);
	return td_punch(&victim, 0, mem_mib * MIB_BYTES);
}

/* Thread 0 is the victim; when it is done, so are the aggressors. */
static int work(unsigned int thread, void *arg)
{
	int ret;

	if (thread)
		return aggressor_loop(thread - 1);
	ret = be_victim(arg);
	aggressors_stop();
	return ret;
}

static int run(struct run *run)
{
	struct sample_log log = run_log(run, 0);
	struct pass pass = { .run = run, .op = ALONE };
	uint64_t start_ns;

	fprintf(stderr, "noisy: %" PRIu64 " TDs convert memory as fast as they can while another "
			"takes %" PRIu64 " faults; this disturbs all of the machine\n",
		nr_aggressors, faults);
	backlog = (struct backlog){ 0 };
	run_expect(run, TD_CREATE, 1);
	run_expect(run, ALONE, faults);
	run_expect(run, VICTIM, faults);
	run_expect(run, INTENDED, rate ? faults : 0);
	run_expect(run, TD_DESTROY, 1);

	run_phase(run, "create");
	if (aggressors_create((unsigned int)nr_aggressors, 1, piece_bytes))
		return -1;
	start_ns = now_ns();
	if (create_ready(&victim, 0) || td_set_private(&victim, 0, mem_mib * MIB_BYTES, true))
		return -1;
	samples_add(&log, TD_CREATE, 0, 0, start_ns, now_ns());

	run_phase(run, "alone");
	if (workers_run(1, work, &pass))
		return -1;
	pass.op = VICTIM;
	aggressors_arm();
	run_measure(run, "noisy");
	if (workers_run((unsigned int)(1 + nr_aggressors), work, &pass))
		return -1;
	run_throughput(run, VICTIM, now_ns() - workers_start_ns());

	run_phase(run, "destroy");
	if (aggressors_destroy())
		return -1;
	start_ns = now_ns();
	if (td_destroy(&victim, NULL))
		return -1;
	samples_add(&log, TD_DESTROY, 0, 0, start_ns, now_ns());
	run_extra(run, "aggressors", aggressors_json());
	if (rate)
		run_extra(run, "open_loop", backlog_json(&backlog));
	return 0;
}

WORKLOAD(noisy) = {
	.name = "noisy",
	.question = "What do a TD's faults cost while other TDs convert memory in a loop?",
	.exercises = "faults of one TD beside conversions of others: "
		     "pamt_lock, page allocator, CPUs",
	.verify = "every fault and conversion succeeded; the victim's faults were all recorded",
	.primary = PRIMARY({ .metric = "victim_fault_ns_p50" }, { .metric = "victim_fault_ns_p99" },
			   { .metric = "pamt_lock_wait_ns_mean" }),
	WORKLOAD_PARTS,
};

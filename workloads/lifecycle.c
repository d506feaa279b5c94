// SPDX-License-Identifier: GPL-2.0
/*
 * lifecycle: what do creation and destruction cost while TDs come and go, as in a fleet?
 *
 * TDs arrive at a rate, at random or in bursts, are populated, live for a while and leave. Each
 * thread serves its own arrivals and departures in the order they are due; one that is due while
 * the thread is busy is late, and td_ready_intended counts from when the TD was due. If what a TD
 * costs did not depend on what others do, td_destroy would be as in teardown.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "workloads/core/arrivals.h"
#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, READY_INTENDED, TD_DESTROY };
static const char *const ops[] = {
	"td_create", "td_populate", "td_ready_intended", "td_destroy", NULL
};

enum { EXPONENTIAL, FIXED };

static uint64_t nr_tds, rate, arrivals, burst, life_ms, life, max_alive, nr_threads, mem_mib,
	pages_per_region, nr_vcpus;

static struct opt opts[] = {
	OPT_UINT("tds", &nr_tds, "64", 1, 1 << 20, "N", "TDs that arrive in the whole run"),
	OPT_UINT("rate", &rate, "20", 1, 1000000, "N", "TDs that arrive per second"),
	OPT_CHOICE("arrivals", &arrivals, "poisson", "poisson|uniform|burst",
		   "at random, at equal distances, or --burst at once and then none for long"),
	OPT_UINT("burst", &burst, "8", 1, 4094, "N",
		 "TDs that arrive at once, with --arrivals burst"),
	OPT_UINT("life-ms", &life_ms, "200", 0, 86400000, "MS",
		 "(mean) life of a TD once it is ready"),
	OPT_CHOICE("life", &life, "exponential", "exponential|fixed", "distribution of lives"),
	OPT_UINT("max-alive", &max_alive, "1024", 1, 4094, "N",
		 "TDs alive at most; one that arrives beyond is turned away, and counted"),
	OPT_UINT("threads", &nr_threads, "2", 1, 1024, "T",
		 "threads that create and destroy; TDs are dealt out in turn"),
	OPT_MEM(&mem_mib, "2"),
	OPT_UINT("pages-per-region", &pages_per_region, "512", 1, 512, "K",
		 "4K pages populated per 2 MiB"),
	OPT_VCPUS(&nr_vcpus, "1", ""),
	OPT_END
};

/* A TD that is alive; its thread destroys it at leave_ns. */
struct resident {
	struct td td;
	uint64_t leave_ns;
	struct resident *next;
};

static struct layout layout;
static struct run *this_run;
static struct backlog backlog;
static struct resident *residents; /* per thread, as many as it can have alive at once */
static uint64_t residents_per_thread;
static atomic_uint alive, most_alive;
static atomic_uint_fast64_t turned_away, born;

/* Every change of the number alive, in the order it happened. */
static struct change {
	uint64_t ns;
	unsigned int alive;
} *changes;
static atomic_uint_fast64_t nr_changes;

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (opt_given(opts, "burst") && arrivals != ARRIVALS_BURST)
		return fail("--burst is for --arrivals burst only");
	if (nr_threads > nr_tds)
		return fail("%" PRIu64 " threads for %" PRIu64 " TDs: use fewer --threads",
			    nr_threads, nr_tds);
	if (max_alive > nr_tds)
		max_alive = nr_tds;
	layout = (struct layout){ mem_mib * MIB_BYTES / REGION_BYTES, pages_per_region };
	n->tds = max_alive;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = (unsigned int)nr_vcpus;
	n->threads = (unsigned int)nr_threads;
	n->samples = nr_tds * 4;
	n->sample_logs = nr_threads;
	n->sept_pages_expected = sept_pages(TD_GPA, layout.regions) * nr_tds;
	n->td_populated_bytes = layout.regions * layout.pages_per_region * PAGE_BYTES;
	return 0;
}

static void record(int by)
{
	unsigned int now_alive = atomic_fetch_add(&alive, (unsigned int)by) + (unsigned int)by;
	unsigned int most = most_alive;

	while (now_alive > most && !atomic_compare_exchange_weak(&most_alive, &most, now_alive))
		;
	changes[atomic_fetch_add(&nr_changes, 1)] = (struct change){ now_ns(), now_alive };
}

/* TDs alive or in the making. */
static atomic_uint places;

static bool take_place(void)
{
	unsigned int taken = places;

	while (taken < max_alive)
		if (atomic_compare_exchange_weak(&places, &taken, taken + 1))
			return true;
	return false;
}

/* A thread's state. */
struct server {
	struct sample_log log;
	struct rng rng;
	struct resident *first; /* by leave_ns */
	struct resident *spare;
	uint64_t timed_ns;
};

static void add_resident(struct server *k, struct resident *r)
{
	struct resident **at = &k->first;

	while (*at && (*at)->leave_ns <= r->leave_ns)
		at = &(*at)->next;
	r->next = *at;
	*at = r;
}

static uint64_t life_ns(struct server *k)
{
	double mean_ns = (double)life_ms * 1e6;

	return (uint64_t)(life == FIXED ? mean_ns : rng_exponential(&k->rng, mean_ns));
}

static int arrive(struct server *k, uint32_t id, uint64_t due_ns)
{
	struct resident *r = k->spare;
	uint64_t start_ns, made_ns, ready_ns;

	if (!take_place()) {
		turned_away++;
		return 0;
	}
	k->spare = r->next;
	start_ns = now_ns();
	if (create_ready(&r->td, id))
		return -1;
	made_ns = now_ns();
	if (populate(&r->td, &layout))
		return -1;
	ready_ns = now_ns();
	samples_add(&k->log, TD_CREATE, id, 0, start_ns, made_ns);
	samples_add(&k->log, TD_POPULATE, id, 0, made_ns, ready_ns);
	samples_add(&k->log, READY_INTENDED, id, 0, due_ns, ready_ns);
	k->timed_ns += ready_ns - start_ns;
	born++;
	record(1);
	r->leave_ns = ready_ns + life_ns(k);
	add_resident(k, r);
	return 0;
}

static int leave(struct server *k)
{
	struct resident *r = k->first;
	struct td_destroy_times t;

	k->first = r->next;
	if (td_destroy(&r->td, &t))
		return -1;
	record(-1);
	places--;
	samples_add(&k->log, TD_DESTROY, r->td.id, 0, t.start_ns, t.vm_ns);
	k->timed_ns += t.vm_ns - t.start_ns;
	r->next = k->spare;
	k->spare = r;
	return 0;
}

/* Sleep until at_ns. Returns the time slept. */
static uint64_t sleep_until(uint64_t at_ns)
{
	uint64_t from_ns = now_ns();

	if (from_ns >= at_ns)
		return 0;
	wait_until_ns(at_ns);
	return now_ns() - from_ns;
}

static int serve(unsigned int thread, void *arg)
{
	uint64_t nr = nr_tds / nr_threads + (thread < nr_tds % nr_threads), i, idle_ns = 0, due_ns;
	uint64_t begin_ns = now_ns();
	struct arrivals a = {
		.kind = (enum arrivals_kind)arrivals,
		.per_second = (double)rate,
		.burst = burst,
		.threads = nr_threads,
		.thread = thread,
		.start_ns = workers_start_ns(),
		.rng = rng_init(this_run->seed, (uint16_t)thread),
	};
	struct server k = {
		.log = run_log(this_run, thread),
		.rng = rng_init(this_run->seed, (uint16_t)(nr_threads + thread)),
	};
	struct open_loop loop = open_loop_init(&a, nr);

	(void)arg;
	for (i = 0; i < residents_per_thread; i++) {
		struct resident *r = &residents[thread * residents_per_thread + i];

		r->next = k.spare;
		k.spare = r;
	}
	for (i = 0; i < nr || k.first;) {
		due_ns = i < nr ? open_loop_peek(&loop) : UINT64_MAX;
		if (k.first && k.first->leave_ns < due_ns) {
			idle_ns += sleep_until(k.first->leave_ns);
			if (leave(&k))
				return -1;
			continue;
		}
		due_ns = open_loop_wait(&loop);
		if (arrive(&k, (uint32_t)(i++ * nr_threads + thread), due_ns))
			return -1;
	}
	open_loop_done(&loop, &backlog);
	run_usage(this_run, TD_CREATE, now_ns() - begin_ns, k.timed_ns, idle_ns + loop.idle_ns);
	return 0;
}

static json_t *alive_json(void)
{
	json_t *all = json_array();
	uint64_t i;

	for (i = 0; i < nr_changes; i++) {
		uint64_t ns = changes[i].ns - this_run->start_ns;

		json_array_append_new(all, json_pack("[I, i]", (json_int_t)ns,
						     (int)changes[i].alive));
	}
	return all;
}

static int run(struct run *run)
{
	uint16_t op;

	this_run = run;
	backlog = (struct backlog){ 0 };
	alive = most_alive = places = 0;
	turned_away = born = nr_changes = 0;
	residents_per_thread = (nr_tds - 1) / nr_threads + 1;
	if (residents_per_thread > max_alive)
		residents_per_thread = max_alive;
	residents = calloc(nr_threads * residents_per_thread, sizeof(*residents));
	changes = calloc(nr_tds * 2, sizeof(*changes));
	if (!residents || !changes)
		return fail("no memory for %" PRIu64 " TDs", nr_tds);

	run_measure(run, "churn");
	if (workers_run((unsigned int)nr_threads, serve, NULL))
		return -1;
	for (op = 0; ops[op]; op++)
		run_expect(run, op, born);
	if (born + turned_away != nr_tds || alive)
		return fail("%" PRIu64 " TDs came, %" PRIu64
			    " were turned away, %u stayed, of %" PRIu64,
			    (uint64_t)born, (uint64_t)turned_away, (unsigned int)alive, nr_tds);
	run_throughput(run, TD_DESTROY, now_ns() - workers_start_ns());
	run_extra(run, "open_loop", backlog_json(&backlog));
	run_extra(run, "turned_away", json_integer((json_int_t)turned_away));
	run_extra(run, "most_alive", json_integer((json_int_t)most_alive));
	run_extra(run, "alive", alive_json());
	free(residents);
	free(changes);
	return 0;
}

WORKLOAD(lifecycle) = {
	.name = "lifecycle",
	.question = "What do creating and destroying TDs cost while others come and go?",
	.exercises = "creation, population and destruction of TDs side by side, "
		     "in steady state or bursts",
	.verify = "every TD that arrived was created, populated and destroyed, "
		  "or turned away and counted",
	.primary = PRIMARY_TEARDOWN,
	WORKLOAD_PARTS,
};

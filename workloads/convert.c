// SPDX-License-Identifier: GPL-2.0
/*
 * convert: what does it cost to turn private memory into shared memory and back?
 *
 * N TDs have all their memory private and populated. T threads convert pieces of it to shared, give
 * the pages back to the host, convert them to private and fault them in again. They do so in a closed
 * loop, or (--rate) at times fixed beforehand, where latency counts from the time a conversion was
 * due. The host starts a conversion, or (--drive guest, --drive code) the vCPU asks for it with
 * MapGPA, as in production. No S-EPT page is freed before the TDs are destroyed. So kernels that
 * differ only in how they free S-EPT pages must not differ here.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "workloads/core/arrivals.h"
#include "workloads/core/layout.h"
#include "workloads/core/populate.h"
#include "workloads/core/share.h"
#include "workloads/core/td_code.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, TO_SHARED, PUNCH, TO_PRIVATE, FAULT, ROUND, ROUND_INTENDED,
       TD_DESTROY };
static const char *const ops[] = {
	"td_create", "td_populate", "convert_to_shared", "convert_punch", "convert_to_private",
	"convert_fault", "convert_round", "convert_round_intended", "td_destroy", NULL
};

enum { SEQ, RANDOM, HOT };
enum { HOST, GUEST, CODE };
enum { POISSON, UNIFORM };

static uint64_t nr_tds, nr_threads, mem_mib, pages_per_region, piece_bytes, total_ops, rounds,
	pattern, hot_percent, nr_vcpus, drive, rate, arrivals;

static struct opt opts[] = {
	OPT_TDS(&nr_tds, "4"),
	OPT_UINT(
		"threads", &nr_threads, "2", 1, 1024, "T",
		"converting threads, dealt out over the TDs in turn; on one TD they divide its memory"),
	OPT_MEM(&mem_mib, "16"),
	OPT_UINT("pages-per-region", &pages_per_region, "512", 1, 512, "K",
		 "4K pages populated and converted per 2 MiB; a --size below 2M must divide them"),
	OPT_BYTES("size", &piece_bytes, "4K", PAGE_BYTES, 1ULL << 30,
		  "bytes per conversion, a multiple of 4K that divides --mem"),
	OPT_UINT("rounds", &rounds, "1", 1, 1000000, "N",
		 "conversions of each piece of each TD; a thread is done when its share is"),
	OPT_UINT("ops", &total_ops, "0", 0, 1 << 27, "N",
		 "in place of --rounds: conversions in total, as many by each thread; 0: --rounds"),
	OPT_CHOICE("pattern", &pattern, "seq", "seq|random|hot",
		   "next piece: the following, any, or any of a thread's first --hot-percent"),
	OPT_UINT("hot-percent", &hot_percent, "10", 1, 100, "PERCENT",
		 "size of the hot set, with --pattern hot"),
	OPT_UINT("rate", &rate, "0", 0, 100000000, "N",
		 "open loop: conversions due per second, by all threads together; 0: closed loop"),
	OPT_CHOICE("arrivals", &arrivals, "poisson", "poisson|uniform",
		   "when they are due, with --rate: at random or at equal distances"),
	OPT_CHOICE(
		"drive", &drive, "host", "host|guest|code",
		"who starts a conversion: the host, or a guest's MapGPA, by a script or by code that it executes (software TDX module only)"),
	OPT_VCPUS(&nr_vcpus, "1", "; threads on one vCPU fault in turn"),
	OPT_END
};

static struct td *tds;
static struct run *this_run;
static struct layout layout, piece_layout;
static struct backlog backlog;

/* Pieces of a region, if a piece is smaller than one. */
static uint64_t pieces_per_region(void)
{
	return pages_per_region * PAGE_BYTES / piece_bytes;
}

static uint64_t pieces_per_td(void)
{
	if (piece_bytes >= REGION_BYTES)
		return mem_mib * MIB_BYTES / piece_bytes;
	return mem_mib * MIB_BYTES / REGION_BYTES * pieces_per_region();
}

static uint64_t piece_offset(uint64_t i)
{
	if (piece_bytes >= REGION_BYTES)
		return i * piece_bytes;
	return i / pieces_per_region() * REGION_BYTES + i % pieces_per_region() * piece_bytes;
}

/* Conversions of the whole run. */
static uint64_t all_ops(void)
{
	return total_ops ? total_ops : rounds * pieces_per_td() * nr_tds;
}

/* Conversions of one thread. */
static uint64_t ops_of(uint64_t thread, const struct share *s)
{
	if (total_ops)
		return total_ops / nr_threads + (thread < total_ops % nr_threads);
	return rounds * s->nr_tds * s->pieces;
}

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (piece_bytes % PAGE_BYTES || mem_mib * MIB_BYTES % piece_bytes)
		return fail("--size: %" PRIu64
			    " bytes is not a multiple of 4K that divides %" PRIu64 " MiB of memory",
			    piece_bytes, mem_mib);
	if (piece_bytes < REGION_BYTES ? pages_per_region * PAGE_BYTES % piece_bytes :
					 piece_bytes % REGION_BYTES)
		return fail("--size: %" PRIu64 " bytes is neither a multiple of 2M nor a divisor of "
			    "the %" PRIu64 " pages populated per 2 MiB",
			    piece_bytes, pages_per_region);
	if (drive != HOST && piece_bytes > TD_GUEST_MAX_PAGES * PAGE_BYTES)
		return fail("a guest converts at most %d pages at once: use a smaller --size",
			    TD_GUEST_MAX_PAGES);
	if (drive != HOST && nr_threads > nr_tds * nr_vcpus)
		return fail("a guest needs a vCPU per thread: use fewer --threads or more --vcpus");
	if (opt_given(opts, "ops") && opt_given(opts, "rounds"))
		return fail(
			"--ops and --rounds both set the number of conversions: give one of them");
	if (opt_given(opts, "hot-percent") && pattern != HOT)
		return fail("--hot-percent is for --pattern hot only");
	if (opt_given(opts, "arrivals") && !rate)
		return fail("--arrivals is for the open loop: give --rate as well");
	if (nr_threads > nr_tds * pieces_per_td())
		return fail(
			"%" PRIu64 " threads for %" PRIu64
			" pieces of memory: use fewer --threads, more --mem or a smaller --size",
			nr_threads, nr_tds * pieces_per_td());

	layout = (struct layout){ mem_mib * MIB_BYTES / REGION_BYTES, pages_per_region };
	piece_layout = (struct layout){ piece_bytes / REGION_BYTES, pages_per_region };
	n->tds = nr_tds;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = (unsigned int)nr_vcpus;
	n->threads = (unsigned int)nr_threads;
	n->samples = nr_tds * 3 + all_ops() * (rate ? 6 : 5);
	n->sample_logs = 1 + nr_threads;
	n->sept_pages_expected = sept_pages(TD_GPA, layout.regions) * nr_tds;
	if (drive == CODE)
		n->sept_pages_expected += TD_CODE_SEPT_PAGES * nr_tds;
	n->td_populated_bytes = layout.regions * layout.pages_per_region * PAGE_BYTES;
	return 0;
}

/* The i-th piece a thread converts in a TD, by its number among all pieces of that TD. */
static uint64_t next_piece(const struct share *s, uint64_t i, struct rng *rng)
{
	uint64_t hot = (s->pieces * hot_percent + 99) / 100;
	uint64_t k;

	if (pattern == SEQ)
		k = i % s->pieces;
	else
		k = rng_below(rng, pattern == HOT ? hot : s->pieces);
	return share_piece(s, k);
}

/* When the steps of a round trip began, and when the last one was over. */
typedef uint64_t step_times[5];

static int convert_by_host(struct td *td, unsigned int vcpu, uint64_t offset, step_times t)
{
	t[0] = now_ns();
	if (td_set_private(td, offset, piece_bytes, false))
		return -1;
	t[1] = now_ns();
	if (td_punch(td, offset, piece_bytes))
		return -1;
	t[2] = now_ns();
	if (td_set_private(td, offset, piece_bytes, true))
		return -1;
	t[3] = now_ns();
	if (piece_bytes < REGION_BYTES || pages_per_region == REGION_PAGES ?
		    td_fault(td, vcpu, offset, piece_bytes) :
		    fault_layout(td, vcpu, offset, &piece_layout))
		return -1;
	t[4] = now_ns();
	return 0;
}

/* Serve a MapGPA as the host would by itself; the steps' times lie around it. */
static int map_gpa(struct td *td, uint64_t offset, uint64_t bytes, bool private, void *times)
{
	uint64_t *t = times;

	if (private) {
		t[2] = now_ns();
		if (td_set_private(td, offset, bytes, true))
			return -1;
		t[3] = now_ns();
		return 0;
	}
	if (td_set_private(td, offset, bytes, false))
		return -1;
	t[1] = now_ns();
	return td_punch(td, offset, bytes);
}

/*
 * The same steps from inside: to shared is from entering the vCPU until the attribute is set, punch
 * from there to the second MapGPA, to private its attribute, fault the rest with the acceptance.
 */
static int convert_by_guest(struct td *td, unsigned int vcpu, uint64_t offset, step_times t)
{
	t[0] = now_ns();
	if (td_guest_convert(td, vcpu, offset, piece_bytes, map_gpa, t))
		return -1;
	t[4] = now_ns();
	return 0;
}

/*
 * One round trip, its four steps timed back to back; its time is added to *sum_ns. due_ns is when
 * it should have begun, 0 in a closed loop.
 */
static int convert(struct td *td, unsigned int vcpu, uint64_t offset, uint32_t seq, uint64_t due_ns,
		   struct sample_log *log, uint64_t *sum_ns)
{
	step_times t;

	if (drive != HOST ? convert_by_guest(td, vcpu, offset, t)
			  : convert_by_host(td, vcpu, offset, t))
		return -1;

	samples_add(log, TO_SHARED, td->id, seq, t[0], t[1]);
	samples_add(log, PUNCH, td->id, seq, t[1], t[2]);
	samples_add(log, TO_PRIVATE, td->id, seq, t[2], t[3]);
	samples_add(log, FAULT, td->id, seq, t[3], t[4]);
	samples_add(log, ROUND, td->id, seq, t[0], t[4]);
	if (due_ns)
		samples_add(log, ROUND_INTENDED, td->id, seq, due_ns, t[4]);
	*sum_ns += t[4] - t[0];
	return 0;
}

static struct open_loop arrivals_of(unsigned int thread, uint64_t nr)
{
	const struct arrivals a = {
		.kind = arrivals == POISSON ? ARRIVALS_POISSON : ARRIVALS_UNIFORM,
		.per_second = (double)rate,
		.threads = nr_threads,
		.thread = thread,
		.start_ns = workers_start_ns(),
		/* Streams of their own: the pieces are the same, whatever the arrivals. */
		.rng = rng_init(this_run->seed, (uint16_t)(nr_threads + thread)),
	};

	return open_loop_init(&a, nr);
}

static int convert_share(unsigned int thread, void *arg)
{
	const struct share s = share_of(thread, nr_threads, nr_tds, pieces_per_td());
	struct sample_log log = run_log(this_run, thread);
	struct rng rng = rng_init(this_run->seed, (uint16_t)thread);
	unsigned int vcpu = (unsigned int)(s.rank % nr_vcpus);
	uint64_t i, nr = ops_of(thread, &s), sum_ns = 0, begin_ns = now_ns(), due_ns = 0;
	struct open_loop loop = { 0 };

	(void)arg;
	if (rate)
		loop = arrivals_of(thread, nr);
	for (i = 0; i < nr; i++) {
		struct td *td = &tds[share_td(&s, i % s.nr_tds)];
		uint64_t offset = piece_offset(next_piece(&s, i / s.nr_tds, &rng));

		if (rate)
			due_ns = open_loop_wait(&loop);
		if (convert(td, vcpu, offset, (uint32_t)i, due_ns, &log, &sum_ns))
			return -1;
	}
	run_usage(this_run, ROUND, now_ns() - begin_ns, sum_ns, loop.idle_ns);
	open_loop_done(&loop, &backlog);
	return 0;
}

static int create(struct td *td, unsigned int id)
{
	if (td_create(td, id))
		return -1;
	if (drive != HOST && td_guest_attach(td, (unsigned int)nr_vcpus))
		return -1;
	return td_finalize(td);
}

static int make_private(struct td *td, unsigned int id)
{
	(void)id;
	return populate(td, &layout);
}

/* All memory must be private again and faultable: td_fault() refuses a shared page. */
static int verify(struct td *td, unsigned int id)
{
	(void)id;
	return fault_layout(td, 0, 0, &layout);
}

static int destroy(struct td *td, unsigned int id)
{
	(void)id;
	return td_destroy(td, NULL);
}

/* One step on every TD, one after the other; recorded as op unless that is negative. */
static int each_td(const char *phase, int (*step)(struct td *td, unsigned int id),
		   struct sample_log *log, int op)
{
	uint64_t begin_ns;
	uint32_t i;

	run_phase(this_run, phase);
	for (i = 0; i < nr_tds; i++) {
		begin_ns = now_ns();
		if (step(&tds[i], i))
			return -1;
		if (op >= 0)
			samples_add(log, (uint16_t)op, i, 0, begin_ns, now_ns());
	}
	return 0;
}

static int run(struct run *run)
{
	struct sample_log log = run_log(run, 0);
	uint64_t measured_ns;
	uint16_t op;

	this_run = run;
	td_guest_choose(drive == CODE ? TD_GUEST_CODE : TD_GUEST_SCRIPT);
	backlog = (struct backlog){ 0 };
	tds = calloc(nr_tds, sizeof(*tds));
	if (!tds)
		return fail("no memory for %" PRIu64 " TDs", nr_tds);
	for (op = 0; ops[op]; op++)
		run_expect(run, op, op >= TO_SHARED && op <= ROUND ? all_ops() : nr_tds);
	run->expected[ROUND_INTENDED] = rate ? all_ops() : 0;

	if (each_td("create", create, &log, TD_CREATE) ||
	    each_td("populate", make_private, &log, TD_POPULATE))
		return -1;
	run_measure(run, "convert");
	if (workers_run((unsigned int)nr_threads, convert_share, NULL))
		return -1;
	measured_ns = now_ns() - workers_start_ns();
	if (each_td("verify", verify, &log, -1) || each_td("destroy", destroy, &log, TD_DESTROY))
		return -1;

	run_throughput(run, ROUND, measured_ns);
	if (rate)
		run_extra(run, "open_loop", backlog_json(&backlog));
	free(tds);
	return 0;
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	if (why || drive == HOST)
		return why;
	return td_guest_unavailable(drive == CODE ? TD_GUEST_CODE : TD_GUEST_SCRIPT);
}

WORKLOAD(convert) = {
	.name = "convert",
	.question = "What do private-shared conversions cost across TDs and threads, step by step?",
	.exercises = "KVM_SET_MEMORY_ATTRIBUTES, hole punching and pre-faults: "
		     "removal and addition of guest pages, their PAMT references",
	.verify = "every call succeeded and was recorded, "
		  "and at the end all memory of every TD can be faulted as private",
	.primary = PRIMARY({ .metric = "convert_round_ns_p50" }),
	.control = "spt_freed_during_churn_pages",
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

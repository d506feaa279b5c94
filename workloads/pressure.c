// SPDX-License-Identifier: GPL-2.0
/*
 * pressure: does anybody suffer from what the end of a TD holds, where memory is short?
 *
 * --tds TDs exist. Beside them --headroom is left of a memory cgroup's limit, or of the machine. Then all
 * TDs are destroyed and replaced at once, a round, each by a thread of its own. Each headroom gets --rounds
 * rounds, in an order that the seed draws, and is set anew before each of them. A replacement
 * begins when the old TD is gone (--begin after), or when its guest's pages are back and another thread
 * still frees the S-EPT (--begin memory). A replacement that gets ENOMEM tries again. A victim may
 * allocate meanwhile. The kernel says whether somebody waited for memory: a cgroup by its event "max", the
 * machine by allocstall.
 *
 * What each replacement met is a line of replacements.csv.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/replacements_csv.h"
#include "workloads/core/draws.h"
#include "workloads/core/headrooms.h"
#include "workloads/core/hostmem.h"
#include "workloads/core/layout.h"
#include "workloads/core/memcg.h"
#include "workloads/core/holders.h"
#include "workloads/core/oom.h"
#include "workloads/core/populate.h"
#include "workloads/core/shortage.h"
#include "workloads/core/victim.h"
#include "workloads/core/workers.h"
#include "workloads/core/workload.h"

/* What a victim does has three numbers from the first on; see victim.h. */
enum { TD_REPLACE, TD_DESTROY, ALLOC, FILE_WRITE = ALLOC + 2 };
static const char *const ops[] = { "td_replace",     "td_destroy", "alloc",
				   "alloc_intended", "file_write", "file_write_intended",
				   "file_sync",	     NULL };

enum { AFTER, MEMORY };
enum { DENSE, SPARSE };

#define MAX_PRESSURE_TDS 64
#define VICTIM_SAMPLES	 (UINT64_C(1) << 18)
/* Between two attempts of a replacement that got ENOMEM. */
#define RETRY_NS	 (UINT64_C(1) * 1000 * 1000)

static uint64_t nr_tds, mem_mib, layout_kind, where, begin, rounds, victim_kind, victim_rate,
	victim_mib, victim_drop_kib, victim_dirty_kib, victim_sync_kib, patience_ms;
static const char *headroom_list;
static struct headrooms headrooms;

static struct opt opts[] = {
	OPT_UINT("tds", &nr_tds, "1", 1, MAX_PRESSURE_TDS, "N", "TDs that are replaced at once"),
	OPT_UINT("mem", &mem_mib, "64", 2, 1 << 20, "MIB", "memory per TD in MiB, even"),
	OPT_CHOICE("layout", &layout_kind, "sparse", "dense|sparse",
		   "populate every 4K page, or one per 2 MiB"),
	OPT_CHOICE(
		"where", &where, "cgroup", "cgroup|machine",
		"what is short of memory: a memory cgroup, or the machine; with --numa, the node"),
	OPT_CHOICE(
		"begin", &begin, "memory", "after|memory",
		"a replacement begins when the old TD is gone, or when its guest's memory is closed"),
	OPT_TEXT("headroom", &headroom_list, "1024", "KIB[,KIB...]",
		 "free beside the TDs: below the cgroup's limit, or above the low watermarks; "
		 "several are tried in an order that the seed draws"),
	OPT_UINT("rounds", &rounds, "8", 1, 100, "N", "times to replace all TDs at each headroom"),
	OPT_CHOICE("victim", &victim_kind, "none", "none|small|huge|file",
		   "a process that touches new memory at a rate, in pages of 4K or of 2M, or that "
		   "writes pages of a file, which the kernel writes back"),
	OPT_UINT("victim-rate", &victim_rate, "1000", 1, 1000000, "N",
		 "pages that a victim touches or writes per second"),
	OPT_UINT("victim-mem", &victim_mib, "4", 2, 1 << 20, "MIB",
		 "memory or file that a victim goes through again and again, even; not part of the "
		 "headroom"),
	OPT_UINT("victim-drop", &victim_drop_kib, "0", 0, 1 << 20, "KIB",
		 "what of its memory the victim gives back at once, before it touches new memory; "
		 "0: all"),
	OPT_UINT("victim-dirty", &victim_dirty_kib, "2048", 64, 1 << 30, "KIB",
		 "vm.dirty_bytes beside a file: a writer waits near that many dirty pages; "
		 "write-back begins at half of it"),
	OPT_UINT("victim-sync", &victim_sync_kib, "0", 0, 1 << 20, "KIB",
		 "fdatasync() of the file each time that so much was written; 0: never"),
	OPT_UINT("patience-ms", &patience_ms, "2000", 1, 3600000, "MS",
		 "after which a replacement that gets ENOMEM gives up"),
	OPT_END
};

static struct layout layout;
static struct run *this_run;
static struct td tds[MAX_PRESSURE_TDS], old[MAX_PRESSURE_TDS];
static struct sample_log logs[2 * MAX_PRESSURE_TDS];
static uint32_t round_nr;

/* Of --headroom and --rounds, a round each. */
static uint64_t *order, nr_rounds;

/* What the replacements of all rounds met; those of the present round begin at @of_round. */
static struct replacement *replacements, *of_round, of_first_round[MAX_PRESSURE_TDS];
static size_t nr_replacements;

static struct {
	atomic_uint_fast64_t enomem;   /* attempts of replacements that got it */
	atomic_uint_fast64_t retried;  /* replacements that got it at least once */
	atomic_uint_fast64_t given_up; /* replacements that did not get memory in time */
	atomic_uint_fast64_t replaced;
	uint64_t waited;	   /* replacements, as replacement_waited() says */
	uint64_t waits, oom_kills; /* waits: times somebody met the limit or reclaimed */
	uint64_t elsewhere;	   /* pages that went to another NUMA node, in rounds */
	bool elsewhere_known;
} sum;

static bool recording; /* not in the first round, which has no limit */

static struct victim_record victim;

static int check_victim(void)
{
	uint64_t touched = victim_kind == VICTIM_HUGE ? REGION_BYTES : PAGE_BYTES;
	bool is_file = victim_kind == VICTIM_FILE;

	if (victim_mib % 2)
		return fail("--victim-mem %" PRIu64 ": give an even number of MiB", victim_mib);
	if (victim_kind == VICTIM_NONE &&
	    (opt_given(opts, "victim-rate") || opt_given(opts, "victim-mem")))
		return fail("--victim-rate and -mem need a --victim");
	if ((victim_kind == VICTIM_NONE || is_file) && opt_given(opts, "victim-drop"))
		return fail("--victim-drop belongs to --victim small or huge");
	if (!is_file && (opt_given(opts, "victim-dirty") || opt_given(opts, "victim-sync")))
		return fail("--victim-dirty and -sync belong to --victim file");
	if (victim_drop_kib * 1024 % touched)
		return fail("--victim-drop %" PRIu64
			    ": give a multiple of what the victim touches, 4 or (huge) 2048",
			    victim_drop_kib);
	if (victim_drop_kib && victim_mib * 1024 % victim_drop_kib)
		return fail("--victim-drop %" PRIu64 ": give a divisor of --victim-mem, %" PRIu64
			    " KiB",
			    victim_drop_kib, victim_mib * 1024);
	if (victim_sync_kib &&
	    (victim_sync_kib * 1024 % PAGE_BYTES || victim_mib * 1024 % victim_sync_kib))
		return fail("--victim-sync %" PRIu64
			    ": give a multiple of 4 that divides --victim-mem, "
			    "%" PRIu64 " KiB",
			    victim_sync_kib, victim_mib * 1024);
	return 0;
}

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (check_victim())
		return -1;
	if (headrooms_parse(headroom_list, &headrooms))
		return -1;
	if (headrooms.n > 1 && victim_kind != VICTIM_NONE)
		return fail("a victim's memory would count as headroom when the next one is set: "
			    "give one --headroom beside --victim");
	nr_rounds = headrooms.n * rounds;
	layout = (struct layout){ mem_mib * MIB_BYTES / REGION_BYTES,
				  layout_kind == DENSE ? REGION_PAGES : 1 };
	n->tds = 2 * nr_tds;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = 1;
	n->threads = (unsigned int)(2 * nr_tds + 1);
	n->samples = nr_rounds * nr_tds * 2 + (victim_kind == VICTIM_NONE ? 0 : VICTIM_SAMPLES);
	n->sample_logs = 2 * nr_tds + 1;
	n->sept_pages_expected = 0; /* depends on how often a replacement tries again */
	return 0;
}

static int fill(struct td *td)
{
	for (uint64_t i = 0; i < layout.regions; i++)
		if (td_set_private(td, i * REGION_BYTES, REGION_BYTES, true) ||
		    td_fault(td, 0, i * REGION_BYTES, layout.pages_per_region * PAGE_BYTES))
			return -1;
	return 0;
}

/* Create and populate; a TD that got ENOMEM is gone again. */
static int attempt(struct td *td, unsigned int id)
{
	int err;

	if (!create_ready(td, id) && !fill(td))
		return 0;
	err = errno;
	td_destroy(td, NULL);
	errno = err;
	return -1;
}

/* Try until there is memory or no patience left. The limit stays, so giving up leaves no TD. */
static int replace(unsigned int i)
{
	uint64_t until_ns = now_ns() + patience_ms * 1000 * 1000;
	bool first = true;
	int ret;

	for (;;) {
		err_expect(true);
		ret = attempt(&tds[i], i);
		err_expect(false);
		if (!ret)
			return 0;
		if (errno != ENOMEM)
			return fail("TD %u: a replacement failed with %s, not ENOMEM", i,
				    strerrorname_np(errno));
		sum.enomem++;
		of_round[i].enomem++;
		sum.retried += first;
		first = false;
		if (now_ns() >= until_ns) {
			sum.given_up++;
			of_round[i].given_up = 1;
			tds[i].vm = -1;
			return 0;
		}
		wait_until_ns(now_ns() + RETRY_NS);
	}
}

static uint64_t closed_ns[MAX_PRESSURE_TDS];

static void record(unsigned int thread, uint16_t op, unsigned int td, uint64_t from_ns,
		   uint64_t to_ns)
{
	if (recording)
		samples_add(&logs[thread], op, td, round_nr, from_ns, to_ns);
}

/* Threads 0..N-1 replace, N..2N-1 destroy what the first ones left them. */
static int replace_or_destroy(unsigned int thread)
{
	unsigned int i = (unsigned int)(thread % nr_tds);
	struct td_destroy_times t;
	uint64_t start_ns = now_ns(), end_ns;

	if (thread >= nr_tds) {
		if (begin == AFTER)
			return 0;
		if (td_destroy(&old[i], &t))
			return -1;
		record(thread, TD_DESTROY, i, closed_ns[i], t.vm_ns);
		return 0;
	}
	if (begin == AFTER) {
		if (td_destroy(&tds[i], &t))
			return -1;
		record(thread, TD_DESTROY, i, t.start_ns, t.vm_ns);
	} else {
		start_ns = closed_ns[i];
	}
	if (replace(i))
		return -1;
	end_ns = now_ns();
	of_round[i].start_ns = start_ns - this_run->start_ns;
	of_round[i].replace_ns = end_ns - start_ns;
	if (tds[i].vm >= 0) {
		record(thread, TD_REPLACE, i, start_ns, end_ns);
		sum.replaced++;
	}
	return 0;
}

/*
 * A thread that begins where memory is short may be refused its stack, so all threads begin before and
 * wait for their rounds: once for the beginning of each, once for its end.
 */
static pthread_barrier_t gate;
static atomic_bool over, broken;

/* Everything is replaced. The guests' memory is closed first, by the thread that conducts. */
static int one_round(void)
{
	struct td_destroy_times t;

	draws_wait_operation(0);
	for (unsigned int i = 0; i < nr_tds && begin == MEMORY; i++) {
		if (td_close_memory(&tds[i], &t))
			return -1;
		closed_ns[i] = t.start_ns;
		old[i] = tds[i];
	}
	pthread_barrier_wait(&gate);
	pthread_barrier_wait(&gate);
	if (recording)
		run_expect(this_run, TD_DESTROY, nr_tds);
	round_nr += recording;
	return broken ? -1 : 0;
}

/* Replacements that gave up left a gap; fill it where memory is not short. */
static int make_whole(void)
{
	for (unsigned int i = 0; i < nr_tds; i++)
		if (tds[i].vm < 0 && (create_ready(&tds[i], i) || fill(&tds[i])))
			return -1;
	return 0;
}

/* A round with what is now the headroom, and its lines of the record. */
static int recorded_round(uint64_t kib)
{
	uint64_t number = round_nr, elsewhere;
	struct replacement shared = { 0 };
	struct shortage_reading from, to;

	of_round = replacements + nr_replacements;
	if (shortage_read(&from) || one_round() || shortage_read(&to) ||
	    shortage_judge(&from, &to, &shared))
		return -1;
	sum.elsewhere_known = hostmem_elsewhere(&from.counts, &to.counts, &elsewhere);
	sum.elsewhere += elsewhere;
	for (unsigned int i = 0; i < nr_tds; i++) {
		struct replacement *r = &of_round[i];

		r->round = number;
		r->td = i;
		r->headroom_kib = kib;
		r->waits = shared.waits;
		r->oom_kills = shared.oom_kills;
		r->allocstall = shared.allocstall;
		r->psi_some_us = shared.psi_some_us;
		r->psi_full_us = shared.psi_full_us;
		sum.waited += replacement_waited(r);
	}
	sum.waits += shared.waits;
	nr_replacements += nr_tds;
	return 0;
}

/*
 * All rounds; lowers total->zone[].free. A victim's memory would count as headroom, so beside a victim
 * the limit stays as it was set before it began.
 */
static int measure(struct hostmem *total)
{
	for (uint64_t i = 0; i < nr_rounds; i++) {
		if (victim_kind == VICTIM_NONE &&
		    (shortage_lift() || make_whole() || shortage_set(order[i])))
			return -1;
		if (recorded_round(order[i]))
			return -1;
		hostmem_look(total);
	}
	return 0;
}

static struct hostmem before, after;

/* Before TDs exist: fork whoever must not inherit them. */
static int prepare(struct run *run)
{
	struct victim plan = {
		.kind = (enum victim_kind)victim_kind,
		.per_second = victim_rate,
		.bytes = victim_mib * MIB_BYTES,
		.drop_bytes = victim_drop_kib ? victim_drop_kib * 1024 : victim_mib * MIB_BYTES,
		.dirty_bytes = victim_dirty_kib * 1024,
		.sync_bytes = victim_sync_kib * 1024,
		.in_memcg = where == SHORT_CGROUP,
		.op = victim_kind == VICTIM_FILE ? FILE_WRITE : ALLOC,
		.log = run_log(run, (unsigned int)(2 * nr_tds)),
	};

	order = calloc(nr_rounds, sizeof(*order));
	replacements = calloc(nr_rounds * nr_tds, sizeof(*replacements));
	if (!order || !replacements)
		return fail("no memory for the record of %" PRIu64 " rounds", nr_rounds);
	headrooms_draw(&headrooms, rounds, run->seed, order);
	/* Beyond the limits a process that may not be killed must not need a page for itself. */
	if (mlockall(MCL_CURRENT))
		return fail("memory cannot be locked: %s: be root", strerror(errno));
	if (shortage_prepare((enum shortage)where))
		return -1;
	if (victim_kind != VICTIM_NONE &&
	    (samples_reserve(&plan.log, VICTIM_SAMPLES) || victim_fork(&plan)))
		return fail("the victim could not be set up");
	return (where == SHORT_CGROUP && memcg_enter()) || oom_score(true) ? -1 : 0;
}

static int conduct(void)
{
	struct hostmem total;
	int ret;

	run_phase(this_run, "populate");
	for (unsigned int i = 0; i < nr_tds; i++)
		if (create_ready(&tds[i], i) || fill(&tds[i]))
			return -1;
	/* Once without a limit: caches fill, and what stays charged is charged. */
	if (one_round())
		return -1;
	memset(&sum, 0, sizeof(sum));
	recording = true;
	hostmem_read(&before);
	shortage_begin(&before);
	if (shortage_set(order[0]) || (victim_kind != VICTIM_NONE && victim_begin()))
		return -1;

	run_measure(this_run, "replace");
	hostmem_read(&before);
	total = before;
	ret = measure(&total);
	/* Opening /proc at the limit is refused memory. */
	if (where == SHORT_CGROUP && memcg_limit(UINT64_MAX))
		ret = -1;
	hostmem_read(&after);
	for (unsigned int i = 0; i < after.nr_zones && i < total.nr_zones; i++)
		if (total.zone[i].free < after.zone[i].free)
			after.zone[i].free = total.zone[i].free;
	after.readings = total.readings + 1;
	run_phase(this_run, "check");
	return ret;
}

/* Threads 0..2N-1 do rounds until thread 2N, which conducts, has done all. */
static int serve(unsigned int thread, void *arg)
{
	int ret;

	(void)arg;
	if (thread == 2 * nr_tds) {
		ret = conduct();
		over = true;
		pthread_barrier_wait(&gate);
		return ret;
	}
	for (;;) {
		pthread_barrier_wait(&gate);
		if (over)
			return 0;
		if (replace_or_destroy(thread))
			broken = true;
		pthread_barrier_wait(&gate);
	}
}

/* Give all memory back, the victim first, which may wait for some. */
static int clean_up(void)
{
	uint64_t kills;
	int ret = 0;

	sum.oom_kills = holders_killed();
	if (where == SHORT_MACHINE)
		holders_end();
	else
		ret = memcg_limit(UINT64_MAX);
	if (victim_kind != VICTIM_NONE)
		ret |= victim_end(&victim);
	for (unsigned int i = 0; i < nr_tds; i++)
		if (tds[i].vm >= 0)
			ret |= td_destroy(&tds[i], NULL);
	if (where == SHORT_MACHINE)
		return ret;
	ret |= memcg_event("oom_kill", &kills);
	sum.oom_kills = kills;
	ret |= memcg_leave();
	memcg_remove();
	return ret;
}

static json_t *pressure_json(void)
{
	json_t *all = json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:I}", "replaced",
		(json_int_t)sum.replaced, "waited", (json_int_t)sum.waited, "retried",
		(json_int_t)sum.retried, "enomem", (json_int_t)sum.enomem, "given_up",
		(json_int_t)sum.given_up, "waits", (json_int_t)sum.waits, "oom_kills",
		(json_int_t)sum.oom_kills, "elsewhere_pages",
		sum.elsewhere_known ? json_integer((json_int_t)sum.elsewhere) : json_null(),
		"sept_pages_per_td", (json_int_t)sept_pages(TD_GPA, layout.regions));

	victim_json(&victim, all);
	return all;
}

static int run(struct run *run)
{
	int ret;

	this_run = run;
	memset(&sum, 0, sizeof(sum));
	memset(&victim, 0, sizeof(victim));
	round_nr = 0;
	nr_replacements = 0;
	of_round = of_first_round;
	recording = false;
	over = false;
	broken = false;
	for (unsigned int i = 0; i < 2 * nr_tds; i++)
		logs[i] = run_log(run, i);
	if (prepare(run))
		return -1;
	pthread_barrier_init(&gate, NULL, (unsigned int)(2 * nr_tds + 1));
	ret = workers_run((unsigned int)(2 * nr_tds + 1), serve, NULL);
	pthread_barrier_destroy(&gate);
	if (clean_up() || ret)
		return -1;

	run_expect(run, TD_REPLACE, sum.replaced);
	for (unsigned int i = 0; i < 2; i++)
		run_expect(run, (victim_kind == VICTIM_FILE ? FILE_WRITE : ALLOC) + i,
			   victim.pages);
	run_expect(run, FILE_WRITE + 2, victim.syncs);
	run_extra(run, "pressure", pressure_json());
	run_extra(run, "memory_pressure", hostmem_json(&before, &after));
	return 0;
}

static int write_record(const struct run *run, FILE *to)
{
	(void)run;
	return replacements_csv_write(replacements, nr_replacements, to);
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	if (!why && where == SHORT_CGROUP)
		why = memcg_unavailable();
	return why ? why : victim_unavailable((enum victim_kind)victim_kind);
}

WORKLOAD(pressure) = {
	.name = "pressure",
	.question = "Does anybody suffer from what the end of a TD holds, where memory is short?",
	.exercises = "destruction of TDs beside creation and population of others, "
		     "at the limit of a memory cgroup or of the machine",
	.verify = "every replacement got its memory or ENOMEM, and was recorded or counted",
	.primary = PRIMARY({ .metric = "td_replace_ns_p50" }, { .metric = "pressure_waited" },
			   { .metric = "pressure_enomem" }),
	.record_file = FILE_REPLACEMENTS,
	.write_record = write_record,
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * storm: does KVM's TDX code survive any sequence of its user interface?
 *
 * A round is a sequence of operations, drawn from the seed. A TD is built, with mistakes. Then anything
 * may happen, from --threads threads on the same files. The run fails if
 *
 * - an operation ends with an errno that storm/operation_table.c does not list for it;
 * - KVM declares a VM dead;
 * - S-EPT pages or PAMT pairs stay behind when all files of a round are closed.
 *
 * The boot's judge sees warnings in the kernel's log.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/core/kstats.h"
#include "workloads/core/layout.h"
#include "workloads/core/workload.h"
#include "workloads/storm/play.h"

enum { STORM_OP };
static const char *const ops[] = { "storm_op", NULL };

static uint64_t rounds, first_round, seconds, nr_steps, threads;
static bool print, keep_going;

static struct opt opts[] = {
	OPT_UINT("rounds", &rounds, "20", 1, STORM_MAX_ROUNDS, "N", "rounds at most"),
	OPT_UINT("first-round", &first_round, "1", 1, STORM_MAX_ROUNDS, "N",
		 "number of the first round: a round depends on the seed and its number alone"),
	OPT_UINT("seconds", &seconds, "3600", 1, 1 << 20, "N", "no round begins after this time"),
	OPT_UINT("steps", &nr_steps, "100", 1, 10000, "N", "operations per round"),
	OPT_UINT("threads", &threads, "1", 1, 64, "N", "threads that share a round's operations"),
	OPT_FLAG("print", &print, "print each operation and its result to stderr"),
	OPT_FLAG("keep-going", &keep_going,
		 "after an operation that must not end so, print it and go on; the run fails in the end"),
	OPT_END
};

static int needs(struct needs *n)
{
	if (first_round + rounds - 1 > STORM_MAX_ROUNDS)
		return fail("--first-round and --rounds go beyond round %d", STORM_MAX_ROUNDS);
	n->tds = 8;
	n->td_bytes = REGION_BYTES;
	n->vcpus = 1;
	n->threads = (unsigned int)threads;
	n->samples = rounds * nr_steps;
	n->sample_logs = rounds * (threads + 1);
	n->sept_pages_expected = 0; /* nobody knows beforehand */
	return 0;
}

/* After a round, when its files are closed. */
static int check_return(const struct storm_round *r, bool pairs_known, int64_t pairs_before)
{
	int64_t n;

	if (kstat("sept", "spt_held_pages", &n) && n)
		return fail("seed %" PRIu64 ", round %u: %" PRId64
			    " S-EPT pages are held after all files were closed", r->seed, r->round, n);
	if (kstat("sept", "spt_leaked_pages", &n) && n)
		return fail("seed %" PRIu64 ", round %u: KVM leaked %" PRId64 " S-EPT pages",
			    r->seed, r->round, n);
	if (pairs_known && kstat("pamt", "pamt_pairs", &n) && n != pairs_before)
		return fail("seed %" PRIu64 ", round %u: %" PRId64 " PAMT pairs before, %" PRId64
			    " after all files were closed", r->seed, r->round, pairs_before, n);
	return 0;
}

static json_t *storm_json(const struct storm_round *r, uint64_t played)
{
	json_t *succeeded = json_object();
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		json_object_set_new(succeeded, storm_table[i].name,
				    json_integer((json_int_t)r->succeeded[i]));
	return json_pack("{s:I, s:o}", "rounds", (json_int_t)played, "succeeded", succeeded);
}

static int play_round(struct storm_round *r, struct storm_step *steps)
{
	r->beginning = storm_draw(steps, r->nr_steps, r->seed, r->round);
	if (storm_play(r))
		return -1;
	storm_close_all(r->state);
	return 0;
}

static int run(struct run *run)
{
	struct storm_step *steps = calloc(nr_steps, sizeof(*steps));
	struct storm_state state;
	struct storm_round r = {
		.state = &state, .steps = steps, .nr_steps = (unsigned int)nr_steps,
		.threads = (unsigned int)threads, .seed = run->seed, .print = print,
		.keep_going = keep_going, .run = run,
	};
	uint64_t begin_ns, played = 0;
	int64_t pairs = 0;
	bool pairs_known = kstat("pamt", "pamt_pairs", &pairs);
	int ret = 0;

	if (!steps)
		return fail("no memory for %" PRIu64 " operations", nr_steps);
	if (storm_state_init(&state)) {
		free(steps);
		return -1;
	}
	run_measure(run, "storm");
	begin_ns = now_ns();
	while (!ret && played < rounds && now_ns() - begin_ns < seconds * UINT64_C(1000000000)) {
		r.round = (uint16_t)(first_round + played++);
		ret = play_round(&r, steps);
		if (!ret)
			ret = check_return(&r, pairs_known, pairs);
	}
	run_throughput(run, STORM_OP, now_ns() - begin_ns);
	run_phase(run, "end");
	run_expect(run, STORM_OP, played * nr_steps);
	run_extra(run, "storm", storm_json(&r, played));
	free(steps);
	if (!ret && r.findings)
		return fail("%u operations ended as they must not: their lines are above", r.findings);
	return ret;
}

WORKLOAD(storm) = {
	.name = "storm",
	.question = "Does KVM's TDX code survive any sequence of its user interface?",
	.exercises = "the ioctls of TDX VMs, vCPUs and guest_memfd, in any order and with odd arguments",
	.verify = "each errno is one that the table of operations allows, no VM died, and after each "
		  "round no S-EPT page is held and no PAMT pair is left",
	.primary = PRIMARY({ .metric = "storm_op_ns_p50" }),
	WORKLOAD_PARTS,
};

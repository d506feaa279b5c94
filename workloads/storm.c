// SPDX-License-Identifier: GPL-2.0
/*
 * storm: does KVM's TDX code survive any sequence of its user interface?
 *
 * A round is a sequence of operations, drawn from the seed. A TD is built, with mistakes. Then anything
 * may happen, from --threads threads on the same files. The run fails if
 *
 * - an operation ends with an errno that storm/operation_table.c does not list for it;
 * - KVM declares a VM dead;
 * - the kernel warns, as it or KASAN, lockdep or RCU do;
 * - S-EPT pages, PAMT pairs, KeyIDs, pages of the module or charges of a cgroup stay behind when all files of
 *   a round are closed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/index_list.h"
#include "lib/text.h"
#include "workloads/core/kstats.h"
#include "workloads/core/layout.h"
#include "workloads/core/workload.h"
#include "workloads/storm/allocations.h"
#include "workloads/storm/complaints.h"
#include "workloads/storm/limits.h"
#include "workloads/storm/play.h"
#include "workloads/storm/c_program.h"
#include "workloads/storm/values.h"

enum { STORM_OP };
static const char *const ops[] = { "storm_op", NULL };

static uint64_t rounds, first_round, seconds, nr_steps, threads;
static bool print, keep_going, as_program, prefer_new;
static const char *only, *weights_text;
static struct storm_weights weights;

static struct opt opts[] = {
	OPT_UINT("rounds", &rounds, "20", 1, STORM_MAX_ROUNDS, "N", "rounds at most"),
	OPT_UINT(
		"first-round", &first_round, "1", 1, STORM_MAX_ROUNDS, "N",
		"number of the first round: a round depends on the seed, its number and the weights"),
	OPT_UINT("seconds", &seconds, "3600", 1, 1 << 20, "N", "no round begins after this time"),
	OPT_UINT("steps", &nr_steps, "100", 1, 10000, "N", "operations per round"),
	OPT_UINT("threads", &threads, "1", 1, 64, "N", "threads that share a round's operations"),
	OPT_FLAG("print", &print, "print each operation and its result to stderr"),
	OPT_FLAG(
		"keep-going", &keep_going,
		"after an operation that must not end so, print it and go on; the run fails in the end"),
	OPT_TEXT(
		"only", &only, NULL, "STEPS[/STEPS...]",
		"play the first round alone, and of it these steps, as 0-5,9; of several lists one after the "
		"other, until one fails"),
	OPT_FLAG(
		"prefer-new", &prefer_new,
		"draw operations oftener that reached code of the kernel which nothing had reached since "
		"boot; needs a kernel of 'make coverage-kernel'"),
	OPT_TEXT(
		"weights", &weights_text, NULL, "OPERATION=N,...",
		"how often operations are drawn, where it is not as the table says: what --prefer-new had for "
		"a round, which plays it again"),
	OPT_FLAG(
		"program", &as_program,
		"print the steps of the first round, or those of --only, as a C program that makes the same "
		"system calls, and do nothing else: this needs no TDX"),
	OPT_END
};

static bool *in; /* of the list of --only that is played: which steps */

static int needs(struct needs *n)
{
	uint64_t played = rounds * nr_steps, lists = rounds;
	char *error = NULL;

	if (first_round + rounds - 1 > STORM_MAX_ROUNDS)
		return fail("--first-round and --rounds go beyond round %d", STORM_MAX_ROUNDS);
	if (prefer_new && (only || weights_text))
		return fail(
			"--prefer-new changes the weights from round to round; to play one again give "
			"its --weights");
	storm_weights_init(&weights);
	if (weights_text && storm_weights_parse(&weights, weights_text, &error))
		return fail("--weights: %s", error);
	in = xcalloc(nr_steps, sizeof(*in));
	if (only) {
		lists = 0;
		for (const char *list = only; list; list = index_list_next(list), lists++)
			if (index_list_parse(list, in, nr_steps, &error))
				return fail("--only: %s", error);
		played = lists * nr_steps;
	}
	n->tds = 8;
	n->td_bytes = REGION_BYTES;
	n->vcpus = 1;
	n->threads = (unsigned int)threads;
	n->samples = played;
	n->sample_logs = lists;
	n->sept_pages_expected = 0; /* nobody knows beforehand */
	return 0;
}

/* A counter in debugfs that must be what it was; @before is what it was. */
static int check_counter(const struct storm_round *r, const char *file, const char *name,
			 int64_t before)
{
	int64_t n;

	if (!kstat(file, name, &n) || n == before)
		return 0;
	return fail("seed %" PRIu64 ", round %u: %s was %" PRId64 ", and is %" PRId64
		    " after all files were closed",
		    r->seed, r->round, name, before, n);
}

/* After a round, when its files are closed. */
static int check_return(const struct storm_round *r, bool pairs_known, int64_t pairs_before)
{
	if (check_counter(r, "sept", "spt_held_pages", 0) ||
	    check_counter(r, "sept", "spt_leaked_pages", 0) ||
	    (pairs_known && check_counter(r, "pamt", "pamt_pairs", pairs_before)))
		return -1;
	/* the software TDX module's */
	if (check_counter(r, "../soft_tdx/pages", "pages_owned", 0) ||
	    check_counter(r, "../soft_tdx/pages", "keyids_used", 0))
		return -1;
	if (storm_charged_tds() > 0)
		return fail("seed %" PRIu64 ", round %u: %" PRId64
			    " TDs are charged to the cgroup after all files were closed",
			    r->seed, r->round, storm_charged_tds());
	return 0;
}

/* null: the kernel cannot let allocations fail. */
static json_t *failures_json(uint64_t n)
{
	return storm_allocations_can_fail() ? json_integer((json_int_t)n) : json_null();
}

static json_t *storm_json(const struct storm_round *r, uint64_t played, json_t *blocks)
{
	json_t *succeeded = json_object();
	unsigned int i;

	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		json_object_set_new(succeeded, storm_table[i].name,
				    json_integer((json_int_t)r->succeeded[i]));
	return json_pack("{s:I, s:o, s:o, s:o, s:o}", "rounds", (json_int_t)played, "succeeded",
			 succeeded, "blocks_reached", blocks, "allocations_failed",
			 failures_json(r->allocations_failed), "errors_of_allocations",
			 failures_json(r->errors_of_allocations));
}

static void log_times(struct run *run, const struct storm_round *r)
{
	struct sample_log log = run_log(run, 0);
	unsigned int i;

	for (i = 0; i < r->nr_steps; i++)
		if (r->times[i].end_ns)
			samples_add(&log, STORM_OP, 0, i, r->times[i].start_ns, r->times[i].end_ns);
}

/* Which weights play this round again. */
static void print_weights(const struct storm_round *r)
{
	char *text = storm_weights_text(&weights);

	if (prefer_new)
		fprintf(stderr, "round %u was drawn with --weights %s\n", r->round, text);
	free(text);
}

/* Play a round, or of the first round what a list of --only says, and look at what it leaves. */
static int play_round(struct run *run, struct storm_round *r, struct storm_step *steps, uint64_t n,
		      const char **list)
{
	static int64_t pairs;
	static bool pairs_known;
	char *error = NULL;
	uint_fast64_t failed;
	int ret;

	if (!n)
		pairs_known = kstat("pamt", "pamt_pairs", &pairs);
	r->round = (uint16_t)(first_round + (only ? 0 : n));
	r->beginning = storm_draw(steps, r->nr_steps, r->seed, r->round, &weights);
	if (only) {
		index_list_parse(*list, in, nr_steps, &error);
		*list = index_list_next(*list);
		if (print)
			fprintf(stderr, "list %" PRIu64 "\n", n);
	}
	if (print) {
		print_weights(r);
		fprintf(stderr, "round %u has %u steps\n", r->round, r->nr_steps);
	}
	failed = r->allocations_failed;
	ret = storm_play(r, steps, only ? in : NULL);
	if (print && storm_allocations_can_fail())
		fprintf(stderr, "round %u: %" PRIuFAST64 " allocations failed on purpose\n",
			r->round, r->allocations_failed - failed);
	log_times(run, r);
	if (ret && !print)
		print_weights(r);
	return ret ? ret : check_return(r, pairs_known, pairs);
}

/* After a round: what it reached, and with --prefer-new the weights of the next one. */
static void learn(struct storm_round *r, json_t *blocks)
{
	int64_t reached = storm_blocks();
	uint32_t found[STORM_NR_OPERATIONS];
	unsigned int i;

	if (reached >= 0)
		json_array_append_new(blocks, json_integer((json_int_t)reached));
	if (!prefer_new)
		return;
	/* What a round's end reached is no operation's. */
	r->blocks = reached;
	for (i = 0; i < STORM_NR_OPERATIONS; i++)
		found[i] = atomic_exchange(&r->found[i], 0);
	storm_weights_learn(&weights, found);
}

static int run(struct run *run)
{
	struct storm_step *steps = xcalloc(nr_steps, sizeof(*steps));
	struct storm_round *r = storm_round_new((unsigned int)nr_steps);
	json_t *blocks = storm_blocks() < 0 ? json_null() : json_array();
	uint64_t begin_ns, played = 0;
	const char *list = only;
	int ret = 0;

	if (!r) {
		free(steps);
		return -1;
	}
	r->threads = (unsigned int)threads;
	r->seed = run->seed;
	r->print = print;
	r->keep_going = keep_going;
	r->credit = prefer_new;
	r->blocks = storm_blocks();
	storm_kernel_watch();
	storm_allocations_init();
	run_measure(run, "storm");
	begin_ns = now_ns();
	while (!ret && (only ? list != NULL : played < rounds) &&
	       now_ns() - begin_ns < seconds * UINT64_C(1000000000)) {
		ret = play_round(run, r, steps, played++, &list);
		if (!ret)
			learn(r, blocks);
	}
	run_throughput(run, STORM_OP, now_ns() - begin_ns);
	run_phase(run, "end");
	run_expect(run, STORM_OP, r->played);
	run_extra(run, "storm", storm_json(r, played, blocks));
	free(steps);
	if (!ret && r->findings)
		return fail("%u operations ended as they must not: their lines are above",
			    r->findings);
	return ret;
}

static const char *unavailable_storm(void)
{
	if (prefer_new && storm_blocks() < 0)
		return "--prefer-new needs a kernel that counts which code was reached: "
		       "coverage-immediate or coverage-rcu of 'make coverage-kernel'";
	return td_unavailable();
}

static int print_program(uint64_t seed)
{
	struct storm_step *steps;
	char *title, *error = NULL;

	if (!as_program)
		return -1;
	if (only && index_list_next(only))
		return fail_as(EXIT_FAILURE, "--program: --only has more than one list");
	steps = xcalloc(nr_steps, sizeof(*steps));
	title = xasprintf("Steps %s of: dpamt-workload storm --seed %" PRIu64
			  " --first-round %" PRIu64 " --rounds 1 --steps %" PRIu64,
			  only ? only : "all", seed, first_round, nr_steps);
	storm_draw(steps, (unsigned int)nr_steps, seed, (uint16_t)first_round, &weights);
	if (only)
		index_list_parse(only, in, nr_steps, &error);
	storm_program(stdout, title, steps, (unsigned int)nr_steps, only ? in : NULL);
	free(title);
	free(steps);
	return 0;
}

WORKLOAD(storm) = {
	.name = "storm",
	.question = "Does KVM's TDX code survive any sequence of its user interface?",
	.exercises =
		"the ioctls of TDX VMs, vCPUs and guest_memfd, in any order and with odd arguments",
	.verify =
		"each errno is one that the table of operations allows, no VM died, the kernel's log has no "
		"complaint, and after each round no S-EPT page is held, no PAMT pair is left, the TDX module "
		"owns no page and no KeyID, and no TD is charged to the cgroup",
	.primary = PRIMARY({ .metric = "storm_op_ns_p50" }),
	.print = print_program,
	.unavailable = unavailable_storm,
	WORKLOAD_PARTS,
};

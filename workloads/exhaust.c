// SPDX-License-Identifier: GPL-2.0
/*
 * exhaust: what happens when TDs use up all memory?
 *
 * A forked child creates and populates TDs, --mem each, until the kernel says no or kills it; then
 * everything is destroyed, by the child or by its death. The kernel allocates guest pages in a way
 * that does not fail, so without --limit the OOM killer kills the child, whose oom_score_adj makes it
 * the first. Inside a memory cgroup (--limit) the child can be exempt from the OOM killer (--on-oom
 * enomem). Then an allocation fails and KVM must return ENOMEM. The run fails if anything but ENOMEM
 * or the OOM killer's SIGKILL ends the child, or if pages or pairs stay behind. Warnings in the
 * kernel's log are judged elsewhere.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/child.h"
#include "workloads/core/kstats.h"
#include "workloads/core/layout.h"
#include "workloads/core/memcg.h"
#include "workloads/core/oom.h"
#include "workloads/core/populate.h"
#include "workloads/core/workload.h"

enum { TD_CREATE, TD_POPULATE, TD_DESTROY };
static const char *const ops[] = { "td_create", "td_populate", "td_destroy", NULL };

enum { KILL, ENOMEM_ };

static uint64_t max_tds, mem_mib, limit_bytes, on_oom;

static struct opt opts[] = {
	OPT_UINT("tds", &max_tds, "4094", 1, 4094, "N", "TDs at most; memory must run out before"),
	OPT_UINT("mem", &mem_mib, "64", 2, 1 << 20, "MIB",
		 "memory per TD in MiB, even, all of it populated"),
	OPT_BYTES("limit", &limit_bytes, "0", 0, UINT64_MAX,
		  "of a memory cgroup around the child; 0: no cgroup, the machine's memory"),
	OPT_CHOICE("on-oom", &on_oom, "kill", "kill|enomem",
		   "the child may be killed, or (with --limit) may not and must get ENOMEM"),
	OPT_END
};

/* Shared with the child; outlives it. */
static struct state {
	uint64_t done[3];    /* operations, by their number */
	uint64_t alive;	     /* TDs, at the time of the failure */
	uint64_t regions;    /* of 2 MiB populated, at that time */
	int op;		     /* in which it happened; also what the child is doing */
	int err;	     /* errno, 0: none */
	bool set_up;
	uint64_t loop_ns, timed_ns; /* of filling, as in struct usage */
	char text[ERR_MAX_BYTES];
} *state;

static struct td *tds;

static int needs(struct needs *n)
{
	if (check_mem_mib(mem_mib))
		return -1;
	if (on_oom == ENOMEM_ && !limit_bytes)
		return fail("--on-oom enomem needs --limit: without a cgroup the kernel would panic");
	n->tds = max_tds;
	n->td_bytes = mem_mib * MIB_BYTES;
	n->vcpus = 1;
	n->threads = 1;
	n->samples = max_tds * 3;
	n->sample_logs = 1;
	n->sept_pages_expected = 0; /* nobody knows beforehand */
	return 0;
}

static int fill_td(struct td *td, struct sample_log *log)
{
	uint64_t start_ns = now_ns(), made_ns, end_ns, at;

	state->op = TD_CREATE;
	if (create_ready(td, td->id))
		return -1;
	made_ns = now_ns();
	samples_add(log, TD_CREATE, td->id, 0, start_ns, made_ns);
	state->done[TD_CREATE]++;

	state->op = TD_POPULATE;
	if (td_set_private(td, 0, mem_mib * MIB_BYTES, true))
		return -1;
	for (at = 0; at < mem_mib * MIB_BYTES; at += REGION_BYTES, state->regions++)
		if (td_fault(td, 0, at, REGION_BYTES))
			return -1;
	end_ns = now_ns();
	samples_add(log, TD_POPULATE, td->id, 0, made_ns, end_ns);
	state->done[TD_POPULATE]++;
	state->timed_ns += end_ns - start_ns;
	return 0;
}

/* In the child: create TDs until it fails, keep the error, destroy them. Prints nothing. */
static int fill(struct run *run)
{
	struct sample_log log = run_log(run, 0);
	uint64_t i, nr, begin_ns;

	/*
	 * The child's own pages must all be there before memory runs out: a page fault that is
	 * refused memory, in a process that may not be killed, is tried again for ever.
	 */
	if (on_oom == ENOMEM_ && mlockall(MCL_CURRENT))
		return fail("the child's memory cannot be locked: %s: be root", strerror(errno));
	if ((limit_bytes && memcg_enter()) || oom_score(on_oom == ENOMEM_))
		return -1;
	state->set_up = true;
	err_keep_first(true);
	begin_ns = now_ns();
	for (nr = 0; nr < max_tds && !state->err; nr++) {
		tds[nr].id = (unsigned int)nr;
		if (fill_td(&tds[nr], &log))
			state->err = errno;
		else
			state->loop_ns = now_ns() - begin_ns;
	}
	state->alive = nr - !!state->err;
	if (state->err)
		snprintf(state->text, sizeof(state->text), "%s", first_failure());

	for (i = 0; i < nr; i++) {
		struct td_destroy_times t;

		if (td_destroy(&tds[i], &t))
			return -1;
		samples_add(&log, TD_DESTROY, (uint32_t)i, 0, t.start_ns, t.vm_ns);
		state->done[TD_DESTROY]++;
	}
	return 0;
}

/* Fork, fill, and wait for the end. Returns the wait status. */
static int run_child(struct run *run)
{
	pid_t parent = getpid(), child = fork();
	int status;

	if (child < 0)
		return fail("fork: %s", strerror(errno));
	if (!child) {
		die_with_parent(parent, SIGKILL, EXIT_FAILURE);
		_exit(fill(run) ? EXIT_FAILURE : EXIT_SUCCESS);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static json_t *exhaustion_json(bool killed)
{
	uint64_t alive = killed ? state->done[TD_POPULATE] : state->alive;
	json_t *e = json_pack("{s:s, s:s, s:I, s:I}",
			      "ended", killed ? "killed" : state->err ? "errno" : "not exhausted",
			      "operation", ops[state->op],
			      "alive_tds", (json_int_t)alive,
			      "populated_mib",
			      (json_int_t)(state->regions * REGION_BYTES / MIB_BYTES));

	json_object_set_new(e, "errno", state->err ? json_string(strerrorname_np(state->err)) :
						     json_null());
	json_object_set_new(e, "message", state->err ? json_string(state->text) : json_null());
	return e;
}

/* The child must have been killed, or have got ENOMEM and ended well. */
static int judge(int status, bool killed)
{
	if (!killed && (!WIFEXITED(status) || WEXITSTATUS(status)))
		return fail(state->set_up ? "the child failed while it destroyed its TDs: %s" :
					    "the child could not be set up%s",
			    state->set_up ? "the kernel log may say more" : ", its line is above");
	if (killed)
		return 0;
	if (!state->err)
		return fail("memory did not run out: %" PRIu64 " TDs of %" PRIu64
			    " MiB fit: use a larger --mem or a --limit", max_tds, mem_mib);
	if (state->err == ENOMEM)
		return 0;
	if (state->err == ENOSPC)
		return fail("KeyIDs ran out before memory, with %" PRIu64
			    " TDs: use a larger --mem or a --limit", state->alive);
	return fail("memory exhaustion came as %s, not ENOMEM, in %s: %s",
		    strerrorname_np(state->err), ops[state->op], state->text);
}

/* Check that no page and no pair stayed. Without the kernel's counters, check nothing. */
static int check_return(bool pairs_known, int64_t pairs_before)
{
	int64_t held, pairs;

	if (kstat("sept", "spt_held_pages", &held) && held)
		return fail("%" PRId64 " S-EPT pages are still held after the last TD went", held);
	if (pairs_known && kstat("pamt", "pamt_pairs", &pairs) && pairs != pairs_before)
		return fail("%" PRId64 " PAMT pairs before, %" PRId64 " after the last TD went",
			    pairs_before, pairs);
	return 0;
}

static int run(struct run *run)
{
	int64_t pairs = 0;
	bool pairs_known = kstat("pamt", "pamt_pairs", &pairs), killed;
	uint16_t op;
	int status;

	tds = calloc(max_tds, sizeof(*tds));
	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (!tds || state == MAP_FAILED)
		return fail("no memory for %" PRIu64 " TDs", max_tds);
	if (limit_bytes && memcg_create(limit_bytes))
		return -1;

	run_measure(run, "fill");
	status = run_child(run);
	run_phase(run, "check");
	memcg_remove();
	if (status < 0)
		return -1;
	killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	for (op = 0; ops[op]; op++)
		run_expect(run, op, state->done[op]);
	run_usage(run, TD_POPULATE, state->loop_ns, state->timed_ns, 0);
	run_extra(run, "exhaustion", exhaustion_json(killed));
	free(tds);
	return judge(status, killed) || check_return(pairs_known, pairs) ? -1 : 0;
}

static const char *unavailable(void)
{
	const char *why = td_unavailable();

	return why || !limit_bytes ? why : memcg_unavailable();
}

WORKLOAD(exhaust) = {
	.name = "exhaust",
	.question =
		"When TDs use up all memory, does that end in ENOMEM, and does all of it return?",
	.exercises = "allocation failures in creation of TDs, faults and PAMT; "
		     "with --limit, charges to a memory cgroup",
	.verify = "the first failure was ENOMEM or the OOM killer, "
		  "and afterwards no S-EPT page is held and no PAMT pair is left",
	.primary = PRIMARY_TEARDOWN,
	.unavailable = unavailable,
	WORKLOAD_PARTS,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Everything around the measured part: limits, memory, trace marks, phases, and the result.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "workloads/antagonists/antagonist.h"
#include "draws.h"
#include "placement.h"
#include "workers.h"
#include "workload.h"

/*
 * Descriptors besides those of the TDs: standard streams, /dev/kvm, trace_marker, files of results.
 */
#define SPARE_FDS	64
/* Beyond this the sample buffer is a mistake rather than a wish: 4 GiB. */
#define MAX_SAMPLES	(UINT64_C(1) << 27)

static int trace_marker = -1;

static void open_trace_marker(void)
{
	trace_marker = open("/sys/kernel/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
	if (trace_marker < 0)
		trace_marker = open("/sys/kernel/debug/tracing/trace_marker", O_WRONLY | O_CLOEXEC);
}

/* Write a mark for traces. Without a trace it fails, which does not matter. */
static void trace_mark(const char *text)
{
	ssize_t ignored;

	if (trace_marker < 0)
		return;
	ignored = write(trace_marker, text, strlen(text));
	(void)ignored;
}

static int need_fds(uint64_t n)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim))
		return fail("the limit of open files cannot be read: %s", strerror(errno));
	if (lim.rlim_cur >= n)
		return 0;
	lim.rlim_cur = n;
	if (lim.rlim_max < n)
		lim.rlim_max = n;
	if (setrlimit(RLIMIT_NOFILE, &lim))
		return fail(
			"%" PRIu64
			" open files are not allowed: be root, raise `ulimit -n` or use fewer TDs",
			n);
	return 0;
}

int run_prepare(struct run *run, const struct workload *workload, uint64_t seed, bool draws,
		const struct needs *needs)
{
	memset(run, 0, sizeof(*run));
	run->workload = workload;
	run->seed = seed;
	run->extra = json_object();

	/* Fork antagonists first: they must not inherit TDs, nor the placement. */
	if (antagonists_fork() || placement_apply())
		return -1;
	if (draws_prepare(draws, seed, needs->threads) || draws_begin_on_cpu(0) || draws_use_memory())
		return -1;
	if (needs->samples > MAX_SAMPLES)
		return fail("the run would record %" PRIu64 " samples, at most %" PRIu64
			    " are possible: use fewer TDs, rounds or operations",
			    needs->samples, MAX_SAMPLES);
	if (samples_init(&run->samples, needs->samples, needs->sample_logs))
		return fail("no memory for %" PRIu64
			    " samples: use fewer TDs, rounds or operations",
			    needs->samples);
	if (need_fds(needs->tds * td_fds(needs->vcpus) + SPARE_FDS))
		return -1;
	open_trace_marker();

	/*
	 * What is mapped by now must not fault later. Not what comes after: the address space
	 * td_open() sets aside has the size of a TD, and the threads' stacks are touched by their
	 * threads. Without the right to lock memory the run goes on and its result says so.
	 */
	run->memory_locked = !mlockall(MCL_CURRENT);
	if (td_open(needs->td_bytes, needs->vcpus))
		return -1;
	return workers_init(needs->threads);
}

struct sample_log run_log(struct run *run, unsigned int thread)
{
	return (struct sample_log){ .all = &run->samples, .thread = (uint16_t)thread };
}

static void end_phase(struct run *run, uint64_t ns)
{
	if (run->nr_phases)
		run->phases[run->nr_phases - 1].end_ns = ns;
}

static void begin_phase(struct run *run, struct phase phase)
{
	if (run->nr_phases < RUN_MAX_PHASES)
		run->phases[run->nr_phases++] = phase;
}

void run_phase(struct run *run, const char *name)
{
	uint64_t ns;

	antagonists_hold();
	ns = now_ns();
	end_phase(run, ns);
	begin_phase(run, (struct phase){ .name = name, .start_ns = ns });
}

void run_measure(struct run *run, const char *name)
{
	uint64_t wait_ns;

	end_phase(run, now_ns());
	wait_ns = draws_wait_phase();
	antagonists_go();
	begin_phase(run, (struct phase){
		.name = name, .start_ns = now_ns(), .measured = true, .wait_ns = wait_ns });
}

void run_usage(struct run *run, uint16_t op, uint64_t loop_ns, uint64_t timed_ns, uint64_t idle_ns)
{
	run->usage[op].loop_ns += loop_ns;
	run->usage[op].timed_ns += timed_ns;
	run->usage[op].idle_ns += idle_ns;
}

void run_throughput(struct run *run, uint16_t op, uint64_t ns)
{
	run->throughput.op = op;
	run->throughput.ns = ns;
}

void run_extra(struct run *run, const char *key, json_t *value)
{
	json_object_set_new(run->extra, key, value);
}

void run_expect(struct run *run, uint16_t op, uint64_t n)
{
	run->expected[op] += n;
}

static int check_counts(const struct run *run)
{
	const char *const *ops = run->workload->ops;
	struct sample_summary sum;
	uint16_t op;

	for (op = 0; ops[op]; op++) {
		if (samples_summarise(&run->samples, op, &sum))
			return fail("no memory to count samples");
		if (sum.count != run->expected[op])
			return fail("%s was recorded %zu times, %" PRIu64
				    " times were due: the run is incomplete",
				    ops[op], sum.count, run->expected[op]);
	}
	return 0;
}

int run_workload(struct run *run)
{
	int ret;

	trace_mark("dpamt start");
	run->start_ns = now_ns();
	ret = run->workload->run(run);
	end_phase(run, now_ns());
	if (antagonists_end())
		ret = -1;
	trace_mark("dpamt end");

	samples_close(&run->samples);
	return ret ? ret : check_counts(run);
}

static json_t *result_ops(const struct run *run)
{
	const char *const *names = run->workload->ops;
	json_t *ops = json_object();
	struct sample_summary s;
	uint16_t op;

	for (op = 0; names[op]; op++) {
		if (samples_summarise(&run->samples, op, &s) || (!s.count && !run->expected[op]))
			continue;
		json_object_set_new(ops, names[op],
				    json_pack("{s:I, s:I, s:I, s:I, s:I}",
					      "count", (json_int_t)s.count,
					      "min_ns", (json_int_t)s.min_ns,
					      "p50_ns", (json_int_t)s.p50_ns,
					      "p99_ns", (json_int_t)s.p99_ns,
					      "max_ns", (json_int_t)s.max_ns));
	}
	return ops;
}

static json_t *result_phases(const struct run *run)
{
	json_t *phases = json_array();
	unsigned int i;

	for (i = 0; i < run->nr_phases; i++) {
		uint64_t start_ns = run->phases[i].start_ns - run->start_ns;
		uint64_t end_ns = run->phases[i].end_ns - run->start_ns;

		json_t *phase = json_pack("{s:s, s:I, s:I}", "name", run->phases[i].name,
					  "start_ns", (json_int_t)start_ns,
					  "end_ns", (json_int_t)end_ns);

		if (run->phases[i].measured)
			json_object_set_new(phase, "wait_ns",
					    json_integer((json_int_t)run->phases[i].wait_ns));
		json_array_append_new(phases, phase);
	}
	return phases;
}

static json_t *result_user_share(const struct run *run)
{
	json_t *shares = json_object();
	uint16_t op;

	for (op = 0; run->workload->ops[op]; op++) {
		const struct usage *u = &run->usage[op];
		double busy_ns = (double)(u->loop_ns - u->idle_ns);

		if (busy_ns > 0)
			json_object_set_new(shares, run->workload->ops[op],
					    json_real(1.0 - (double)u->timed_ns / busy_ns));
	}
	return shares;
}

static json_t *result_throughput(const struct run *run)
{
	const char *const *ops = run->workload->ops;
	uint64_t ns = run->throughput.ns;
	struct sample_summary s;

	if (!ns || samples_summarise(&run->samples, run->throughput.op, &s))
		return NULL;
	return json_pack("{s:s, s:I, s:I, s:f}", "op", ops[run->throughput.op],
			 "count", (json_int_t)s.count, "ns", (json_int_t)ns,
			 "per_second", (double)s.count * NSEC_PER_SEC / (double)ns);
}

/* The metrics that answer the question, unless the job file names others. */
static json_t *result_primary(const struct workload *w)
{
	json_t *all = json_array();

	for (const struct primary *p = w->primary; p && p->metric; p++)
		json_array_append_new(all, json_pack("{s:s, s:s*, s:s*}", "metric", p->metric,
						     "what", p->what, "better", p->better));
	return all;
}

json_t *run_result(const struct run *run, const struct needs *needs, json_t *params)
{
	const char *failure = first_failure();
	json_t *result, *part;

	result = json_pack(
		"{s:s, s:i, s:s, s:O, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:s, s:o, s:s*, s:o, s:o, s:o, s:o}",
		"schema", SCHEMA_RESULT, "version", 1, "workload", run->workload->name, "params",
		params, "tds", (json_int_t)needs->tds, "vcpus", (json_int_t)needs->vcpus, "threads",
		(json_int_t)needs->threads, "td_populated_bytes",
		(json_int_t)needs->td_populated_bytes, "sept_pages_expected",
		(json_int_t)needs->sept_pages_expected, "start_ns", (json_int_t)run->start_ns,
		"memory_locked", (int)run->memory_locked, "verify", failure ? failure : "ok",
		"primary", result_primary(run->workload), "control", run->workload->control, "ops",
		result_ops(run), "phases", result_phases(run), "user_share", result_user_share(run),
		"antagonists", antagonists_json());
	if (!result)
		return NULL;
	part = result_throughput(run);
	if (part)
		json_object_set_new(result, "throughput", part);
	part = placement_json();
	if (part)
		json_object_set_new(result, "placement", part);
	part = draws_json();
	if (part)
		json_object_set_new(result, "draws", part);
	json_object_update(result, run->extra);
	json_decref(run->extra);
	return result;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Plays the sequence of a round.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/err.h"
#include "workloads/core/workers.h"
#include "interrupt.h"
#include "play.h"

static void print_step(const struct storm_round *r, unsigned int i, int err)
{
	const struct storm_step *step = &r->steps[i];
	const uint32_t *a = step->arg;

	fprintf(stderr, "round %u step %u %s(%u, %u, %u, %u) = %s\n", r->round, i,
		storm_table[step->code].name, a[0], a[1], a[2], a[3],
		err ? strerrorname_np(err) : "0");
}

/* With several threads a file may be closed, and its number used again, while another uses it. */
static bool allowed(const struct storm_round *r, const struct storm_operation *op, int err)
{
	return storm_allows(op, err) ||
	       (r->threads > 1 && (err == ENOTTY || err == ENODEV || err == EBADF));
}

/* Report a finding. Returns 0 with keep_going, else -1. */
static int find(struct storm_round *r, unsigned int i, const char *result, const char *what)
{
	const struct storm_step *step = &r->steps[i];
	const uint32_t *a = step->arg;
	char text[256];

	snprintf(text, sizeof(text),
		 "seed %" PRIu64 ", round %u, step %u: %s(%u, %u, %u, %u) ended with %s: %s",
		 r->seed, r->round, i, storm_table[step->code].name, a[0], a[1], a[2], a[3],
		 result, what);
	r->findings++;
	if (!r->keep_going)
		return fail("%s", text);
	fprintf(stderr, "%s\n", text);
	return 0;
}

static int play_step(struct storm_round *r, unsigned int i, struct sample_log *log)
{
	const struct storm_step *step = &r->steps[i];
	const struct storm_operation *op = &storm_table[step->code];
	uint64_t start_ns = now_ns();
	int err = op->call(r->state, step->arg) < 0 ? errno : 0;
	const char *result = err ? strerrorname_np(err) : "0";

	samples_add(log, 0, 0, i, start_ns, now_ns());
	if (r->print)
		print_step(r, i, err);
	if (!err)
		r->succeeded[step->code]++;
	if (!r->dead && storm_dead_vm(r->state) == EIO) {
		r->dead = true;
		return find(r, i, result, "KVM declared the VM dead");
	}
	if (err && !r->dead && !allowed(r, op, err))
		return find(r, i, result, "the table does not allow that");
	return 0;
}

static int play_share(unsigned int thread, void *arg)
{
	struct storm_round *r = arg;
	struct sample_log log = run_log(r->run, thread);
	int ret = storm_interrupt_init();
	unsigned int i;

	for (i = r->beginning + thread; !ret && i < r->nr_steps; i += r->threads)
		ret = play_step(r, i, &log);
	storm_interrupt_exit();
	return ret;
}

int storm_play(struct storm_round *r)
{
	struct sample_log log = run_log(r->run, 0);
	int ret = storm_interrupt_init();
	unsigned int i;

	r->dead = false;
	for (i = 0; !ret && i < r->beginning; i++)
		ret = play_step(r, i, &log);
	storm_interrupt_exit();
	return ret ? ret : workers_run(r->threads, play_share, r);
}

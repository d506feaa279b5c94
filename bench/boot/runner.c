// SPDX-License-Identifier: GPL-2.0
/*
 * Runs several boots side by side and shows their progress. One poll loop waits for the
 * end of a boot, its console, its deadline, or a signal to this program. Boots in virtual
 * time do not disturb each other's clocks, so there may be one per core. A boot in wall
 * time runs alone, because a neighbour would slow it down.
 */
#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/progress.h"
#include "lib/text.h"

struct runner {
	const struct boot_spec *spec;
	struct boot_result *result;
	size_t n;
	unsigned int jobs;

	struct boot *slot;		/* @jobs of them; free if spec is NULL */
	struct pollfd *fds;		/* signals, then two of each slot */
	unsigned int active;
	size_t next;			/* to be begun */
	size_t done;
	struct progress progress;
	bool stop;			/* begin no more */
	int code;
};

static const char *minutes(int64_t ms, char *buf, size_t size)
{
	snprintf(buf, size, "%d:%02d", (int)(ms / 60000), (int)(ms / 1000 % 60));
	return buf;
}

static void show_progress(struct runner *r)
{
	int64_t elapsed = now_ms() - r->progress.start_ms;
	char a[32], b[32], left[64] = "";

	if (!progress_due(&r->progress))
		return;
	if (r->done && r->done < r->n)
		snprintf(left, sizeof(left), ", left about %s",
			 minutes(elapsed / (int64_t)r->done * (int64_t)(r->n - r->done), b,
				 sizeof(b)));
	progress_print(&r->progress, "boot %zu of %zu, %u running, elapsed %s%s",
		       r->done + r->active, r->n, r->active, minutes(elapsed, a, sizeof(a)), left);
}

/* May @spec start now, beside what is running? */
static bool may_start(const struct runner *r, const struct boot_spec *spec)
{
	if (r->active == 0)
		return true;
	if (r->active >= r->jobs || !spec->virtual_time)
		return false;
	for (unsigned int i = 0; i < r->jobs; i++) {
		if (r->slot[i].spec && !r->slot[i].spec->virtual_time)
			return false;
	}
	return true;
}

static void start_boots(struct runner *r)
{
	while (!r->stop && r->next < r->n && may_start(r, &r->spec[r->next])) {
		unsigned int i = 0;

		while (r->slot[i].spec)
			i++;
		if (boot_start(&r->slot[i], &r->spec[r->next])) {
			r->slot[i].spec = NULL;
			r->stop = true;
			r->code = EXIT_CANNOT_RUN;
			return;
		}
		r->next++;
		r->active++;
	}
}

static void report_failure(const struct runner *r, const struct boot_spec *s,
			   const struct boot_result *res)
{
	char *factors = json_object_size(s->factors) ? json_dumps(s->factors, JSON_COMPACT) : NULL;

	progress_clear(&r->progress);
	warn("%s, variant %s, seed %llu%s%s: %s", s->experiment, s->arm,
	     (unsigned long long)s->seed, factors ? ", " : "", factors ? factors : "", res->reason);
	free(factors);
	if (res->excerpt && res->excerpt[0])
		fprintf(stderr, "--- from %s/" FILE_CONSOLE "\n%s---\n", s->dir, res->excerpt);
}

static void finish_boot(struct runner *r, unsigned int i)
{
	struct boot *b = &r->slot[i];
	const struct boot_spec *s = b->spec;
	struct boot_result *res = &r->result[s - r->spec];

	if (boot_finish(b, res)) {
		r->stop = true;
		r->code = EXIT_CANNOT_RUN;
	} else if (!res->ok) {
		r->stop = true;
		if (!r->code)
			r->code = EXIT_BOOT_FAILED;
	}
	if (!res->ok)
		report_failure(r, s, res);
	b->spec = NULL;
	r->active--;
	r->done++;
}

static void abandon_all(struct runner *r)
{
	for (unsigned int i = 0; i < r->jobs; i++) {
		if (!r->slot[i].spec)
			continue;
		boot_abandon(&r->slot[i]);
		r->slot[i].spec = NULL;
	}
	r->active = 0;
	r->code = EXIT_INTERRUPTED;
}

/* Fill @r->fds; returns how long poll() may sleep, in ms. */
static int prepare_poll(struct runner *r)
{
	int64_t now = now_ms(), wake = r->progress.due_ms;

	for (unsigned int i = 0; i < r->jobs; i++) {
		const struct boot *b = &r->slot[i];

		r->fds[1 + 2 * i].fd = b->spec ? b->pidfd : -1;
		r->fds[2 + 2 * i].fd = b->spec ? b->changes : -1;
		if (b->spec && b->deadline_ms < wake)
			wake = b->deadline_ms;
	}
	return wake <= now ? 0 : (int)(wake - now);
}

static void serve_slot(struct runner *r, unsigned int i)
{
	struct boot *b = &r->slot[i];

	if (!b->spec)
		return;
	if (r->fds[2 + 2 * i].revents)
		boot_console_grew(b);
	if (r->fds[1 + 2 * i].revents)
		finish_boot(r, i);
	else if (now_ms() >= b->deadline_ms)
		boot_deadline(b);
}

static void loop(struct runner *r)
{
	start_boots(r);
	while (r->active) {
		int timeout = prepare_poll(r);

		show_progress(r);
		if (poll(r->fds, 1 + 2 * r->jobs, timeout) < 0 && errno != EINTR) {
			warn("poll: %s", strerror(errno));
			abandon_all(r);
			return;
		}
		if (r->fds[0].revents) {
			struct signalfd_siginfo taken;

			if (read(r->fds[0].fd, &taken, sizeof(taken)) < 0)
				warn("signalfd: %s", strerror(errno));
			progress_clear(&r->progress);
			warn("interrupted; finished boots are kept");
			abandon_all(r);
			return;
		}
		for (unsigned int i = 0; i < r->jobs; i++)
			serve_slot(r, i);
		start_boots(r);
	}
	progress_clear(&r->progress);
}

int runner_run(const struct boot_spec *spec, struct boot_result *result, size_t n,
	       unsigned int jobs)
{
	struct runner r = {
		.spec = spec,
		.result = result,
		.n = n,
		.jobs = jobs,
	};
	sigset_t ours, before;

	progress_begin(&r.progress);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigprocmask(SIG_BLOCK, &ours, &before);
	r.slot = xcalloc(jobs, sizeof(*r.slot));
	r.fds = xcalloc(1 + 2 * jobs, sizeof(*r.fds));
	for (unsigned int i = 0; i < 1 + 2 * jobs; i++)
		r.fds[i].events = POLLIN;
	r.fds[0].fd = signalfd(-1, &ours, SFD_CLOEXEC);

	loop(&r);

	close(r.fds[0].fd);
	free(r.fds);
	free(r.slot);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return r.code;
}

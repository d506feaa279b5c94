// SPDX-License-Identifier: GPL-2.0
/*
 * Makes the boots of an experiment on a Slurm cluster, as one job array with an element per
 * boot. Each element runs this program with --boot and writes its run directory. Results,
 * checkout and kernels are on a file system that all nodes share. When the array has ended,
 * the run directories decide which boots were made, not the states that Slurm reports.
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wordexp.h>

#include "bench/boot/header.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/rundir.h"
#include "lib/array_size.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/progress.h"
#include "lib/text.h"
#include "executor.h"
#include "slurm_commands.h"

/* How often progress is looked at. */
#define LOOK_MS		5000
/* How often Slurm is asked whether something keeps the array from ending. */
#define ASK_MS		20000
/* Time of an element beyond the boot's own limit: to start, judge and clean up. */
#define MORE_MINUTES	5
/* Memory of an element beyond the VM's: for QEMU and for reading the trace. */
#define MORE_MIB	1024

/* What run_array() returns besides exit statuses. */
#define TOO_MANY	(-1)

struct run {
	const struct boots_to_make *boots;
	char *logs;		/* DIR/slurm, absolute */
	char *record;		/* DIR/slurm/array: the id of the array that may be running */
	char *token;		/* a file by which a node knows that it sees DIR */
	int signals;		/* signalfd */
};

static const char *base_name(const struct boot_spec *s)
{
	return strrchr(s->dir, '/') + 1;
}

static bool finished(const struct boot_spec *s, const char **differs)
{
	json_t *header = header_make(s);
	bool done = rundir_state_of(s->dir, header, differs) == RUNDIR_DONE;

	json_decref(header);
	return done;
}

static char **add_number(char **v, const char *option, uint64_t n)
{
	char *text = xasprintf("%s=%" PRIu64, option, n);

	v = strv_add(v, text);
	free(text);
	return v;
}

/* What an element runs, up to --boot: this program, with the options that were given to it. */
static char **element_command(const struct run *r)
{
	char *self = path_in_build("dpamt-bench"), *out = realpath(r->boots->out, NULL);
	char **v = strv_add(NULL, self);

	for (char **arg = r->boots->o->same_run_args; *arg; arg++)
		v = strv_add(v, *arg);
	v = strv_add(strv_add(v, "--out"), out ? out : r->boots->out);
	free(out);
	free(self);
	return v;
}

/* The words of --slurm-args, as the shell would split them. Returns @v, or NULL after one line. */
static char **add_slurm_args(char **v, const char *args)
{
	wordexp_t words;

	if (!args)
		return v;
	if (wordexp(args, &words, WRDE_NOCMD | WRDE_UNDEF)) {
		warn("--slurm-args %s: not words of a shell; check the quotes, and write no commands or unset variables",
		     args);
		strv_free(v);
		return NULL;
	}
	for (size_t i = 0; i < words.we_wordc; i++)
		v = strv_add(v, words.we_wordv[i]);
	wordfree(&words);
	return v;
}

/*
 * The sbatch command for @n boots. The user's arguments take the place of those before them, but not of
 * those behind them.
 */
static char **sbatch_command(const struct run *r, const struct boot_spec *spec, size_t n,
			     const char *ranges)
{
	static const char * const ours[] = {
		"--parsable", "--wait", "--nodes=1", "--ntasks=1", "--chdir=/",
		"--output=/dev/null", "--error=/dev/null",
	};
	uint64_t cpus = 1, mem_mib = 0, timeout_s = 0;
	bool wall = false;
	char **v, **args, *array;

	for (size_t i = 0; i < n; i++) {
		wall |= !spec[i].virtual_time;
		if (!spec[i].virtual_time && spec[i].cpus > cpus)
			cpus = spec[i].cpus;
		if (spec[i].mem_mib > mem_mib)
			mem_mib = spec[i].mem_mib;
		if (spec[i].timeout_s > timeout_s)
			timeout_s = spec[i].timeout_s;
	}
	args = add_slurm_args(strv_add(NULL, "sbatch"), r->boots->o->slurm_args);
	if (!args)
		return NULL;
	/* what the user sets in other words would contradict ours: --mem-per-cpu and --mem */
	v = strv_add(NULL, "sbatch");
	if (!slurm_user_sets(args + 1, "--job-name"))
		v = strv_add(v, "--job-name=dpamt-bench");
	if (!slurm_user_sets(args + 1, "--requeue"))
		v = strv_add(v, "--requeue");
	if (!slurm_user_sets(args + 1, "--time"))
		v = add_number(v, "--time", timeout_s / 60 + MORE_MINUTES);
	if (!slurm_user_sets(args + 1, "--mem"))
		v = add_number(v, "--mem", mem_mib + MORE_MIB);
	if (!slurm_user_sets(args + 1, "--cpus-per-task"))
		v = add_number(v, "--cpus-per-task", cpus);
	if (wall && !slurm_user_sets(args + 1, "--exclusive"))	/* a neighbour would be measured as well */
		v = strv_add(v, "--exclusive");
	for (char **a = args + 1; *a; a++)
		v = strv_add(v, *a);
	strv_free(args);
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		v = strv_add(v, ours[i]);
	array = r->boots->o->jobs ? xasprintf("--array=%s%%%" PRIu64, ranges, r->boots->o->jobs) :
				   xasprintf("--array=%s", ranges);
	v = strv_add(v, array);
	free(array);
	return v;
}

static void show_progress(struct progress *p, const char *id, const struct boot_spec *spec,
			  size_t n)
{
	int64_t s = (now_ms() - p->start_ms) / 1000;
	size_t done = 0;

	if (!progress_due(p))
		return;
	for (size_t i = 0; i < n; i++) {
		char *status = xasprintf("%s/" FILE_STATUS, spec[i].dir);

		done += file_exists(status);
		free(status);
	}
	progress_print(p, "array %s: %zu of %zu boots, elapsed %d:%02d", id[0] ? id : "?", done, n,
		       (int)(s / 60), (int)(s % 60));
}

static void write_array_id(const struct run *r, const char *id)
{
	if (write_file(r->record, id, strlen(id)))
		warn("%s: %s; interrupted now, array %s would have to be cancelled by hand",
		     r->record, strerror(errno), id);
}

/* Say once what keeps the array from ending. Without that line the user would wait and see nothing. */
static void tell_of_trouble(const struct progress *p, const char *id, char **told)
{
	struct slurm_task *task;
	size_t n = slurm_tasks(id, &task);
	char *why = slurm_trouble(id, task, n);

	free(task);
	if (why && (!*told || strcmp(why, *told))) {
		progress_clear(p);
		warn("array %s: %s", id, why);
		free(*told);
		*told = why;
		return;
	}
	free(why);
}

/* Wait until the array has ended or a signal comes. Returns 0 or EXIT_INTERRUPTED. */
static int await_array(const struct run *r, struct slurm_sbatch *s, const struct boot_spec *spec,
		       size_t n)
{
	struct pollfd fds[3] = { { .events = POLLIN }, { .events = POLLIN }, { .events = POLLIN } };
	struct progress p;
	int64_t asked_ms = now_ms();
	bool interrupted = false;
	char *told = NULL;

	progress_begin(&p);
	for (;;) {
		fds[0].fd = r->signals;
		fds[1].fd = s->out;
		fds[2].fd = s->pidfd;
		show_progress(&p, s->id, spec, n);
		if (poll(fds, 3, LOOK_MS) < 0)
			continue;	/* EINTR */
		if (s->id[0] && !fds[2].revents && now_ms() - asked_ms >= ASK_MS) {
			tell_of_trouble(&p, s->id, &told);
			asked_ms = now_ms();
		}
		if (fds[0].revents) {
			struct signalfd_siginfo taken;

			if (read(r->signals, &taken, sizeof(taken)) == sizeof(taken))
				interrupted = true;
		}
		if (fds[1].revents) {
			slurm_sbatch_read_id(s);
			if (s->id[0])
				write_array_id(r, s->id);
		}
		/* An array that is being submitted has no id yet, so wait for that before cancelling. */
		if (interrupted && (s->id[0] || fds[2].revents)) {
			progress_clear(&p);
			if (s->id[0])
				slurm_cancel(s->id);
			warn("interrupted; array %s is cancelled, finished boots are kept",
			     s->id[0] ? s->id : "(none)");
			free(told);
			return EXIT_INTERRUPTED;
		}
		if (fds[2].revents && s->out < 0) {
			progress_clear(&p);
			free(told);
			return 0;
		}
	}
}

static char *log_path(const struct run *r, const struct boot_spec *s)
{
	return xasprintf("%s/%s.log", r->logs, base_name(s));
}

/* The first complaint in a boot's log, without our name before it; NULL if there is none. */
static char *first_complaint(const struct run *r, const struct boot_spec *s)
{
	static const char we[] = "dpamt-bench: ";
	char *path = log_path(r, s), *text = read_file(path, NULL);
	char *said = text ? strstr(text, we) : NULL;

	if (said) {
		said += strlen(we);
		said = xstrndup(said, strcspn(said, "\n"));
	}
	free(text);
	free(path);
	return said;
}

/* Print each missing boot and why it is missing. Returns 0 or EXIT_BOOT_FAILED. */
static int report_missing(const struct run *r, const char *id, const struct boot_spec *spec,
			  size_t n, const uint64_t *index)
{
	struct slurm_task *task = NULL;
	size_t n_tasks = 0;
	int code = 0;

	for (size_t i = 0; i < n; i++) {
		const struct slurm_task *t = NULL;
		const char *differs;
		char *said, *why;

		/* Reading the directory also refreshes a network file system's cache. */
		rundir_sweep(spec[i].dir);
		if (finished(&spec[i], &differs))
			continue;
		if (!code)
			n_tasks = slurm_tasks(id, &task);
		code = EXIT_BOOT_FAILED;
		for (size_t k = 0; k < n_tasks && !t; k++) {
			if (task[k].index == index[i])
				t = &task[k];
		}
		said = first_complaint(r, &spec[i]);
		if (differs)
			why = xasprintf("what the node made is another boot (its %s differs); do all nodes see this checkout?",
					differs);
		else
			why = slurm_task_why(t, said, r->boots->out);
		warn("no boot %s: %s", base_name(&spec[i]), why);
		free(why);
		free(said);
	}
	free(task);
	return code;
}

/* Make @n boots in one array. Returns an exit status, or TOO_MANY if the user may not submit so many. */
static int run_array(const struct run *r, const struct boot_spec *spec, size_t n,
		     uint64_t first_index)
{
	struct slurm_boot *boot = xcalloc(n, sizeof(*boot));
	uint64_t *index = xcalloc(n, sizeof(*index));
	char **element = element_command(r), **sbatch, *ranges, *script, *said, *log;
	struct slurm_sbatch s;
	int code = EXIT_CANNOT_RUN;

	for (size_t i = 0; i < n; i++) {
		index[i] = spec[i].place - first_index;
		boot[i] = (struct slurm_boot){ .index = index[i], .name = base_name(&spec[i]) };
		log = log_path(r, &spec[i]);
		unlink(log);	/* of an earlier attempt */
		free(log);
	}
	ranges = slurm_ranges(index, n);
	script = slurm_script(element, r->logs, r->token, boot, n);
	sbatch = sbatch_command(r, spec, n, ranges);
	if (!sbatch || slurm_sbatch_start(&s, sbatch, script))
		goto out;
	code = await_array(r, &s, spec, n);
	said = slurm_sbatch_end(&s, code != 0);
	if (!code && !s.id[0] && n > 1 && s.too_many_jobs)
		code = TOO_MANY;
	else if (!code && !s.id[0])
		code = fail_as(EXIT_CANNOT_RUN, "no array was submitted: %s",
			       said ? said : "sbatch ended and does not say why");
	free(said);
	if (!code && slurm_is_active(s.id))
		code = fail_as(EXIT_CANNOT_RUN, "sbatch was ended before array %s; wait for it, or scancel %s",
			       s.id, s.id);
	if (!code) {
		unlink(r->record);
		code = report_missing(r, s.id, spec, n, index);
	}
out:
	strv_free(sbatch);
	strv_free(element);
	free(script);
	free(ranges);
	free(index);
	free(boot);
	return code;
}

/* An array of an earlier dpamt-bench may still run. It would make the same boots. */
static int check_earlier(const struct run *r)
{
	char *id = read_file(r->record, NULL), *scancel = NULL;
	size_t digits = 0;
	int ret = 0;

	if (id)
		scancel = slurm_at_cluster("scancel", id, &digits);
	if (digits && slurm_is_active(id))
		ret = fail("array %s of an earlier run has not ended yet; wait for it, or %s %.*s",
			   id, scancel, (int)digits, id);
	free(scancel);
	free(id);
	return ret;
}

static int prepare(struct run *r)
{
	char *dir = xasprintf("%s/slurm", r->boots->out);
	uint64_t number;
	int ret = 0;

	if (make_dirs(dir) || !(r->logs = realpath(dir, NULL)))
		ret = fail("%s: %s; choose a writable place with --out", dir, strerror(errno));
	free(dir);
	if (ret)
		return ret;
	r->record = xasprintf("%s/array", r->logs);
	/* A new name: a network file system remembers for a while which names were not there. */
	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return fail("getrandom: %s", strerror(errno));
	r->token = xasprintf("%s/seen-%016" PRIx64, r->logs, number);
	if (check_earlier(r))
		return -1;
	if (write_file(r->token, "", 0))
		return fail("%s: %s; choose a writable place with --out", r->token,
			    strerror(errno));
	return 0;
}

static int make_slurm(const struct boots_to_make *boots)
{
	struct run r = { .boots = boots, .signals = -1 };
	int code = EXIT_CANNOT_RUN;
	sigset_t ours, before;
	size_t most = SIZE_MAX;		/* boots of an array */
	uint64_t max;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	if (slurm_check(&max) || prepare(&r))
		goto out;
	sigprocmask(SIG_BLOCK, &ours, &before);
	r.signals = signalfd(-1, &ours, SFD_CLOEXEC);
	/* One array, unless the plan is longer than the cluster's arrays. */
	for (size_t i = 0, n; i < boots->n; i += n) {
		uint64_t part = boots->spec[i].place / max;

		for (n = 1; i + n < boots->n && boots->spec[i + n].place / max == part; n++)
			;
		if (n > most)
			n = most;
		code = run_array(&r, &boots->spec[i], n, part * max);
		if (code == TOO_MANY) {
			most = n / 2;
			warn("Slurm lets you submit fewer than %zu jobs at once; going on with arrays of %zu, one after the other",
			     n, most);
			n = 0;
			continue;
		}
		if (code)
			break;
	}
	close(r.signals);
	sigprocmask(SIG_SETMASK, &before, NULL);
	unlink(r.token);
	if (!code)
		remove_tree(r.logs);
out:
	free(r.token);
	free(r.record);
	free(r.logs);
	return code;
}

const struct executor executor_slurm = { .name = "slurm", .make = make_slurm };

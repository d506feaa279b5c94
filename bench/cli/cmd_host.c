// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench host: on a machine that measures itself (--target local), which kernel to boot
 * next, with which arguments, until all boots of an experiment are there.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/job/job.h"
#include "bench/job/job_check.h"
#include "bench/job/run_options.h"
#include "bench/job/schedule.h"
#include "bench/rundir/rundir.h"
#include "bench/target/host_boot.h"
#include "bench/target/local.h"
#include "bench/target/machine.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "verbs.h"

/* Files in --state: the kernel that --reboot booted, and arguments for host-go-on, a line each. */
#define STATE_BOOTED "booted"
#define STATE_RUN    "run"
#define STATE_NEXT   "next"

static const char *out, *module, *state;
static uint64_t seeds;
static bool reboot_now;

static struct opt options[] = {
	OPT_FILE("out", &out, "DIR", "the folder of the experiment's results; needed for next"),
	OPT_UINT("seeds", &seeds, NULL, 1, 10000, "N",
		 "boots of each variant, in place of the job's"),
	OPT_WORD(
		"module", &module, "auto", "auto|hardware|soft",
		"which TDX module the kernels are to use; auto: soft if the running kernel does, else hardware"),
	OPT_FLAG(
		"reboot", &reboot_now,
		"boot that kernel now, by kexec or GRUB; dpamt-bench-host.service goes on after the boot"),
	OPT_FILE("state", &state, "DIR",
		 "what --reboot keeps to go on with; without it /var/lib/dpamt-bench"),
	OPT_END
};

/* What is missing of an experiment, as seen from this machine. */
struct missing {
	size_t planned, there, never, here; /* here: the running kernel can make them */
	char *why_never;		    /* of the first; NULL: none */
	char *variant, *arguments; /* to boot next; NULL: no boot is left for another kernel */
	size_t next;		   /* boots that those make */
};

static void missing_free(struct missing *m)
{
	free(m->why_never);
	free(m->variant);
	free(m->arguments);
}

/* Count one boot that is not there. */
static void count_missing(struct missing *m, struct boot_spec *s, const struct machine *here,
			  bool soft, char *const *words)
{
	char *why = host_boot_never(s, soft), *arguments;

	if (why) {
		if (!m->never++)
			m->why_never = why;
		else
			free(why);
		return;
	}
	arguments = host_boot_arguments(s, soft);
	if (here->variant) {
		why = target_local_prepare(s, here, NULL, words);
		if (!why) {
			m->here++;
			free(arguments);
			return;
		}
		free(why);
	}
	if (!m->variant) {
		m->variant = xstrdup(s->variant);
		m->arguments = arguments;
		m->next = 1;
		return;
	}
	m->next += !strcmp(m->variant, s->variant) && !strcmp(m->arguments, arguments);
	free(arguments);
}

static void find_missing(const struct job *job, const struct machine *here, bool soft,
			 struct missing *m)
{
	struct boot_spec *spec;
	struct plan plan;
	char **words;

	*m = (struct missing){ 0 };
	plan_make(job, seeds, 1, &plan);
	m->planned = plan.n;
	spec = xcalloc(plan.n, sizeof(*spec));
	for (size_t i = 0; i < plan.n; i++)
		spec_from_plan(&spec[i], &plan.item[i], &plan, out);
	words = target_local_words(spec, plan.n);
	for (size_t i = 0; i < plan.n; i++) {
		if (rundir_is_ok(spec[i].dir))
			m->there++;
		else
			count_missing(m, &spec[i], here, soft, words);
		boot_spec_free(&spec[i]);
	}
	strv_free(words);
	free(spec);
	plan_free(&plan);
}

/* The image of @variant, malloc'ed; NULL: there is none. */
static char *image_of(const char *variant)
{
	char *name = xasprintf("kernels/%s/bzImage", variant), *path = path_in_build(name);

	free(name);
	if (!access(path, R_OK))
		return path;
	free(path);
	return NULL;
}

static char *state_file(const char *name)
{
	return xasprintf("%s/%s", state, name);
}

/* Write @words to a state file, a line each. Returns 0, or -1 after one line on stderr. */
static int state_write(const char *name, char **words)
{
	char *path = state_file(name), *text;
	size_t size;
	FILE *f = xopen_memstream(&text, &size);
	int ret = 0;

	for (; *words; words++)
		fprintf(f, "%s\n", *words);
	fclose(f);
	if (make_dirs(state) || write_file(path, text, size))
		ret = fail("host: %s: %s; --reboot keeps there what to go on with", path,
			   strerror(errno));
	free(text);
	free(path);
	return ret;
}

static void state_remove(void)
{
	static const char *const names[] = { STATE_BOOTED, STATE_RUN, STATE_NEXT, NULL };

	for (const char *const *n = names; *n; n++) {
		char *path = state_file(*n);

		unlink(path);
		free(path);
	}
}

/*
 * Was the kernel of @m the last that was booted, and its boots are still missing? To boot it again would
 * change nothing, and --reboot would not end.
 */
static bool booted_in_vain(const struct missing *m)
{
	char *path = state_file(STATE_BOOTED), *old = read_file(path, NULL);
	char *new = xasprintf("%s\n%s\n", m->variant, m->arguments);
	bool same = old && !strcmp(old, new);

	free(new);
	free(old);
	free(path);
	return same;
}

/* Replace this process with the script that boots. */
static int boot(const struct job *job, const struct missing *m, const char *image, bool soft)
{
	char *script = path_in_build("host-boot"), *dir = realpath(out, NULL);
	char *path =
		realpath(job->path, NULL); /* after the boot the working directory is another */
	char *number = xasprintf("%" PRIu64, seeds);
	char *booted[] = { m->variant, m->arguments, NULL };
	char **run = strv_add(NULL, "run"), **next = strv_add(strv_add(NULL, "host"), "next");

	if (!dir || !path)
		return fail_as(EXIT_CANNOT_RUN, "host: %s: %s", dir ? job->path : out,
			       strerror(errno));
	if (access(script, X_OK))
		return fail_as(
			EXIT_CANNOT_RUN,
			"host: %s: %s; --reboot is for an installed dpamt-bench (`make deb`)",
			script, strerror(errno));
	run = strv_add(strv_add(strv_add(run, path), "--target"), "local");
	run = strv_add(strv_add(run, "--out"), dir);
	next = strv_add(strv_add(strv_add(strv_add(next, path), "--reboot"), "--out"), dir);
	next = strv_add(strv_add(next, "--module"), soft ? "soft" : "hardware");
	if (seeds) {
		run = strv_add(strv_add(run, "--seeds"), number);
		next = strv_add(strv_add(next, "--seeds"), number);
	}
	if (state_write(STATE_BOOTED, booted) || state_write(STATE_RUN, run) ||
	    state_write(STATE_NEXT, next))
		return EXIT_CANNOT_RUN;
	fflush(stdout);
	execl(script, script, image, m->arguments, state, (char *)NULL);
	return fail_as(EXIT_CANNOT_RUN, "host: %s: %s", script, strerror(errno));
}

static void print_missing(const struct missing *m, const struct call *c, const char *image)
{
	printf("boots      %zu of %zu are there\n", m->there, m->planned);
	if (m->never)
		printf("left out   %zu; the first %s\n", m->never, m->why_never);
	if (m->here)
		printf("now        %zu boots on the running kernel: dpamt-bench run %s --target local --out %s\n",
		       m->here, c->word[1], out);
	if (!m->variant) {
		if (!m->here)
			printf("next       nothing: dpamt-bench report %s\n", out);
		return;
	}
	printf("next       %s: %zu boots\n", m->variant, m->next);
	printf("kernel     %s\n", image ? image : "not installed");
	printf("arguments  %s\n", m->arguments);
}

static int next(const struct call *c)
{
	struct machine here;
	struct missing m;
	struct job job;
	char *image = NULL;
	int code = 0;
	bool soft;

	if (!out)
		return fail_as(
			EXIT_CANNOT_RUN,
			"host: next needs --out DIR, the folder of the experiment's results");
	if (job_find(c->word[1], &job))
		return EXIT_CANNOT_RUN;
	machine_read(&here);
	soft = !strcmp(module, "soft") || (!strcmp(module, "auto") && here.soft);
	find_missing(&job, &here, soft, &m);
	if (m.variant)
		image = image_of(m.variant);
	print_missing(&m, c, image);
	if (reboot_now && m.here)
		code = fail_as(
			EXIT_CANNOT_RUN,
			"host: the running kernel can make %zu boots that are not there; make them first, by the command above",
			m.here);
	else if (reboot_now && m.variant && booted_in_vain(&m))
		code = fail_as(
			EXIT_CANNOT_RUN,
			"host: %s was booted with these arguments, and its boots are not there; see what runs there now (`dpamt-bench doctor`), then try again",
			m.variant);
	else if (reboot_now && m.variant && !image)
		code = fail_as(
			EXIT_CANNOT_RUN,
			"host: no kernel of variant %s is installed; `make deb DEB_KERNELS=%s` makes a package",
			m.variant, m.variant);
	else if (reboot_now && m.variant)
		code = boot(&job, &m, image, soft);
	if (reboot_now)
		state_remove(); /* done, or not to be tried again by itself */
	free(image);
	missing_free(&m);
	machine_free(&here);
	job_free(&job);
	return code;
}

static int run(const struct call *c)
{
	if (!state)
		state = "/var/lib/dpamt-bench";
	if (!strcmp(c->word[0], "next") && c->n == 2)
		return next(c);
	return fail_as(EXIT_CANNOT_RUN, "host: '%s' is not understood; give next EXPERIMENT",
		       c->word[0]);
}

/* Words of the command line, for completion. */
static void print_words(FILE *to)
{
	fputs("next\n", to);
	print_experiment_names(to);
}

const struct verb verb_host = {
	VERB_HEAD("host", "on a machine that measures itself: which kernel to boot next",
		  "next EXPERIMENT --out DIR [options]"),
	.about =
		"Says which kernel of the experiment's variants this machine is to boot next, and with which "
		"arguments, until `dpamt-bench run EXPERIMENT --target local --out DIR` has made all boots. All "
		"boots of a kernel and its arguments are made in one go.\n\n"
		"--reboot boots it, with the arguments behind those of the running kernel. After the boot "
		"dpamt-bench-host.service makes the boots of that kernel and goes on with the next one. It stops "
		"when all are there, or when a kernel was booted and its boots are not there. `systemctl disable "
		"dpamt-bench-host` stops it, too.",
	.opts = options,
	VERB_WORDS("EXPERIMENT", 2, 2),
	.values = print_words,
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * The target "local": this machine, which runs a kernel of kernel-patches/ on a
 * TDX host or on the software module. Nothing is booted; a process of its own
 * does what the agent does in a VM, by the same code (guest/measure.c).
 *
 * A boot that needs another kernel or command line is left out. The same command makes it
 * on a machine that has them.
 */
#include "local.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/guest/files.h"
#include "bench/guest/kernel_state.h"
#include "bench/guest/measure.h"
#include "bench/kernel/image.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/rundir.h"
#include "host_boot.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/number.h"
#include "lib/text.h"
#include "target.h"

#define LOCK		"/run/dpamt-bench.lock"

/* Tracing settings a run changes, as they were before the first one. */
static struct {
	const char *file;
	char *value;
} tracing[] = {
	{ MACHINE_TRACING "/tracing_on", NULL },
	{ MACHINE_TRACING "/buffer_size_kb", NULL },
	{ MACHINE_TRACING "/trace_clock", NULL },
	{ MACHINE_TRACING "/options/overwrite", NULL },
	{ MACHINE_TRACING "/events/tdx/enable", NULL },
};

#define N_TRACING ARRAY_SIZE(tracing)

/* This machine, once check() has looked at it. */
static struct machine here;

/* Has this kernel the policy of @variant, or of the base to which patches of the user's were added? */
static bool has_policy_of(const struct machine *m, const char *variant)
{
	size_t n = strcspn(variant, "+");
	char *base = kernel_base(variant);
	bool same = base ? !strcmp(m->variant, base)
			 : strlen(m->variant) == n && !strncmp(m->variant, variant, n);

	free(base);
	return same;
}

/* Check that this kernel is VARIANT[+FLAVOUR]; of flavours, only +hzN can be checked. */
static int check_variant(const struct machine *m, const char *variant)
{
	size_t n = strcspn(variant, "+");
	uint64_t hz;

	if (!has_policy_of(m, variant))
		return fail("target local: this kernel is variant %s (" MACHINE_POLICY ": %s), not %s; boot that one, or give --variant %s",
			    m->variant, m->policy, variant, m->variant);
	if (strncmp(variant + n, "+hz", 3) == 0 && parse_u64(variant + n + 3, 1, 10000, &hz) &&
	    m->hz && (uint64_t)m->hz != hz)
		return fail("target local: this kernel has CONFIG_HZ=%d, not that of %s; boot that one", m->hz, variant);
	return 0;
}

static int check_kvm(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	char *tdx;
	bool on;

	if (fd < 0)
		return fail("/dev/kvm: %s; `dpamt-bench doctor` says what to do", strerror(errno));
	close(fd);
	tdx = first_line("/sys/module/kvm_intel/parameters/tdx");
	on = tdx && tdx[0] == 'Y';
	free(tdx);
	return on ? 0
		  : fail("KVM runs without TDX (kvm_intel.tdx); `dpamt-bench doctor` says what to do");
}

static int check(const struct run_options *o)
{
	const struct machine *m = &here;
	static int lock;	/* held until the program ends */

	if (o->kernel)
		return fail("run: --target local runs on this machine's kernel; remove --kernel");
	if (o->on_cluster)
		return fail("run: a Slurm cluster boots VMs; run --target local on each machine, and dpamt-bench compare their results");
	machine_read(&here);
	if (geteuid())
		return fail("target local: only root can read the kernel's counters and log; use sudo");
	if (!m->policy)
		return fail("target local: %s: %s; is debugfs mounted, is this a kernel of kernel-patches/, booted without tdx_stats=off?",
			    MACHINE_POLICY, strerror(errno));
	if (!m->variant)
		return fail(
			"target local: " MACHINE_POLICY
			" says '%s', a variant that this version does not know; use the dpamt-bench of that kernel's checkout",
			m->policy);
	if (access(MACHINE_TRACING "/trace_marker", W_OK))
		return fail("target local: " MACHINE_TRACING " is not there; mount -t tracefs nodev " MACHINE_TRACING);
	if (check_variant(m, o->variant ? o->variant : m->variant) || check_kvm())
		return -1;
	lock = open(LOCK, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (lock < 0)
		return fail(LOCK ": %s", strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB))
		return fail("target local: another dpamt-bench measures on this machine (it holds " LOCK "); wait for it");
	return 0;
}

/* The first word of @append that this kernel was booted without; malloc'ed, NULL if none. */
static char *missing_word(const char *append, const struct machine *m)
{
	char *copy = xstrdup(append), *save, *missing = NULL;

	for (char *w = strtok_r(copy, " ", &save); w && !missing; w = strtok_r(NULL, " ", &save)) {
		bool of_module = strncmp(w, "soft_tdx.", 9) == 0;

		if (!(of_module && !m->soft) && !machine_has_word(m, w))
			missing = xstrdup(w);
	}
	free(copy);
	return missing;
}

static bool has_word(char *const *words, const char *word)
{
	for (; words && *words; words++) {
		if (!strcmp(*words, word))
			return true;
	}
	return false;
}

char **target_local_words(const struct boot_spec *s, size_t n)
{
	char **words = NULL;

	for (size_t i = 0; i < n; i++) {
		char *copy = xstrdup(s[i].append), *save;

		for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
			if (!has_word(words, w))
				words = strv_add(words, w);
		}
		free(copy);
	}
	return words;
}

/* The first of @words that this kernel was booted with, and @append lacks; NULL if none. */
static const char *foreign_word(char *const *words, const char *append, const struct machine *m)
{
	const struct machine asked = { .cmdline = (char *)append };

	for (; words && *words; words++) {
		if (machine_has_word(m, *words) && !machine_has_word(&asked, *words))
			return *words;
	}
	return NULL;
}

char *target_local_prepare(struct boot_spec *s, const struct machine *m, const char *variant,
			   char *const *words)
{
	const char *foreign;
	char *word, *why;

	if (!variant)
		variant = m->variant;
	if (!s->variant)
		s->variant = xstrdup(variant);
	if (strcmp(s->variant, variant))
		return xasprintf("needs variant %s", s->variant);
	if (json_object_get(s->factors, "cpus") && s->cpus != m->cpus)
		return xasprintf("needs %" PRIu64 " CPUs (maxcpus=%" PRIu64 "), here are %" PRIu64,
				 s->cpus, s->cpus, m->cpus);
	if (s->nodes > 1 && s->nodes != m->nodes)
		return xasprintf("needs %" PRIu64 " NUMA nodes with memory, here %s %" PRIu64,
				 s->nodes, m->nodes == 1 ? "is" : "are", m->nodes);
	why = host_boot_never(s, m->soft);
	if (why)
		return why;
	if (m->cost && strcmp(m->cost, s->cost))
		return xasprintf("needs soft_tdx.cost=%s, here it is %s", s->cost, m->cost);
	if (m->platform && strcmp(m->platform, s->platform))
		return xasprintf("needs soft_tdx.platform=%s, here it is %s", s->platform,
				 m->platform);
	if ((s->record == RECORD_NONE) != machine_has_word(m, "tdx_stats=off"))
		return xasprintf("needs a boot with%s tdx_stats=off",
				 s->record == RECORD_NONE ? "" : "out");
	word = missing_word(s->append, m);
	if (word) {
		why = xasprintf("needs '%s' on the kernel's command line", word);
		free(word);
		return why;
	}
	foreign = foreign_word(words, s->append, m);
	if (foreign)
		return xasprintf("needs a boot without '%s'", foreign);
	s->machine = m;
	s->cpus = m->cpus;
	s->mem_mib = m->mem_mib;
	s->nodes = m->nodes;
	s->virtual_time = false;
	s->host_root = true;
	return NULL;
}

/* Accepts every job: prepare_boots() leaves out the boots of other machines. */
static int check_job(const struct run_options *o, const struct job *job)
{
	(void)o;
	(void)job;
	return 0;
}

/* Keep the boots that this machine can make. One line says why the first of the others was left out. */
static long prepare_boots(struct boot_spec *spec, size_t n, const struct run_options *o)
{
	char **words = target_local_words(spec, n), *first = NULL;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		char *why = target_local_prepare(&spec[i], &here, o->variant, words);

		if (!why) {
			spec_move(&spec[kept++], &spec[i]);
			continue;
		}
		boot_spec_free(&spec[i]);
		if (first)
			free(why);
		else
			first = why;
	}
	if (!kept && !o->experiment)
		warn("run: this machine cannot make the boot: it %s", first);
	else if (!kept)
		warn("this machine can make no boot of %s; the first one %s", o->experiment, first);
	else if (first)
		warn("%zu of %zu boots are for this machine; the first of the others %s; boot that and run the same command with --out again",
		     kept, n, first);
	free(first);
	strv_free(words);
	return kept ? (long)kept : -1;
}

/* On hardware there is no cost. The kernel has no info.json, so its build id identifies it. */
static void facts(const struct boot_spec *s, struct target_facts *f)
{
	const struct machine *m = s->machine;

	*f = (struct target_facts){
		.time_base = m->soft ? "simulated-wall" : "hardware",
		.module = m->soft ? "simulated" : "hardware",
		.cost = m->cost,
		.platform = m->platform,
		.jitter_percent = m->jitter_percent,
		.boot_jitter_percent = m->boot_jitter_percent,
		.kernel = json_pack("{s:s, s:s, s:s}", "variant", s->variant,
				    "kernel_release", m->release, "kernel_version", m->version),
		.cmdline = xstrdup(m->cmdline ? m->cmdline : ""),
		.hz = m->hz,
	};
	if (m->build_id)
		json_object_set_new(f->kernel, "build_id", json_string(m->build_id));
}

/* The kernel's log from now on. */
static int watch(const char *console)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	(void)console;
	if (fd < 0)
		return fail("/dev/kmsg: %s", strerror(errno));
	if (lseek(fd, 0, SEEK_END) < 0) {
		warn("/dev/kmsg: %s", strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

/* Append new lines of the kernel's log to @console, in the form of a serial console. */
static void follow(int log, const char *console)
{
	int out = open(console, O_WRONLY | O_APPEND | O_CLOEXEC);
	char record[8192];
	ssize_t n;

	/* EPIPE: records were overwritten before they were read */
	while ((n = read(log, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		unsigned long long us;
		char *text;

		if (n < 0) {
			dprintf(out, "dpamt-bench: the kernel's log lost lines here\n");
			continue;
		}
		record[n] = '\0';
		text = strchr(record, ';');
		if (!text || sscanf(record, "%*u,%*u,%llu", &us) != 1)
			continue;
		text++;
		text[strcspn(text, "\n")] = '\0';	/* key=value lines follow */
		dprintf(out, "[%5llu.%06llu] %s\n", us / 1000000, us % 1000000, text);
	}
	if (out >= 0)
		close(out);
}

static void save_tracing_settings(void)
{
	for (size_t i = 0; i < N_TRACING; i++) {
		if (!tracing[i].value)
			tracing[i].value = chosen_word(tracing[i].file);
	}
}

/* Set the machine's tracing as it was. */
static void done(const char *dir)
{
	(void)dir;
	for (size_t i = 0; i < N_TRACING; i++) {
		/* X: it differs among CPUs or events, and has no one value */
		if (tracing[i].value && strcmp(tracing[i].value, "X"))
			write_existing(tracing[i].file, tracing[i].value);
	}
	write_existing(MACHINE_TRACING "/trace", "");
}

static void __attribute__((noreturn)) measure_here(const struct boot_spec *s, const char *dir)
{
	const struct rlimit files = { 1024 * 1024, 1024 * 1024 };
	char **argv = spec_command(s, dir), ***antagonists = NULL;
	struct measure m = {
		.results = dir,
		.results_inside = dir,
		.workload = s->workload ? s->workload_file : NULL,
		.argv = argv,
		.perf = s->perf,
		.record = s->record,
		.trace_buffer_kb = s->trace_buffer_kb,
	};
	size_t n = 0;

	antagonists = xcalloc(strv_len(s->antagonists) + 1, sizeof(*antagonists));
	for (char **a = s->antagonists; a && *a; a++) {
		if (antagonist_is_program(*a))
			antagonists[n++] = antagonist_argv(*a);
	}
	m.antagonists = antagonists;
	if (s->workload) {	/* measure() wants the program's name before its arguments */
		m.argv = strv_add(NULL, "dpamt-workload");
		for (char **a = argv; *a; a++)
			m.argv = strv_add(m.argv, *a);
	}
	setrlimit(RLIMIT_NOFILE, &files);	/* else the workload says how many it may open */
	write_text(dir, FILE_EXIT_STATUS, "%d\n", measure(&m));
	_exit(0);
}

/* What programs print on stderr goes to console.log. */
static pid_t start(const struct boot_spec *s, const char *dir)
{
	char *full = realpath(dir, NULL), *console;
	pid_t parent = getpid(), pid;
	int fd;

	if (!full)
		return fail("cannot start a process: %s", strerror(errno));
	save_tracing_settings();
	pid = fork();
	if (pid) {
		if (pid < 0)
			warn("cannot start a process: %s", strerror(errno));
		free(full);
		return pid;
	}
	target_child_begin(parent, SIGTERM);
	console = xasprintf("%s/" FILE_CONSOLE, full);
	fd = open(console, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(EXIT_CANNOT_RUN);
	umask(022);
	measure_here(s, full);
}

static char *why_ended(const char *dir, int wait_status)
{
	(void)dir;
	if (!WIFSIGNALED(wait_status))
		return NULL;	/* exit_status, or the agent's line, says more than its status */
	return xasprintf("the measuring process was killed by signal %d (%s)",
			 WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
}

static char *why_unfinished(const char *line)
{
	return xstrdup(line ? line : "measuring ended before the command did");
}

const struct target target_local = {
	.name = "local",
	.this_machine = true,
	.command_cpu_only = true,
	.check = check,
	.check_job = check_job,
	.prepare_boots = prepare_boots,
	.facts = facts,
	.watch = watch,
	.follow = follow,
	.start = start,
	.done = done,
	.why_ended = why_ended,
	.why_unfinished = why_unfinished,
};

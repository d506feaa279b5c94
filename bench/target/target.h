/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TARGET_H
#define BENCH_TARGET_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "bench/job/run_options.h"
#include "bench/job/spec.h"

/* What header.json says of the kernel measured. Free with target_facts_free(). */
struct target_facts {
	const char *time_base;		/* "simulated-virtual", "simulated-wall" or "hardware" */
	const char *module;		/* "simulated" or "hardware" */
	const char *cost;		/* of the software module; NULL without it */
	const char *platform;		/* the same */
	int jitter_percent, boot_jitter_percent;	/* the same; -1 without it */
	json_t *kernel;			/* object, a reference of its own */
	char *cmdline;			/* of the kernel */
	const char *qemu_version;	/* NULL without QEMU */
	int hz;				/* CONFIG_HZ; 0 if unknown */
};

void target_facts_free(struct target_facts *f);

/*
 * Where a boot is made. @dir is the boot's run directory in the making, @console
 * the path of its console.log. The order of calls is check(), check_job() and prepare_boots()
 * once, then for each boot facts(), watch(), start(), follow() any number of times,
 * done(), and why_ended() and why_unfinished() at most once each.
 */
struct target {
	const char *name;		/* of --target, and in header.json */
	bool this_machine;		/* measures this machine's own kernel and boots nothing */
	bool command_cpu_only;		/* cpu_seconds is the command's, not that of all of start() */

	/* Can boots be made here with these options? Returns 0, or -1 after one line on stderr. */
	int (*check)(const struct run_options *o);

	/* Can the boots of this job be made here? Returns 0, or -1 after one line "FILE:LINE: ..." on stderr. */
	int (*check_job)(const struct run_options *o, const struct job *job);

	/*
	 * Give @n boots, n > 0, what they need of this target: a kernel to boot, or this machine.
	 * variant may be NULL in a single boot, and is then set. Boots that cannot be made here are
	 * freed, the others move to the front. Returns how many are left, or -1 after one line on
	 * stderr that says why none is left.
	 */
	long (*prepare_boots)(struct boot_spec *spec, size_t n, const struct run_options *o);

	/* Fill @f with the facts about the kernel that @s measures. */
	void (*facts)(const struct boot_spec *s, struct target_facts *f);

	/*
	 * Watch the kernel's log, which goes to @console, an existing file. Returns a
	 * descriptor that is readable when there is more, or -1 after one line on stderr.
	 */
	int (*watch)(const char *console);

	/* Bring @console up to date. Then @log is not readable until there is more. */
	void (*follow)(int log, const char *console);

	/*
	 * Start the process that makes the boot, in a process group of its own, so that
	 * Ctrl-C reaches us alone. It dies with us. Returns its pid, or -1 after one line
	 * on stderr.
	 */
	pid_t (*start)(const struct boot_spec *s, const char *dir);

	/* Clean up what start() left; its process has ended. */
	void (*done)(const char *dir);

	/*
	 * Why did the process end badly? @wait_status is its, as waitpid() gives it.
	 * Returns one line, malloc'ed, or NULL if the process ended well.
	 */
	char *(*why_ended)(const char *dir, int wait_status);

	/*
	 * Why did the command not get to its end, in a process that ended well? @line is
	 * the agent's last one, or NULL. Returns one line, malloc'ed.
	 */
	char *(*why_unfinished)(const char *line);
};

/*
 * In the child of a start(): die by @signal with @parent, lead a process group, block no signal.
 * Ends the child if the parent has ended already.
 */
void target_child_begin(pid_t parent, int signal);

extern const struct target target_qemu;		/* a VM per boot */
extern const struct target target_local;	/* this machine */

#endif

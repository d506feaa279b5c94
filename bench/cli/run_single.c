// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench run -- COMMAND: one boot, one command, its exit status.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/boot/boot.h"
#include "bench/boot/runner.h"
#include "bench/job/run_options.h"
#include "bench/rundir/file_names.h"
#include "bench/target/target.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"
#include "verbs.h"

char *default_out(const char *tail)
{
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
	return xasprintf("results/%s%s", stamp, tail);
}

/* "/usr/bin/perf" -> "perf" */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

int run_single(const struct run_options *o, char **command)
{
	struct boot_spec s = { 0 };
	struct boot_result r = { 0 };
	char *file;
	int code = EXIT_CANNOT_RUN;

	s.workload = workload_list_find(o->workloads, o->n_workloads, command[0]);
	s.leaves_result = s.workload;
	s.experiment = xstrdup(base_name(command[0]));
	s.variant = o->variant ? xstrdup(o->variant) : NULL;
	s.factors = json_object();
	s.antagonists = strv_dup(o->antagonists);
	s.perf = o->perf ? xstrdup(o->perf) : NULL;
	s.command = strv_dup(command);
	s.append = xstrdup(o->append);
	s.cost = xstrdup(o->cost);
	s.platform = xstrdup(o->platform);
	s.workload_file = o->workload_file;
	s.root = o->root ? xstrdup(o->root) : NULL;
	s.target = o->target;
	s.seed = o->seed;
	s.cpus = o->cpus;
	s.mem_mib = o->mem_mib;
	s.nodes = o->nodes;
	s.timeout_s = o->timeout_s;
	s.trace_buffer_kb = o->trace_buffer_kb;
	s.virtual_time = o->virtual_time;
	s.host_root = spec_needs_host_root(&s);
	s.allow_lost = o->allow_lost;
	s.samples_bin = o->samples_bin;
	/* a program of the host may trace by itself */
	s.record = !s.workload && !o->record_given ? RECORD_COUNTERS : o->record;
	if (o->target->prepare_boots(&s, 1, o) < 0)
		goto out;
	s.arm = xstrdup(s.variant);
	if (o->out) {
		s.dir = xstrdup(o->out);
	} else {
		file = xasprintf("-%s-%s-s%" PRIu64, s.variant, s.experiment, s.seed);
		s.dir = default_out(file);
		free(file);
	}
	if (file_exists(s.dir) && rmdir(s.dir)) {
		code = fail_as(EXIT_CANNOT_RUN, "%s exists and is not empty; choose another --out", s.dir);
		goto out;
	}

	code = runner_run(&s, &r, 1, 1);
	if (r.exit_code > 0 && code == EXIT_BOOT_FAILED)
		code = r.exit_code;
	if (r.wall_seconds > 0) {
		file = xasprintf("%s/%s", s.dir, s.workload ? FILE_RESULT : FILE_STDOUT);
		copy_to_fd(file, STDOUT_FILENO);
		free(file);
		file = xasprintf("%s/" FILE_STDERR, s.dir);
		copy_to_fd(file, STDERR_FILENO);
		free(file);
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "run directory: %s\n", s.dir);
	}
out:
	boot_result_free(&r);
	boot_spec_free(&s);
	return code;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench trace: the events of a run, for people or as CSV. Times count
 * from the workload's mark "dpamt start", as in all files of a run.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/trace_file.h"
#include "lib/err.h"
#include "lib/text.h"
#include "verbs.h"

static bool csv;

static struct opt options[] = {
	OPT_FLAG("csv", &csv,
		 "a line has t_ns,cpu,pid,event and a column for each field; fields that an event does not "
		 "have are empty"),
	OPT_END
};

/* Time since the workload's start; before it, negative. */
static int64_t since(uint64_t t_ns, uint64_t start_ns)
{
	return (int64_t)(t_ns - start_ns);
}

static void print_csv_head(void)
{
	fputs("t_ns,cpu,pid,event", stdout);
	for (size_t f = 0; f < TRACE_FIELDS; f++)
		printf(",%s", trace_field_name(f));
	putchar('\n');
}

static void print_csv(const struct trace_event *e, uint64_t start_ns)
{
	printf("%" PRId64 ",%" PRIu32 ",%" PRId32 ",%s", since(e->t_ns, start_ns), e->cpu, e->pid,
	       trace_kind_name(e->kind));
	for (size_t f = 0; f < TRACE_FIELDS; f++) {
		if (!trace_has(e->kind, f))
			putchar(',');
		else if (trace_field_is_hex(f))
			printf(",0x%" PRIx64, (uint64_t)e->field[f]);
		else
			printf(",%" PRId64, e->field[f]);
	}
	putchar('\n');
}

static void print_line(struct trace_file *t, const struct trace_event *e, uint64_t start_ns)
{
	int64_t ns = since(e->t_ns, start_ns);
	uint64_t abs = (uint64_t)(ns < 0 ? -ns : ns);

	printf("%s%" PRIu64 ".%09" PRIu64 " ", ns < 0 ? "-" : "", abs / 1000000000, abs % 1000000000);
	trace_file_print(t, e, stdout);
	putchar('\n');
}

static int print_all(struct trace_file *t, const char *path)
{
	uint64_t start_ns, lost = 0;
	struct trace_event e;
	int ret;

	if (!trace_file_start(t, &start_ns))
		warn("%s has no mark \"dpamt start\": times are those of the guest's clock", path);
	if (csv)
		print_csv_head();
	while ((ret = trace_file_next(t, &e)) > 0 && !ferror(stdout)) {
		if (csv)
			print_csv(&e, start_ns);
		else
			print_line(t, &e, start_ns);
	}
	if (ret < 0)
		return fail_as(EXIT_CANNOT_RUN, "%s: %s", path, trace_file_error(t));
	for (uint32_t cpu = 0; cpu < trace_file_cpus(t); cpu++)
		lost += trace_file_lost(t, cpu);
	if (lost)
		warn("%s: %" PRIu64 " events were lost and are not shown", path, lost);
	return 0;
}

static int run(const struct call *c)
{
	const char *dir = c->word[0];
	struct trace_file *t;
	char *path, *error;
	struct stat st;
	int code;

	if (stat(dir, &st))
		return fail_as(EXIT_CANNOT_RUN, "%s: %s", dir, strerror(errno));
	path = S_ISDIR(st.st_mode) ? xasprintf("%s/" FILE_TRACE, dir) : xstrdup(dir);
	t = trace_file_open(path, &error);
	if (!t) {
		code = errno == ENOENT ?
		       fail_as(EXIT_CANNOT_RUN, "%s is not there: this run was not traced", path) :
		       fail_as(EXIT_CANNOT_RUN, "%s: %s", path, error);
		free(error);
	} else {
		code = print_all(t, path);
		trace_file_close(t);
	}
	free(path);
	return code;
}

const struct verb verb_trace = {
	VERB_HEAD("trace", "the trace events of one run", "[options] DIR"),
	.about = "Prints the trace events of the run directory DIR (or of a file " FILE_TRACE
		 ") in order of "
		 "time: seconds since the workload's start, process, CPU, event. "
		 "`trace-cmd report -i DIR/" FILE_TRACE "` works, too.",
	.opts = options,
	VERB_WORDS("DIR", 1, 1),
	.run = run,
};

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
#include "cmd.h"

static void usage(FILE *f)
{
	fputs("usage: dpamt-bench trace [--csv] DIR\n"
	      "\n"
	      "Print the trace events of the run directory DIR (or of a file trace.dat) in\n"
	      "order of time: seconds since the workload's start, process, CPU, event. With\n"
	      "--csv a line has t_ns,cpu,pid,event and a column for each field; fields that an\n"
	      "event does not have are empty. `trace-cmd report -i DIR/trace.dat` works, too.\n", f);
}

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

static int print_all(struct trace_file *t, const char *path, bool csv)
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

int cmd_trace(int argc, char **argv)
{
	const char *dir = NULL;
	struct trace_file *t;
	char *path, *error;
	bool csv = false;
	struct stat st;
	int code;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			usage(stdout);
			return 0;
		}
		if (strcmp(argv[i], "--csv") == 0)
			csv = true;
		else if (argv[i][0] == '-' || dir)
			return fail_as(EXIT_CANNOT_RUN, "trace: what is '%s'? see dpamt-bench trace --help",
				       argv[i]);
		else
			dir = argv[i];
	}
	if (!dir)
		return fail_as(EXIT_CANNOT_RUN, "trace: of which run? give its directory");
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
		code = print_all(t, path, csv);
		trace_file_close(t);
	}
	free(path);
	return code;
}

// SPDX-License-Identifier: GPL-2.0
/* trace.dat: read, printed, made a curve of; twice the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/retention_from_trace.h"
#include "bench/rundir/trace_file.h"
#include "fuzz.h"

static uint64_t print_all(const char *path)
{
	struct trace_event e;
	struct trace_file *t;
	char *error = NULL;
	uint64_t n = 0;
	FILE *out;

	t = trace_file_open(path, &error);
	if (!t) {
		if (!error || strchr(error, '\n'))
			abort();
		free(error);
		return 0;
	}
	out = fopen("/dev/null", "we");
	while (trace_file_next(t, &e) > 0) {
		if (n++ < 1000)
			trace_file_print(t, &e, out);
	}
	fclose(out);
	trace_file_close(t);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	uint64_t n = print_all(path);
	struct retention r;
	struct trace_file *t;
	char *error = NULL;

	t = trace_file_open(path, &error);
	if (!t) {
		if (n)
			abort();
		free(error);
		return 0;
	}
	if (retention_read(t, NULL, &r, &error))
		free(error);
	else if (r.events != n)
		abort();
	trace_file_close(t);
	return 0;
}

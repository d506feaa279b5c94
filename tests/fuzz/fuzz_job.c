// SPDX-License-Identifier: GPL-2.0
/* Job files: read, or refused with one line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct job job = { 0 };
	char *error = NULL;
	FILE *f;

	if (!size)
		return 0;
	f = fmemopen((void *)data, size, "r");
	if (job_parse(f, "fuzz.job", &job, &error)) {
		if (!error || !error[0] || strchr(error, '\n'))
			abort();
		free(error);
	} else {
		if (!job.n)
			abort();
		job_free(&job);
	}
	fclose(f);
	return 0;
}

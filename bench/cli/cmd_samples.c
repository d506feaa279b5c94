// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench samples: prints the raw samples of a run as CSV, from samples.bin or samples.csv.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/samples_bin_reader.h"
#include "bench/rundir/samples_file.h"
#include "lib/err.h"
#include "lib/file.h"
#include "verbs.h"

static int print_rows(const struct bin_rows *r, const char *path)
{
	size_t bad = 0;

	puts(CSV_SAMPLES);
	for (size_t i = 0; i < r->n && !ferror(stdout); i++) {
		const struct samples_bin_row *row = &r->row[i];

		if (!bin_row_ok(r, &r->row[i])) {
			bad++;
			continue;
		}
		printf("%s,%" PRIu32 ",%" PRIu16 ",%" PRIu32 ",%" PRIu64 ",%" PRIu64 "\n",
		       r->op[row->op], row->td, row->thread, row->seq, row->start_ns,
		       row->latency_ns);
	}
	if (bad || r->truncated)
		return fail_as(1, "%s is damaged (%zu bad rows%s): not all samples are shown", path, bad,
			       r->truncated ? ", cut short" : "");
	return 0;
}

static int run(const struct call *c)
{
	char *path = samples_file_path(c->word[0]);
	struct bin_rows rows;
	int code;

	if (!file_exists(path)) {
		code = fail_as(EXIT_CANNOT_RUN,
			       "%s has neither " FILE_SAMPLES_BIN " nor " FILE_SAMPLES_CSV,
			       c->word[0]);
	} else if (strcmp(strrchr(path, '.'), ".bin")) {
		code = copy_to_fd(path, STDOUT_FILENO) ?
		       fail_as(EXIT_CANNOT_RUN, "%s: %s", path, strerror(errno)) : 0;
	} else if (bin_rows_open(&rows, path)) {
		code = fail_as(EXIT_CANNOT_RUN, "%s: %s", path,
			       errno == EINVAL ? "not a " FILE_SAMPLES_BIN " this version can read"
					       : strerror(errno));
	} else {
		code = print_rows(&rows, path);
		bin_rows_close(&rows);
	}
	free(path);
	return code;
}

const struct verb verb_samples = {
	VERB_HEAD("samples", "the raw samples of one run, as CSV", "DIR"),
	.about = "Prints the samples of the run directory DIR as CSV: " CSV_SAMPLES ".",
	VERB_WORDS("DIR", 1, 1),
	.run = run,
};

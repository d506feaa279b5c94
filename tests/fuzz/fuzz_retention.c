// SPDX-License-Identifier: GPL-2.0
/* retention.csv: its extent, and its bins for the figure. */
#include <stdlib.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/retention_csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir(FILE_RETENTION, data, size);
	struct retention_csv r;
	double bins[64];
	char *why;

	if (retention_csv_read(dir, 1000000, &r, &why)) {
		free(why);
		return 0;
	}
	for (int64_t start = -1000; start <= 1000; start += 1000) {
		if (retention_csv_bins(dir, start, (r.last_ns - r.first_ns) / 60 + 1, 64, bins,
				       &why))
			abort();
		for (int i = 0; i < 64; i++) {
			if (!(bins[i] >= 0 && bins[i] <= (double)r.peak_pages))
				abort();
		}
	}
	return 0;
}

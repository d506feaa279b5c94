// SPDX-License-Identifier: GPL-2.0
/* retention.csv: its extent, and the drawing of it. */
#include <stdlib.h>

#include "bench/rundir/retention_csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	struct an_retention r;
	double bins[64];

	if (an_retention_read(path, 1000000, &r))
		return 0;
	for (int64_t start = -1000; start <= 1000; start += 1000) {
		if (an_retention_bins(path, start, (r.last_ns - r.first_ns) / 60 + 1, 64, bins))
			abort();
		for (int i = 0; i < 64; i++) {
			if (!(bins[i] >= 0 && bins[i] <= (double)r.peak_pages))
				abort();
		}
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* samples.csv and samples.bin */
#include <stdlib.h>

#include "bench/rundir/samples_file.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct samples_file s;

	if (samples_file_read(fuzz_file(data, size), &s))
		return 0;
	for (size_t i = 0; i < s.nr_ops; i++) {
		if (samples_file_op(&s, s.op[i].name) != &s.op[i])
			abort();
	}
	samples_file_free(&s);
	return 0;
}

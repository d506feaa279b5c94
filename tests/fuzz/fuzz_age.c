// SPDX-License-Identifier: GPL-2.0
/* age.csv: what is read is written as it was, and what follows from a row is in its range. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/rundir/age_csv.h"
#include "bench/rundir/file_names.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir(FILE_AGE, data, size);
	struct age *a;
	char *why, *text;
	size_t n, bytes;
	FILE *f;

	if (age_csv_read(dir, &a, &n, &why)) {
		free(why);
		return 0;
	}
	f = open_memstream(&text, &bytes);
	/* numbers may have had zeros before them */
	if (!f || age_csv_write(a, n, f) || fclose(f) || bytes > size)
		abort();
	for (size_t i = 0; i < n; i++) {
		double unusable = age_unusable_2m(&a[i]), index = age_extfrag_2m(&a[i]);

		if (unusable < 0 || unusable > 1 || index < -1 || index > 1)
			abort();
		if (isnan(unusable) != (age_free_2m(&a[i]) == AGE_UNKNOWN))
			abort();
	}
	free(text);
	free(a);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* replacements.csv: what is read is written as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/replacements_csv.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir(FILE_REPLACEMENTS, data, size);
	struct replacement *r;
	char *why, *text;
	size_t n, bytes;
	FILE *f;

	if (replacements_csv_read(dir, &r, &n, &why)) {
		free(why);
		return 0;
	}
	f = open_memstream(&text, &bytes);
	/* numbers may have had zeros before them */
	if (!f || replacements_csv_write(r, n, f) || fclose(f) || bytes > size)
		abort();
	free(text);
	free(r);
	return 0;
}

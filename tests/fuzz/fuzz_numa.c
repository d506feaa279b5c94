// SPDX-License-Identifier: GPL-2.0
/* numa.json: what is read is written, and reads the same again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/numa_file.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir(FILE_NUMA, data, size);
	struct numa_file f, again;
	char *why, *text;
	size_t bytes;
	FILE *to;

	if (numa_file_read(dir, &f, &why)) {
		free(why);
		return 0;
	}
	numa_file_node_of_pfn(&f, size);
	numa_file_node_of_cpu(&f, (uint32_t)size);
	to = open_memstream(&text, &bytes);
	if (!to || numa_file_write(&f, to) || fclose(to))
		abort();
	dir = fuzz_dir(FILE_NUMA, (const uint8_t *)text, bytes);
	if (numa_file_read(dir, &again, &why) || again.nr_nodes != f.nr_nodes ||
	    again.nr_ranges != f.nr_ranges || again.nr_cpus != f.nr_cpus ||
	    memcmp(&again.node[f.nr_nodes - 1].after, &f.node[f.nr_nodes - 1].after,
		   sizeof(f.node->after)))
		abort();
	numa_file_free(&again);
	numa_file_free(&f);
	free(text);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's trace around the command: begin, stop, and save what the ring
 * buffers hold.
 */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "files.h"

#define TRACING	"/sys/kernel/tracing/"

bool record_start(unsigned long buffer_kb)
{
	char kb[32];

	if (access(TRACING "trace", F_OK))
		return false;
	snprintf(kb, sizeof(kb), "%lu", buffer_kb);
	must_put(TRACING "tracing_on", "0");
	must_put(TRACING "buffer_size_kb", kb);
	must_put(TRACING "trace_clock", "mono");
	if (!put(TRACING "events/tdx/enable", "1") && errno != ENOENT)
		die("enable the tdx trace events");
	must_put(TRACING "tracing_on", "1");
	return true;
}

/* Events the ring buffers overwrote or dropped, summed over the CPUs. */
static uint64_t lost_events(void)
{
	struct dirent **entry;
	uint64_t lost = 0;
	int n = scandir(TRACING "per_cpu", &entry, NULL, by_name);

	for (int i = 0; i < n; i++) {
		char path[512], line[128];
		uint64_t v;
		FILE *f;

		if (strncmp(entry[i]->d_name, "cpu", 3))
			continue;
		snprintf(path, sizeof(path), TRACING "per_cpu/%s/stats", entry[i]->d_name);
		f = fopen(path, "re");
		if (!f)
			die("open %s", path);
		while (fgets(line, sizeof(line), f)) {
			if (sscanf(line, "overrun: %" SCNu64, &v) == 1 ||
			    sscanf(line, "commit overrun: %" SCNu64, &v) == 1 ||
			    sscanf(line, "dropped events: %" SCNu64, &v) == 1)
				lost += v;
		}
		fclose(f);
	}
	return lost;
}

void record_stop(void)
{
	must_put(TRACING "tracing_on", "0");
}

uint64_t record_save(const char *dir)
{
	uint64_t lost = lost_events();
	char trace[64];

	snprintf(trace, sizeof(trace), "%s/trace.txt", dir);
	copy_file(TRACING "trace", trace, 0644);
	return lost;
}

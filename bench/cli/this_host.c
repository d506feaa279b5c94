// SPDX-License-Identifier: GPL-2.0
/* This machine as the host of a plan. */
#include "this_host.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/capacity/memory_map.h"
#include "bench/doctor/keyids.h"
#include "bench/guest/files.h"
#include "bench/target/kernel_log.h"
#include "lib/file.h"
#include "lib/text.h"

#define MEMORY "/sys/devices/system/memory"

/* sysfs says per block of memory which node it is of. */
static int node_at(uint64_t byte, uint64_t *end)
{
	char *text = first_line(MEMORY "/block_size_bytes"), *pattern;
	uint64_t block = text ? strtoull(text, NULL, 16) : 0;
	int node = 0;
	glob_t g;

	free(text);
	if (!block) {
		*end = UINT64_MAX;	/* one node */
		return 0;
	}
	*end = (byte / block + 1) * block;
	pattern = xasprintf(MEMORY "/memory%" PRIu64 "/node[0-9]*", byte / block);
	if (glob(pattern, 0, NULL, &g) == 0) {
		node = atoi(strrchr(g.gl_pathv[0], '/') + strlen("/node"));
		globfree(&g);
	}
	free(pattern);
	return node;
}

/* Where the map was read, NULL if nowhere. */
static const char *read_map(const char *log, struct pl_host *h)
{
	char *iomem;
	bool found;

	if (log && pl_map_from_log(log, h))
		return "the kernel's log";
	iomem = read_file("/proc/iomem", NULL);
	found = iomem && pl_map_from_iomem(iomem, node_at, h);
	free(iomem);
	return found ? "/proc/iomem and " MEMORY : NULL;
}

/* "address sizes : 46 bits physical": what KeyIDs leave; 0 if it does not say. */
static int address_bits(void)
{
	char *text = read_file("/proc/cpuinfo", NULL);
	char *at = text ? strstr(text, "address sizes") : NULL;
	int bits = 0;

	if (at && sscanf(at, "address sizes : %d bits", &bits) != 1)
		bits = 0;
	free(text);
	return bits;
}

/*
 * The software module puts KeyIDs above all the bits that the CPU has, and any address is fine for it. So it stays at the
 * bits that a plan assumes.
 */
static bool software_module(const char *log)
{
	return log && strstr(log, "software TDX module in use");
}

int this_host(struct pl_scenario *s, char **error)
{
	struct pl_host *h = &s->host;
	char *log = kernel_log_text();
	const char *map = read_map(log, h), *source;
	double keyids = keyids_for_tds(log, &source);
	int bits = software_module(log) ? 0 : address_bits();

	free(log);
	if (!map) {
		*error = xstrdup("neither the kernel's log nor /proc/iomem tells this machine's memory; be root, or give --host ranges_gib=START-END@NODE ...");
		return -1;
	}
	s->ranges_given = true;
	h->cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
	if (isfinite(keyids)) {
		h->tds_max = keyids;
		/* cpuinfo has the bits that KeyIDs leave */
		if (bits) {
			h->keyid_bits = ceil(log2(keyids + 2));
			h->phys_bits = bits + h->keyid_bits;
		}
	}
	snprintf(s->host_source, sizeof(s->host_source), "this machine: memory from %s; KeyIDs %s",
		 map, isfinite(keyids) ? "from its kernel" : "assumed, as its kernel has no TDX");
	return 0;
}

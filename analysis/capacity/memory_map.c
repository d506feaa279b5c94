// SPDX-License-Identifier: GPL-2.0
/* The memory map of a host, from what its kernel prints: of a run's VM, or of this machine. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "memory_map.h"

#define FIRST_TDX_BYTE	0x100000	/* the kernel does not give the first MiB to TDX */

/* False if @h is full. */
static bool add(struct pl_host *h, uint64_t start, uint64_t last, int node)
{
	if (start < FIRST_TDX_BYTE)
		start = FIRST_TDX_BYTE;
	if (last < start)
		return true;
	if (h->nr_ranges == PL_MAX_RANGES)
		return false;
	h->range[h->nr_ranges++] = (struct pl_range){ (double)start, (double)last + 1, node };
	h->memory_bytes += (double)(last + 1 - start);
	return true;
}

static void clear(struct pl_host *h)
{
	h->nr_ranges = 0;
	h->memory_bytes = 0;
}

static const char *next_line(const char *line)
{
	line = strchr(line, '\n');
	return line ? line + 1 : NULL;
}

/* @text in the line at @line; NULL if it is not there. */
static const char *in_line(const char *line, const char *text)
{
	const char *at = strstr(line, text), *end = strchr(line, '\n');

	return at && (!end || at < end) ? at : NULL;
}

bool pl_map_from_log(const char *log, struct pl_host *h)
{
	bool fits = true;
	uint64_t a, z;
	int node;

	clear(h);
	for (const char *l = log; l && fits; l = next_line(l)) {
		const char *at = in_line(l, " node ");

		if (at && sscanf(at, " node %d: [mem %" SCNx64 "-%" SCNx64 "]", &node, &a, &z) == 3)
			fits = add(h, a, z, node);
	}
	if (h->nr_ranges)
		return fits;
	for (const char *l = log; l && fits; l = next_line(l)) {
		const char *at = in_line(l, "BIOS-e820: [mem ");

		if (at && (in_line(at, "System RAM") || in_line(at, "usable")) &&
		    sscanf(at, "BIOS-e820: [mem %" SCNx64 "-%" SCNx64 "]", &a, &z) == 2)
			fits = add(h, a, z, 0);
	}
	return fits && h->nr_ranges;
}

bool pl_map_from_iomem(const char *iomem, int (*node_at)(uint64_t byte, uint64_t *end),
		       struct pl_host *h)
{
	bool fits = true;
	uint64_t a, z;

	clear(h);
	for (const char *l = iomem; l && fits; l = next_line(l)) {
		if (*l == ' ' || !in_line(l, " : System RAM") ||
		    sscanf(l, "%" SCNx64 "-%" SCNx64, &a, &z) != 2)
			continue;
		while (a <= z && fits) {
			uint64_t end = z + 1, next;
			int node = node_at(a, &end);

			/* on to where another node begins */
			for (next = end; end <= z; end = next) {
				if (node_at(end, &next) != node)
					break;
			}
			if (end > z + 1)
				end = z + 1;
			fits = add(h, a, end - 1, node);
			a = end;
		}
	}
	return fits && h->nr_ranges;
}

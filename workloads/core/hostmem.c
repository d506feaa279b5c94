// SPDX-License-Identifier: GPL-2.0
/*
 * Readings of the kernel's memory pressure; see hostmem.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "hostmem.h"
#include "proc_file.h"

static const char *const counters[] = {
	"allocstall_dma",     "allocstall_dma32",
	"allocstall_normal",  "allocstall_movable",
	"pgscan_direct",      "pgscan_kswapd",
	"pgsteal_direct",     "compact_stall",
	"compact_success",    "compact_fail",
	"oom_kill",	      "thp_fault_alloc",
	"thp_fault_fallback", "nr_dirtied",
	"numa_hit",	      "numa_miss",
	"numa_foreign",	      "numa_other",
	"nr_written",	      "nr_throttled_written",
	"nr_vmscan_write",    "nr_vmscan_immediate_reclaim",
};

_Static_assert(ARRAY_SIZE(counters) == HOSTMEM_COUNTERS, "HOSTMEM_COUNTERS");

#define NUMA_MISS   15 /* the place of numa_miss */
#define ALLOCSTALLS 4 /* the first ones; a kernel has those of its zones */

/* Behind "KEY" and blanks on this line, or NULL. */
static const char *after(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len) || (line[len] != ' ' && line[len] != '\t'))
		return NULL;
	return line + len + strspn(line + len, " \t");
}

static bool psi_total(const char *line, uint64_t *us)
{
	const char *total = strstr(line, "total=");
	const char *end = proc_next_line(line);

	if (!total || total >= end)
		return false;
	*us = strtoull(total + 6, NULL, 10);
	return true;
}

void hostmem_parse_pressure(const char *text, struct hostmem *h)
{
	bool some = false, full = false;

	for (; *text; text = proc_next_line(text)) {
		if (after(text, "some"))
			some = psi_total(text, &h->psi_some_us);
		else if (after(text, "full"))
			full = psi_total(text, &h->psi_full_us);
	}
	h->psi = some && full;
}

void hostmem_parse_vmstat(const char *text, struct hostmem *h)
{
	for (; *text; text = proc_next_line(text)) {
		for (unsigned int i = 0; i < HOSTMEM_COUNTERS; i++) {
			const char *value = after(text, counters[i]);

			if (!value)
				continue;
			h->known[i] = true;
			h->counter[i] = strtoull(value, NULL, 10);
		}
	}
}

/* Of "(0, 970, 970)", up to the end of the line. */
static uint64_t largest(const char *list)
{
	uint64_t max = 0, v;
	char *end;

	for (; *list && *list != '\n'; list++) {
		if (*list < '0' || *list > '9')
			continue;
		v = strtoull(list, &end, 10);
		if (v > max)
			max = v;
		list = end - 1;
	}
	return max;
}

void hostmem_parse_zoneinfo(const char *text, struct hostmem *h)
{
	struct hostmem_zone z = { .node = -1 };
	uint64_t managed = 0;
	const char *value;

	for (; *text; text = proc_next_line(text)) {
		const char *line = text + strspn(text, " ");

		if (sscanf(line, "Node %d, zone %15s", &z.node, z.name) == 2)
			z.free = z.min = z.low = z.high = 0;
		else if ((value = after(line, "pages free")))
			z.free = strtoull(value, NULL, 10);
		else if ((value = after(line, "min")))
			z.min = strtoull(value, NULL, 10);
		else if ((value = after(line, "low")))
			z.low = strtoull(value, NULL, 10);
		else if ((value = after(line, "high")) && !z.high)
			z.high = strtoull(value, NULL, 10);
		else if ((value = after(line, "managed")))
			managed = strtoull(value, NULL, 10);
		else if ((value = after(line, "protection:"))) {
			z.reserve = largest(value);
			if (managed && z.node >= 0 && h->nr_zones < HOSTMEM_ZONES)
				h->zone[h->nr_zones++] = z;
			managed = 0;
		}
	}
}

static struct proc_file pressure = { "/proc/pressure/memory", -1 }, vmstat = { "/proc/vmstat", -1 },
			zoneinfo = { "/proc/zoneinfo", -1 };

void hostmem_read_counts(struct hostmem *h)
{
	memset(h, 0, sizeof(*h));
	hostmem_parse_pressure(proc_file_read(&pressure), h);
	hostmem_parse_vmstat(proc_file_read(&vmstat), h);
}

void hostmem_read(struct hostmem *h)
{
	hostmem_read_counts(h);
	hostmem_parse_zoneinfo(proc_file_read(&zoneinfo), h);
	h->readings = 1;
}

void hostmem_look(struct hostmem *h)
{
	struct hostmem now = { 0 };

	hostmem_parse_zoneinfo(proc_file_read(&zoneinfo), &now);
	for (unsigned int i = 0; i < now.nr_zones && i < h->nr_zones; i++)
		if (now.zone[i].free < h->zone[i].free)
			h->zone[i].free = now.zone[i].free;
	h->readings++;
}

bool hostmem_stalls(const struct hostmem *before, const struct hostmem *h, uint64_t *stalls)
{
	bool known = false;

	*stalls = 0;
	for (unsigned int i = 0; i < ALLOCSTALLS; i++) {
		if (!before->known[i] || !h->known[i])
			continue;
		known = true;
		*stalls += h->counter[i] - before->counter[i];
	}
	return known;
}

bool hostmem_elsewhere(const struct hostmem *before, const struct hostmem *h, uint64_t *pages)
{
	*pages = h->counter[NUMA_MISS] - before->counter[NUMA_MISS];
	return before->known[NUMA_MISS] && h->known[NUMA_MISS];
}

static json_t *growth(const struct hostmem *before, const struct hostmem *h, unsigned int i)
{
	if (!before->known[i] || !h->known[i])
		return json_null();
	return json_integer((json_int_t)(h->counter[i] - before->counter[i]));
}

static bool is_of(const struct hostmem_zone *z, uint64_t nodes)
{
	return nodes == UINT64_MAX || (z->node < 64 && (nodes >> z->node & 1));
}

uint64_t hostmem_free_above_low(const struct hostmem *h, uint64_t nodes)
{
	uint64_t pages = 0;

	for (unsigned int i = 0; i < h->nr_zones; i++)
		if (is_of(&h->zone[i], nodes) &&
		    h->zone[i].free > h->zone[i].low + h->zone[i].reserve)
			pages += h->zone[i].free - h->zone[i].low - h->zone[i].reserve;
	return pages;
}

static json_t *psi_json(const struct hostmem *before, const struct hostmem *h, uint64_t from,
			uint64_t to)
{
	return before->psi && h->psi ? json_integer((json_int_t)(to - from)) : json_null();
}

json_t *hostmem_json(const struct hostmem *before, const struct hostmem *h)
{
	json_t *all = json_object(), *zones = json_array();
	uint64_t stalls;

	json_object_set_new(all, "psi_some_us",
			    psi_json(before, h, before->psi_some_us, h->psi_some_us));
	json_object_set_new(all, "psi_full_us",
			    psi_json(before, h, before->psi_full_us, h->psi_full_us));
	json_object_set_new(all, "allocstall",
			    hostmem_stalls(before, h, &stalls) ? json_integer((json_int_t)stalls)
							       : json_null());
	for (unsigned int i = 0; i < HOSTMEM_COUNTERS; i++)
		json_object_set_new(all, counters[i], growth(before, h, i));
	for (unsigned int i = 0; i < h->nr_zones; i++)
		json_array_append_new(zones,
				      json_pack("{s:i, s:s, s:I, s:I, s:I, s:I}", "node",
						h->zone[i].node, "zone", h->zone[i].name,
						"lowest_free_pages", (json_int_t)h->zone[i].free,
						"min_pages", (json_int_t)h->zone[i].min,
						"low_pages", (json_int_t)h->zone[i].low,
						"high_pages", (json_int_t)h->zone[i].high));
	json_object_set_new(all, "zones", zones);
	json_object_set_new(all, "readings", json_integer((json_int_t)h->readings));
	return all;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what the kernel tells of its NUMA nodes. All of it is in a stock kernel; nothing is read while the
 * command runs.
 */
#include "numa_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "lib/file.h"
#include "lib/text.h"

static char *node_file(const char *sysfs, int id, const char *name)
{
	char *path = xasprintf("%s/devices/system/node/node%d/%s", sysfs, id, name);
	char *text = read_file(path, NULL);

	if (!text)
		die("read %s", path);
	free(path);
	return text;
}

/* Call @take for each number of a list as "0-1,4". */
static void for_list(const char *list, void (*take)(struct numa_file *f, unsigned long n),
		     struct numa_file *f)
{
	char *p = (char *)list;

	while (*p >= '0' && *p <= '9') {
		unsigned long from = strtoul(p, &p, 10), to = from;

		if (*p == '-')
			to = strtoul(p + 1, &p, 10);
		for (; from <= to; from++)
			take(f, from);
		p += *p == ',';
	}
}

static void take_node(struct numa_file *f, unsigned long id)
{
	f->node = xreallocarray(f->node, f->nr_nodes + 1, sizeof(*f->node));
	f->node[f->nr_nodes++] = (struct numa_node){ .id = (int)id };
}

/* A CPU of the last node. */
static size_t cpus_of;

static void take_cpu(struct numa_file *f, unsigned long cpu)
{
	f->cpu = xreallocarray(f->cpu, f->nr_cpus + 1, sizeof(*f->cpu));
	f->cpu[f->nr_cpus++] = (struct numa_cpu){ (uint32_t)cpu, cpus_of };
}

/* The number behind "NAME" in @text; dies if there is none. */
static uint64_t number_after(const char *text, const char *name, const char *file)
{
	const char *at = strstr(text, name);

	if (!at) {
		errno = 0;
		die("%s has no %s", file, name);
	}
	return strtoull(at + strlen(name), NULL, 10);
}

static void take_reading(const char *sysfs, int id, struct numa_reading *r, uint64_t *total_pages)
{
	char *text = node_file(sysfs, id, "meminfo");

	r->free_pages = number_after(text, "MemFree:", "a node's meminfo") / 4;
	*total_pages = number_after(text, "MemTotal:", "a node's meminfo") / 4;
	free(text);
	text = node_file(sysfs, id, "numastat");
	for (size_t i = 0; i < NUMA_COUNTS; i++)
		r->count[i] = number_after(text, numa_count_names[i], "a node's numastat");
	free(text);
}

static size_t index_of(const struct numa_file *f, int id)
{
	size_t i = 0;

	while (i < f->nr_nodes && f->node[i].id != id)
		i++;
	return i;
}

/* A zone's lines are "Node N, zone NAME", then " spanned N" and last "start_pfn: N". */
static void take_zones(const char *zoneinfo, struct numa_file *f)
{
	uint64_t spanned = 0, managed = 0, start;
	int id = -1;

	for (const char *line = zoneinfo; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		line += strspn(line, " ");
		if (sscanf(line, "Node %d, zone", &id) == 1)
			spanned = managed = 0;
		sscanf(line, "spanned %" SCNu64, &spanned);
		sscanf(line, "managed %" SCNu64, &managed);
		if (sscanf(line, "start_pfn: %" SCNu64, &start) != 1 || !managed)
			continue;
		if (index_of(f, id) == f->nr_nodes)
			continue;
		f->range = xreallocarray(f->range, f->nr_ranges + 1, sizeof(*f->range));
		f->range[f->nr_ranges++] =
			(struct numa_range){ start, start + spanned, index_of(f, id) };
	}
}

void numa_begin(const char *sysfs, const char *zoneinfo, struct numa_file *f)
{
	char *path = xasprintf("%s/devices/system/node/has_memory", sysfs);
	char *list = first_line(path), *zones;

	free(path);
	memset(f, 0, sizeof(*f));
	if (list)
		for_list(list, take_node, f);
	free(list);
	if (f->nr_nodes < 2) {
		numa_file_free(f);
		return;
	}
	for (size_t i = 0; i < f->nr_nodes; i++) {
		struct numa_node *n = &f->node[i];
		char *cpus = node_file(sysfs, n->id, "cpulist");

		cpus_of = i;
		for_list(cpus, take_cpu, f);
		free(cpus);
		take_reading(sysfs, n->id, &n->before, &n->total_pages);
	}
	zones = read_file(zoneinfo, NULL);
	if (!zones)
		die("read %s", zoneinfo);
	take_zones(zones, f);
	free(zones);
}

void numa_end(const char *sysfs, struct numa_file *f)
{
	for (size_t i = 0; i < f->nr_nodes; i++)
		take_reading(sysfs, f->node[i].id, &f->node[i].after, &f->node[i].total_pages);
}

// SPDX-License-Identifier: GPL-2.0
/* Reads and writes numa.json; see numa_file.h. */
#include "numa_file.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "file_names.h"
#include "lib/json_file.h"
#include "lib/lines.h"
#include "lib/text.h"

const char *const numa_count_names[NUMA_COUNTS] = {
	"numa_hit", "numa_miss", "numa_foreign", "interleave_hit", "local_node", "other_node",
};

/* More is damage: the kernel knows at most 1024 nodes and 8192 CPUs. */
#define MAX_NODE 1023
#define MAX_CPU	 8191

static bool get_u64(const json_t *v, uint64_t max, uint64_t *to)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    (uint64_t)json_integer_value(v) > max)
		return false;
	*to = (uint64_t)json_integer_value(v);
	return true;
}

static bool read_reading(const json_t *o, struct numa_reading *r)
{
	if (!get_u64(json_object_get(o, "free_pages"), PAGES_MAX, &r->free_pages))
		return false;
	for (size_t i = 0; i < NUMA_COUNTS; i++)
		if (!get_u64(json_object_get(o, numa_count_names[i]), PAGES_MAX, &r->count[i]))
			return false;
	return true;
}

static bool read_ranges(const json_t *list, size_t node, struct numa_file *f)
{
	const json_t *o;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, o) {
		struct numa_range r = { .node = node };

		if (!get_u64(json_array_get(o, 0), PAGES_MAX, &r.start_pfn) ||
		    !get_u64(json_array_get(o, 1), PAGES_MAX, &r.end_pfn) ||
		    r.end_pfn <= r.start_pfn)
			return false;
		f->range = xreallocarray(f->range, f->nr_ranges + 1, sizeof(*f->range));
		f->range[f->nr_ranges++] = r;
	}
	return true;
}

static bool read_cpus(const json_t *list, size_t node, struct numa_file *f)
{
	const json_t *o;
	size_t i;

	if (!json_is_array(list))
		return false;
	json_array_foreach(list, i, o) {
		uint64_t cpu;

		if (!get_u64(o, MAX_CPU, &cpu))
			return false;
		f->cpu = xreallocarray(f->cpu, f->nr_cpus + 1, sizeof(*f->cpu));
		f->cpu[f->nr_cpus++] = (struct numa_cpu){ (uint32_t)cpu, node };
	}
	return true;
}

static bool read_node(const json_t *o, struct numa_file *f)
{
	struct numa_node n = { 0 };
	uint64_t id;

	if (!get_u64(json_object_get(o, "node"), MAX_NODE, &id) ||
	    !get_u64(json_object_get(o, "total_pages"), PAGES_MAX, &n.total_pages) ||
	    !read_reading(json_object_get(o, "before"), &n.before) ||
	    !read_reading(json_object_get(o, "after"), &n.after))
		return false;
	n.id = (int)id;
	for (size_t i = 0; i < f->nr_nodes; i++)
		if (f->node[i].id == n.id)
			return false;
	f->node = xreallocarray(f->node, f->nr_nodes + 1, sizeof(*f->node));
	f->node[f->nr_nodes++] = n;
	return read_ranges(json_object_get(o, "pfns"), f->nr_nodes - 1, f) &&
	       read_cpus(json_object_get(o, "cpus"), f->nr_nodes - 1, f);
}

int numa_file_read(const char *dir, struct numa_file *f, char **why)
{
	char *path = xasprintf("%s/" FILE_NUMA, dir);
	json_t *all = json_read_file(path, SCHEMA_NUMA, why), *list, *o;
	size_t i;

	memset(f, 0, sizeof(*f));
	free(path);
	if (!all)
		return -1;
	list = json_object_get(all, "nodes");
	if (!json_array_size(list))
		*why = xstrdup(FILE_NUMA ": no node is in it");
	json_array_foreach(list, i, o) {
		if (!*why && !read_node(o, f))
			*why = xasprintf(FILE_NUMA ": node %zu of the list is damaged", i);
	}
	json_decref(all);
	if (!*why)
		return 0;
	numa_file_free(f);
	return -1;
}

void numa_file_free(struct numa_file *f)
{
	free(f->node);
	free(f->range);
	free(f->cpu);
	memset(f, 0, sizeof(*f));
}

static json_t *reading_json(const struct numa_reading *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "free_pages", json_integer((json_int_t)r->free_pages));
	for (size_t i = 0; i < NUMA_COUNTS; i++)
		json_object_set_new(o, numa_count_names[i], json_integer((json_int_t)r->count[i]));
	return o;
}

static json_t *node_json(const struct numa_file *f, size_t node)
{
	const struct numa_node *n = &f->node[node];
	json_t *pfns = json_array(), *cpus = json_array();

	for (size_t i = 0; i < f->nr_ranges; i++)
		if (f->range[i].node == node)
			json_array_append_new(pfns,
					      json_pack("[I, I]", (json_int_t)f->range[i].start_pfn,
							(json_int_t)f->range[i].end_pfn));
	for (size_t i = 0; i < f->nr_cpus; i++)
		if (f->cpu[i].node == node)
			json_array_append_new(cpus, json_integer(f->cpu[i].cpu));
	return json_pack("{s:i, s:I, s:o, s:o, s:o, s:o}", "node", n->id, "total_pages",
			 (json_int_t)n->total_pages, "cpus", cpus, "pfns", pfns, "before",
			 reading_json(&n->before), "after", reading_json(&n->after));
}

int numa_file_write(const struct numa_file *f, FILE *to)
{
	json_t *list = json_array(), *all;
	int ret;

	for (size_t i = 0; i < f->nr_nodes; i++)
		json_array_append_new(list, node_json(f, i));
	all = json_pack("{s:s, s:i, s:o}", "schema", SCHEMA_NUMA, "version", 1, "nodes", list);
	ret = json_dumpf(all, to, JSON_INDENT(1)) || fputc('\n', to) == EOF ? -1 : 0;
	json_decref(all);
	return ret;
}

size_t numa_file_node_of_pfn(const struct numa_file *f, uint64_t pfn)
{
	size_t node = NUMA_NO_NODE;

	for (size_t i = 0; i < f->nr_ranges; i++) {
		const struct numa_range *r = &f->range[i];

		if (pfn < r->start_pfn || pfn >= r->end_pfn)
			continue;
		/* zones of two nodes may span the same frames */
		if (node != NUMA_NO_NODE && node != r->node)
			return NUMA_NO_NODE;
		node = r->node;
	}
	return node;
}

size_t numa_file_node_of_cpu(const struct numa_file *f, uint32_t cpu)
{
	for (size_t i = 0; i < f->nr_cpus; i++)
		if (f->cpu[i].cpu == cpu)
			return f->cpu[i].node;
	return NUMA_NO_NODE;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * NUMA placement; see placement.h.
 */
#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/err.h"
#include "placement.h"

static enum { NONE, BIND, PREFER, INTERLEAVE, REMOTE } kind;
static int node;

int placement_parse(const char *text)
{
	char *end;

	kind = NONE;
	if (!strcmp(text, "none"))
		return 0;
	kind = INTERLEAVE;
	if (!strcmp(text, "interleave"))
		return 0;
	kind = REMOTE;
	if (!strcmp(text, "remote"))
		return 0;
	kind = strncmp(text, "bind:", 5) ? PREFER : BIND;
	if (kind == BIND || !strncmp(text, "prefer:", 7)) {
		const char *digits = strchr(text, ':') + 1;
		long n = strtol(digits, &end, 10);

		node = (int)n;
		if (*digits >= '0' && *digits <= '9' && !*end && n < NUMA_NUM_NODES)
			return 0;
	}
	return fail("--numa: '%s' is not one of " PLACEMENT_FORM, text);
}

/* A node other than `than` that has memory, or -1. */
static int other_node(int than)
{
	int i;

	for (i = 0; i <= numa_max_node(); i++)
		if (i != than && numa_bitmask_isbitset(numa_get_mems_allowed(), (unsigned int)i))
			return i;
	return -1;
}

/* The first node with CPUs. */
static int cpu_node(void)
{
	return numa_node_of_cpu(0) < 0 ? 0 : numa_node_of_cpu(0);
}

const char *placement_unavailable(void)
{
	if (kind == NONE)
		return NULL;
	if (numa_available() < 0)
		return "--numa: the kernel has no NUMA support (CONFIG_NUMA)";
	if ((kind == BIND || kind == PREFER) &&
	    (node > numa_max_node() ||
	     !numa_bitmask_isbitset(numa_get_mems_allowed(), (unsigned int)node)))
		return "--numa bind and prefer: there is no such node with memory, see `numactl -H`";
	if ((kind == INTERLEAVE || kind == REMOTE) && other_node(cpu_node()) < 0)
		return "--numa interleave and remote need two nodes with memory, there is one";
	return NULL;
}

static int run_on(int cpus_of)
{
	if (numa_run_on_node(cpus_of))
		return fail("--numa: threads cannot run on node %d: %s", cpus_of, strerror(errno));
	return 0;
}

static int bind_to(int cpus_of, int memory_of)
{
	struct bitmask *mem = numa_allocate_nodemask();

	numa_bitmask_setbit(mem, (unsigned int)memory_of);
	numa_set_membind(mem);
	numa_free_nodemask(mem);
	return run_on(cpus_of);
}

int placement_apply(void)
{
	switch (kind) {
	case BIND:
		return bind_to(node, node);
	case PREFER:
		numa_set_preferred(node);
		return run_on(node);
	case REMOTE:
		return bind_to(cpu_node(), other_node(cpu_node()));
	case INTERLEAVE:
		numa_set_interleave_mask(numa_get_mems_allowed());
		return 0;
	default:
		return 0;
	}
}

uint64_t placement_nodes(void)
{
	int of = kind == REMOTE ? other_node(cpu_node()) : node;

	if (kind == NONE || kind == INTERLEAVE)
		return UINT64_MAX;
	return of < 64 ? UINT64_C(1) << of : 0;
}

static json_t *nodes_json(const struct bitmask *mask)
{
	json_t *nodes = json_array();
	unsigned int i;

	for (i = 0; i < mask->size; i++)
		if (numa_bitmask_isbitset(mask, i))
			json_array_append_new(nodes, json_integer((json_int_t)i));
	return nodes;
}

json_t *placement_json(void)
{
	struct bitmask *threads, *memory;
	json_t *where;
	int mode;

	if (kind == NONE)
		return NULL;
	threads = numa_get_run_node_mask();
	memory = numa_allocate_nodemask();
	if (get_mempolicy(&mode, memory->maskp, memory->size, NULL, 0))
		numa_bitmask_clearall(memory);
	where = json_pack("{s:o, s:o}", "threads", nodes_json(threads), "memory",
			  nodes_json(memory));
	numa_free_nodemask(memory);
	numa_bitmask_free(threads);
	return where;
}

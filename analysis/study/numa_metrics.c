// SPDX-License-Identifier: GPL-2.0
/*
 * Where S-EPT pages sit and which node's CPU frees them. An event has the page's address and the CPU it
 * happened on; numa.json has the node of both. A page whose node is not known counts nowhere, and a remark
 * says how many there were.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/numa_file.h"
#include "bench/rundir/trace_file.h"
#include "lib/page_size.h"
#include "lib/text.h"
#include "numa_metrics.h"

/* S-EPT pages that sit on one node. */
struct on_node {
	uint64_t reclaimed, freed, pairs_added;
	uint64_t held, peak, changed_ns;
	double page_ns;
};

struct count {
	const struct numa_file *numa;
	struct on_node *node;
	uint64_t unknown;	  /* events of pages or CPUs whose node is not known */
	uint64_t freed_elsewhere; /* by a CPU of another node than the page's */
	uint64_t reclaimed_elsewhere;
};

static void change(struct on_node *n, uint64_t t_ns, bool more)
{
	n->page_ns += (double)n->held * (double)(t_ns - n->changed_ns);
	n->changed_ns = t_ns;
	if (more)
		n->held++;
	else if (n->held)
		n->held--;
	if (n->held > n->peak)
		n->peak = n->held;
}

static void take(struct count *c, const struct trace_event *e)
{
	size_t page, cpu;

	if (e->kind != TRACE_SEPT_RECLAIM && e->kind != TRACE_SEPT_FREE && e->kind != TRACE_PAMT_ADD)
		return;
	page = numa_file_node_of_pfn(c->numa, (uint64_t)e->field[FIELD_HPA] / PAGE_BYTES);
	cpu = numa_file_node_of_cpu(c->numa, e->cpu);
	if (page == NUMA_NO_NODE || cpu == NUMA_NO_NODE) {
		c->unknown++;
		return;
	}
	switch (e->kind) {
	case TRACE_SEPT_RECLAIM:
		c->node[page].reclaimed++;
		c->reclaimed_elsewhere += page != cpu;
		change(&c->node[page], e->t_ns, true);
		break;
	case TRACE_SEPT_FREE:
		c->node[page].freed++;
		c->freed_elsewhere += page != cpu;
		change(&c->node[page], e->t_ns, false);
		break;
	default:
		c->node[page].pairs_added++;
	}
}

/* Count the events of the boot's trace. False if there is none that can be used; *why (malloc'ed) or NULL. */
static bool count_events(const char *dir, struct count *c, char **why)
{
	char *path = xasprintf("%s/" FILE_TRACE, dir);
	struct trace_file *f = trace_file_open(path, why);
	struct trace_event e;
	uint64_t lost = 0;
	int got;

	free(path);
	if (!f) {
		if (errno == ENOENT) {
			free(*why);
			*why = NULL;
		}
		return false;
	}
	*why = NULL;
	while ((got = trace_file_next(f, &e)) > 0)
		take(c, &e);
	for (uint32_t cpu = 0; cpu < trace_file_cpus(f); cpu++)
		lost += trace_file_lost(f, cpu);
	if (got < 0)
		*why = xstrdup(trace_file_error(f));
	else if (lost)
		*why = xasprintf("%" PRIu64 " events were lost", lost);
	trace_file_close(f);
	return !*why;
}

static void set_of_node(struct an_metrics *set, struct an_boot *b, int id, enum metric_of_node m,
			double value)
{
	char *name = metric_of_node(id, m);

	an_boot_set(set, b, name, metric_node_table[m].unit, false, value);
	if (an_metrics_find(set, name) >= 0)
		set->m[an_metrics_find(set, name)].better = metric_node_table[m].better;
	free(name);
}

static double grown(const struct numa_node *n, enum numa_count which)
{
	return (double)n->after.count[which] - (double)n->before.count[which];
}

static void set_allocator(struct an_metrics *set, struct an_boot *b, const struct numa_file *numa)
{
	double miss = 0, other = 0;

	for (size_t i = 0; i < numa->nr_nodes; i++) {
		const struct numa_node *n = &numa->node[i];

		miss += grown(n, NUMA_MISS);
		other += grown(n, NUMA_OTHER);
		set_of_node(set, b, n->id, NODE_FOREIGN, grown(n, NUMA_FOREIGN));
	}
	an_boot_set(set, b, "numa_miss_pages", "pages", false, miss);
	an_boot_set(set, b, "numa_other_node_pages", "pages", false, other);
}

static void set_events(struct an_metrics *set, struct an_boot *b, const struct count *c)
{
	for (size_t i = 0; i < c->numa->nr_nodes; i++) {
		const struct on_node *n = &c->node[i];
		int id = c->numa->node[i].id;

		set_of_node(set, b, id, NODE_HELD_PEAK, (double)n->peak);
		set_of_node(set, b, id, NODE_HELD_PAGE_NS, n->page_ns);
		set_of_node(set, b, id, NODE_FREED, (double)n->freed);
		set_of_node(set, b, id, NODE_PAIRS, (double)n->pairs_added);
	}
	an_boot_set(set, b, "spt_freed_elsewhere_pages", "pages", false, (double)c->freed_elsewhere);
	an_boot_set(set, b, "spt_reclaimed_elsewhere_pages", "pages", false,
		    (double)c->reclaimed_elsewhere);
}

void an_numa_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	struct numa_file numa;
	struct count c = { .numa = &numa };
	char *why;

	if (numa_file_read(b->run->dir, &numa, &why)) {
		if (why)
			loaded_runs_remark(runs, "%s: %s; it is left out", b->run->name, why);
		free(why);
		return;
	}
	c.node = xcalloc(numa.nr_nodes, sizeof(*c.node));
	set_allocator(set, b, &numa);
	if (count_events(b->run->dir, &c, &why))
		set_events(set, b, &c);
	else if (why)
		loaded_runs_remark(runs, "%s: S-EPT pages by node are left out: %s", b->run->name,
				   why);
	if (c.unknown)
		loaded_runs_remark(runs,
				   "%s: %" PRIu64
				   " events of pages or CPUs whose node is not known are left out",
				   b->run->name, c.unknown);
	free(why);
	free(c.node);
	numa_file_free(&numa);
}

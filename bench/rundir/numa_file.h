/* SPDX-License-Identifier: GPL-2.0 */
/*
 * numa.json: the nodes of a machine with more than one. Which CPUs and page frames each has, and what its
 * allocator counted before and after the command. The guest's agent writes it, the analysis reads it.
 */
#ifndef RUNDIR_NUMA_FILE_H
#define RUNDIR_NUMA_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Of /sys/devices/system/node/nodeN/numastat, in pages, in the order of the kernel's file. */
enum numa_count {
	NUMA_HIT,	  /* meant for this node, and got there */
	NUMA_MISS,	  /* got there, meant for another node */
	NUMA_FOREIGN,	  /* meant for this node, got elsewhere */
	NUMA_INTERLEAVE,  /* of hits, those by a policy of interleaving */
	NUMA_LOCAL,	  /* got there by a CPU of this node */
	NUMA_OTHER,	  /* got there by a CPU of another node */
	NUMA_COUNTS
};

extern const char *const numa_count_names[NUMA_COUNTS];

struct numa_reading {
	uint64_t free_pages;
	uint64_t count[NUMA_COUNTS];
};

struct numa_node {
	int id;
	uint64_t total_pages;
	struct numa_reading before, after;
};

/* Page frames [start, end) of node number @node, an index. */
struct numa_range {
	uint64_t start_pfn, end_pfn;
	size_t node;
};

struct numa_cpu {
	uint32_t cpu;
	size_t node; /* an index */
};

struct numa_file {
	struct numa_node *node;
	size_t nr_nodes;
	struct numa_range *range;
	size_t nr_ranges;
	struct numa_cpu *cpu;
	size_t nr_cpus;
};

#define NUMA_NO_NODE SIZE_MAX

/*
 * Read the file of the run directory @dir. Returns 0, or -1 with *why = what is wrong (malloc'ed); *why is
 * NULL if there is no such file. @f is empty after -1.
 */
int numa_file_read(const char *dir, struct numa_file *f, char **why);
void numa_file_free(struct numa_file *f);

/* Write @f to @to. Returns 0, or -1 with errno set by the stream. */
int numa_file_write(const struct numa_file *f, FILE *to);

/* Index of the node of a page frame, or of a CPU. NUMA_NO_NODE: of none, or of more than one. */
size_t numa_file_node_of_pfn(const struct numa_file *f, uint64_t pfn);
size_t numa_file_node_of_cpu(const struct numa_file *f, uint32_t cpu);

#endif

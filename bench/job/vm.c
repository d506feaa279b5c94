// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs and memory of a VM, and how they are divided among NUMA nodes: in equal parts. A node without a
 * CPU or with hardly any memory would be another machine than the one that was asked for.
 */
#include "vm.h"

#include <inttypes.h>

#include "lib/number.h"
#include "lib/text.h"
#include "schedule.h"

/* The least that a node is given: what a VM of one node is. */
#define NODE_MIB 256

void vm_of_cell(const struct job_experiment *e, size_t cell, struct vm *vm)
{
	*vm = (struct vm){ e->cpus, e->mem_mib, e->nodes };
	for (size_t i = 0; i < e->n_factors; i++) {
		const char *value = plan_level(e, cell, i)->value;

		switch (e->factor[i].kind) {
		case FACTOR_CPUS:
			parse_u64(value, 1, 64, &vm->cpus);
			break;
		case FACTOR_MEM:
			parse_mib(value, &vm->mem_mib);
			break;
		case FACTOR_NODES:
			parse_u64(value, 1, JOB_MAX_NODES, &vm->nodes);
			break;
		default:
			break;
		}
	}
}

char *vm_impossible(const struct vm *vm)
{
	if (vm->nodes > 1 && vm->cpus % vm->nodes)
		return xasprintf("%" PRIu64 " CPUs cannot be divided among %" PRIu64
				 " nodes; give a multiple of that",
				 vm->cpus, vm->nodes);
	if (vm->nodes > 1 && vm->mem_mib / vm->nodes < NODE_MIB)
		return xasprintf("%" PRIu64 " MiB are too little for %" PRIu64
				 " nodes; give at least %d MiB each",
				 vm->mem_mib, vm->nodes, NODE_MIB);
	return NULL;
}

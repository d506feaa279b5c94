/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_VM_H
#define BENCH_VM_H

#include "job.h"

/* What a VM is made of. */
struct vm {
	uint64_t cpus, mem_mib, nodes;
};

/* That of the boots of @e with the combination of levels @cell. */
void vm_of_cell(const struct job_experiment *e, size_t cell, struct vm *vm);

/* Why there is no such VM, malloc'ed; NULL if there can be one. */
char *vm_impossible(const struct vm *vm);

#endif

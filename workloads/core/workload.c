// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all workloads. Each file puts its own on it with WORKLOAD(), so this one names none.
 */
#include <string.h>

#include "workload.h"

/* The linker defines both for the section "workloads". */
extern const struct workload *const __start_workloads[], *const __stop_workloads[];

const struct workload *workload_next(const struct workload *previous)
{
	const struct workload *const *w;
	const struct workload *next = NULL;

	for (w = __start_workloads; w < __stop_workloads; w++) {
		if (previous && strcmp((*w)->name, previous->name) <= 0)
			continue;
		if (!next || strcmp((*w)->name, next->name) < 0)
			next = *w;
	}
	return next;
}

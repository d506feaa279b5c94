/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where on a NUMA machine the workload's threads run and its memory, the TDs' private memory
 * included, comes from (libnuma): guest_memfd allocates by the policy of the task that faults.
 */
#ifndef DPAMT_WORKLOADS_PLACEMENT_H
#define DPAMT_WORKLOADS_PLACEMENT_H

#include <stdint.h>

#include <jansson.h>

/* The forms of --numa. */
#define PLACEMENT_FORM "none|bind:NODE|prefer:NODE|interleave|remote"

/* Check the text. Returns 0, or -1 after fail(). */
int placement_parse(const char *text);

/* Why this machine cannot do what was asked for, or NULL. */
const char *placement_unavailable(void);

/* Bind the calling thread, and so all it starts from now on. Returns 0, or -1 after fail(). */
int placement_apply(void);

/*
 * The nodes that memory comes from first, as bits; what is taken beside them is taken where they have none
 * left. All bits without a placement. Nodes from 64 on have no bit.
 */
uint64_t placement_nodes(void);

/*
 * {"threads", "memory"}: nodes as the kernel says they are now in effect for this thread; NULL
 * without a placement.
 */
json_t *placement_json(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_MEMORY_MAP_H
#define PL_MEMORY_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "scenario.h"

/*
 * Memory of a host, in @h->range, ->nr_ranges and ->memory_bytes, without the first MiB, which is not
 * TDX's. Each returns false if the text has no memory, or more than PL_MAX_RANGES.
 *
 * From a kernel's log: "node 0: [mem 0x..-0x..]" or, where these are not, "BIOS-e820: [mem 0x..-0x..]".
 */
bool pl_map_from_log(const char *log, struct pl_host *h);

/*
 * From /proc/iomem: "START-END : System RAM" lines, divided where the node changes. @node_at returns
 * the node of the memory at @byte and sets *@end to where that answer ends.
 */
bool pl_map_from_iomem(const char *iomem, int (*node_at)(uint64_t byte, uint64_t *end),
		       struct pl_host *h);

#endif

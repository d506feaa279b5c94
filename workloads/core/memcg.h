/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One memory cgroup (version 2) with a limit, for a process that is meant to run out of memory.
 */
#ifndef DPAMT_WORKLOADS_MEMCG_H
#define DPAMT_WORKLOADS_MEMCG_H

#include <stdbool.h>
#include <stdint.h>

/* Why there can be none here, or NULL. Changes nothing. */
const char *memcg_unavailable(void);

/*
 * Create it; mounts cgroup2 on /sys/fs/cgroup if nothing is mounted there. Returns 0, or -1 after
 * fail().
 */
int memcg_create(uint64_t limit_bytes);

/* Move the calling process into it. Returns 0, or -1 after fail(). */
int memcg_enter(void);

/*
 * Move the calling process into a group inside it, "inner", which memcg_create() made as well. It has no
 * limit of its own: what its processes take is charged to the outer one. As memcg_enter().
 */
int memcg_enter_inner(void);

/*
 * For how long processes of the inner group stalled for memory, in us, since it was created (PSI, some). False:
 * the kernel does not tell.
 */
bool memcg_inner_stalled(uint64_t *us);

/* Move the calling process out of it, to the root group. As memcg_enter(). */
int memcg_leave(void);

/* Set its limit; UINT64_MAX: none. As memcg_enter(). */
int memcg_limit(uint64_t bytes);

/* What is charged to it, in bytes. As memcg_enter(). */
int memcg_charged(uint64_t *bytes);

/* Line "key value" of its memory.events, as a total since it was created. As memcg_enter(). */
int memcg_event(const char *key, uint64_t *value);

/* Remove it once no process is left in it. The kernel handles pages still charged to it. */
void memcg_remove(void);

#endif

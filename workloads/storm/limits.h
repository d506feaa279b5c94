/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a round runs into: limits of a cgroup, leaf functions that fail, CPUs that are gone.
 * storm_limits_lift() undoes all of it.
 */
#ifndef DPAMT_WORKLOADS_STORM_LIMITS_H
#define DPAMT_WORKLOADS_STORM_LIMITS_H

#include <stdint.h>

/* Where a TDX module can be told to fail; only the software one can. */
#define STORM_INJECT	"/sys/kernel/debug/soft_tdx/inject"
#define STORM_CGROUP	"/sys/fs/cgroup/storm"
#define STORM_KVM_EVENTS "/sys/kernel/tracing/events/kvm/enable"

/* Write @text to a file. Returns 0, or -1 with errno. */
int storm_put_file(const char *path, const char *text);

/* A number that a file holds; -1: none. */
int64_t storm_get_file(const char *path);

/* How many TDs are charged to the cgroup; -1: not known. */
int64_t storm_charged_tds(void);

/* Make the cgroup, if cgroups can be had, and put the calling process into it. */
void storm_limits_enter(void);

/* Limit the cgroup's memory to @kib more than it has. Returns 0, or -1 with errno. */
int storm_limit_memory(uint64_t kib);

/* No limit holds any more, nothing fails on purpose, all CPUs are there, KVM is not traced. */
void storm_limits_lift(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_THIS_HOST_H
#define BENCH_THIS_HOST_H

#include "analysis/capacity/scenario.h"

/*
 * Set what this machine tells of itself in @s: memory ranges with their nodes, CPUs, KeyIDs, address
 * bits. s->host_source says from where, and what is assumed. Returns 0, or -1 with *error (malloc'ed).
 */
int this_host(struct pl_scenario *s, char **error);

#endif

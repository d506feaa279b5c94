/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DPAMT_WORKLOADS_OOM_H
#define DPAMT_WORKLOADS_OOM_H

#include <stdbool.h>

/*
 * Set oom_score_adj of the calling process: spare it from the OOM killer, or make it the first that is
 * killed. Returns 0, or -1 after fail().
 */
int oom_score(bool spare);

#endif

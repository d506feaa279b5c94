/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code that a TD's vCPUs run in place of following a script (td_payload.S): part of the TD's
 * initial memory, the last pages below 4 GiB.
 */
#ifndef DPAMT_WORKLOADS_TD_CODE_H
#define DPAMT_WORKLOADS_TD_CODE_H

struct td;

/* S-EPT pages that it takes, beside those of TD_GPA: tables of the 4th GiB, and its last 2 MiB. */
#define TD_CODE_SEPT_PAGES 2

/* Add it to a TD, after td_create() with vCPU 0, before td_finalize(). 0, or -1 after fail(). */
int td_code_add(struct td *td);

#endif

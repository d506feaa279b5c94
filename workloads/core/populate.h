/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A layout's pages in a TD. Functions return 0, or -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_POPULATE_H
#define DPAMT_WORKLOADS_POPULATE_H

#include "layout.h"
#include "td.h"

/* Fault all pages of the layout in, by one vCPU; its first region is at offset. */
int fault_layout(struct td *td, unsigned int vcpu, uint64_t offset, const struct layout *l);

/* Set the layout's pages, at offset 0, private and fault each run of them in. */
int populate(struct td *td, const struct layout *l);

/* td_create() and td_finalize(): a TD without memory, ready to be populated. */
int create_ready(struct td *td, unsigned int id);

#endif

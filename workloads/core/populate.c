// SPDX-License-Identifier: GPL-2.0
/*
 * Walks over a layout; see populate.h.
 */
#include "populate.h"

int fault_layout(struct td *td, unsigned int vcpu, uint64_t offset, const struct layout *l)
{
	uint64_t i;

	for (i = 0; i < layout_runs(l); i++)
		if (td_fault(td, vcpu, offset + layout_run_offset(l, i), layout_run_bytes(l)))
			return -1;
	return 0;
}

int populate(struct td *td, const struct layout *l)
{
	uint64_t i, bytes = layout_run_bytes(l);

	for (i = 0; i < layout_runs(l); i++) {
		uint64_t offset = layout_run_offset(l, i);

		if (td_set_private(td, offset, bytes, true) || td_fault(td, 0, offset, bytes))
			return -1;
	}
	return 0;
}

int create_ready(struct td *td, unsigned int id)
{
	return td_create(td, id) ? -1 : td_finalize(td);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often each operation is drawn: as the table says, as a text says, or oftener where it still
 * reaches code of the kernel that nothing has reached since boot.
 */
#ifndef DPAMT_WORKLOADS_STORM_PREFERENCE_H
#define DPAMT_WORKLOADS_STORM_PREFERENCE_H

#include <stdint.h>

#include "operation_table.h"

/* How many blocks of TDX code were reached, on a kernel of `make coverage-kernel`. */
#define STORM_BLOCKS "/sys/kernel/debug/tdx_coverage_blocks"

/* Blocks of TDX code that were reached since boot; -1: this kernel does not say. */
int64_t storm_blocks(void);

struct storm_weights {
	uint32_t of[STORM_NR_OPERATIONS];
};

/* Those of the table. */
void storm_weights_init(struct storm_weights *w);

/*
 * After a round: @found[i] steps of operation i reached something new. Its weight grows with them, up to
 * STORM_MOST_PREFERRED times that of the table; half of what it was preferred before is forgotten.
 */
#define STORM_MOST_PREFERRED 16
void storm_weights_learn(struct storm_weights *w, const uint32_t found[STORM_NR_OPERATIONS]);

/* "punch=12,run=40": those that differ from the table, malloc'ed; "-": none. */
char *storm_weights_text(const struct storm_weights *w);

/* Read such a text. Returns 0, or -1 with *error = what is wrong, malloc'ed. */
int storm_weights_parse(struct storm_weights *w, const char *text, char **error);

#endif

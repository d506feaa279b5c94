/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_DOCTOR_H
#define BENCH_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/target/machine.h"

enum finding_state {
	FOUND_OK,
	FOUND_MISSING,
	FOUND_UNKNOWN, /* it could not be found out; the advice says why */
};

/* Bits of finding.needed_for: the targets that cannot be used without it. */
enum { FOR_QEMU = 1, FOR_LOCAL = 2 };

/* One thing this machine has or lacks. */
struct finding {
	const char *what;
	enum finding_state state;
	char *value;		/* what was found, one line, "" if nothing */
	const char *advice;	/* what to do about it; "" if nothing */
	int needed_for;
};

struct findings {
	struct finding *list;
	size_t n;
};

/* Append a finding. It owns @value from now on (malloc'ed; NULL: ""). */
void finding_add(struct findings *f, const char *what, enum finding_state state, char *value,
		 const char *advice, int needed_for);
void findings_free(struct findings *f);

/* Is everything there that @target (FOR_QEMU or FOR_LOCAL) needs? */
bool findings_allow(const struct findings *f, int target);

/* Check programs, files, memory and disk: for the target qemu, builds and reports. */
void doctor_check_tools(struct findings *f);

/* Check this machine's kernel, KVM and TDX module: for the target local. */
void doctor_check_kernel(struct findings *f, const struct machine *m);

#endif

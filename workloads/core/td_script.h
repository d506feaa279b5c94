/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The layout of a scripted guest's script. It is the software TDX module's (soft_script.h in
 * kernel-patches/soft-tdx).
 */
#ifndef DPAMT_WORKLOADS_TD_SCRIPT_H
#define DPAMT_WORKLOADS_TD_SCRIPT_H

#include <stdint.h>

#include "layout.h"

#define SCRIPT_MAGIC	0x5450495243534454ULL
#define SCRIPT_PORT	0xf4
#define SHARED_BIT	(1ULL << 47)	/* with 48 guest physical address bits */
#define SCRIPT_MAX_OPS	127

/*
 * The operations from this one on hold the registers of SCRIPT_TDCALL, before it and after it. Only code
 * in the TD knows that operation.
 */
#define SCRIPT_TDCALL_REGS 123

enum script_code {
	SCRIPT_END,
	SCRIPT_ACCEPT,
	SCRIPT_TOUCH,
	SCRIPT_MAP_GPA,
	SCRIPT_HALT,
	SCRIPT_PAUSE,
	SCRIPT_TDCALL
};

struct script_registers {
	uint64_t rax, rcx, rdx, rbx, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15;
};

struct script_op {
	uint64_t code, gpa, arg, status;
};

struct td_script {
	uint64_t magic, next, reserved[2];
	struct script_op op[SCRIPT_MAX_OPS];
};

_Static_assert(sizeof(struct td_script) == PAGE_BYTES, "a script is a page");

#endif

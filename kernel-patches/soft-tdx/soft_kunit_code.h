/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the guest of the KUnit suites of guests that execute.
 *
 * Four pages below 4 GiB: a table of registers, page tables, and the code, which
 * loads the registers, executes an instruction of the test's, stores the registers
 * and tells the host; and so on.
 */
#ifndef _SOFT_KUNIT_CODE_H
#define _SOFT_KUNIT_CODE_H

#define CODE_TABLE	0xffffc000
#define CODE_PDPT	0xffffd000
#define CODE_PML4	0xffffe000
#define CODE_PAGE	0xfffff000

/* Offsets in the table: registers in and out, what a #VE said, how many #VE and interrupts. */
#define TABLE_IN	0x000
#define TABLE_OUT	0x080
#define TABLE_VE	0x100
#define TABLE_NR_VE	0x140
#define TABLE_NR_IRQ	0x148

#define CODE_VECTOR	0x41	/* the only one that the guest has a handler for */

#define CODE_INSN_MAX	16
#define CODE_DONE_PORT	0xf4

#ifndef __ASSEMBLY__
#include "soft_kunit.h"

#define FIELD_SHARED_EPTP	((u64)SHARED_EPT_POINTER)
#define CODE_SHARED_BIT		BIT_ULL(47)
#define FREE_GPA		0xff000000ULL	/* in the same GiB as the code, nothing there */

extern const char soft_kunit_code[], soft_kunit_code_insn[], soft_kunit_code_irq[];

struct soft_code_td {
	struct soft_kunit_td td;
	u64 tdvpr;
	u64 code_hpa, pdpt_hpa, pml4_hpa;	/* of its pages, for the test to change them */
	u64 *in, *out, *ve;	/* in the guest's table */
	u64 *nr_ve, *nr_irq;
};

struct soft_code_td *soft_code_td(struct soft_kunit *k);
void soft_code_maps(struct soft_code_td *c);
void soft_code_add_table(struct soft_kunit *k, struct soft_code_td *c);
void soft_code_set_insn(struct soft_code_td *c, const char *insn, int len);
u64 *soft_code_shared_entry(struct soft_kunit *k, struct soft_code_td *c, u64 eptp, u64 gpa);
void soft_code_expect_done(struct soft_kunit *k, struct soft_code_td *c);

#define soft_code_insn(c, bytes)	soft_code_set_insn(c, bytes, sizeof(bytes) - 1)
#define TDCALL			"\x66\x0f\x01\xcc"

/*
 * Enter the guest until it leaves for a reason of its own: the host's interrupts may take it out
 * at any time. The first entry carries the registers given, which complete a TDG.VP.VMCALL.
 */
#define soft_code_enter(k, c, ...)							\
({										\
	u64 __why = soft_call(k, TDH_VP_ENTER, .rcx = (c)->tdvpr, ##__VA_ARGS__);	\
										\
	while (__why == EXIT_REASON_EXTERNAL_INTERRUPT)				\
		__why = soft_call(k, TDH_VP_ENTER, .rcx = (c)->tdvpr);		\
	__why;									\
})
#endif

#endif /* _SOFT_KUNIT_CODE_H */

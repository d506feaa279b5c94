/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the guest of soft_kunit_code.c.
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
extern const char soft_kunit_code[], soft_kunit_code_insn[], soft_kunit_code_irq[];
#endif

#endif /* _SOFT_KUNIT_CODE_H */

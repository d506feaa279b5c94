/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What distinguishes this kernel from others built from the same base.  Shown
 * in debugfs, so that a measurement can tell which kernel it ran on.
 */
#ifndef _ASM_X86_TDX_POLICY_H
#define _ASM_X86_TDX_POLICY_H

/* When the page of a reclaimed S-EPT table is freed. */

#define TDX_SPT_FREE_POLICY	"base"

/* When the PAMT of that page is put. */

#define TDX_PAMT_PUT_POLICY	"base"

/*
 * What protects the refcounts and the pairs of Dynamic PAMT.
 */

#define TDX_PAMT_LOCK		"spinlock"

/*
 * In what else it differs from the code that was merged for v7.4.
 */

#define TDX_ALSO		"none"

#endif /* _ASM_X86_TDX_POLICY_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the guest's side, whatever runs the guest.
 */
#ifndef _SOFT_GUEST_H
#define _SOFT_GUEST_H

#include <asm/irq_vectors.h>
#include <asm/vmx.h>

#include "soft_tdx.h"

struct vmcb;

/* Leaf functions that Linux does not call. */
#define TDG_VP_CPUIDVE_SET	5
#define TDG_SYS_RD		11

/* General registers in the order of their encoding, as in soft_tdvpr.gpr. */
enum soft_gpr {
	SOFT_RAX, SOFT_RCX, SOFT_RDX, SOFT_RBX, SOFT_RSP, SOFT_RBP, SOFT_RSI, SOFT_RDI,
	SOFT_R8, SOFT_R9, SOFT_R10, SOFT_R11, SOFT_R12, SOFT_R13, SOFT_R14, SOFT_R15,
};

/* Types of the extended exit qualification of an EPT violation. */
#define SOFT_EXT_QUAL_ACCEPT	1	/* by TDG.MEM.PAGE.ACCEPT; level in bits 34:32 */
#define SOFT_EXT_QUAL_PENDING	6	/* the S-EPT entry was pending */

/* A guest inside of TDH.VP.ENTER. */
struct soft_guest {
	struct soft_td *td;
	struct soft_tdvpr *vcpu;
	struct pt_regs *regs;	/* the host's: what an exit tells it */
	u64 exit;		/* the status of TDH.VP.ENTER, once the guest has to leave */
	struct vmcb *vmcb;	/* of a guest that executes */
	bool delivering;	/* it left while an event was delivered: no fault is #VE then */
};

/* The guest leaves: an access to @gpa found nothing, or not what it needs. */
static inline u64 soft_exit_ept_violation(struct pt_regs *regs, u64 gpa, u64 qualification,
					  u64 extended)
{
	regs->cx = qualification;
	regs->dx = extended;
	regs->r8 = gpa;
	regs->r9 = 0;
	return EXIT_REASON_EPT_VIOLATION;
}

/*
 * The guest leaves for an interrupt.  Hardware would have taken it from the APIC
 * and say which it was.  Here it is still pending there, and comes as soon as the
 * host enables interrupts; the vector is one that means nothing to its handler.
 */
static inline u64 soft_exit_interrupt(struct pt_regs *regs)
{
	regs->cx = 0;
	regs->dx = 0;
	regs->r9 = INTR_INFO_VALID_MASK | INTR_TYPE_EXT_INTR | RESCHEDULE_VECTOR;
	return EXIT_REASON_EXTERNAL_INTERRUPT;
}

static inline u64 soft_exit_triple_fault(struct pt_regs *regs)
{
	regs->cx = 0;
	return EXIT_REASON_TRIPLE_FAULT;
}

/* ------------------------------------------------- memory as the guest sees it */

enum soft_accept {
	SOFT_ACCEPT_DONE,
	SOFT_ACCEPT_ALREADY,
	SOFT_ACCEPT_SIZE,	/* mapped by smaller pages */
	SOFT_ACCEPT_VIOLATION,	/* there is no page to accept */
};

enum soft_accept soft_accept(struct soft_td *td, u64 gpa, int level);
void *soft_private_va(struct soft_td *td, u64 gpa);
u64 soft_shared_entry(struct soft_td *td, struct soft_tdvpr *vcpu, u64 gpa, int *level);

/* ------------------------------------------------------------------ TDCALL */

enum soft_tdcall {
	SOFT_TDCALL_DONE,	/* the guest goes on behind the instruction */
	SOFT_TDCALL_EXIT,	/* the same, but first it leaves */
	SOFT_TDCALL_REDO,	/* it leaves, and executes the instruction again */
};

enum soft_tdcall soft_tdg_mr_rtmr_extend(struct soft_guest *guest);
enum soft_tdcall soft_tdg_mr_report(struct soft_guest *guest);
u64 soft_tdg_vm_rd(struct soft_guest *guest);
u64 soft_tdg_vm_wr(struct soft_guest *guest);
u64 soft_tdg_sys_rd(struct soft_guest *guest);
enum soft_tdcall soft_tdcall(struct soft_guest *guest);
void soft_tdcall_return(struct soft_guest *guest);

#endif /* _SOFT_GUEST_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: MOV to and from control and debug registers, where a
 * guest that executes must not do it by itself.
 *
 * Each for a fault of QEMU 7.2 by which a guest could take its host along:
 *
 * Debug registers keep what is written, and no breakpoint is ever set.  QEMU keeps
 * its own list of breakpoints in step with MOV to DR7 only.  VMRUN and exits load
 * other values behind its back, after which it frees what it must not.
 *
 * CR4.PAE stays set.  If a guest with EFER.LME has neither paging nor PAE when it
 * exits, QEMU leaves the host without paging.
 */
#include <linux/bits.h>
#include <linux/string.h>
#include <asm/trapnr.h>

#include "soft_svm.h"

void soft_dr_reset(struct soft_tdvpr *vcpu)
{
	memset(vcpu->dr, 0, sizeof(vcpu->dr));
	vcpu->dr[7] = SOFT_DR7_AT_RESET;
}

/**
 * soft_svm_fetch_mov() - decode the MOV that was intercepted
 * @guest: its next instruction is [REX] 0F op /r, op is 20 or 22 for control registers, 21 or 23
 *	for debug registers
 * @mov: what it moves
 *
 * Return: false if it is not; it has another prefix then, which is not done.
 */
bool soft_svm_fetch_mov(struct soft_guest *guest, struct soft_mov *mov)
{
	u8 code[4], *insn = code, rex = 0;
	int len = soft_svm_fetch(guest, code, sizeof(code));

	if (len && (code[0] & 0xf0) == 0x40)
		rex = *insn++;
	if (insn + 3 > code + len || insn[0] != 0x0f || (insn[1] & 0xfc) != 0x20)
		return false;

	*mov = (struct soft_mov){
		.to = insn[1] & 2,
		.reg = (insn[2] >> 3 & 7) | (rex & 4) << 1,
		.gpr = (insn[2] & 7) | (rex & 1) << 3,
		.len = insn + 3 - code,
	};
	return true;
}

/* Bits of CR4 that no TD may set. */
#define CR4_NOT_IN_TDS	(GENMASK_ULL(63, 32) | X86_CR4_VMXE | X86_CR4_SMXE)

/* MOV to CR4 was intercepted. */
void soft_svm_cr4(struct soft_guest *guest)
{
	struct vmcb_save_area *save = &guest->vmcb->save;
	struct soft_mov mov;
	u64 value;

	if (!soft_svm_fetch_mov(guest, &mov)) {
		soft_svm_inject(guest, X86_TRAP_UD);
		return;
	}

	value = guest->vcpu->gpr[mov.gpr];
	if (!(save->efer & EFER_LMA))
		value = (u32)value;
	if (value & CR4_NOT_IN_TDS || (save->efer & EFER_LMA && !(value & X86_CR4_PAE))) {
		soft_svm_inject(guest, X86_TRAP_GP);
		return;
	}

	save->cr4 = value | X86_CR4_PAE;
	soft_svm_skip(guest, mov.len);
}

/* MOV to or from DR0 to DR3, DR5 or DR7 was intercepted. */
void soft_svm_dr(struct soft_guest *guest)
{
	struct vmcb_save_area *save = &guest->vmcb->save;
	u64 *gpr = guest->vcpu->gpr, *dr = guest->vcpu->dr;
	struct soft_mov mov;

	if (!soft_svm_fetch_mov(guest, &mov) || mov.reg > 7 ||
	    (mov.reg == 5 && save->cr4 & X86_CR4_DE)) {
		soft_svm_inject(guest, X86_TRAP_UD);
		return;
	}

	/* DR5 is another name of DR7. */
	if (mov.reg == 5)
		mov.reg = 7;
	if (!mov.to) {
		gpr[mov.gpr] = dr[mov.reg];
	} else if (mov.reg < 7) {
		dr[mov.reg] = gpr[mov.gpr];
	} else {
		if (gpr[mov.gpr] >> 32) {
			soft_svm_inject(guest, X86_TRAP_GP);
			return;
		}
		dr[7] = gpr[mov.gpr] | SOFT_DR7_AT_RESET;
	}
	soft_svm_skip(guest, mov.len);
}

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
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/trapnr.h>
#include <asm/vmx.h>

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

/* What is moved of @value: outside of 64-bit mode its lower half. */
static u64 mov_value(struct soft_guest *guest, u64 value)
{
	struct vmcb_save_area *save = &guest->vmcb->save;

	return save->efer & EFER_LMA && save->cs.attrib & SVM_SELECTOR_L_MASK ? value : (u32)value;
}

/* A bit of CR4, and the feature in the guest's CPUID without which it is reserved. */
static const struct {
	u64 bits;
	int feature;
} cr4_of_feature[] = {
	{ X86_CR4_VME | X86_CR4_PVI, X86_FEATURE_VME },
	{ X86_CR4_TSD, X86_FEATURE_TSC },
	{ X86_CR4_DE, X86_FEATURE_DE },
	{ X86_CR4_PSE, X86_FEATURE_PSE },
	{ X86_CR4_PAE, X86_FEATURE_PAE },
	{ X86_CR4_MCE, X86_FEATURE_MCE },
	{ X86_CR4_PGE, X86_FEATURE_PGE },
	{ X86_CR4_OSFXSR, X86_FEATURE_FXSR },
	{ X86_CR4_OSXMMEXCPT, X86_FEATURE_XMM },
	{ X86_CR4_UMIP, X86_FEATURE_UMIP },
	{ X86_CR4_FSGSBASE, X86_FEATURE_FSGSBASE },
	{ X86_CR4_OSXSAVE, X86_FEATURE_XSAVE },
	{ X86_CR4_SMEP, X86_FEATURE_SMEP },
	{ X86_CR4_SMAP, X86_FEATURE_SMAP },
	{ X86_CR4_PKE, X86_FEATURE_PKU },
};

/* Bits of CR4 that the guest may set.  VMRUN refuses those that the CPU does not have. */
static u64 cr4_may(struct soft_guest *guest)
{
	struct soft_cpuid leaf1, leaf7;
	u64 may = X86_CR4_PCE;

	soft_cpuid(guest->td, 1, SOFT_CPUID_NO_SUBLEAF, &leaf1);
	soft_cpuid(guest->td, 7, 0, &leaf7);
	for (int i = 0; i < ARRAY_SIZE(cr4_of_feature); i++) {
		const u32 word[] = {
			[CPUID_1_EDX] = leaf1.edx,
			[CPUID_1_ECX] = leaf1.ecx,
			[CPUID_7_0_EBX] = leaf7.ebx,
			[CPUID_7_ECX] = leaf7.ecx,
		};
		int feature = cr4_of_feature[i].feature;

		if (word[feature / 32] & BIT(feature % 32))
			may |= cr4_of_feature[i].bits;
	}

	return may;
}

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

	value = mov_value(guest, guest->vcpu->gpr[mov.gpr]);
	if (value & ~cr4_may(guest) || (save->efer & EFER_LMA && !(value & X86_CR4_PAE))) {
		soft_svm_inject(guest, X86_TRAP_GP);
		return;
	}
	/* No TD turns machine checks off. */
	if (!(value & X86_CR4_MCE)) {
		soft_svm_inject_ve(guest, EXIT_REASON_CR_ACCESS, 4 | mov.gpr << 8, 0, mov.len);
		return;
	}

	save->cr4 = value | X86_CR4_PAE;
	guest->vmcb->control.tlb_ctl = TLB_CONTROL_FLUSH_ALL_ASID;
	soft_svm_skip(guest, mov.len);
}

/* MOV to or from DR0 to DR3, DR5 or DR7 was intercepted. */
void soft_svm_dr(struct soft_guest *guest)
{
	struct vmcb_save_area *save = &guest->vmcb->save;
	u64 *gpr = guest->vcpu->gpr, *dr = guest->vcpu->dr, value;
	struct soft_mov mov;

	if (!soft_svm_fetch_mov(guest, &mov) || mov.reg > 7 ||
	    (mov.reg == 5 && save->cr4 & X86_CR4_DE)) {
		soft_svm_inject(guest, X86_TRAP_UD);
		return;
	}

	/* DR5 is another name of DR7. */
	if (mov.reg == 5)
		mov.reg = 7;
	value = mov_value(guest, mov.to ? gpr[mov.gpr] : dr[mov.reg]);
	if (!mov.to) {
		gpr[mov.gpr] = value;
	} else if (mov.reg < 7) {
		dr[mov.reg] = value;
	} else {
		if (value >> 32) {
			soft_svm_inject(guest, X86_TRAP_GP);
			return;
		}
		dr[7] = value | SOFT_DR7_AT_RESET;
	}
	soft_svm_skip(guest, mov.len);
}

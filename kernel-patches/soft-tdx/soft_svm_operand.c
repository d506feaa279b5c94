// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the linear address of a guest's memory operand.
 *
 * #VE has to tell it, and a nested page fault of SVM does not: the instruction
 * has to be decoded.
 */
#include <asm/insn.h>

#include "soft_svm.h"

/* Prefixes that choose a segment whose base is not 0 in 64-bit mode. */
#define PREFIX_FS	0x64
#define PREFIX_GS	0x65

static u64 soft_operand_segment(struct soft_guest *guest, struct insn *insn)
{
	for (int i = 0; i < insn->prefixes.nbytes; i++) {
		if (insn->prefixes.bytes[i] == PREFIX_FS)
			return guest->vmcb->save.fs.base;
		if (insn->prefixes.bytes[i] == PREFIX_GS)
			return guest->vmcb->save.gs.base;
	}
	return 0;
}

/* What ModRM, SIB and displacement add up to. */
static u64 soft_operand_modrm(struct soft_guest *guest, struct insn *insn)
{
	int mod = X86_MODRM_MOD(insn->modrm.value), rm = X86_MODRM_RM(insn->modrm.value);
	u8 rex = insn->rex_prefix.value, sib = insn->sib.value;
	const u64 *gpr = guest->vcpu->gpr;
	u64 address = (s64)insn->displacement.value;
	int base, index;

	if (!insn->sib.nbytes) {
		if (!mod && rm == 5)	/* relative to the next instruction */
			return address + guest->vmcb->save.rip + insn->length;
		return address + gpr[rm | (X86_REX_B(rex) ? 8 : 0)];
	}

	base = X86_SIB_BASE(sib) | (X86_REX_B(rex) ? 8 : 0);
	index = X86_SIB_INDEX(sib) | (X86_REX_X(rex) ? 8 : 0);
	if (mod || X86_SIB_BASE(sib) != 5)
		address += gpr[base];
	if (index != SOFT_RSP)
		address += gpr[index] << X86_SIB_SCALE(sib);
	return address;
}

/**
 * soft_svm_operand() - where the instruction at the guest's RIP accesses memory
 * @guest: the guest, outside
 * @gpa: what it accesses, to choose between the two operands of MOVS
 *
 * Return: the linear address; 0 if the instruction cannot be told, or the guest
 * is not in 64-bit mode.
 */
u64 soft_svm_operand(struct soft_guest *guest, u64 gpa)
{
	struct vmcb_save_area *save = &guest->vmcb->save;
	const u64 *gpr = guest->vcpu->gpr;
	u8 code[MAX_INSN_SIZE];
	struct insn insn;

	if (!(save->efer & EFER_LMA) || !(save->cs.attrib & SVM_SELECTOR_L_MASK) ||
	    insn_decode(&insn, code, soft_svm_fetch(guest, code, sizeof(code)), INSN_MODE_64))
		return 0;

	if (insn.modrm.nbytes)
		return soft_operand_modrm(guest, &insn) + soft_operand_segment(guest, &insn);

	switch (insn.opcode.bytes[0]) {
	case 0xa0 ... 0xa3:	/* MOV with an absolute address */
		return (u64)(u32)insn.moffset2.value << 32 | (u32)insn.moffset1.value;
	case 0xa4 ... 0xa5:	/* MOVS */
		return (gpr[SOFT_RSI] ^ gpa) & ~PAGE_MASK ? gpr[SOFT_RDI] : gpr[SOFT_RSI];
	case 0xaa ... 0xab:	/* STOS */
	case 0x6c ... 0x6d:	/* INS */
		return gpr[SOFT_RDI];
	case 0xac ... 0xad:	/* LODS */
	case 0x6e ... 0x6f:	/* OUTS */
		return gpr[SOFT_RSI];
	default:
		return 0;
	}
}

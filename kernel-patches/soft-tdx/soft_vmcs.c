// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: VMCS instructions of ordinary VMs.
 *
 * TDs need none of them, but anyone may open /dev/kvm and create an ordinary
 * VM.  Its VMCS fields are kept in the VMCS page, and a VM entry fails with
 * VMfailValid, so that user space sees KVM_EXIT_FAIL_ENTRY.
 */
#include <linux/percpu.h>
#include <asm/insn.h>
#include <asm/insn-eval.h>
#include <asm/vmx.h>

#include "soft_tdx.h"

/*
 * A VMCS field's encoding has its width in bits 14:13, its type in 11:10 and
 * its index in 9:1.  The region has a slot for each index up to 31.  There are
 * no 16-bit read-only fields: their slots take the 16-bit controls, so that
 * the first slots are free for the region's header.
 */
#define FIELD_WIDTH(f)		(((f) >> 13) & 3)
#define FIELD_TYPE(f)		(((f) >> 10) & 3)
#define FIELD_INDEX(f)		(((f) >> 1) & 0x1ff)

static DEFINE_PER_CPU(u64, soft_current_vmcs);

static u64 *soft_vmcs_slot(u64 vmcs, unsigned long field)
{
	int set = FIELD_WIDTH(field) * 4 + FIELD_TYPE(field);

	if (FIELD_INDEX(field) > 31)
		return NULL;

	return (u64 *)__va(vmcs) + (set ?: 1) * 32 + FIELD_INDEX(field);
}

enum soft_vmx_result { VM_SUCCEED, VM_FAIL_VALID, VM_FAIL_INVALID };

static void soft_vmx_result(struct pt_regs *regs, enum soft_vmx_result result, u32 error)
{
	u64 vmcs = this_cpu_read(soft_current_vmcs);

	regs->flags &= ~(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF |
			 X86_EFLAGS_ZF | X86_EFLAGS_SF | X86_EFLAGS_OF);
	if (result == VM_FAIL_VALID && vmcs) {
		*soft_vmcs_slot(vmcs, VM_INSTRUCTION_ERROR) = error;
		regs->flags |= X86_EFLAGS_ZF;
	} else if (result != VM_SUCCEED) {
		regs->flags |= X86_EFLAGS_CF;
	}
}

/* The register or memory that ModRM's r/m names. */
static unsigned long *soft_rm_operand(struct insn *insn, struct pt_regs *regs)
{
	int off;

	if (X86_MODRM_MOD(insn->modrm.value) != 3)
		return (__force unsigned long *)insn_get_addr_ref(insn, regs);

	off = insn_get_modrm_rm_off(insn, regs);
	return off < 0 ? NULL : (unsigned long *)((void *)regs + off);
}

static void soft_vmread(struct pt_regs *regs, unsigned long field, unsigned long *to)
{
	u64 vmcs = this_cpu_read(soft_current_vmcs);
	u64 *slot = vmcs ? soft_vmcs_slot(vmcs, field) : NULL;

	if (slot)
		*to = *slot;
	soft_vmx_result(regs, slot ? VM_SUCCEED : VM_FAIL_VALID,
			VMXERR_UNSUPPORTED_VMCS_COMPONENT);
}

static void soft_vmwrite(struct pt_regs *regs, unsigned long field, unsigned long value)
{
	u64 vmcs = this_cpu_read(soft_current_vmcs);
	u64 *slot = vmcs ? soft_vmcs_slot(vmcs, field) : NULL;

	if (slot)
		*slot = value;
	soft_vmx_result(regs, slot ? VM_SUCCEED : VM_FAIL_VALID,
			VMXERR_UNSUPPORTED_VMCS_COMPONENT);
}

static void soft_vmclear(struct pt_regs *regs, u64 vmcs)
{
	if (this_cpu_read(soft_current_vmcs) == vmcs)
		this_cpu_write(soft_current_vmcs, 0);
	soft_vmx_result(regs, VM_SUCCEED, 0);
}

static void soft_vmptrld(struct pt_regs *regs, u64 vmcs)
{
	this_cpu_write(soft_current_vmcs, vmcs);
	soft_vmx_result(regs, VM_SUCCEED, 0);
}

static bool soft_vmcs_emulate(struct insn *insn, struct pt_regs *regs)
{
	const u8 *op = insn->opcode.bytes;
	bool opsize = insn->prefixes.nbytes && insn->prefixes.bytes[0] == 0x66;
	unsigned long *reg, *rm;

	if (op[0] != 0x0f)
		return false;

	/* VMLAUNCH 0F 01 C2, VMRESUME 0F 01 C3 */
	if (op[1] == 0x01 && (insn->modrm.value == 0xc2 || insn->modrm.value == 0xc3)) {
		soft_vmx_result(regs, VM_FAIL_VALID, VMXERR_ENTRY_INVALID_CONTROL_FIELD);
		return true;
	}

	/* INVEPT 66 0F 38 80, INVVPID 66 0F 38 81: there is nothing to drop */
	if (op[1] == 0x38 && (op[2] == 0x80 || op[2] == 0x81) && opsize) {
		soft_vmx_result(regs, VM_SUCCEED, 0);
		return true;
	}

	rm = soft_rm_operand(insn, regs);
	if (!rm || rm == (void *)-1L)
		return false;

	/* VMPTRLD 0F C7 /6, VMCLEAR 66 0F C7 /6 */
	if (op[1] == 0xc7 && X86_MODRM_REG(insn->modrm.value) == 6 &&
	    X86_MODRM_MOD(insn->modrm.value) != 3) {
		if (opsize)
			soft_vmclear(regs, *rm);
		else
			soft_vmptrld(regs, *rm);
		return true;
	}

	reg = insn_get_modrm_reg_ptr(insn, regs);
	if (!reg || opsize)
		return false;

	if (op[1] == 0x78) {
		soft_vmread(regs, *reg, rm);
		return true;
	}
	if (op[1] == 0x79) {
		soft_vmwrite(regs, *reg, *rm);
		return true;
	}

	return false;
}

/**
 * soft_vmcs_insn() - emulate the VMX instruction at regs->ip, if it is one
 * @regs: of the #UD, kernel mode
 *
 * Return: true if it was emulated and @regs are past it.
 */
bool soft_vmcs_insn(struct pt_regs *regs)
{
	struct insn insn;

	if (insn_decode_kernel(&insn, (void *)regs->ip) ||
	    !soft_vmcs_emulate(&insn, regs))
		return false;

	regs->ip += insn.length;
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: exits of a guest that executes, from SVM's to those that
 * TDX has.
 */
#include <linux/ratelimit.h>
#include <linux/string.h>
#include <asm/trapnr.h>

#include "soft_svm.h"

/* Error code of a nested page fault; the walk's other bits are not needed. */
#define NPF_PRESENT	BIT_ULL(0)
#define NPF_WRITE	BIT_ULL(1)
#define NPF_FETCH	BIT_ULL(4)

/* Bit 63 of an EPT entry: an access that finds it not present is no #VE. */
#define EPT_SUPPRESS_VE	BIT_ULL(63)

static bool soft_svm_triple_fault(struct soft_guest *guest)
{
	guest->exit = soft_exit_triple_fault(guest->regs);
	return true;
}

/* The host decides what a shared GPA leads to, and that some are for the guest to handle. */
static bool soft_svm_shared_fault(struct soft_guest *guest, u64 gpa, u64 qualification)
{
	u64 entry;
	int level;

	/* Shared memory cannot be executed, and the host never sees an attempt. */
	if (qualification & EPT_VIOLATION_ACC_INSTR)
		return soft_svm_triple_fault(guest);

	entry = soft_shared_entry(guest->td, guest->vcpu, gpa, &level);
	if (!level && !(entry & (VMX_EPT_RWX_MASK | EPT_SUPPRESS_VE)) &&
	    guest->vcpu->vmcs[SOFT_SLOT_SHARED_EPTP] && !guest->delivering) {
		soft_svm_inject_ve(guest, EXIT_REASON_EPT_VIOLATION, qualification, gpa, 0);
		return false;
	}

	guest->exit = soft_exit_ept_violation(guest->regs, gpa & PAGE_MASK, qualification, 0);
	return true;
}

static bool soft_svm_private_fault(struct soft_guest *guest, u64 gpa, u64 qualification)
{
	struct soft_sept_walk walk;
	u64 extended = 0;

	soft_sept_walk(guest->td, gpa, 0, &walk);
	if (walk.complete) {
		switch (soft_sept_state(READ_ONCE(*walk.entry), 0)) {
		case SOFT_SEPT_PRESENT:
			return false;	/* by now */
		case SOFT_SEPT_PENDING:
			if (!(guest->td->tdcs->attributes & TDX_TD_ATTR_SEPT_VE_DISABLE) &&
			    !guest->delivering) {
				soft_svm_inject_ve(guest, EXIT_REASON_EPT_VIOLATION,
						   qualification, gpa, 0);
				return false;
			}
			extended = SOFT_EXT_QUAL_PENDING;
			break;
		default:
			break;
		}
	}

	guest->exit = soft_exit_ept_violation(guest->regs, gpa & PAGE_MASK, qualification,
					      extended);
	return true;
}

static bool soft_svm_nested_fault(struct soft_guest *guest)
{
	u64 gpa = guest->vmcb->control.exit_info_2;
	u64 error = guest->vmcb->control.exit_info_1;
	u64 shared_bit = soft_shared_bit(guest->td->tdcs);
	u64 qualification = EPT_VIOLATION_ACC_READ;

	if (error & NPF_WRITE)
		qualification = EPT_VIOLATION_ACC_WRITE;
	else if (error & NPF_FETCH)
		qualification = EPT_VIOLATION_ACC_INSTR;

	/* Wider than the TD's addresses: no page of anybody. */
	if (gpa >= 2 * shared_bit)
		return soft_svm_triple_fault(guest);
	if (gpa & shared_bit)
		return soft_svm_shared_fault(guest, gpa, qualification);
	return soft_svm_private_fault(guest, gpa, qualification);
}

/* #UD: TDCALL, if the guest is where it may call, and nothing else. */
static bool soft_svm_undefined(struct soft_guest *guest)
{
	static const u8 tdcall[] = { 0x66, 0x0f, 0x01, 0xcc };
	struct vmcb_save_area *save = &guest->vmcb->save;
	bool long_mode = (save->efer & EFER_LMA) && (save->cs.attrib & SVM_SELECTOR_L_MASK);
	u8 code[sizeof(tdcall)];

	if (!long_mode || soft_svm_fetch(guest, code, sizeof(code)) != sizeof(code) ||
	    memcmp(code, tdcall, sizeof(code))) {
		soft_svm_inject(guest, X86_TRAP_UD);
		return false;
	}
	if (save->cpl) {
		soft_svm_inject(guest, X86_TRAP_GP);
		return false;
	}

	switch (soft_tdcall(guest)) {
	case SOFT_TDCALL_DONE:
		soft_svm_skip(guest, sizeof(tdcall));
		return false;
	case SOFT_TDCALL_EXIT:
		soft_svm_skip(guest, sizeof(tdcall));
		return true;
	case SOFT_TDCALL_REDO:
		return true;
	}

	unreachable();
}

static bool soft_svm_cpuid(struct soft_guest *guest)
{
	static const int insn_len = 2;
	struct vmcb_save_area *save = &guest->vmcb->save;
	u64 *gpr = guest->vcpu->gpr;
	u32 leaf = gpr[SOFT_RAX];
	struct soft_cpuid out;

	if ((guest->vcpu->cpuid_ve & (save->cpl ? BIT(1) : BIT(0))) ||
	    (!soft_cpuid(guest->td, leaf, SOFT_CPUID_NO_SUBLEAF, &out) &&
	     !soft_cpuid(guest->td, leaf, gpr[SOFT_RCX], &out))) {
		soft_svm_inject_ve(guest, EXIT_REASON_CPUID, 0, 0, insn_len);
		return false;
	}

	/* What depends on the vCPU. */
	if (leaf == 1) {
		out.ebx |= guest->vcpu->x2apic_id << 24;
		out.ecx |= save->cr4 & X86_CR4_OSXSAVE ? BIT(X86_FEATURE_OSXSAVE & 31) : 0;
	} else if (leaf == 0xb || leaf == 0x1f) {
		out.edx = guest->vcpu->x2apic_id;
	}

	gpr[SOFT_RAX] = out.eax;
	gpr[SOFT_RBX] = out.ebx;
	gpr[SOFT_RCX] = out.ecx;
	gpr[SOFT_RDX] = out.edx;
	soft_svm_skip(guest, insn_len);
	return false;
}

/* Port I/O is the host's to do.  Both formats have the port in bits 31:16. */
static bool soft_svm_io(struct soft_guest *guest)
{
	struct vmcb_control_area *control = &guest->vmcb->control;
	u64 info = control->exit_info_1;
	u64 bytes = (info & SVM_IOIO_SIZE_MASK) >> SVM_IOIO_SIZE_SHIFT;
	u64 qualification = (info & GENMASK_ULL(31, 16)) | (bytes - 1) |
			    (info & SVM_IOIO_TYPE_MASK ? BIT(3) : 0) |
			    (info & SVM_IOIO_STR_MASK ? BIT(4) : 0) |
			    (info & BIT(SVM_IOIO_REP_SHIFT) ? BIT(5) : 0);

	soft_svm_inject_ve(guest, EXIT_REASON_IO_INSTRUCTION, qualification, 0,
			   control->exit_info_2 - guest->vmcb->save.rip);
	return false;
}

/* XCR0 may have what XFAM has. */
static bool soft_svm_xsetbv(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr, value = gpr[SOFT_RDX] << 32 | (u32)gpr[SOFT_RAX];

	if (guest->vmcb->save.cpl || (u32)gpr[SOFT_RCX] || !(value & XFEATURE_MASK_FP) ||
	    (value & ~guest->td->tdcs->xfam)) {
		soft_svm_inject(guest, X86_TRAP_GP);
		return false;
	}

	guest->vcpu->xcr0 = value;
	soft_svm_skip(guest, 3);
	return false;
}

static bool soft_svm_instruction(struct soft_guest *guest, u32 reason, int insn_len)
{
	soft_svm_inject_ve(guest, reason, 0, 0, insn_len);
	return false;
}

/* QEMU 7.2 gives the exit of WBINVD for INVD, too. */
static bool soft_svm_wbinvd(struct soft_guest *guest)
{
	static const u8 invd[] = { 0x0f, 0x08 };
	u8 code[sizeof(invd)];
	bool is_invd = soft_svm_fetch(guest, code, sizeof(code)) == sizeof(code) &&
		       !memcmp(code, invd, sizeof(code));

	return soft_svm_instruction(guest, is_invd ? EXIT_REASON_INVD : EXIT_REASON_WBINVD,
				    sizeof(code));
}

/**
 * soft_svm_exit() - handle what made the guest exit
 * @guest: its VMCB says what it was
 *
 * Return: true if TDH.VP.ENTER ends, with guest->exit; false if the guest goes on.
 */
bool soft_svm_exit(struct soft_guest *guest)
{
	u64 code = guest->vmcb->control.exit_code;

	switch (code) {
	case SVM_EXIT_INTR:
	case SVM_EXIT_NMI:		/* was taken when the guest had exited */
	case SVM_EXIT_SMI:
	case SVM_EXIT_INIT:
		guest->exit = soft_exit_interrupt(guest->regs);
		return true;
	case SVM_EXIT_READ_CR8:
	case SVM_EXIT_WRITE_CR8:
		if (!soft_vapic_cr8(guest))
			soft_svm_inject(guest, X86_TRAP_GP);
		return false;
	case SVM_EXIT_WRITE_CR4:
		soft_svm_cr4(guest);
		return false;
	case SVM_EXIT_READ_DR0 ... SVM_EXIT_READ_DR7:
	case SVM_EXIT_WRITE_DR0 ... SVM_EXIT_WRITE_DR7:
		soft_svm_dr(guest);
		return false;
	case SVM_EXIT_NPF:
		return soft_svm_nested_fault(guest);
	case SVM_EXIT_EXCP_BASE + X86_TRAP_UD:
		return soft_svm_undefined(guest);
	case SVM_EXIT_CPUID:
		return soft_svm_cpuid(guest);
	case SVM_EXIT_MSR:
		soft_svm_msr(guest);
		return false;
	case SVM_EXIT_IOIO:
		return soft_svm_io(guest);
	case SVM_EXIT_XSETBV:
		return soft_svm_xsetbv(guest);
	case SVM_EXIT_HLT:
		return soft_svm_instruction(guest, EXIT_REASON_HLT, 1);
	case SVM_EXIT_WBINVD:
		return soft_svm_wbinvd(guest);
	case SVM_EXIT_INVD:
		return soft_svm_instruction(guest, EXIT_REASON_INVD, 2);
	case SVM_EXIT_RDPMC:
		soft_svm_inject(guest, X86_TRAP_GP);
		return false;
	case SVM_EXIT_SHUTDOWN:
	case SVM_EXIT_TASK_SWITCH:	/* of a 32-bit guest: not done */
		return soft_svm_triple_fault(guest);
	case (u32)SVM_EXIT_ERR:		/* QEMU's */
	case SVM_EXIT_ERR:
		pr_warn_ratelimited("soft_tdx: the CPU refuses a guest's state\n");
		return soft_svm_triple_fault(guest);
	default:
		/* Instructions that a TD does not have. */
		soft_svm_inject(guest, X86_TRAP_UD);
		return false;
	}
}

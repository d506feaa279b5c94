// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the leaf functions that a guest calls, TDG.*.
 *
 * They see the guest's registers and know nothing of what runs it.
 */
#include <linux/array_size.h>
#include <linux/stddef.h>
#include <asm/shared/tdx.h>

#include "soft_guest.h"

#define TDCALL_LEAF			GENMASK_ULL(15, 0)
#define OPERAND_INVALID(reg)		(TDX_OPERAND_INVALID | (reg))

#define TDG_PAGE_ALREADY_ACCEPTED	0x00000b0a00000000ULL
#define TDG_PAGE_SIZE_MISMATCH		0xc0000b0b00000000ULL
#define TDG_NO_VALID_VE_INFO		0xc000070400000000ULL

/* The host sees none of RAX, RCX, RSP, RBP; bits 31:16 are vector registers. */
#define VMCALL_MAY_EXPOSE	(GENMASK_ULL(31, 6) | BIT_ULL(SOFT_RDX) | BIT_ULL(SOFT_RBX))

/* Where pt_regs has the register of that encoding, in words. */
#define REG(name)	(offsetof(struct pt_regs, name) / sizeof(long))
static const u8 host_reg[] = {
	[SOFT_RAX] = REG(ax),	[SOFT_RCX] = REG(cx),	[SOFT_RDX] = REG(dx),
	[SOFT_RBX] = REG(bx),	[SOFT_RSP] = REG(sp),	[SOFT_RBP] = REG(bp),
	[SOFT_RSI] = REG(si),	[SOFT_RDI] = REG(di),	[SOFT_R8] = REG(r8),
	[SOFT_R9] = REG(r9),	[SOFT_R10] = REG(r10),	[SOFT_R11] = REG(r11),
	[SOFT_R12] = REG(r12),	[SOFT_R13] = REG(r13),	[SOFT_R14] = REG(r14),
	[SOFT_R15] = REG(r15),
};

/* Does TDG.VP.VMCALL pass this register, whatever the mask says of it? */
static bool vmcall_passes(int reg)
{
	return reg < 16 && (VMCALL_MAY_EXPOSE & BIT_ULL(reg));
}

/* The registers that the guest exposes go to the host, the others as 0. */
static enum soft_tdcall tdg_vp_vmcall(struct soft_guest *guest)
{
	unsigned long *host = (unsigned long *)guest->regs;
	u64 *gpr = guest->vcpu->gpr, mask = gpr[SOFT_RCX];

	if (mask & ~VMCALL_MAY_EXPOSE) {
		gpr[SOFT_RAX] = OPERAND_INVALID(SOFT_RCX);
		return SOFT_TDCALL_DONE;
	}

	for (int i = 0; i < ARRAY_SIZE(host_reg); i++) {
		if (vmcall_passes(i))
			host[host_reg[i]] = mask & BIT_ULL(i) ? gpr[i] : 0;
	}
	guest->regs->cx = mask;
	guest->vcpu->in_vmcall = true;
	guest->exit = EXIT_REASON_TDCALL;
	return SOFT_TDCALL_EXIT;
}

/**
 * soft_tdcall_return() - complete TDG.VP.VMCALL on the entry after it
 * @guest: whose vCPU made the call; the exposed registers are taken from the host's
 */
void soft_tdcall_return(struct soft_guest *guest)
{
	unsigned long *host = (unsigned long *)guest->regs;
	u64 *gpr = guest->vcpu->gpr, mask = gpr[SOFT_RCX];

	for (int i = 0; i < ARRAY_SIZE(host_reg); i++) {
		if (vmcall_passes(i) && (mask & BIT_ULL(i)))
			gpr[i] = host[host_reg[i]];
	}
	gpr[SOFT_RAX] = 0;
	guest->vcpu->in_vmcall = false;
}

static enum soft_tdcall tdg_vp_info(struct soft_guest *guest)
{
	const struct soft_tdcs *tdcs = guest->td->tdcs;
	u64 *gpr = guest->vcpu->gpr;

	gpr[SOFT_RAX] = 0;
	gpr[SOFT_RCX] = tdcs->config_flags & BIT(0) ? 52 : 48;
	gpr[SOFT_RDX] = tdcs->attributes;
	gpr[SOFT_R8] = (u64)tdcs->max_vcpus << 32 | (u32)atomic_read(&tdcs->nr_vcpus);
	gpr[SOFT_R9] = guest->vcpu->index;
	gpr[SOFT_R10] = BIT(0);	/* TDG.SYS.RD is there */
	gpr[SOFT_R11] = 0;
	return SOFT_TDCALL_DONE;
}

static enum soft_tdcall tdg_vp_veinfo_get(struct soft_guest *guest)
{
	struct soft_ve_info *ve = &guest->vcpu->ve;
	u64 *gpr = guest->vcpu->gpr;

	if (!ve->valid) {
		gpr[SOFT_RAX] = TDG_NO_VALID_VE_INFO;
		return SOFT_TDCALL_DONE;
	}

	gpr[SOFT_RAX] = 0;
	gpr[SOFT_RCX] = ve->exit_reason;
	gpr[SOFT_RDX] = ve->exit_qualification;
	gpr[SOFT_R8] = ve->gla;
	gpr[SOFT_R9] = ve->gpa;
	gpr[SOFT_R10] = ve->insn_len;
	ve->valid = false;
	return SOFT_TDCALL_DONE;
}

static enum soft_tdcall tdg_mem_page_accept(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr;
	u64 gpa = gpr[SOFT_RCX] & ~GENMASK_ULL(2, 0);
	int level = gpr[SOFT_RCX] & GENMASK_ULL(2, 0);

	if (level > 1 || gpa >= soft_shared_bit(guest->td->tdcs) ||
	    !IS_ALIGNED(gpa, BIT_ULL(PAGE_SHIFT + 9 * level))) {
		gpr[SOFT_RAX] = OPERAND_INVALID(SOFT_RCX);
		return SOFT_TDCALL_DONE;
	}

	switch (soft_accept(guest->td, gpa, level)) {
	case SOFT_ACCEPT_DONE:
		gpr[SOFT_RAX] = 0;
		return SOFT_TDCALL_DONE;
	case SOFT_ACCEPT_ALREADY:
		gpr[SOFT_RAX] = TDG_PAGE_ALREADY_ACCEPTED;
		return SOFT_TDCALL_DONE;
	case SOFT_ACCEPT_SIZE:
		gpr[SOFT_RAX] = TDG_PAGE_SIZE_MISMATCH | SOFT_RCX;
		return SOFT_TDCALL_DONE;
	default:
		guest->exit = soft_exit_ept_violation(guest->regs, gpa, EPT_VIOLATION_ACC_WRITE,
						      SOFT_EXT_QUAL_ACCEPT | (u64)level << 32);
		return SOFT_TDCALL_REDO;
	}
}

/* From now on the guest handles CPUID itself: bit 0 at CPL 0, bit 1 at any other. */
static u64 tdg_vp_cpuidve_set(struct soft_guest *guest)
{
	u64 which = guest->vcpu->gpr[SOFT_RCX];

	if (which & ~GENMASK_ULL(1, 0))
		return OPERAND_INVALID(SOFT_RCX);
	guest->vcpu->cpuid_ve = which;
	return 0;
}

/* A leaf that has no more to say than its status. */
static enum soft_tdcall soft_tdcall_done(struct soft_guest *guest, u64 status)
{
	guest->vcpu->gpr[SOFT_RAX] = status;
	return SOFT_TDCALL_DONE;
}

/**
 * soft_tdcall() - run the leaf function that the guest's RAX names
 * @guest: its registers go in and come out in the vCPU's
 */
enum soft_tdcall soft_tdcall(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr;

	switch (gpr[SOFT_RAX] & TDCALL_LEAF) {
	case TDG_VP_VMCALL:
		return tdg_vp_vmcall(guest);
	case TDG_VP_INFO:
		return tdg_vp_info(guest);
	case TDG_MR_RTMR_EXTEND:
		return soft_tdg_mr_rtmr_extend(guest);
	case TDG_MR_REPORT:
		return soft_tdg_mr_report(guest);
	case TDG_VP_VEINFO_GET:
		return tdg_vp_veinfo_get(guest);
	case TDG_MEM_PAGE_ACCEPT:
		return tdg_mem_page_accept(guest);
	case TDG_VM_RD:
		return soft_tdcall_done(guest, soft_tdg_vm_rd(guest));
	case TDG_VM_WR:
		return soft_tdcall_done(guest, soft_tdg_vm_wr(guest));
	case TDG_SYS_RD:
		return soft_tdcall_done(guest, soft_tdg_sys_rd(guest));
	case TDG_VP_CPUIDVE_SET:
		return soft_tdcall_done(guest, tdg_vp_cpuidve_set(guest));
	default:
		return soft_tdcall_done(guest, OPERAND_INVALID(SOFT_RAX));
	}
}

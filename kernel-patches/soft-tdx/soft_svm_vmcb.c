// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the VMCB of a guest that executes.
 *
 * What the guest may do without the module: anything but what could reach beyond
 * its own memory and registers, and what TDX answers by #VE or by itself.
 */
#include <linux/array_size.h>
#include <linux/init.h>
#include <linux/gfp.h>
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/trapnr.h>

#include "soft_svm.h"

/* Attributes of a segment: bits 47:40 of its descriptor, then 55:52. */
#define ATTR_CODE32	0xc9b
#define ATTR_DATA32	0xc93
#define ATTR_TSS_BUSY	0x08b
#define ATTR_LDT	0x082

#define PAT_AT_RESET	0x0007040600070406ULL
#define DR6_AT_RESET	0xffff0ff0
#define RESET_RIP	0xfffffff0

/* All guests have this one; the TLB is flushed on each entry. */
#define SOFT_ASID	1

#define IOPM_PAGES	3
#define MSRPM_PAGES	2

/* A bit for each port, two for each MSR: intercepted where it is 1. */
static void *soft_iopm __ro_after_init;
static void *soft_msrpm __ro_after_init;

/* VMLOAD and VMSAVE switch these. */
static const u32 soft_msrs_passed[] = {
	MSR_FS_BASE, MSR_GS_BASE, MSR_KERNEL_GS_BASE,
	MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SYSCALL_MASK,
	MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP, MSR_IA32_SYSENTER_EIP,
};

static const u8 soft_intercepts[] = {
	INTERCEPT_CR8_READ, INTERCEPT_CR8_WRITE, INTERCEPT_CR4_WRITE,
	INTERCEPT_DR0_READ, INTERCEPT_DR1_READ, INTERCEPT_DR2_READ, INTERCEPT_DR3_READ,
	INTERCEPT_DR5_READ, INTERCEPT_DR7_READ,
	INTERCEPT_DR0_WRITE, INTERCEPT_DR1_WRITE, INTERCEPT_DR2_WRITE, INTERCEPT_DR3_WRITE,
	INTERCEPT_DR5_WRITE, INTERCEPT_DR7_WRITE,
	INTERCEPT_EXCEPTION_OFFSET + X86_TRAP_UD,	/* TDCALL is one */
	INTERCEPT_INTR, INTERCEPT_NMI, INTERCEPT_SMI, INTERCEPT_INIT, INTERCEPT_RDPMC,
	INTERCEPT_CPUID, INTERCEPT_INVD, INTERCEPT_HLT, INTERCEPT_INVLPGA,
	INTERCEPT_IOIO_PROT, INTERCEPT_MSR_PROT, INTERCEPT_TASK_SWITCH, INTERCEPT_SHUTDOWN,
	INTERCEPT_VMRUN, INTERCEPT_VMMCALL, INTERCEPT_VMLOAD, INTERCEPT_VMSAVE,
	INTERCEPT_STGI, INTERCEPT_CLGI, INTERCEPT_SKINIT, INTERCEPT_WBINVD,
	INTERCEPT_MONITOR, INTERCEPT_MWAIT, INTERCEPT_XSETBV,
};

/* Three ranges of 0x2000 MSRs, two bits for each: AMD's manual, vol. 2, 15.11. */
static void __init soft_msr_pass(u32 msr)
{
	u32 range = msr < 0x2000 ? 0 : msr < 0xc0010000 ? 1 : 2;
	u32 bit = 2 * (range * 0x2000 + (msr & 0x1fff));

	((u8 *)soft_msrpm)[bit / 8] &= ~(3 << bit % 8);
}

int __init soft_svm_maps_init(void)
{
	soft_iopm = (void *)__get_free_pages(GFP_KERNEL, get_order(IOPM_PAGES * PAGE_SIZE));
	soft_msrpm = (void *)__get_free_pages(GFP_KERNEL, get_order(MSRPM_PAGES * PAGE_SIZE));
	if (!soft_iopm || !soft_msrpm)
		return -ENOMEM;

	memset(soft_iopm, 0xff, IOPM_PAGES * PAGE_SIZE);
	memset(soft_msrpm, 0xff, MSRPM_PAGES * PAGE_SIZE);
	for (int i = 0; i < ARRAY_SIZE(soft_msrs_passed); i++)
		soft_msr_pass(soft_msrs_passed[i]);
	return 0;
}

static void soft_vmcb_segment(struct vmcb_seg *seg, u16 attrib, u32 limit)
{
	*seg = (struct vmcb_seg){ .attrib = attrib, .limit = limit };
}

/* The state in which a vCPU starts: protected mode, flat, at the reset vector. */
static void soft_vmcb_reset_state(struct vmcb_save_area *save)
{
	soft_vmcb_segment(&save->cs, ATTR_CODE32, ~0);
	soft_vmcb_segment(&save->ds, ATTR_DATA32, ~0);
	soft_vmcb_segment(&save->es, ATTR_DATA32, ~0);
	soft_vmcb_segment(&save->ss, ATTR_DATA32, ~0);
	soft_vmcb_segment(&save->fs, ATTR_DATA32, ~0);
	soft_vmcb_segment(&save->gs, ATTR_DATA32, ~0);
	soft_vmcb_segment(&save->tr, ATTR_TSS_BUSY, 0xffff);
	soft_vmcb_segment(&save->ldtr, ATTR_LDT, 0xffff);
	save->gdtr.limit = 0xffff;
	save->idtr.limit = 0xffff;

	save->efer = EFER_SVME | EFER_LME | EFER_NX | EFER_SCE;
	save->cr0 = X86_CR0_PE | X86_CR0_ET | X86_CR0_NE;
	/* TDX starts without PAE, but VMRUN refuses LME without it. */
	save->cr4 = X86_CR4_MCE | X86_CR4_PAE;
	save->dr6 = DR6_AT_RESET;
	save->dr7 = SOFT_DR7_AT_RESET;
	save->rflags = X86_EFLAGS_FIXED;
	save->rip = RESET_RIP;
	save->g_pat = PAT_AT_RESET;
}

static void soft_vmcb_controls(struct vmcb_control_area *control)
{
	for (int i = 0; i < ARRAY_SIZE(soft_intercepts); i++)
		control->intercepts[soft_intercepts[i] / 32] |= BIT(soft_intercepts[i] % 32);

	control->iopm_base_pa = __pa(soft_iopm);
	control->msrpm_base_pa = __pa(soft_msrpm);
	control->asid = SOFT_ASID;
	control->int_ctl = V_INTR_MASKING_MASK;
	control->misc_ctl = SVM_MISC_ENABLE_NP;
}

/* FXSAVE format: FCW and MXCSR are all that is not 0. */
static void soft_fpu_reset(void *area)
{
	*(u16 *)area = 0x37f;
	*(u32 *)(area + 24) = 0x1f80;
}

/**
 * soft_svm_reset() - set a vCPU up for its first entry
 * @guest: TDVPR and TDCX pages are as TDH.VP.INIT left them: cleared, but for
 *	the guest's first RCX
 */
void soft_svm_reset(struct soft_guest *guest)
{
	struct soft_tdvpr *vcpu = guest->vcpu;
	u64 *gpr = vcpu->gpr;
	struct soft_cpuid cpuid;

	soft_vmcb_controls(&guest->vmcb->control);
	soft_vmcb_reset_state(&guest->vmcb->save);
	soft_fpu_reset(soft_tdvps_page(vcpu, SOFT_TDVPS_FPU));
	vcpu->xcr0 = XFEATURE_MASK_FP;

	soft_cpuid(guest->td, 1, SOFT_CPUID_NO_SUBLEAF, &cpuid);
	gpr[SOFT_RBX] = guest->td->tdcs->config_flags & BIT(0) ? 52 : 48;
	gpr[SOFT_RDX] = cpuid.eax;
	gpr[SOFT_RSI] = vcpu->index;
	gpr[SOFT_RCX] = vcpu->initial_rcx;
	gpr[SOFT_R8] = vcpu->initial_rcx;
	soft_dr_reset(vcpu);
	vcpu->started = true;
}

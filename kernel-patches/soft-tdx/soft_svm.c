// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a guest that executes.
 *
 * It runs by AMD's SVM, which QEMU's TCG emulates with nested paging, whatever
 * vendor the CPU says it is of.  All state is in the pages that the host donated:
 * registers in TDVPR, the rest in the vCPU's TDCX pages.
 */
#include <linux/init.h>
#include <asm/cpufeature.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>
#include <asm/soft_vmx.h>

#include "soft_svm.h"

bool soft_svm_usable __ro_after_init;

#define FXSAVE_AREA	512

/* The guest's registers in, the host's out, or the other way round. */
static void soft_svm_swap_fpu(const void *load, void *save)
{
	asm volatile("fxsaveq (%0)" : : "r" (save) : "memory");
	asm volatile("fxrstorq (%0)" : : "r" (load) : "memory");
}

static void soft_svm_set_xcr0(u64 from, u64 to)
{
	if (from != to)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, to);
}

/* RDTSCP and RDPID show it to the guest. */
static void soft_svm_set_tsc_aux(u64 from, u64 to)
{
	if (from != to)
		native_wrmsrq(MSR_TSC_AUX, to);
}

/* VMRUN needs both on the CPU; nobody else uses SVM. */
static void soft_svm_cpu_on(const struct soft_tdvpr *vcpu)
{
	u64 efer = native_rdmsrq(MSR_EFER);

	if (!(efer & EFER_SVME))
		native_wrmsrq(MSR_EFER, efer | EFER_SVME);
	native_wrmsrq(MSR_VM_HSAVE_PA, vcpu->tdcx_hpa[SOFT_TDVPS_HOST_SAVE]);
}

/* Into the guest and out again, once. */
static void soft_svm_run_once(struct soft_guest *guest)
{
	void *fpu = soft_tdvps_page(guest->vcpu, SOFT_TDVPS_FPU), *host_fpu = fpu + FXSAVE_AREA;
	struct vmcb_control_area *control = &guest->vmcb->control;
	struct soft_tdvpr *vcpu = guest->vcpu;

	guest->vmcb->save.rax = vcpu->gpr[SOFT_RAX];
	guest->vmcb->save.rsp = vcpu->gpr[SOFT_RSP];
	control->clean = 0;
	soft_svm_swap_fpu(fpu, host_fpu);
	soft_svm_run(vcpu->tdcx_hpa[SOFT_TDVPS_VMCB], vcpu->gpr,
		     vcpu->tdcx_hpa[SOFT_TDVPS_HOST_VMCB]);
	soft_svm_swap_fpu(host_fpu, fpu);
	vcpu->gpr[SOFT_RAX] = guest->vmcb->save.rax;
	vcpu->gpr[SOFT_RSP] = guest->vmcb->save.rsp;
	control->tlb_ctl = TLB_CONTROL_DO_NOTHING;
	guest->delivering = control->exit_int_info & SVM_EXITINTINFO_VALID;
	soft_vapic_taken(guest);

	/* An exit came in the way of an exception: again. */
	control->event_inj = 0;
	if (control->exit_int_info & SVM_EXITINTINFO_VALID) {
		control->event_inj = control->exit_int_info;
		control->event_inj_err = control->exit_int_info_err;
	}
}

static u64 soft_svm_enter(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs)
{
	struct soft_guest guest = {
		.td = td,
		.vcpu = vcpu,
		.regs = regs,
		.vmcb = soft_tdvps_page(vcpu, SOFT_TDVPS_VMCB),
	};
	u64 host_xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK), xcr0, root, start;
	u64 host_tsc_aux = native_rdmsrq(MSR_TSC_AUX);
	bool leave;

	if (!vcpu->started)
		soft_svm_reset(&guest);
	root = soft_npt_sync(&guest);
	if (!root)
		return soft_exit_triple_fault(regs);
	guest.vmcb->control.nested_cr3 = root;
	if (vcpu->in_vmcall)
		soft_tdcall_return(&guest);

	soft_svm_cpu_on(vcpu);
	/* Others with this ASID ran here meanwhile, and the host may have taken pages away. */
	guest.vmcb->control.tlb_ctl = TLB_CONTROL_FLUSH_ALL_ASID;

	start = soft_cost_now();
	do {
		soft_vapic_offer(&guest);
		soft_svm_set_xcr0(host_xcr0, vcpu->xcr0);
		soft_svm_set_tsc_aux(host_tsc_aux, vcpu->tsc_aux);
		soft_svm_run_once(&guest);
		xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
		soft_svm_set_xcr0(xcr0, host_xcr0);
		soft_svm_set_tsc_aux(vcpu->tsc_aux, host_tsc_aux);
		/* QEMU 7.2 does not intercept XSETBV; what XFAM lacks is lost here, without #GP. */
		vcpu->xcr0 = (xcr0 & td->tdcs->xfam) | XFEATURE_MASK_FP;
		leave = soft_svm_exit(&guest);
	} while (!leave);
	soft_cost_add_guest_time(start);

	return guest.exit;
}

const struct soft_guest_ops soft_guest_code = {
	.name = "code",
	.enter = soft_svm_enter,
};

static int __init soft_svm_init(void)
{
	if (!soft_tdx_enabled || !soft_vmx_enabled || !boot_cpu_has(X86_FEATURE_SVM) ||
	    !boot_cpu_has(X86_FEATURE_NPT) || !boot_cpu_has(X86_FEATURE_XSAVE))
		return 0;
	if (soft_svm_maps_init())
		return -ENOMEM;

	soft_svm_usable = true;
	return 0;
}
early_initcall(soft_svm_init);

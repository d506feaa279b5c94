// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: vCPUs, TDH.VP.*.
 *
 * A vCPU is locked by its TDVPR page's PAMT entry, exclusive in every leaf.
 * VP.INIT, VP.RD, VP.WR and VP.ENTER associate it with the CPU they run on;
 * only VP.FLUSH, on that CPU, ends the association.
 */
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/smp.h>
#include <asm/vmx.h>

#include "../tdx.h"
#include "soft_tdx.h"

#define SEAMCALL_VERSION	GENMASK_ULL(23, 16)

/* TDVPS metadata: bit 63 non-architectural, class in bits 61:56. */
#define FIELD_CLASS		GENMASK_ULL(61, 56)
#define FIELD_NUMBER		GENMASK_ULL(31, 0)
#define CLASS_VMCS		0ULL
#define CLASS_OTHER_GUEST	17ULL
#define CLASS_MANAGEMENT	32ULL
#define VCPU_STATE_DETAILS	0x100
#define MANAGEMENT_PEND_NMI	11

struct soft_vcpu {
	struct soft_page page;
	struct soft_td td;
	struct soft_tdvpr *tdvpr;
};

static u64 soft_vcpu_get(u64 hpa, bool tdr_exclusive, struct soft_vcpu *vcpu)
{
	u64 ret;

	ret = soft_page_get_type(hpa, SOFT_PT_TDVPR, true, SOFT_OPERAND_RCX, &vcpu->page);
	if (ret)
		return ret;

	vcpu->tdvpr = __va(hpa);
	ret = soft_td_get(soft_page_owner(&vcpu->page), tdr_exclusive, TDX_OPERAND_ID_TDR,
			  &vcpu->td);
	if (ret)
		soft_page_put(&vcpu->page);

	return ret;
}

static void soft_vcpu_put(struct soft_vcpu *vcpu)
{
	soft_td_put(&vcpu->td);
	soft_page_put(&vcpu->page);
}

/* Tie the vCPU to this CPU; refused while another one may have it cached. */
static u64 soft_vcpu_associate(struct soft_vcpu *vcpu)
{
	u32 cpu = smp_processor_id() + 1;

	if (vcpu->td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED)
		return SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	if (vcpu->tdvpr->associated_cpu == cpu)
		return TDX_SUCCESS;
	if (soft_vcpu_associated(vcpu->tdvpr))
		return SOFT_TDX_VCPU_ASSOCIATED;

	vcpu->tdvpr->associated_cpu = cpu;
	atomic_inc(&vcpu->td.tdcs->nr_associated);
	return TDX_SUCCESS;
}

static u64 soft_vcpu_get_ready(u64 hpa, struct soft_vcpu *vcpu)
{
	u64 ret = soft_vcpu_get(hpa, false, vcpu);

	if (ret)
		return ret;

	if (vcpu->tdvpr->state != SOFT_VCPU_READY)
		ret = SOFT_TDX_VCPU_STATE_INCORRECT;
	else
		ret = soft_vcpu_associate(vcpu);

	if (ret)
		soft_vcpu_put(vcpu);
	return ret;
}

static u64 soft_vp_create(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->dx, false, SOFT_OPERAND_RDX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED)
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	else if (!td.tdcs || td.tdcs->op_state != SOFT_OP_INITIALIZED)
		ret = SOFT_TDX_OP_STATE_INCORRECT;
	else
		ret = soft_td_take_page(&td, regs->cx, SOFT_PT_TDVPR, SOFT_OPERAND_RCX);

	soft_td_put(&td);
	return ret;
}

static u64 soft_vp_addcx(struct pt_regs *regs)
{
	struct soft_vcpu vcpu;
	u64 ret;

	ret = soft_page_get_type(regs->dx, SOFT_PT_TDVPR, true, SOFT_OPERAND_RDX, &vcpu.page);
	if (ret)
		return ret;

	vcpu.tdvpr = __va(regs->dx);
	ret = soft_td_get(soft_page_owner(&vcpu.page), false, TDX_OPERAND_ID_TDR, &vcpu.td);
	if (ret) {
		soft_page_put(&vcpu.page);
		return ret;
	}

	if (vcpu.td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (vcpu.tdvpr->nr_tdcx == ARRAY_SIZE(vcpu.tdvpr->tdcx_hpa)) {
		ret = SOFT_TDX_TDCX_NUM_INCORRECT;
	} else {
		ret = soft_td_take_page(&vcpu.td, regs->cx, SOFT_PT_TDCX, SOFT_OPERAND_RCX);
		if (!ret)
			vcpu.tdvpr->tdcx_hpa[vcpu.tdvpr->nr_tdcx++] = regs->cx;
	}

	soft_vcpu_put(&vcpu);
	return ret;
}

static u64 soft_vp_init(struct pt_regs *regs)
{
	bool version1 = regs->ax & SEAMCALL_VERSION;
	struct soft_vcpu vcpu;
	u64 ret;
	u32 index;

	ret = soft_vcpu_get(regs->cx, version1, &vcpu);
	if (ret)
		return ret;

	if (vcpu.td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
		goto out;
	}
	if (vcpu.tdvpr->state != SOFT_VCPU_UNINITIALIZED ||
	    vcpu.td.tdcs->op_state != SOFT_OP_INITIALIZED) {
		ret = SOFT_TDX_VCPU_STATE_INCORRECT;
		goto out;
	}
	if (vcpu.tdvpr->nr_tdcx != ARRAY_SIZE(vcpu.tdvpr->tdcx_hpa)) {
		ret = SOFT_TDX_TDCX_NUM_INCORRECT;
		goto out;
	}

	index = atomic_inc_return(&vcpu.td.tdcs->nr_vcpus) - 1;
	if (index >= vcpu.td.tdcs->max_vcpus) {
		atomic_dec(&vcpu.td.tdcs->nr_vcpus);
		ret = SOFT_TDX_MAX_VCPUS_EXCEEDED;
		goto out;
	}

	ret = soft_vcpu_associate(&vcpu);
	if (ret)
		goto out;

	vcpu.tdvpr->index = index;
	vcpu.tdvpr->initial_rcx = regs->dx;
	/* Version 1 takes the x2APIC id from the host. */
	vcpu.tdvpr->x2apic_id = version1 ? regs->r8 : index;
	vcpu.tdvpr->state = SOFT_VCPU_READY;
out:
	soft_vcpu_put(&vcpu);
	return ret;
}

static u64 *soft_vcpu_field(struct soft_tdvpr *tdvpr, u64 field)
{
	if (FIELD_GET(FIELD_CLASS, field) != CLASS_VMCS || (field & BIT_ULL(63)))
		return NULL;

	switch (field & FIELD_NUMBER) {
	case SHARED_EPT_POINTER:	return &tdvpr->vmcs[SOFT_SLOT_SHARED_EPTP];
	case POSTED_INTR_DESC_ADDR:	return &tdvpr->vmcs[SOFT_SLOT_PI_DESC];
	case POSTED_INTR_NV:		return &tdvpr->vmcs[SOFT_SLOT_PI_VECTOR];
	case PIN_BASED_VM_EXEC_CONTROL:	return &tdvpr->vmcs[SOFT_SLOT_PIN_CONTROLS];
	case SECONDARY_VM_EXEC_CONTROL:	return &tdvpr->vmcs[SOFT_SLOT_SECONDARY_CONTROLS];
	case NOTIFY_WINDOW:		return &tdvpr->vmcs[SOFT_SLOT_NOTIFY_WINDOW];
	default:			return NULL;
	}
}

static u64 soft_vp_rd(struct pt_regs *regs)
{
	struct soft_vcpu vcpu;
	u64 *field, ret;

	regs->r8 = 0;
	ret = soft_vcpu_get_ready(regs->cx, &vcpu);
	if (ret)
		return ret;

	field = soft_vcpu_field(vcpu.tdvpr, regs->dx);
	if (field)
		regs->r8 = *field;
	else if (FIELD_GET(FIELD_CLASS, regs->dx) == CLASS_MANAGEMENT &&
		 (regs->dx & FIELD_NUMBER) == MANAGEMENT_PEND_NMI)
		regs->r8 = vcpu.tdvpr->pend_nmi;
	else if (FIELD_GET(FIELD_CLASS, regs->dx) == CLASS_OTHER_GUEST &&
		 (regs->dx & FIELD_NUMBER) == VCPU_STATE_DETAILS)
		regs->r8 = soft_vapic_pending(vcpu.tdvpr);
	else
		ret = TDX_METADATA_FIELD_NOT_READABLE;

	soft_vcpu_put(&vcpu);
	return ret;
}

static u64 soft_vp_wr(struct pt_regs *regs)
{
	u64 data = regs->r8, mask = regs->r9;
	struct soft_vcpu vcpu;
	u64 *field, ret;

	ret = soft_vcpu_get_ready(regs->cx, &vcpu);
	if (ret)
		return ret;

	field = soft_vcpu_field(vcpu.tdvpr, regs->dx);
	if (field) {
		regs->r8 = *field;
		*field = (*field & ~mask) | (data & mask);
	} else if (FIELD_GET(FIELD_CLASS, regs->dx) == CLASS_MANAGEMENT &&
		   (regs->dx & FIELD_NUMBER) == MANAGEMENT_PEND_NMI) {
		vcpu.tdvpr->pend_nmi = data & mask & 1;
	} else {
		ret = TDX_METADATA_FIELD_NOT_READABLE;
	}

	soft_vcpu_put(&vcpu);
	return ret;
}

static u64 soft_vp_flush(struct pt_regs *regs)
{
	struct soft_vcpu vcpu;
	u64 ret;

	ret = soft_vcpu_get(regs->cx, false, &vcpu);
	if (ret)
		return ret;

	if (vcpu.tdvpr->associated_cpu != smp_processor_id() + 1) {
		ret = TDX_VCPU_NOT_ASSOCIATED;
	} else {
		vcpu.tdvpr->associated_cpu = 0;
		atomic_dec(&vcpu.td.tdcs->nr_associated);
	}

	soft_vcpu_put(&vcpu);
	return ret;
}

const struct soft_guest_ops *soft_guest_override;

/* Who runs the vCPU: a shared address in its first RCX is that of a script. */
static const struct soft_guest_ops *soft_vcpu_guest(const struct soft_vcpu *vcpu)
{
	if (soft_guest_override)
		return soft_guest_override;
	if (!soft_svm_usable || (vcpu->tdvpr->initial_rcx & soft_shared_bit(vcpu->td.tdcs)))
		return &soft_guest_script;
	return &soft_guest_code;
}

/*
 * Does the guest fault on one page again and again?  The host may be stepping
 * it.  What the module makes of it is left out but for the lock it takes.
 */
static bool soft_vcpu_zero_step(const struct soft_vcpu *vcpu)
{
	return vcpu->tdvpr->faults >= SOFT_ZERO_STEP_FAULTS;
}

/* Count EPT violations in a row at one private page. */
static void soft_vcpu_note_exit(struct soft_vcpu *vcpu, u64 exit, u64 gpa)
{
	struct soft_tdvpr *tdvpr = vcpu->tdvpr;

	if (exit != EXIT_REASON_EPT_VIOLATION || (gpa & soft_shared_bit(vcpu->td.tdcs))) {
		tdvpr->faults = 0;
	} else {
		tdvpr->faults = gpa == tdvpr->fault_gpa ? tdvpr->faults + 1 : 1;
		tdvpr->fault_gpa = gpa;
	}
}

static u64 soft_vp_enter(struct pt_regs *regs)
{
	struct soft_vcpu vcpu;
	struct soft_tdcs *tdcs;
	u64 ret, epoch;
	bool zero_step;

	ret = soft_vcpu_get_ready(regs->cx, &vcpu);
	if (ret)
		return ret;

	tdcs = vcpu.td.tdcs;
	if (tdcs->op_state != SOFT_OP_RUNNABLE) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
		goto out;
	}

	/*
	 * Neither lock is one of the whole leaf: while the guest runs, the host
	 * works on the S-EPT and tracks.
	 */
	zero_step = soft_vcpu_zero_step(&vcpu);
	if (zero_step && !soft_trylock_exclusive(&tdcs->sept_lock)) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT;
		goto out;
	}

	/* Between reading the epoch and counting in, TRACK must not move it. */
	if (!soft_trylock_shared(&tdcs->epoch_lock)) {
		ret = TDX_OPERAND_BUSY | TDX_OPERAND_ID_TD_EPOCH;
		goto out_sept;
	}
	epoch = tdcs->epoch;
	atomic_inc(&tdcs->epoch_users[epoch & 1]);
	soft_unlock_shared(&tdcs->epoch_lock);

	vcpu.tdvpr->state = SOFT_VCPU_BUSY;
	soft_cost_spin_half(TDH_VP_ENTER);
	if (zero_step)
		soft_unlock_exclusive(&tdcs->sept_lock);
	zero_step = false;

	vcpu.tdvpr->epoch = epoch;
	ret = soft_vcpu_guest(&vcpu)->enter(&vcpu.td, vcpu.tdvpr, regs);
	vcpu.tdvpr->state = SOFT_VCPU_READY;
	atomic_dec(&tdcs->epoch_users[epoch & 1]);
	soft_vcpu_note_exit(&vcpu, ret, regs->r8);
out_sept:
	if (zero_step)
		soft_unlock_exclusive(&tdcs->sept_lock);
out:
	soft_vcpu_put(&vcpu);
	return ret;
}

const struct soft_leaf soft_vcpu_leaves[] = {
	{ TDH_VP_ENTER,		"VP.ENTER",	soft_vp_enter },
	{ TDH_VP_ADDCX,		"VP.ADDCX",	soft_vp_addcx },
	{ TDH_VP_CREATE,	"VP.CREATE",	soft_vp_create },
	{ TDH_VP_FLUSH,		"VP.FLUSH",	soft_vp_flush },
	{ TDH_VP_INIT,		"VP.INIT",	soft_vp_init },
	{ TDH_VP_RD,		"VP.RD",	soft_vp_rd },
	{ TDH_VP_WR,		"VP.WR",	soft_vp_wr },
	{}
};

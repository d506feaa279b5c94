// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the virtual APIC of a guest that executes.
 *
 * What VMX does for a TD by itself: interrupts that the host posts, their
 * priorities, EOI, TPR, and IPIs to itself.  All else of the APIC is the host's.
 */
#include <linux/bitmap.h>
#include <linux/build_bug.h>
#include <asm/apicdef.h>
#include <asm/posted_intr.h>

#include "soft_svm.h"

#define NR_WORDS	(NR_VECTORS / BITS_PER_LONG)

/* In the vCPU's page for it. */
struct soft_vapic {
	unsigned long irr[NR_WORDS], isr[NR_WORDS];
	u32 tpr;
};

static struct soft_vapic *soft_vapic(const struct soft_tdvpr *vcpu)
{
	return soft_tdvps_page(vcpu, SOFT_TDVPS_VAPIC);
}

/* Priorities are bits 7:4; vectors below 16 do not exist, so 0 is less than any. */
static u8 vapic_class(u32 vector)
{
	return vector >> 4 & 0xf;
}

static u32 vapic_highest(const unsigned long *vectors)
{
	unsigned long vector = find_last_bit(vectors, NR_VECTORS);

	return vector < NR_VECTORS ? vector : 0;
}

/* What an interrupt's priority must exceed. */
static u32 vapic_ppr(const struct soft_vapic *apic)
{
	u32 in_service = vapic_highest(apic->isr);

	return vapic_class(apic->tpr) >= vapic_class(in_service) ? apic->tpr : in_service & 0xf0;
}

/* The vector that is next, or 0. */
static u32 vapic_next(const struct soft_vapic *apic)
{
	u32 vector = vapic_highest(apic->irr);

	return vapic_class(vector) > vapic_class(vapic_ppr(apic)) ? vector : 0;
}

/* Is there an interrupt that only the guest's RFLAGS.IF keeps away? */
bool soft_vapic_pending(const struct soft_tdvpr *vcpu)
{
	return vcpu->started && vapic_next(soft_vapic(vcpu));
}

/* Take over what the host has posted. */
static void vapic_collect(const struct soft_tdvpr *vcpu, struct soft_vapic *apic)
{
	u64 hpa = vcpu->vmcs[SOFT_SLOT_PI_DESC];
	struct pi_desc *desc = __va(hpa);

	if (!hpa || !IS_ALIGNED(hpa, sizeof(*desc)) || !soft_hpa_is_ram(hpa) ||
	    !pi_test_on(desc) || !pi_test_and_clear_on(desc))
		return;

	for (int i = 0; i < NR_WORDS; i++)
		apic->irr[i] |= xchg(&desc->pir[i], 0);
}

/**
 * soft_vapic_offer() - offer the guest its next interrupt
 * @guest: about to be entered
 *
 * The CPU delivers it as soon as the guest can take it. It is not injected as an event:
 * QEMU 7.2 delivers such an interrupt once more if a timer or another thread stops the
 * vCPU before the guest's next exit.
 */
void soft_vapic_offer(struct soft_guest *guest)
{
	struct vmcb_control_area *control = &guest->vmcb->control;
	struct soft_vapic *apic = soft_vapic(guest->vcpu);

	vapic_collect(guest->vcpu, apic);
	control->int_ctl &= ~(V_IRQ_MASK | V_IGN_TPR_MASK);
	control->int_vector = vapic_next(apic);
	if (control->int_vector)
		control->int_ctl |= V_IRQ_MASK | V_IGN_TPR_MASK;
}

/*
 * Was an interrupt on its way to the guest?  QEMU 7.2 calls it an exception, but no
 * exception has a vector from 32 up.
 */
static bool vapic_delivering(u32 info)
{
	if (!(info & SVM_EXITINTINFO_VALID))
		return false;

	switch (info & SVM_EXITINTINFO_TYPE_MASK) {
	case SVM_EXITINTINFO_TYPE_INTR:
		return true;
	case SVM_EXITINTINFO_TYPE_EXEPT:
		return (info & SVM_EXITINTINFO_VEC_MASK) >= FIRST_EXTERNAL_VECTOR;
	default:
		return false;
	}
}

/**
 * soft_vapic_taken() - see whether the guest took the interrupt that it was offered
 * @guest: has exited
 *
 * One whose delivery led to the exit stays pending, and is offered again.
 */
void soft_vapic_taken(struct soft_guest *guest)
{
	struct vmcb_control_area *control = &guest->vmcb->control;
	struct soft_vapic *apic = soft_vapic(guest->vcpu);

	if (vapic_delivering(control->exit_int_info)) {
		control->exit_int_info = 0;
		return;
	}
	if (!control->int_vector || (control->int_ctl & V_IRQ_MASK))
		return;

	__clear_bit(control->int_vector, apic->irr);
	__set_bit(control->int_vector, apic->isr);
}

/* The APIC's registers are 16 bytes apart, their MSRs one; bitmaps have 32 bits in each. */
#define X2APIC(reg)	(APIC_BASE_MSR + ((reg) >> 4))

static u32 vapic_word(const unsigned long *vectors, u32 index)
{
	return vectors[index / 2] >> 32 * (index % 2);
}

/* Does the MSR belong to the virtual APIC?  Then @value is what it reads. */
bool soft_vapic_read(const struct soft_tdvpr *vcpu, u32 msr, u64 *value)
{
	const struct soft_vapic *apic = soft_vapic(vcpu);

	BUILD_BUG_ON(sizeof(long) != sizeof(u64));

	switch (msr) {
	case X2APIC(APIC_TASKPRI):
		*value = apic->tpr;
		return true;
	case X2APIC(APIC_PROCPRI):
		*value = vapic_ppr(apic);
		return true;
	case X2APIC(APIC_ISR) ... X2APIC(APIC_ISR) + 7:
		*value = vapic_word(apic->isr, msr - X2APIC(APIC_ISR));
		return true;
	case X2APIC(APIC_TMR) ... X2APIC(APIC_TMR) + 7:
		*value = 0;		/* no interrupt is triggered by level */
		return true;
	case X2APIC(APIC_IRR) ... X2APIC(APIC_IRR) + 7:
		*value = vapic_word(apic->irr, msr - X2APIC(APIC_IRR));
		return true;
	default:
		return false;
	}
}

/* Does the MSR belong to the virtual APIC?  Then @value is written, or *@fault is set. */
bool soft_vapic_write(struct soft_tdvpr *vcpu, u32 msr, u64 value, bool *fault)
{
	struct soft_vapic *apic = soft_vapic(vcpu);
	u32 in_service;

	switch (msr) {
	case X2APIC(APIC_TASKPRI):
		*fault = value > 0xff;
		if (!*fault)
			apic->tpr = value;
		return true;
	case X2APIC(APIC_EOI):
		*fault = value;
		in_service = vapic_highest(apic->isr);
		if (!*fault && in_service)
			__clear_bit(in_service, apic->isr);
		return true;
	case X2APIC(APIC_SELF_IPI):
		*fault = value < 16 || value > 0xff;
		if (!*fault)
			__set_bit(value, apic->irr);
		return true;
	default:
		return false;
	}
}

/**
 * soft_vapic_cr8() - MOV to or from CR8 was intercepted
 * @guest: its next instruction is that
 *
 * Return: false if it is not.
 */
bool soft_vapic_cr8(struct soft_guest *guest)
{
	struct soft_vapic *apic = soft_vapic(guest->vcpu);
	u64 *gpr = guest->vcpu->gpr;
	struct soft_mov mov;

	if (!soft_svm_fetch_mov(guest, &mov))
		return false;

	if (!mov.to)
		gpr[mov.gpr] = vapic_class(apic->tpr);
	else if (gpr[mov.gpr] < 16)
		apic->tpr = gpr[mov.gpr] << 4;
	else
		return false;

	soft_svm_skip(guest, mov.len);
	return true;
}

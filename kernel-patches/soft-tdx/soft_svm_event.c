// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: exceptions given to a guest that executes.
 */
#include <asm/trapnr.h>

#include "soft_svm.h"

/* The next entry raises exception @vector, with an error code of 0 if it has one. */
void soft_svm_inject(struct soft_guest *guest, int vector)
{
	u32 event = vector | SVM_EVTINJ_TYPE_EXEPT | SVM_EVTINJ_VALID;

	if (vector == X86_TRAP_DF || vector == X86_TRAP_GP)
		event |= SVM_EVTINJ_VALID_ERR;
	guest->vmcb->control.event_inj = event;
	guest->vmcb->control.event_inj_err = 0;
}

/**
 * soft_svm_inject_ve() - tell the guest by #VE what the module does not do for it
 * @guest: the guest
 * @reason: VMX exit reason
 * @qualification: VMX exit qualification
 * @gpa: what was accessed, if it was memory
 * @insn_len: length of the instruction; 0 if it is not known
 *
 * A #VE before the guest has read about the last one is #DF.
 */
void soft_svm_inject_ve(struct soft_guest *guest, u32 reason, u64 qualification, u64 gpa,
			int insn_len)
{
	struct soft_ve_info *ve = &guest->vcpu->ve;

	if (ve->valid) {
		soft_svm_inject(guest, X86_TRAP_DF);
		return;
	}

	*ve = (struct soft_ve_info){
		.exit_reason = reason,
		.exit_qualification = qualification,
		.gla = gpa ? soft_svm_operand(guest, gpa) : 0,
		.gpa = gpa,
		.insn_len = insn_len,
		.valid = true,
	};
	soft_svm_inject(guest, X86_TRAP_VE);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: guests that execute, by AMD's SVM with nested paging.
 */
#ifndef _SOFT_SVM_H
#define _SOFT_SVM_H

#include <linux/bitops.h>
#include <asm/page.h>
#include <asm/svm.h>

#include "soft_guest.h"

/* What a vCPU's TDCX pages are for, if its guest executes. */
enum soft_tdvps_page {
	SOFT_TDVPS_VMCB,
	SOFT_TDVPS_FPU,		/* FXSAVE areas: the guest's, then the host's */
	SOFT_TDVPS_HOST_SAVE,	/* what VMRUN saves of the host */
	SOFT_TDVPS_HOST_VMCB,	/* what VMSAVE does */
	SOFT_TDVPS_VAPIC,
};

static inline void *soft_tdvps_page(const struct soft_tdvpr *vcpu, enum soft_tdvps_page page)
{
	return __va(vcpu->tdcx_hpa[page]);
}

/* The guest goes on with the next instruction; @len is the length of this one. */
static inline void soft_svm_skip(struct soft_guest *guest, int len)
{
	guest->vmcb->save.rip += len;
	guest->vmcb->control.int_state &= ~SVM_INTERRUPT_SHADOW_MASK;
}

/* soft_svm_vmcb.c */
int soft_svm_maps_init(void);
void soft_svm_reset(struct soft_guest *guest);

/* soft_svm_npt.c */
u64 soft_npt_sync(struct soft_guest *guest);

/* soft_svm_fetch.c */
int soft_svm_fetch(struct soft_guest *guest, u8 *code, int len);

/* soft_svm_operand.c */
u64 soft_svm_operand(struct soft_guest *guest, u64 gpa);

/* soft_svm_event.c */
void soft_svm_inject(struct soft_guest *guest, int vector);
void soft_svm_inject_ve(struct soft_guest *guest, u32 reason, u64 qualification, u64 gpa,
			int insn_len);

/* soft_svm_msr.c */
void soft_svm_msr(struct soft_guest *guest);

/* soft_svm_mov.c */
#define SOFT_DR7_AT_RESET	0x400

/* MOV between a general register and a control or debug register. */
struct soft_mov {
	bool to;		/* the control or debug register */
	int reg;		/* its number */
	int gpr;		/* the general register, by its encoding */
	int len;		/* of the instruction */
};

bool soft_svm_fetch_mov(struct soft_guest *guest, struct soft_mov *mov);
void soft_dr_reset(struct soft_tdvpr *vcpu);
void soft_svm_cr4(struct soft_guest *guest);
void soft_svm_dr(struct soft_guest *guest);

/* soft_vapic.c */
void soft_vapic_offer(struct soft_guest *guest);
void soft_vapic_taken(struct soft_guest *guest);
bool soft_vapic_read(const struct soft_tdvpr *vcpu, u32 msr, u64 *value);
bool soft_vapic_write(struct soft_tdvpr *vcpu, u32 msr, u64 value, bool *fault);
bool soft_vapic_cr8(struct soft_guest *guest);

/* soft_svm_exit.c */
bool soft_svm_exit(struct soft_guest *guest);

/* soft_svm_run.S */
void soft_svm_run(u64 vmcb_hpa, u64 *gpr, u64 host_vmcb_hpa);

#endif /* _SOFT_SVM_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: MSR accesses of a guest that executes.
 *
 * A few MSRs are the module's business; for the rest the guest gets #VE and asks
 * the host.
 */
#include <asm/apicdef.h>
#include <asm/msr.h>
#include <asm/trapnr.h>

#include "soft_svm.h"

#define EFER_MAY	(EFER_SCE | EFER_LME | EFER_LMA | EFER_NX)
#define INSN_LEN	2

#define MISC_ENABLE_READS_AS	(MSR_IA32_MISC_ENABLE_FAST_STRING | \
				 MSR_IA32_MISC_ENABLE_BTS_UNAVAIL | \
				 MSR_IA32_MISC_ENABLE_PEBS_UNAVAIL)

/* What the module does about an access. */
enum soft_msr_result {
	MSR_DONE,
	MSR_FAULT,	/* #GP */
	MSR_NOT_OURS,	/* #VE */
};

static enum soft_msr_result soft_msr_read(struct soft_guest *guest, u32 msr, u64 *value)
{
	switch (msr) {
	case MSR_EFER:
		*value = guest->vmcb->save.efer & ~EFER_SVME;
		return MSR_DONE;
	case MSR_IA32_CR_PAT:
		*value = guest->vmcb->save.g_pat;
		return MSR_DONE;
	case MSR_IA32_TSC:
		*value = rdtsc() + guest->td->tdcs->tsc_offset;
		return MSR_DONE;
	case MSR_IA32_MISC_ENABLE:
		/* Linux reads it before it can handle #VE. */
		*value = MISC_ENABLE_READS_AS;
		return MSR_DONE;
	case MSR_TSC_AUX:
		*value = guest->vcpu->tsc_aux;
		return MSR_DONE;
	case MSR_IA32_APICBASE:
		*value = APIC_DEFAULT_PHYS_BASE | MSR_IA32_APICBASE_ENABLE | X2APIC_ENABLE |
			 (guest->vcpu->index ? 0 : MSR_IA32_APICBASE_BSP);
		return MSR_DONE;
	default:
		return soft_vapic_read(guest->vcpu, msr, value) ? MSR_DONE : MSR_NOT_OURS;
	}
}

/* LME is always set, LMA follows paging. */
static enum soft_msr_result soft_efer_write(struct soft_guest *guest, u64 value)
{
	u64 *efer = &guest->vmcb->save.efer;

	if ((value & ~EFER_MAY) || !(value & EFER_LME))
		return MSR_FAULT;

	*efer = (*efer & (EFER_SVME | EFER_LMA)) | (value & ~EFER_LMA);
	return MSR_DONE;
}

/* Memory types 2 and 3, and 8 up, do not exist. */
static enum soft_msr_result soft_pat_write(struct soft_guest *guest, u64 value)
{
	for (int i = 0; i < 64; i += 8) {
		u8 type = value >> i;

		if (type > 7 || type == 2 || type == 3)
			return MSR_FAULT;
	}

	guest->vmcb->save.g_pat = value;
	return MSR_DONE;
}

static enum soft_msr_result soft_msr_write(struct soft_guest *guest, u32 msr, u64 value)
{
	bool fault;

	switch (msr) {
	case MSR_EFER:
		return soft_efer_write(guest, value);
	case MSR_IA32_CR_PAT:
		return soft_pat_write(guest, value);
	case MSR_TSC_AUX:
		if (value >> 32)
			return MSR_FAULT;
		guest->vcpu->tsc_aux = value;
		return MSR_DONE;
	case MSR_IA32_APICBASE:
		return MSR_FAULT;
	default:
		if (!soft_vapic_write(guest->vcpu, msr, value, &fault))
			return MSR_NOT_OURS;
		return fault ? MSR_FAULT : MSR_DONE;
	}
}

/* RDMSR or WRMSR was intercepted. */
void soft_svm_msr(struct soft_guest *guest)
{
	bool write = guest->vmcb->control.exit_info_1;
	u64 *gpr = guest->vcpu->gpr, value = 0;
	enum soft_msr_result result;
	u32 msr = gpr[SOFT_RCX];

	if (write)
		result = soft_msr_write(guest, msr, gpr[SOFT_RDX] << 32 | (u32)gpr[SOFT_RAX]);
	else
		result = soft_msr_read(guest, msr, &value);

	switch (result) {
	case MSR_DONE:
		if (!write) {
			gpr[SOFT_RAX] = (u32)value;
			gpr[SOFT_RDX] = value >> 32;
		}
		soft_svm_skip(guest, INSN_LEN);
		break;
	case MSR_FAULT:
		soft_svm_inject(guest, X86_TRAP_GP);
		break;
	case MSR_NOT_OURS:
		soft_svm_inject_ve(guest, write ? EXIT_REASON_MSR_WRITE : EXIT_REASON_MSR_READ,
				   0, 0, INSN_LEN);
		break;
	}
}

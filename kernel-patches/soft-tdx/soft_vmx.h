/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hooks of the software TDX module into MSR and CR4 accesses.
 *
 * An emulator that lacks VMX may answer a read of an unknown MSR with 0 and
 * may take a write of CR4.VMXE badly, i.e. neither traps.  Both accesses
 * therefore ask here first.
 */
#ifndef _ASM_X86_SOFT_VMX_H
#define _ASM_X86_SOFT_VMX_H

#include <linux/types.h>
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#ifdef CONFIG_SOFT_TDX_MODULE

/* Set early by "soft_tdx=on"; the second only where the CPU lacks VMX. */
extern bool soft_tdx_enabled;
extern bool soft_vmx_enabled;

u64 soft_vmx_read_msr(u32 msr);

/*
 * True if @msr is answered by the software module.  Folds to false for every
 * other constant MSR.
 */
static __always_inline bool soft_vmx_has_msr(u32 msr)
{
	if (msr == MSR_IA32_MKTME_KEYID_PARTITIONING)
		return soft_tdx_enabled;
	if (msr >= MSR_IA32_VMX_BASIC && msr <= MSR_IA32_VMX_PROCBASED_CTLS3 + 1)
		return soft_vmx_enabled;
	return false;
}

/* The value to load into CR4: the shadow keeps VMXE, the register never sees it. */
static __always_inline unsigned long soft_vmx_hide_cr4(unsigned long cr4)
{
	return soft_vmx_enabled ? cr4 & ~X86_CR4_VMXE : cr4;
}

#else

static __always_inline bool soft_vmx_has_msr(u32 msr) { return false; }
static __always_inline u64 soft_vmx_read_msr(u32 msr) { return 0; }
static __always_inline unsigned long soft_vmx_hide_cr4(unsigned long cr4) { return cr4; }

#endif

#endif /* _ASM_X86_SOFT_VMX_H */

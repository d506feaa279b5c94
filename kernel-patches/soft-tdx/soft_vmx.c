// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the processor's side of VMX root mode.
 *
 * On a CPU without VMX every VMX instruction and SEAMCALL raise #UD.  A die
 * notifier of the highest priority sees them before the exception tables do,
 * so that the kernel's own assembly stays in use, and a #UD that hardware
 * would raise (SEAMCALL before VMXON) stays one.  The VMX capability MSRs are
 * answered here too; no control is offered that needs a CPU feature which an
 * emulator may lack.
 */
#define pr_fmt(fmt) "soft_tdx: " fmt

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kdebug.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/cpuid/api.h>
#include <asm/insn.h>
#include <asm/msr.h>
#include <asm/tlbflush.h>
#include <asm/trapnr.h>
#include <asm/vmx.h>

#include "soft_tdx.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx."

bool soft_tdx_enabled __ro_after_init;
EXPORT_SYMBOL_GPL(soft_tdx_enabled);
bool soft_vmx_enabled __ro_after_init;
EXPORT_SYMBOL_GPL(soft_vmx_enabled);

unsigned int soft_keyids __ro_after_init = 64;
module_param_named(keyids, soft_keyids, uint, 0444);
MODULE_PARM_DESC(keyids, "private KeyIDs, the global one included (2..4095)");

static unsigned int soft_ept_levels __ro_after_init = 4;
module_param_named(ept_levels, soft_ept_levels, uint, 0444);
MODULE_PARM_DESC(ept_levels, "levels of EPT that VMX can walk (4, or 5 as well)");

static DEFINE_PER_CPU(bool, soft_vmxon);

static int __init soft_tdx_setup(char *arg)
{
	u64 basic = 0;

	if (!arg || strcmp(arg, "on"))
		return 0;

	soft_tdx_enabled = true;
	/* With real VMX, e.g. in a nested guest, only SEAMCALL is missing. */
	if (cpuid_ecx(1) & BIT(X86_FEATURE_VMX & 31))
		basic = __rdmsr(MSR_IA32_VMX_BASIC);
	soft_vmx_enabled = !basic;
	return 0;
}
early_param("soft_tdx", soft_tdx_setup);

#define CTLS(must, may)		((u64)((must) | (may)) << 32 | (must))

/* Bits that are always 1 in the control fields, Intel SDM vol. 3, app. A. */
#define PIN_ALWAYS1		0x00000016
#define CPU_ALWAYS1		0x0401e172
#define EXIT_ALWAYS1		0x00036dff
#define ENTRY_ALWAYS1		0x000011ff

#define PIN_MAY		(PIN_BASED_EXT_INTR_MASK | PIN_BASED_NMI_EXITING |		\
			 PIN_BASED_VIRTUAL_NMIS | PIN_BASED_POSTED_INTR)
#define CPU_MAY		(CPU_BASED_INTR_WINDOW_EXITING | CPU_BASED_USE_TSC_OFFSETTING |	\
			 CPU_BASED_HLT_EXITING | CPU_BASED_INVLPG_EXITING |		\
			 CPU_BASED_MWAIT_EXITING | CPU_BASED_RDPMC_EXITING |		\
			 CPU_BASED_CR3_LOAD_EXITING | CPU_BASED_CR3_STORE_EXITING |	\
			 CPU_BASED_CR8_LOAD_EXITING | CPU_BASED_CR8_STORE_EXITING |	\
			 CPU_BASED_TPR_SHADOW | CPU_BASED_NMI_WINDOW_EXITING |		\
			 CPU_BASED_MOV_DR_EXITING | CPU_BASED_UNCOND_IO_EXITING |	\
			 CPU_BASED_USE_IO_BITMAPS | CPU_BASED_USE_MSR_BITMAPS |		\
			 CPU_BASED_MONITOR_EXITING |					\
			 CPU_BASED_ACTIVATE_SECONDARY_CONTROLS)
#define CPU2_MAY	(SECONDARY_EXEC_VIRTUALIZE_APIC_ACCESSES | SECONDARY_EXEC_ENABLE_EPT | \
			 SECONDARY_EXEC_VIRTUALIZE_X2APIC_MODE |			\
			 SECONDARY_EXEC_UNRESTRICTED_GUEST |				\
			 SECONDARY_EXEC_APIC_REGISTER_VIRT |				\
			 SECONDARY_EXEC_VIRTUAL_INTR_DELIVERY)
#define EXIT_MAY	(VM_EXIT_HOST_ADDR_SPACE_SIZE | VM_EXIT_ACK_INTR_ON_EXIT |	\
			 VM_EXIT_LOAD_IA32_PAT | VM_EXIT_SAVE_IA32_PAT |		\
			 VM_EXIT_LOAD_IA32_EFER | VM_EXIT_SAVE_IA32_EFER)
#define ENTRY_MAY	(VM_ENTRY_IA32E_MODE | VM_ENTRY_LOAD_IA32_PAT |			\
			 VM_ENTRY_LOAD_IA32_EFER)
#define EPT_CAPS	(VMX_EPT_EXECUTE_ONLY_BIT | VMX_EPT_PAGE_WALK_4_BIT |		\
			 VMX_EPTP_UC_BIT | VMX_EPTP_WB_BIT | VMX_EPT_2MB_PAGE_BIT |	\
			 VMX_EPT_1GB_PAGE_BIT | VMX_EPT_INVEPT_BIT | VMX_EPT_AD_BIT |	\
			 VMX_EPT_EXTENT_CONTEXT_BIT | VMX_EPT_EXTENT_GLOBAL_BIT)

/* Identifies the layout of soft_vmcs.c's VMCS region. */
#define SOFT_VMCS_REVISION	0x50534654

/**
 * soft_vmx_read_msr() - value of an MSR that the software platform provides
 * @msr: one for which soft_vmx_has_msr() is true
 */
u64 soft_vmx_read_msr(u32 msr)
{
	switch (msr) {
	case MSR_IA32_MKTME_KEYID_PARTITIONING:
		return (u64)clamp(soft_keyids, SOFT_MIN_KEYIDS, SOFT_MAX_KEYIDS) << 32;
	case MSR_IA32_VMX_BASIC:
		return vmx_basic_encode_vmcs_info(SOFT_VMCS_REVISION, PAGE_SIZE,
						  X86_MEMTYPE_WB) |
		       VMX_BASIC_INOUT | VMX_BASIC_NO_SEAMRET_INVD_VMCS;
	case MSR_IA32_VMX_PINBASED_CTLS:
		return CTLS(PIN_ALWAYS1, PIN_MAY);
	case MSR_IA32_VMX_PROCBASED_CTLS:
		return CTLS(CPU_ALWAYS1, CPU_MAY);
	case MSR_IA32_VMX_PROCBASED_CTLS2:
		return CTLS(0, CPU2_MAY);
	case MSR_IA32_VMX_EXIT_CTLS:
		return CTLS(EXIT_ALWAYS1, EXIT_MAY);
	case MSR_IA32_VMX_ENTRY_CTLS:
		return CTLS(ENTRY_ALWAYS1, ENTRY_MAY);
	case MSR_IA32_VMX_MISC:
		return VMX_MISC_SAVE_EFER_LMA | VMX_MISC_ACTIVITY_HLT | 4 << 16;
	case MSR_IA32_VMX_CR0_FIXED0:
		return X86_CR0_PE | X86_CR0_NE | X86_CR0_PG;
	case MSR_IA32_VMX_CR0_FIXED1:
		return GENMASK_ULL(31, 0);
	case MSR_IA32_VMX_CR4_FIXED0:
		return X86_CR4_VMXE;
	case MSR_IA32_VMX_CR4_FIXED1:
		return GENMASK_ULL(31, 0);
	case MSR_IA32_VMX_VMCS_ENUM:
		return 31 << 1;
	case MSR_IA32_VMX_EPT_VPID_CAP:
		return EPT_CAPS | (soft_ept_levels == 5 ? VMX_EPT_PAGE_WALK_5_BIT : 0);
	default:
		return 0;
	}
}
EXPORT_SYMBOL_GPL(soft_vmx_read_msr);

/* Is this CPU in VMX root mode, as far as the kernel may know? */
bool soft_vmx_on(void)
{
	return !soft_vmx_enabled || this_cpu_read(soft_vmxon);
}

static void soft_vmx_succeed(struct pt_regs *regs, int len)
{
	regs->flags &= ~(X86_EFLAGS_CF | X86_EFLAGS_PF | X86_EFLAGS_AF |
			 X86_EFLAGS_ZF | X86_EFLAGS_SF | X86_EFLAGS_OF);
	regs->ip += len;
}

/* VMXON m64: F3 0F C7 /6; the VMXON region is not looked at. */
static bool soft_insn_vmxon(struct pt_regs *regs)
{
	struct insn insn;

	if (insn_decode_kernel(&insn, (void *)regs->ip) ||
	    insn.opcode.bytes[0] != 0x0f || insn.opcode.bytes[1] != 0xc7 ||
	    X86_MODRM_REG(insn.modrm.value) != 6 ||
	    insn.prefixes.bytes[0] != 0xf3)
		return false;

	if (!(cr4_read_shadow() & X86_CR4_VMXE))
		return false;

	this_cpu_write(soft_vmxon, true);
	soft_vmx_succeed(regs, insn.length);
	return true;
}

static bool soft_insn_vmxoff(struct pt_regs *regs)
{
	static const u8 vmxoff[] = { 0x0f, 0x01, 0xc4 };

	if (memcmp((void *)regs->ip, vmxoff, sizeof(vmxoff)) || !this_cpu_read(soft_vmxon))
		return false;

	this_cpu_write(soft_vmxon, false);
	soft_vmx_succeed(regs, sizeof(vmxoff));
	return true;
}

static int soft_vmx_trap(struct notifier_block *nb, unsigned long val, void *data)
{
	static const u8 seamcall[] = { 0x66, 0x0f, 0x01, 0xcf };
	struct die_args *args = data;
	struct pt_regs *regs = args->regs;

	if (val != DIE_TRAP || args->trapnr != X86_TRAP_UD || user_mode(regs))
		return NOTIFY_DONE;

	if (!memcmp((void *)regs->ip, seamcall, sizeof(seamcall))) {
		if (!soft_vmx_on())
			return NOTIFY_DONE;
		/* CF says VMfailInvalid: nothing answers at this level. */
		if (!soft_seamcall(regs)) {
			regs->flags |= X86_EFLAGS_CF;
			regs->ip += sizeof(seamcall);
		} else {
			soft_vmx_succeed(regs, sizeof(seamcall));
		}
		return NOTIFY_STOP;
	}

	if (soft_vmx_enabled &&
	    (soft_insn_vmxon(regs) || soft_insn_vmxoff(regs) ||
	     (soft_vmx_on() && soft_vmcs_insn(regs))))
		return NOTIFY_STOP;

	return NOTIFY_DONE;
}

static struct notifier_block soft_vmx_nb = {
	.notifier_call = soft_vmx_trap,
	.priority = INT_MAX,
};

static int __init soft_tdx_init(void)
{
	if (!soft_tdx_enabled)
		return 0;

	soft_keyids = clamp(soft_keyids, SOFT_MIN_KEYIDS, SOFT_MAX_KEYIDS);
	pr_warn("software TDX module in use: nothing is protected\n");
	return register_die_notifier(&soft_vmx_nb);
}
early_initcall(soft_tdx_init);

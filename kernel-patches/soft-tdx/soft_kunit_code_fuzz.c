// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a guest that does what it likes.
 *
 * In each round it gets registers, and a few instructions at random: bytes of
 * any kind, instructions that reach for the machine, or TDCALL with what fits
 * or nearly; in some, its processor state is any as well.  However it goes on,
 * it must leave in a way that TDX has, and the host's own registers, the pages
 * around the guest's and what keeps the guest in must be what they were.
 */
#include <linux/array_size.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>
#include <asm/shared/tdx.h>
#include <asm/special_insns.h>

#include "soft_kunit_code.h"
#include "soft_svm.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx_kunit."

static unsigned int guest_fuzz_rounds = 4000;
module_param(guest_fuzz_rounds, uint, 0644);
MODULE_PARM_DESC(guest_fuzz_rounds, "rounds of the fuzz test of a guest that executes");

static unsigned int guest_fuzz_seed = 1;
module_param(guest_fuzz_seed, uint, 0644);
MODULE_PARM_DESC(guest_fuzz_seed, "seed of that test");

/* A guest in an endless loop leaves with each tick of the host. */
#define ENTRIES		3
#define GUARDS		8
#define GUARD_BYTE	0x5a

/* Instructions that reach for the machine. */
static const struct {
	u8 len;
	u8 code[6];
} reaching[] = {
	{ 2, { 0x0f, 0x32 } }, { 2, { 0x0f, 0x30 } },			/* rdmsr, wrmsr */
	{ 2, { 0x0f, 0xa2 } }, { 1, { 0xf4 } },				/* cpuid, hlt */
	{ 3, { 0x0f, 0x01, 0xd0 } }, { 3, { 0x0f, 0x01, 0xd1 } },	/* xgetbv, xsetbv */
	{ 3, { 0x0f, 0x20, 0xc0 } }, { 3, { 0x0f, 0x22, 0xc0 } },	/* cr0 */
	{ 3, { 0x0f, 0x22, 0xd8 } }, { 3, { 0x0f, 0x22, 0xe0 } },	/* cr3, cr4 */
	{ 4, { 0x44, 0x0f, 0x20, 0xc0 } }, { 4, { 0x44, 0x0f, 0x22, 0xc0 } },	/* cr8 */
	{ 3, { 0x0f, 0x23, 0xc0 } }, { 3, { 0x0f, 0x23, 0xd8 } },	/* dr0, dr3 */
	{ 3, { 0x0f, 0x23, 0xf0 } }, { 3, { 0x0f, 0x23, 0xf8 } },	/* dr6, dr7 */
	{ 3, { 0x0f, 0x01, 0xd8 } }, { 3, { 0x0f, 0x01, 0xd9 } },	/* vmrun, vmmcall */
	{ 3, { 0x0f, 0x01, 0xda } }, { 3, { 0x0f, 0x01, 0xdb } },	/* vmload, vmsave */
	{ 3, { 0x0f, 0x01, 0xdc } }, { 3, { 0x0f, 0x01, 0xdd } },	/* stgi, clgi */
	{ 3, { 0x0f, 0x01, 0xdf } }, { 3, { 0x0f, 0x01, 0xc1 } },	/* invlpga, vmcall */
	{ 3, { 0x0f, 0x01, 0xc8 } }, { 3, { 0x0f, 0x01, 0xc9 } },	/* monitor, mwait */
	{ 3, { 0x0f, 0x01, 0xf8 } }, { 3, { 0x0f, 0x01, 0xf9 } },	/* swapgs, rdtscp */
	{ 3, { 0x0f, 0x01, 0x13 } }, { 3, { 0x0f, 0x01, 0x1b } },	/* lgdt, lidt (%rbx) */
	{ 3, { 0x0f, 0x00, 0xd8 } }, { 3, { 0x0f, 0x00, 0xd0 } },	/* ltr, lldt */
	{ 3, { 0x0f, 0x01, 0x3b } }, { 2, { 0x0f, 0x06 } },		/* invlpg, clts */
	{ 2, { 0x0f, 0x09 } }, { 2, { 0x0f, 0x08 } },			/* wbinvd, invd */
	{ 2, { 0x0f, 0x05 } }, { 2, { 0x0f, 0x07 } },			/* syscall, sysret */
	{ 2, { 0x0f, 0x34 } }, { 2, { 0x0f, 0x35 } },			/* sysenter, sysexit */
	{ 2, { 0x0f, 0x33 } }, { 2, { 0x0f, 0xaa } },			/* rdpmc, rsm */
	{ 2, { 0xe4, 0xf0 } }, { 1, { 0xee } }, { 1, { 0xed } },	/* in, out */
	{ 2, { 0xf3, 0x6e } }, { 2, { 0xf3, 0x6d } },			/* rep outsb, insl */
	{ 2, { 0xf3, 0xa4 } }, { 3, { 0xf3, 0x48, 0xab } },		/* rep movsb, stosq */
	{ 3, { 0x0f, 0xae, 0x03 } }, { 3, { 0x0f, 0xae, 0x0b } },	/* fxsave, fxrstor */
	{ 3, { 0x0f, 0xae, 0x23 } }, { 3, { 0x0f, 0xae, 0x2b } },	/* xsave, xrstor */
	{ 3, { 0x0f, 0xc7, 0xf0 } }, { 2, { 0xf3, 0x90 } },		/* rdrand, pause */
	{ 2, { 0xcd, 0x41 } }, { 1, { 0xcc } }, { 1, { 0xf1 } },	/* int, int3, int1 */
	{ 2, { 0x48, 0xcf } }, { 2, { 0x48, 0xcb } },			/* iretq, lretq */
	{ 1, { 0x9d } }, { 1, { 0xfb } }, { 2, { 0xeb, 0xfe } },	/* popf, sti, jmp . */
	{ 3, { 0x48, 0x89, 0x0b } }, { 3, { 0x48, 0x8b, 0x0b } },	/* mov to, from (%rbx) */
	{ 2, { 0xff, 0xe3 } }, { 3, { 0x48, 0x89, 0xdc } },		/* jmp *%rbx, mov to %rsp */
	{ 3, { 0xdb, 0x2b, 0x9b } }, { 3, { 0x66, 0x0f, 0xae } },	/* fldt, wait; clflushopt */
};

static const u32 known_msrs[] = {
	MSR_EFER, MSR_IA32_APICBASE, MSR_IA32_TSC, MSR_IA32_TSC_DEADLINE, MSR_IA32_CR_PAT,
	MSR_IA32_MISC_ENABLE, MSR_TSC_AUX, MSR_LSTAR, MSR_STAR, MSR_FS_BASE, MSR_GS_BASE,
	MSR_KERNEL_GS_BASE, MSR_IA32_SYSENTER_EIP, MSR_VM_HSAVE_PA, MSR_VM_CR, MSR_IA32_XSS,
	APIC_BASE_MSR + 0x80, APIC_BASE_MSR + 8, APIC_BASE_MSR + 0xb, APIC_BASE_MSR + 0x30,
	APIC_BASE_MSR + 0x3f, MSR_IA32_SMBASE, MSR_MTRRdefType, MSR_IA32_MCG_STATUS,
};

/* What a guest must not change of the CPU. */
struct host_cpu {
	unsigned long cr0, cr4, dr[4], dr7;
	u64 xcr0, msr[16];
	struct desc_ptr gdt, idt;
	unsigned long tr, ldt;
	u16 fs, gs;
};

static const u32 host_msrs[] = {
	MSR_EFER, MSR_IA32_APICBASE, MSR_IA32_CR_PAT, MSR_IA32_MISC_ENABLE, MSR_TSC_AUX,
	MSR_LSTAR, MSR_STAR, MSR_CSTAR, MSR_SYSCALL_MASK, MSR_FS_BASE, MSR_GS_BASE,
	MSR_KERNEL_GS_BASE, MSR_IA32_SYSENTER_CS, MSR_IA32_SYSENTER_ESP,
	MSR_IA32_SYSENTER_EIP, MSR_VM_HSAVE_PA,
};

struct code_fuzzer {
	struct soft_kunit *k;
	struct soft_code_td *c;
	struct rnd_state rnd;
	struct soft_tdvpr *vcpu;
	struct vmcb_control_area control;	/* after the first entry */
	u8 *guard[GUARDS];
	unsigned long violations, vmcalls, interrupts, triple_faults;
	bool given;	/* the page that the guest may ask for */
};

static u32 any(struct code_fuzzer *f, u32 below)
{
	return prandom_u32_state(&f->rnd) % below;
}

static u64 any_u64(struct code_fuzzer *f)
{
	return (u64)prandom_u32_state(&f->rnd) << 32 | prandom_u32_state(&f->rnd);
}

/* A value that some instruction or leaf could take for something. */
static u64 any_value(struct code_fuzzer *f)
{
	static const u64 gpas[] = {
		FREE_GPA, FREE_GPA + SZ_4G, CODE_PAGE, CODE_TABLE, CODE_PML4, CODE_PDPT,
		SZ_2M, CODE_SHARED_BIT | FREE_GPA, 2 * CODE_SHARED_BIT, BIT_ULL(51),
	};

	switch (any(f, 6)) {
	case 0:
		return any(f, 64);
	case 1:
		return BIT_ULL(any(f, 64));
	case 2:
		return known_msrs[any(f, ARRAY_SIZE(known_msrs))];
	case 3:
		return any_u64(f);
	default:
		return gpas[any(f, ARRAY_SIZE(gpas))] + (any(f, 2) ? 0 : any(f, 2 * SZ_4K));
	}
}

static void fuzz_tdcall_registers(struct code_fuzzer *f, u64 *in)
{
	static const u64 fields[] = {
		0x9100000100000010ULL, 0x110000000000000aULL, 0x9110000300000010ULL,
		0x110000000000001bULL, 0x0a00000300000000ULL,
	};

	in[SOFT_RAX] = any(f, 8) ? any(f, 32) : any_u64(f);
	switch (any(f, 4)) {
	case 0:
		in[SOFT_RCX] = FREE_GPA + SZ_4K * any(f, 4) + any(f, 3);
		break;
	case 1:
		in[SOFT_RAX] = TDG_VP_VMCALL;
		in[SOFT_RCX] = any_u64(f) & (any(f, 2) ? 0xfc00 : ~0ULL);
		in[SOFT_R10] = any(f, 2);
		in[SOFT_R11] = any(f, 80);
		break;
	case 2:
		in[SOFT_RDX] = fields[any(f, ARRAY_SIZE(fields))];
		break;
	default:
		break;
	}
}

static void fuzz_code(struct code_fuzzer *f)
{
	static const char tdcall[] = TDCALL;
	char insn[CODE_INSN_MAX] = {};
	u64 in[16];
	int len = 0;

	for (int i = 0; i < ARRAY_SIZE(in); i++)
		in[i] = any_value(f);

	switch (any(f, 4)) {
	case 0:
		prandom_bytes_state(&f->rnd, insn, sizeof(insn));
		len = sizeof(insn);
		break;
	case 1:
		fuzz_tdcall_registers(f, in);
		memcpy(insn, tdcall, sizeof(tdcall) - 1);
		len = sizeof(tdcall) - 1;
		break;
	default:
		for (int i = any(f, ARRAY_SIZE(reaching)); len + reaching[i].len <= sizeof(insn);
		     i = any(f, ARRAY_SIZE(reaching))) {
			memcpy(insn + len, reaching[i].code, reaching[i].len);
			len += reaching[i].len;
		}
	}

	soft_code_set_insn(f->c, insn, len);
	memcpy(f->c->in, in, sizeof(in));
}

/* What the guest has written over. */
static void fuzz_restore_pages(struct code_fuzzer *f)
{
	memcpy(__va(f->c->code_hpa), soft_kunit_code, PAGE_SIZE);
	soft_code_maps(f->c);
}

/* As after TDH.VP.INIT. */
static void fuzz_restart(struct code_fuzzer *f)
{
	memset(soft_tdvps_page(f->vcpu, SOFT_TDVPS_VMCB), 0, PAGE_SIZE);
	memset(soft_tdvps_page(f->vcpu, SOFT_TDVPS_VAPIC), 0, PAGE_SIZE);
	memset(f->vcpu->gpr, 0, sizeof(f->vcpu->gpr));
	f->vcpu->ve.valid = false;
	f->vcpu->cpuid_ve = 0;
	f->vcpu->in_vmcall = false;
	f->vcpu->started = false;
	f->vcpu->faults = 0;
}

/* The guest's registers as the processor takes them from memory, some of them changed. */
static void fuzz_state(struct code_fuzzer *f)
{
	struct vmcb *vmcb = soft_tdvps_page(f->vcpu, SOFT_TDVPS_VMCB);
	u8 *save = (u8 *)&vmcb->save;

	for (int n = 1 + any(f, 4); n; n--) {
		u32 at = any(f, offsetof(struct vmcb_save_area, sysenter_eip) / 8) * 8;

		if (any(f, 2))
			*(u64 *)(save + at) = any_value(f);
		else
			*(u64 *)(save + at) ^= BIT_ULL(any(f, 64));
	}
	/* No guest gets at this one. */
	vmcb->save.dr7 = SOFT_DR7_AT_RESET;
}

static void host_cpu_read(struct host_cpu *host)
{
	memset(host, 0, sizeof(*host));
	host->cr0 = read_cr0();
	host->cr4 = __read_cr4();
	for (int i = 0; i < 4; i++)
		host->dr[i] = native_get_debugreg(i);
	host->dr7 = native_get_debugreg(7);
	host->xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
	for (int i = 0; i < ARRAY_SIZE(host_msrs); i++)
		host->msr[i] = native_rdmsrq(host_msrs[i]);
	native_store_gdt(&host->gdt);
	store_idt(&host->idt);
	host->tr = native_store_tr();
	store_ldt(host->ldt);
	savesegment(fs, host->fs);
	savesegment(gs, host->gs);
}

/* What keeps the guest in is as the first entry left it. */
static const char *fuzz_check_controls(struct code_fuzzer *f)
{
	const struct vmcb *vmcb = soft_tdvps_page(f->vcpu, SOFT_TDVPS_VMCB);
	const struct vmcb_control_area *now = &vmcb->control, *first = &f->control;

	if (memcmp(now->intercepts, first->intercepts, sizeof(now->intercepts)))
		return "intercepts";
	if (now->iopm_base_pa != first->iopm_base_pa || now->msrpm_base_pa != first->msrpm_base_pa)
		return "permission maps";
	if (now->asid != first->asid || now->misc_ctl != first->misc_ctl)
		return "ASID or nested paging";
	if (now->nested_cr3 != first->nested_cr3)
		return "root of nested paging";

	return NULL;
}

static const char *fuzz_check_guards(struct code_fuzzer *f)
{
	for (int i = 0; i < GUARDS; i++) {
		if (memchr_inv(f->guard[i], GUARD_BYTE, PAGE_SIZE))
			return "a page of the host's";
	}

	return NULL;
}

/* Once in a while the page that the guest asked for is given. */
static void fuzz_violation(struct code_fuzzer *f)
{
	u64 gpa = f->k->out.r8;

	f->violations++;
	KUNIT_EXPECT_LT(f->k->test, gpa, 2 * CODE_SHARED_BIT);
	KUNIT_EXPECT_TRUE(f->k->test, PAGE_ALIGNED(gpa));
	if (gpa != FREE_GPA || f->given || any(f, 4))
		return;

	soft_must(f->k, TDH_MEM_PAGE_AUG, .rcx = FREE_GPA, .rdx = f->c->td.tdr,
		  .r8 = soft_kunit_page(f->k));
	f->given = true;
}

/* The test is pinned to a CPU, whose registers are compared. */
static void fuzz_enter(struct code_fuzzer *f)
{
	struct host_cpu before, after;
	const char *why;
	u64 exit;

	host_cpu_read(&before);
	exit = soft_call(f->k, TDH_VP_ENTER, .rcx = f->c->tdvpr, .rdx = any_u64(f),
			 .rbx = any_u64(f), .r10 = any(f, 4), .r11 = any_u64(f));
	host_cpu_read(&after);
	KUNIT_EXPECT_MEMEQ(f->k->test, &before, &after, sizeof(before));

	switch (exit) {
	case EXIT_REASON_EPT_VIOLATION:
		fuzz_violation(f);
		break;
	case EXIT_REASON_TDCALL:
		f->vmcalls++;
		break;
	case EXIT_REASON_EXTERNAL_INTERRUPT:
		f->interrupts++;
		break;
	case EXIT_REASON_TRIPLE_FAULT:
		f->triple_faults++;
		break;
	default:
		KUNIT_FAIL(f->k->test, "exit 0x%llx is none that TDX has", exit);
	}

	why = fuzz_check_controls(f);
	if (!why)
		why = fuzz_check_guards(f);
	KUNIT_EXPECT_NULL_MSG(f->k->test, why, "the guest changed %s", why);
}

static void fuzz_begin(struct code_fuzzer *f, struct soft_kunit *k)
{
	const struct vmcb *vmcb;
	u64 eptp, *entry;

	*f = (struct code_fuzzer){ .k = k, .c = soft_code_td(k) };
	f->vcpu = __va(f->c->tdvpr);
	prandom_seed_state(&f->rnd, guest_fuzz_seed);
	for (int i = 0; i < GUARDS; i++) {
		f->guard[i] = __va(soft_kunit_bare_page(k));
		memset(f->guard[i], GUARD_BYTE, PAGE_SIZE);
	}

	/* A page of shared memory; the next is MMIO. */
	eptp = soft_kunit_bare_page(k);
	entry = soft_code_shared_entry(k, f->c, eptp, CODE_SHARED_BIT | FREE_GPA);
	*entry = soft_kunit_bare_page(k) | VMX_EPT_RWX_MASK;
	soft_must(k, TDH_VP_WR, .rcx = f->c->tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	soft_code_add_table(k, f->c);

	KUNIT_ASSERT_EQ(k->test, soft_code_enter(k, f->c), EXIT_REASON_TDCALL);
	vmcb = soft_tdvps_page(f->vcpu, SOFT_TDVPS_VMCB);
	f->control = vmcb->control;
}

static void code_fuzz(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct code_fuzzer *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int round;

	KUNIT_ASSERT_NOT_NULL(test, f);
	fuzz_begin(f, k);
	for (round = 0; round < guest_fuzz_rounds && test->status != KUNIT_FAILURE; round++) {
		fuzz_restore_pages(f);
		if (any(f, 4)) {
			fuzz_restart(f);
			/* From where it tells that it is done it loads registers. */
			KUNIT_EXPECT_EQ(test, soft_code_enter(k, f->c), EXIT_REASON_TDCALL);
		}
		fuzz_code(f);
		if (!any(f, 4))
			fuzz_state(f);
		for (int i = 0; i < ENTRIES; i++)
			fuzz_enter(f);
	}

	kunit_info(test, "seed %u, %u rounds: %lu violations, %lu vmcalls, %lu interrupts, %lu triple faults\n",
		   guest_fuzz_seed, round, f->violations, f->vmcalls, f->interrupts,
		   f->triple_faults);
	KUNIT_EXPECT_GT(test, f->violations, 0);
	KUNIT_EXPECT_GT(test, f->vmcalls, 0);
	KUNIT_EXPECT_GT(test, f->triple_faults, 0);
}

static struct kunit_case soft_code_fuzz_cases[] = {
	KUNIT_CASE_SLOW(code_fuzz),
	{}
};

static struct kunit_suite soft_code_fuzz_suite = {
	.name = "soft_tdx_code_fuzz",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_code_fuzz_cases,
};

kunit_test_suite(soft_code_fuzz_suite);

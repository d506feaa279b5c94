// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of guests that execute.
 */
#include <linux/array_size.h>
#include <linux/string.h>
#include <asm/msr-index.h>
#include <asm/posted_intr.h>
#include <asm/shared/tdx.h>
#include <asm/vmx.h>

#include "soft_guest.h"
#include "soft_kunit.h"
#include "soft_kunit_code.h"

#define FIELD_STATE_DETAILS	(17ULL << 56 | 0x100)

static void code_expect_violation(struct soft_kunit *k, struct soft_code_td *c, u64 gpa,
				  u64 qualification, u64 extended)
{
	KUNIT_EXPECT_EQ(k->test, soft_code_enter(k, c), EXIT_REASON_EPT_VIOLATION);
	KUNIT_EXPECT_EQ(k->test, k->out.r8, gpa);
	KUNIT_EXPECT_EQ(k->test, k->out.rcx, qualification);
	KUNIT_EXPECT_EQ(k->test, k->out.rdx, extended);
}

static void code_runs(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	for (int i = 0; i < 16; i++)
		c->in[i] = 0x1111111111111111ULL * i;
	/* The registers go through an instruction that changes none. */
	soft_code_expect_done(k, c);
	for (int i = 0; i < 16; i++) {
		if (i != SOFT_RSP)
			KUNIT_EXPECT_EQ(test, c->out[i], 0x1111111111111111ULL * i);
	}

	/* And again, behind TDG.VP.VMCALL: XMM0 is the guest's own from entry to entry. */
	soft_code_insn(c, "\x0f\x20\xe2\x0f\xba\xea\x09\x0f\x22\xe2"	/* set CR4.OSFXSR */
			  "\x66\x48\x0f\x6e\xc0");			/* movq %rax, %xmm0 */
	c->in[SOFT_RAX] = 0x0123456789abcdefULL;
	soft_code_expect_done(k, c);
	soft_code_insn(c, "\x66\x48\x0f\x7e\xc0");		/* movq %xmm0, %rax */
	c->in[SOFT_RAX] = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0x0123456789abcdefULL);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 0);
}

/* Without memory at the reset vector the first fetch already asks for it. */
static void code_reset_vector(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td c = {};

	if (!soft_svm_usable)
		kunit_skip(test, "no SVM with nested paging");
	soft_kunit_td_init(k, &c.td);
	c.tdvpr = soft_kunit_vcpu(k, &c.td);
	soft_kunit_td_run(k, &c.td);
	code_expect_violation(k, &c, CODE_PAGE, EPT_VIOLATION_ACC_INSTR, 0);
}

static void code_vmcall(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, TDCALL);
	c->in[SOFT_RAX] = TDG_VP_VMCALL;
	c->in[SOFT_RCX] = BIT(SOFT_RBX) | BIT(SOFT_R10) | BIT(SOFT_R15);
	for (int i = SOFT_RDX; i < 16; i++)
		c->in[i] = 100 + i;

	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TDCALL);
	KUNIT_EXPECT_EQ(test, k->out.rcx, c->in[SOFT_RCX]);
	KUNIT_EXPECT_EQ(test, k->out.rbx, 100 + SOFT_RBX);
	KUNIT_EXPECT_EQ(test, k->out.r10, 100 + SOFT_R10);
	KUNIT_EXPECT_EQ(test, k->out.r15, 100 + SOFT_R15);
	KUNIT_EXPECT_EQ(test, k->out.rdx, 0);
	KUNIT_EXPECT_EQ(test, k->out.r11, 0);

	/* What the guest exposed comes back from the host, the rest stays the guest's. */
	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c, .rbx = 1, .r10 = 2, .r11 = 3, .r15 = 4),
			EXIT_REASON_TDCALL);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RBX], 1);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_R10], 2);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_R11], 100 + SOFT_R11);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_R15], 4);
}

static void code_accept(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	u64 page = soft_kunit_page(k);

	soft_code_insn(c, TDCALL);
	c->in[SOFT_RAX] = TDG_MEM_PAGE_ACCEPT;
	c->in[SOFT_RCX] = FREE_GPA;
	code_expect_violation(k, c, FREE_GPA, EPT_VIOLATION_ACC_WRITE, SOFT_EXT_QUAL_ACCEPT);
	/* TDCALL is executed again. */
	soft_code_add_table(k, c);
	memset(__va(page), 0xff, PAGE_SIZE);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = FREE_GPA, .rdx = c->td.tdr, .r8 = page);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(page), 0, PAGE_SIZE), NULL);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0x00000b0a00000000ULL);
}

static void code_touch(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct soft_td soft = { .tdr = c->td.tdr_va, .tdcs = c->td.tdcs };
	u64 page = soft_kunit_page(k);

	soft_code_insn(c, "\x48\x89\x0b");			/* mov %rcx, (%rbx) */
	c->in[SOFT_RBX] = FREE_GPA + 8;
	c->in[SOFT_RCX] = 77;
	code_expect_violation(k, c, FREE_GPA, EPT_VIOLATION_ACC_WRITE, 0);
	soft_code_add_table(k, c);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = FREE_GPA, .rdx = c->td.tdr, .r8 = page);
	code_expect_violation(k, c, FREE_GPA, EPT_VIOLATION_ACC_WRITE, SOFT_EXT_QUAL_PENDING);

	KUNIT_EXPECT_EQ(test, soft_accept(&soft, FREE_GPA, 0), SOFT_ACCEPT_DONE);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, ((u64 *)__va(page))[1], 77);
}

static void code_shared(struct kunit *test)
{
	u64 shared_gpa = CODE_SHARED_BIT | FREE_GPA, eptp, page, *entry;
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	eptp = soft_kunit_bare_page(k);
	page = soft_kunit_bare_page(k);
	soft_code_insn(c, "\x48\x89\x0b");			/* mov %rcx, (%rbx) */
	c->in[SOFT_RBX] = FREE_GPA + SZ_4G;
	c->in[SOFT_RCX] = 78;
	code_expect_violation(k, c, shared_gpa, EPT_VIOLATION_ACC_WRITE, 0);
	soft_must(k, TDH_VP_WR, .rcx = c->tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	code_expect_violation(k, c, shared_gpa, EPT_VIOLATION_ACC_WRITE, 0);
	entry = soft_code_shared_entry(k, c, eptp, shared_gpa);
	*entry = page | VMX_EPT_RWX_MASK;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *(u64 *)__va(page), 78);

	/* Not present, and the host wants the guest to know: MMIO. */
	*entry = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 1);
	KUNIT_EXPECT_EQ(test, c->ve[0], EXIT_REASON_EPT_VIOLATION);
	KUNIT_EXPECT_EQ(test, c->ve[1], EPT_VIOLATION_ACC_WRITE);
	KUNIT_EXPECT_EQ(test, c->ve[3], shared_gpa);
}

/* #VE of MMIO has the linear address that the instruction works out. */
static void code_operand(struct kunit *test)
{
	const u64 at = FREE_GPA + SZ_4G;
	const struct {
		const char *insn;
		int len, offset;
		u64 rcx, rbx, rsi, rdi, r8;
	} cases[] = {
		/* (%rbx); 16(%rbx); -8(%rbx, %rcx, 4); (%r8); (, %rcx, 8); (%rbp, %r8, 2) */
		{ "\x89\x0b", 2, 0, .rbx = at },
		{ "\x89\x4b\x10", 3, 16, .rbx = at },
		{ "\x89\x54\x8b\xf8", 4, 8, .rbx = at, .rcx = 4 },
		{ "\x41\x89\x08", 3, 4, .r8 = at + 4 },
		{ "\x89\x14\xcd\0\0\0\0", 7, 24, .rcx = at / 8 + 3 },
		{ "\x42\x89\x54\x45\0", 5, 12, .r8 = at / 2 + 6 },
		/* mov %eax to an absolute address; stos; movs to it and from it */
		{ "\xa3\x20\0\0\xff\x01\0\0\0", 9, 32 },
		{ "\xaa", 1, 1, .rdi = at + 1 },
		{ "\xa4", 1, 0x22, .rsi = CODE_TABLE + 0x11, .rdi = at + 0x22 },
		{ "\xa4", 1, 0x33, .rsi = at + 0x33, .rdi = CODE_TABLE + 0x244 },
	};
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	u64 eptp = soft_kunit_bare_page(k);

	/* The absolute address above. */
	KUNIT_ASSERT_EQ(test, at, 0x1ff000000ULL);
	soft_must(k, TDH_VP_WR, .rcx = c->tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	*soft_code_shared_entry(k, c, eptp, CODE_SHARED_BIT | FREE_GPA) = 0;

	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		soft_code_set_insn(c, cases[i].insn, cases[i].len);
		c->in[SOFT_RCX] = cases[i].rcx;
		c->in[SOFT_RBX] = cases[i].rbx;
		c->in[SOFT_RSI] = cases[i].rsi;
		c->in[SOFT_RDI] = cases[i].rdi;
		c->in[SOFT_R8] = cases[i].r8;
		soft_code_expect_done(k, c);
		KUNIT_EXPECT_EQ_MSG(test, *c->nr_ve, i + 1, "case %d", i);
		KUNIT_EXPECT_EQ_MSG(test, c->ve[2], at + cases[i].offset, "case %d", i);
		KUNIT_EXPECT_EQ_MSG(test, c->ve[3], CODE_SHARED_BIT | (FREE_GPA + cases[i].offset),
				    "case %d", i);
	}
}

/* What TDX leaves to the guest comes as #VE. */
static void code_ve(struct kunit *test)
{
	static const struct {
		const char *insn;
		int len;
		u64 reason, qualification;
	} cases[] = {
		{ "\xf4",	1, EXIT_REASON_HLT,		0 },
		{ "\x0f\x09",	2, EXIT_REASON_WBINVD,		0 },
		{ "\x0f\x08",	2, EXIT_REASON_INVD,		0 },
		{ "\x0f\xa2",	2, EXIT_REASON_CPUID,		0 },
		{ "\x0f\x32",	2, EXIT_REASON_MSR_READ,	0 },
		{ "\x0f\x30",	2, EXIT_REASON_MSR_WRITE,	0 },
		{ "\xee",	1, EXIT_REASON_IO_INSTRUCTION,	0x03f80000 },
		{ "\xed",	1, EXIT_REASON_IO_INSTRUCTION,	0x03f8000b },
	};
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	c->in[SOFT_RAX] = 0x22;			/* a CPUID leaf that there is not */
	c->in[SOFT_RCX] = MSR_IA32_TSC_DEADLINE;
	c->in[SOFT_RDX] = 0x3f8;
	for (int i = 0; i < ARRAY_SIZE(cases); i++) {
		soft_code_set_insn(c, cases[i].insn, cases[i].len);
		soft_code_expect_done(k, c);
		KUNIT_EXPECT_EQ(test, *c->nr_ve, i + 1);
		KUNIT_EXPECT_EQ(test, c->ve[0], cases[i].reason);
		KUNIT_EXPECT_EQ(test, c->ve[1], cases[i].qualification);
		KUNIT_EXPECT_EQ(test, c->ve[4], cases[i].len);
	}
}

static void code_cpuid(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, "\x0f\xa2");
	c->in[SOFT_RAX] = TDX_CPUID_LEAF_ID;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RBX], 0x65746e49);	/* Inte */
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RDX], 0x5844546c);	/* lTDX */
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 0);
}

/* The same with #VE asked for: at CPL 0 only. */
static void code_cpuid_ve(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, "\x0f\xa2");
	c->in[SOFT_RAX] = TDX_CPUID_LEAF_ID;
	((struct soft_tdvpr *)__va(c->tdvpr))->cpuid_ve = BIT(0);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 1);
	KUNIT_EXPECT_EQ(test, c->ve[0], EXIT_REASON_CPUID);
}

/* What the guest sets stays when it was out. */
static void code_xsetbv(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct soft_tdvpr *vcpu = __va(c->tdvpr);

	/* mov %cr4, %r8; bts $18, %r8 (OSXSAVE); mov %r8, %cr4 */
	soft_code_insn(c, "\x41\x0f\x20\xe0\x49\x0f\xba\xe8\x12\x41\x0f\x22\xe0");
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, vcpu->xcr0, XFEATURE_MASK_FP);

	soft_code_insn(c, "\x0f\x01\xd1");
	c->in[SOFT_RAX] = XFEATURE_MASK_FPSSE;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, vcpu->xcr0, XFEATURE_MASK_FPSSE);
	soft_code_insn(c, "\x0f\x01\xd0");			/* xgetbv */
	c->in[SOFT_RAX] = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], XFEATURE_MASK_FPSSE);
}

/* EFER and PAT are the module's; a bad value is #GP, which this guest does not survive. */
static void code_msr(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, "\x0f\x32");
	c->in[SOFT_RCX] = MSR_EFER;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], EFER_SCE | EFER_LME | EFER_LMA | EFER_NX);
	c->in[SOFT_RCX] = MSR_IA32_APICBASE;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0xfee00d00);
	c->in[SOFT_RCX] = MSR_IA32_MISC_ENABLE;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RAX], 0x1801);

	soft_code_insn(c, "\x0f\x30\x0f\x01\xf9");		/* wrmsr, rdtscp */
	c->in[SOFT_RCX] = MSR_TSC_AUX;
	c->in[SOFT_RAX] = 0x12345;
	c->in[SOFT_RDX] = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RCX], 0x12345);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 0);

	soft_code_insn(c, "\x0f\x30");
	c->in[SOFT_RCX] = MSR_EFER;
	c->in[SOFT_RAX] = EFER_SVME | EFER_LME;
	c->in[SOFT_RDX] = 0;
	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TRIPLE_FAULT);
}

/* Instructions that a TD does not have, SVM's among them. */
static void code_undefined(struct kunit *test)
{
	static const char * const insns[] = {
		"\x0f\x0b", "\x0f\x01\xd8", "\x0f\x01\xda", "\x0f\x01\xdb", "\x0f\x01\xdd",
		"\x0f\x01\xc8", "\x66\x0f\x01\xcf",
	};
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct soft_tdvpr *vcpu = __va(c->tdvpr);

	for (int i = 0; i < ARRAY_SIZE(insns); i++) {
		soft_code_set_insn(c, insns[i], strlen(insns[i]));
		KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TRIPLE_FAULT);
		/* Start over, as a vCPU after VP.INIT. */
		memset(__va(vcpu->tdcx_hpa[0]), 0, PAGE_SIZE);
		vcpu->started = false;
	}
}

/* A guest that never exits is taken out by the host's timer. */
static void code_interrupt(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, "\xeb\xfe");			/* jmp . */
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = c->tdvpr);
	KUNIT_EXPECT_EQ(test, k->out.r9,
			INTR_INFO_VALID_MASK | INTR_TYPE_EXT_INTR | RESCHEDULE_VECTOR);
	soft_code_insn(c, "\xeb\x00");			/* jmp to the next */
	soft_code_expect_done(k, c);
}

static u64 code_interrupt_pending(struct soft_kunit *k, struct soft_code_td *c)
{
	soft_must(k, TDH_VP_RD, .rcx = c->tdvpr, .rdx = FIELD_STATE_DETAILS);
	return k->out.r8;
}

/* Give the vCPU the page where the host posts interrupts. */
static struct pi_desc *code_pi_desc(struct soft_kunit *k, struct soft_code_td *c)
{
	u64 hpa = soft_kunit_bare_page(k);

	soft_must(k, TDH_VP_WR, .rcx = c->tdvpr, .rdx = POSTED_INTR_DESC_ADDR, .r8 = hpa,
		  .r9 = ~0ULL);
	return __va(hpa);
}

static void code_post(struct pi_desc *desc)
{
	pi_test_and_set_pir(CODE_VECTOR, desc);
	pi_test_and_set_on(desc);
}

/* An interrupt that the host posts waits for IF, and for the guest's TPR. */
static void code_posted(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct pi_desc *desc = code_pi_desc(k, c);

	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 0);

	/* This guest starts with interrupts disabled. */
	code_post(desc);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_FALSE(test, pi_test_on(desc));
	KUNIT_EXPECT_TRUE(test, pi_is_pir_empty(desc));
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 1);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 0);

	/* mov %rax, %cr8: of the same class as the vector */
	soft_code_insn(c, "\x44\x0f\x22\xc0");
	c->in[SOFT_RAX] = CODE_VECTOR >> 4;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 0);
	soft_code_insn(c, "\xfb\x90\xfa");			/* sti, nop, cli */
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 0);

	soft_code_insn(c, "\x44\x0f\x22\xc0");
	c->in[SOFT_RAX] = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 1);
	soft_code_insn(c, "\xfb\xeb\xfe");			/* sti, jmp . */
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 1);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 0);

	/* To itself, now that interrupts are disabled again; and EOI was written. */
	soft_code_insn(c, "\x0f\x30\xfb\xeb\xfe");		/* wrmsr, sti, jmp . */
	c->in[SOFT_RCX] = 0x83f;
	c->in[SOFT_RAX] = CODE_VECTOR;
	c->in[SOFT_RDX] = 0;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 2);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 0);
}

/* The host takes the guest out of its handler again and again: that is no second interrupt. */
static void code_posted_once(struct kunit *test)
{
	static const char handler[] = {
		0xb8, 0x48, 0xc1, 0xff, 0xff,		/* mov $CODE_TABLE + TABLE_NR_IRQ, %eax */
		0x48, 0xff, 0x00, 0xeb, 0xfe,		/* incq (%rax), jmp . */
	};
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct pi_desc *desc = code_pi_desc(k, c);

	memcpy(__va(c->code_hpa + (soft_kunit_code_irq - soft_kunit_code)), handler,
	       sizeof(handler));
	soft_code_insn(c, "\xfb\xeb\xfe");			/* sti, jmp . */
	code_post(desc);
	for (int i = 0; i < 20; i++)
		soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = c->tdvpr);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 1);
}

/* Its delivery meets a stack that the TD has no page for: it comes once, when there is one. */
static void code_posted_no_stack(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct soft_td soft = { .tdr = c->td.tdr_va, .tdcs = c->td.tdcs };

	code_post(code_pi_desc(k, c));
	soft_code_insn(c, "\x48\x89\xdc\xfb\xeb\xfe");	/* mov %rbx, %rsp, sti, jmp . */
	c->in[SOFT_RBX] = FREE_GPA + PAGE_SIZE;
	code_expect_violation(k, c, FREE_GPA, EPT_VIOLATION_ACC_WRITE, 0);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 1);

	soft_code_add_table(k, c);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = FREE_GPA, .rdx = c->td.tdr,
		  .r8 = soft_kunit_page(k));
	KUNIT_EXPECT_EQ(test, soft_accept(&soft, FREE_GPA, 0), SOFT_ACCEPT_DONE);
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 1);
	KUNIT_EXPECT_EQ(test, code_interrupt_pending(k, c), 0);
	soft_code_insn(c, "\xfb\x90\xfa");			/* sti, nop, cli */
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_irq, 1);
}

static struct kunit_case soft_code_cases[] = {
	KUNIT_CASE(code_runs),
	KUNIT_CASE(code_reset_vector),
	KUNIT_CASE(code_vmcall),
	KUNIT_CASE(code_accept),
	KUNIT_CASE(code_touch),
	KUNIT_CASE(code_shared),
	KUNIT_CASE(code_operand),
	KUNIT_CASE(code_ve),
	KUNIT_CASE(code_cpuid),
	KUNIT_CASE(code_cpuid_ve),
	KUNIT_CASE(code_xsetbv),
	KUNIT_CASE(code_msr),
	KUNIT_CASE(code_undefined),
	KUNIT_CASE(code_interrupt),
	KUNIT_CASE(code_posted),
	KUNIT_CASE(code_posted_once),
	KUNIT_CASE(code_posted_no_stack),
	{}
};

static struct kunit_suite soft_code_suite = {
	.name = "soft_tdx_code",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_code_cases,
};

kunit_test_suite(soft_code_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of MOV to and from control and debug registers
 * of a guest that executes.
 */
#include <linux/bitops.h>
#include <linux/sprintf.h>
#include <asm/debugreg.h>
#include <asm/vmx.h>

#include "soft_kunit.h"
#include "soft_kunit_code.h"
#include "soft_svm.h"

/* Debug registers hold what the guest writes, and are not the host's. */
static void code_dr(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	/* mov %dr7, %rdx; mov %rax, %dr3; mov %rcx, %dr7 */
	soft_code_insn(c, "\x0f\x21\xfa\x0f\x23\xd8\x0f\x23\xf9");
	c->in[SOFT_RAX] = 0x123456789abcULL;
	c->in[SOFT_RCX] = 0xdd0002aa;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RDX], 0x400);
	KUNIT_EXPECT_NE(test, native_get_debugreg(3), 0x123456789abcULL);

	/* mov %dr3, %r10; mov %dr7, %rcx */
	soft_code_insn(c, "\x41\x0f\x21\xda\x0f\x21\xf9");
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_R10], 0x123456789abcULL);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RCX], 0xdd0006aa);

	/* Bits of DR7 that there are not: #GP. */
	soft_code_insn(c, "\x0f\x23\xf8");
	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TRIPLE_FAULT);
}

/* Out of long mode, and PAE off: the host must not lose its own paging.  TDX has no CR4.VMXE. */
static void code_cr4(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	/* mov %rax, %cr4; mov %cr4, %rdx */
	soft_code_insn(c, "\x0f\x22\xe0\x0f\x20\xe2");
	c->in[SOFT_RAX] = X86_CR4_MCE | X86_CR4_PAE | X86_CR4_PGE;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RDX], X86_CR4_MCE | X86_CR4_PAE | X86_CR4_PGE);

	/* mov %rax, %cr0; mov %rcx, %cr4; then code that real mode takes for something else */
	soft_code_insn(c, "\x0f\x22\xc0\x0f\x22\xe1\x0f\x0b");
	c->in[SOFT_RAX] = X86_CR0_ET | X86_CR0_NE;
	c->in[SOFT_RCX] = X86_CR4_MCE;
	KUNIT_EXPECT_NE(test, soft_code_enter(k, c), EXIT_REASON_TDCALL);
}

/* Machine checks stay on: the guest is told. */
static void code_cr4_mce(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);

	soft_code_insn(c, "\x0f\x22\xe1");			/* mov %rcx, %cr4 */
	c->in[SOFT_RCX] = X86_CR4_PAE | X86_CR4_PGE;
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, *c->nr_ve, 1);
	KUNIT_EXPECT_EQ(test, c->ve[0], EXIT_REASON_CR_ACCESS);
	KUNIT_EXPECT_EQ(test, c->ve[1], SOFT_RCX << 8 | 4);
	KUNIT_EXPECT_EQ(test, c->ve[4], 3);

	soft_code_insn(c, "\x0f\x20\xe2");			/* mov %cr4, %rdx */
	soft_code_expect_done(k, c);
	KUNIT_EXPECT_EQ(test, c->out[SOFT_RDX], X86_CR4_MCE | X86_CR4_PAE);
}

/* #GP for a bit that the guest's CPUID does not have; the CPU would refuse to run the guest. */
static const u64 cr4_reserved[] = {
	X86_CR4_LA57, X86_CR4_VMXE, X86_CR4_SMXE, X86_CR4_PCIDE, BIT_ULL(19), X86_CR4_CET,
	BIT_ULL(24), BIT_ULL(31), BIT_ULL(63),
};

static void cr4_desc(const u64 *bit, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "bit %d", __ffs64(*bit));
}

KUNIT_ARRAY_PARAM(cr4_reserved, cr4_reserved, cr4_desc);

static void code_cr4_reserved(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	const u64 *bit = test->param_value;
	const struct vmcb *vmcb;

	soft_code_insn(c, "\x0f\x22\xe0");
	c->in[SOFT_RAX] = X86_CR4_MCE | X86_CR4_PAE | *bit;
	/* No handler for #GP. */
	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TRIPLE_FAULT);
	vmcb = soft_tdvps_page(__va(c->tdvpr), SOFT_TDVPS_VMCB);
	KUNIT_EXPECT_EQ(test, vmcb->control.exit_code, SVM_EXIT_SHUTDOWN);
	KUNIT_EXPECT_EQ(test, vmcb->save.cr4, X86_CR4_MCE | X86_CR4_PAE);
}

/* In compatibility mode 32 bits are moved. */
static void code_mov_compat(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_code_td *c = soft_code_td(k);
	struct soft_tdvpr *vcpu = __va(c->tdvpr);
	struct vmcb *vmcb = soft_tdvps_page(vcpu, SOFT_TDVPS_VMCB);

	soft_code_expect_done(k, c);
	/* mov %eax, %cr4; mov %ecx, %dr7; mov %dr3, %edx; ud2 */
	soft_code_insn(c, "\x0f\x22\xe0\x0f\x23\xf9\x0f\x21\xda\x0f\x0b");
	vcpu->dr[3] = BIT_ULL(40) | 3;
	vcpu->in_vmcall = false;
	vcpu->gpr[SOFT_RAX] = BIT_ULL(40) | X86_CR4_MCE | X86_CR4_PAE | X86_CR4_PGE;
	vcpu->gpr[SOFT_RCX] = BIT_ULL(40) | 0x2aa;
	vmcb->save.rip = CODE_PAGE + (soft_kunit_code_insn - soft_kunit_code);
	vmcb->save.cs.attrib ^= SVM_SELECTOR_L_MASK | SVM_SELECTOR_DB_MASK;
	KUNIT_EXPECT_EQ(test, soft_code_enter(k, c), EXIT_REASON_TRIPLE_FAULT);
	KUNIT_EXPECT_EQ(test, vmcb->save.cr4, X86_CR4_MCE | X86_CR4_PAE | X86_CR4_PGE);
	KUNIT_EXPECT_EQ(test, vcpu->dr[7], 0x6aa);
	KUNIT_EXPECT_EQ(test, vcpu->gpr[SOFT_RDX], 3);
}

static struct kunit_case soft_code_mov_cases[] = {
	KUNIT_CASE(code_dr),
	KUNIT_CASE(code_cr4),
	KUNIT_CASE(code_cr4_mce),
	KUNIT_CASE_PARAM(code_cr4_reserved, cr4_reserved_gen_params),
	KUNIT_CASE(code_mov_compat),
	{}
};

static struct kunit_suite soft_code_mov_suite = {
	.name = "soft_tdx_code_mov",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_code_mov_cases,
};

kunit_test_suite(soft_code_mov_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of the CPUID that a TD sees.
 *
 * Read as KVM reads it: without a sub-leaf, and if there is none, sub-leaf by
 * sub-leaf until one is missing.
 */
#include <linux/string.h>
#include <asm/cpuid/api.h>
#include <asm/fpu/types.h>

#include "soft_kunit.h"

#define FIELD_CPUID	0x9410000300000000ULL
#define NO_SUBLEAF	0xff

static bool read_cpuid(struct soft_kunit *k, struct soft_kunit_td *td, u64 leaf, u64 subleaf,
		       struct soft_cpuid *regs)
{
	u64 field = FIELD_CPUID | leaf >> 31 << 16 | (leaf & 0x7f) << 9 | subleaf << 1;
	u64 status = soft_call(k, TDH_MNG_RD, .rcx = td->tdr, .rdx = field);

	if (status) {
		KUNIT_EXPECT_EQ(k->test, status, TDX_METADATA_FIELD_NOT_READABLE);
		return false;
	}
	regs->eax = k->out.r8;
	regs->ebx = k->out.r8 >> 32;
	/* KVM warns if the second half cannot be read. */
	soft_expect(k, TDX_SUCCESS, TDH_MNG_RD, .rcx = td->tdr, .rdx = field + 1);
	regs->ecx = k->out.r8;
	regs->edx = k->out.r8 >> 32;
	return true;
}

/* Number of sub-leaves, -1: the leaf has none, 0: there is no such leaf. */
static int cpuid_subleaves(struct soft_kunit *k, struct soft_kunit_td *td, u64 leaf)
{
	struct soft_cpuid regs;
	int n = 0;

	if (read_cpuid(k, td, leaf, NO_SUBLEAF, &regs))
		return -1;
	while (n < 64 && read_cpuid(k, td, leaf, n, &regs))
		n++;
	return n;
}

/* Each leaf up to the highest is there, and those have sub-leaves that should. */
static void cpuid_leaves(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	struct soft_cpuid regs;

	soft_kunit_td_init(k, &td);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_GE(test, regs.eax, 0x21);
	for (u32 leaf = 0; leaf <= regs.eax; leaf++) {
		bool sub = leaf == 4 || leaf == 7 || leaf == 0xb || leaf == 0xd ||
			   leaf == 0x1f || leaf == 0x21;
		int n = cpuid_subleaves(k, &td, leaf);

		if (sub)
			KUNIT_EXPECT_GT_MSG(test, n, 0, "leaf 0x%x\n", leaf);
		else
			KUNIT_EXPECT_EQ_MSG(test, n, -1, "leaf 0x%x\n", leaf);
	}
	KUNIT_EXPECT_EQ(test, cpuid_subleaves(k, &td, regs.eax + 1), 0);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0x80000000, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax, 0x80000008);
	KUNIT_EXPECT_EQ(test, cpuid_subleaves(k, &td, 0x80000009), 0);
}

/* x2APIC always; nothing that XFAM or ATTRIBUTES forbid. */
static void cpuid_features(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	struct soft_cpuid regs;

	soft_kunit_td_init(k, &td);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 1, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax, cpuid_eax(1));
	KUNIT_EXPECT_EQ(test, regs.ebx & GENMASK(31, 16), 0);
	KUNIT_EXPECT_TRUE(test, regs.ecx & BIT(21));		/* x2APIC */
	KUNIT_EXPECT_TRUE(test, regs.ecx & BIT(31));		/* hypervisor */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(3));		/* MONITOR */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(5));		/* VMX */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(6));		/* SMX */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(12));		/* FMA */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(28));		/* AVX */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(29));		/* F16C */

	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 7, 0, &regs));
	KUNIT_EXPECT_FALSE(test, regs.ebx & BIT(2));		/* SGX */
	KUNIT_EXPECT_FALSE(test, regs.ebx & BIT(5));		/* AVX2 */
	KUNIT_EXPECT_FALSE(test, regs.ebx & BIT(16));		/* AVX512F */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(3));		/* PKU */
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(7));		/* CET_SS */
	KUNIT_EXPECT_FALSE(test, regs.edx & BIT(24));		/* AMX-TILE */

	/* No MONITOR, no PMU. */
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 5, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax | regs.ebx | regs.ecx | regs.edx, 0);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0xa, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax, 0);
	/* No SVM. */
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0x80000001, NO_SUBLEAF, &regs));
	KUNIT_EXPECT_FALSE(test, regs.ecx & BIT(2));
}

/* The XSAVE area is that of XFAM: x87 and SSE. */
static void cpuid_xsave(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	struct soft_cpuid regs;

	soft_kunit_td_init(k, &td);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0xd, 0, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax, XFEATURE_MASK_FPSSE);
	KUNIT_EXPECT_EQ(test, regs.ebx, 576);
	KUNIT_EXPECT_EQ(test, regs.ecx, 576);
	KUNIT_EXPECT_EQ(test, regs.edx, 0);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0xd, 1, &regs));
	KUNIT_EXPECT_EQ(test, regs.eax & ~GENMASK(3, 0), 0);
	KUNIT_EXPECT_EQ(test, regs.ecx | regs.edx, 0);
	KUNIT_EXPECT_EQ(test, cpuid_subleaves(k, &td, 0xd), 2);
}

static void cpuid_signature(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	struct soft_cpuid regs;
	char name[12];

	soft_kunit_td_init(k, &td);
	KUNIT_ASSERT_TRUE(test, read_cpuid(k, &td, 0x21, 0, &regs));
	memcpy(name, &regs.ebx, 4);
	memcpy(name + 4, &regs.edx, 4);
	memcpy(name + 8, &regs.ecx, 4);
	KUNIT_EXPECT_MEMEQ(test, name, "IntelTDX    ", 12);
	KUNIT_EXPECT_EQ(test, regs.eax, 0);
}

static struct kunit_case soft_cpuid_cases[] = {
	KUNIT_CASE(cpuid_leaves),
	KUNIT_CASE(cpuid_features),
	KUNIT_CASE(cpuid_xsave),
	KUNIT_CASE(cpuid_signature),
	{}
};

static struct kunit_suite soft_cpuid_suite = {
	.name = "soft_tdx_cpuid",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_cpuid_cases,
};

kunit_test_suite(soft_cpuid_suite);

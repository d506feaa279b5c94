// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the CPUID that a TD sees.
 *
 * A table of the module's own: which leaves there are, which of them have
 * sub-leaves, and what of the CPU's values a TD may see.  It says nothing that
 * XFAM or ATTRIBUTES forbid, so that the host can hand it back to KVM as it is.
 */
#include <linux/array_size.h>
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <asm/cpuid/api.h>
#include <asm/fpu/xstate.h>

#include "soft_tdx.h"

/* The highest leaves.  0x21 is the last that TDX defines. */
#define CPUID_MAX_BASIC		0x21
#define CPUID_MAX_EXTENDED	0x80000008

/* Only this one is the host's to configure, and kept as it was given. */
#define CPUID_CONFIGURED	0x80000008

#define TSC_CRYSTAL_HZ		25000000

/* A number in 1.ECX, 7.EBX or such. */
#define F(nr)			BIT(nr)

/* Leaf 1, ECX and EDX: what a TD may have if the CPU does, and what it always has. */
#define CPUID_1_ECX_MAY	(F(0) | F(1) | F(9) | F(13) | F(19) | F(20) | F(22) | F(23) | F(24) | \
				 F(25) | F(26) | F(30))
#define CPUID_1_ECX_AVX	(F(12) | F(28) | F(29))		/* FMA, AVX, F16C */
#define CPUID_1_ECX_MUST	(F(21) | F(31))			/* x2APIC, hypervisor */
#define CPUID_1_EDX_MAY	(GENMASK(9, 0) | GENMASK(17, 11) | F(19) | GENMASK(27, 23))

/* Leaf 7: no SGX, TSX, PT, MPX, WAITPKG. */
#define CPUID_7_EBX_MAY	(F(0) | F(3) | F(7) | F(8) | F(9) | F(10) | F(18) | F(19) | F(20) | \
				 F(23) | F(24) | F(29))
#define CPUID_7_EBX_AVX	F(5)				/* AVX2 */
#define CPUID_7_ECX_MAY	(F(2) | F(8) | F(22) | F(25) | F(27) | F(28))
#define CPUID_7_ECX_PKU	F(3)
#define CPUID_7_ECX_AVX	(F(9) | F(10))			/* VAES, VPCLMULQDQ */
#define CPUID_7_EDX_MAY	(F(4) | F(10) | F(14) | F(26) | F(27) | F(28) | F(29) | F(31))

#define CPUID_81_ECX_MAY	(F(0) | F(5) | F(8))
#define CPUID_81_EDX_MAY	(F(11) | F(20) | F(26) | F(27) | F(29))

/* 0xd.1, EAX: XSAVEOPT, XSAVEC, XGETBV of 1, XSAVES */
#define CPUID_D1_EAX_MAY	GENMASK(3, 0)

/* State of the supervisor's, XSS instead of XCR0: PT, PASID, CET, ... HWP */
#define XFAM_SUPERVISOR		(BIT_ULL(8) | GENMASK_ULL(16, 10))

static void soft_cpuid_cpu(u32 leaf, u32 subleaf, struct soft_cpuid *regs)
{
	cpuid_count(leaf, subleaf, &regs->eax, &regs->ebx, &regs->ecx, &regs->edx);
}

static void soft_cpuid_features(const struct soft_tdcs *tdcs, struct soft_cpuid *regs)
{
	u32 avx = tdcs->xfam & XFEATURE_MASK_YMM ? CPUID_1_ECX_AVX : 0;

	/* The APIC id is the vCPU's, the number of threads the host's business. */
	regs->ebx &= GENMASK(15, 8);
	regs->ecx = (regs->ecx & (CPUID_1_ECX_MAY | avx)) | CPUID_1_ECX_MUST;
	regs->edx &= CPUID_1_EDX_MAY;
}

/* Leaf 7 has this sub-leaf only. */
static void soft_cpuid_features7(const struct soft_tdcs *tdcs, struct soft_cpuid *regs)
{
	bool avx = tdcs->xfam & XFEATURE_MASK_YMM, pku = tdcs->xfam & XFEATURE_MASK_PKRU;

	regs->eax = 0;
	regs->ebx &= CPUID_7_EBX_MAY | (avx ? CPUID_7_EBX_AVX : 0);
	regs->ecx &= CPUID_7_ECX_MAY | (avx ? CPUID_7_ECX_AVX : 0) | (pku ? CPUID_7_ECX_PKU : 0);
	regs->edx &= CPUID_7_EDX_MAY;
}

/* Deterministic cache parameters end with a sub-leaf of type 0. */
static bool soft_cpuid_caches(u32 subleaf, struct soft_cpuid *regs)
{
	if (subleaf) {
		soft_cpuid_cpu(4, subleaf - 1, regs);
		if (!(regs->eax & GENMASK(4, 0)))
			return false;
	}

	soft_cpuid_cpu(4, subleaf, regs);
	regs->eax &= GENMASK(13, 0);	/* how many share it: not known here */
	return true;
}

/* Threads, then cores: one of each, until the host says otherwise. */
static bool soft_cpuid_topology(u32 subleaf, struct soft_cpuid *regs)
{
	if (subleaf > 2)
		return false;

	*regs = (struct soft_cpuid){
		.ebx = subleaf < 2,
		.ecx = subleaf | (subleaf < 2 ? (subleaf + 1) << 8 : 0),
	};
	return true;
}

/* Bytes of the XSAVE area: the legacy region and the header, what all XFAMs have. */
static u32 soft_cpuid_xsave_size(u64 xfam)
{
	u32 end = FXSAVE_SIZE + XSAVE_HDR_SIZE;
	struct soft_cpuid regs;

	for (int i = XFEATURE_YMM; i < 32; i++) {
		if (!(xfam & BIT_ULL(i)))
			continue;
		soft_cpuid_cpu(0xd, i, &regs);
		if (!(regs.ecx & 1))
			end = max(end, regs.ebx + regs.eax);
	}

	return end;
}

static bool soft_cpuid_xsave(u64 xfam, u32 subleaf, struct soft_cpuid *regs)
{
	u64 user = xfam & ~XFAM_SUPERVISOR;
	u32 size = soft_cpuid_xsave_size(user);

	if (!subleaf) {
		*regs = (struct soft_cpuid){
			.eax = user,
			.ebx = size,
			.ecx = size,
			.edx = user >> 32,
		};
		return true;
	}

	if (subleaf == 1) {
		soft_cpuid_cpu(0xd, 1, regs);
		regs->eax &= CPUID_D1_EAX_MAY;
		regs->ebx = size;
		regs->ecx = xfam & XFAM_SUPERVISOR;
		regs->edx = 0;
		return true;
	}

	if (!(xfam >> subleaf))
		return false;

	/* Components that the TD lacks read as 0 between those it has. */
	if (xfam & BIT_ULL(subleaf))
		soft_cpuid_cpu(0xd, subleaf, regs);
	return true;
}

static bool soft_cpuid_signature(u32 subleaf, struct soft_cpuid *regs)
{
	if (subleaf)
		return false;

	memcpy(&regs->ebx, "Inte", 4);
	memcpy(&regs->edx, "lTDX", 4);
	memcpy(&regs->ecx, "    ", 4);
	return true;
}

/* Leaves that have sub-leaves: without one they cannot be read. */
static bool soft_cpuid_sub(const struct soft_tdcs *tdcs, u32 leaf, u32 subleaf,
			   struct soft_cpuid *regs)
{
	switch (leaf) {
	case 4:
		return soft_cpuid_caches(subleaf, regs);
	case 7:
		if (subleaf)
			return false;
		soft_cpuid_cpu(7, 0, regs);
		soft_cpuid_features7(tdcs, regs);
		return true;
	case 0xb:
	case 0x1f:
		return soft_cpuid_topology(subleaf, regs);
	case 0xd:
		return subleaf < 63 && soft_cpuid_xsave(tdcs->xfam, subleaf, regs);
	case 0x21:
		return soft_cpuid_signature(subleaf, regs);
	default:
		return false;
	}
}

static bool soft_cpuid_has_sub(u32 leaf)
{
	static const u8 leaves[] = { 4, 7, 0xb, 0xd, 0x1f, 0x21 };

	for (int i = 0; i < ARRAY_SIZE(leaves); i++) {
		if (leaves[i] == leaf)
			return true;
	}

	return false;
}

/* The rest; what is not named here reads as 0: MONITOR, SGX, PT, PMU, AMX, ... */
static void soft_cpuid_leaf(struct soft_td *td, u32 leaf, struct soft_cpuid *regs)
{
	const u64 *configured = __va(td->tdr->tdcx_hpa[SOFT_TDCS_CPUID]);

	switch (leaf) {
	case 0:
		soft_cpuid_cpu(0, 0, regs);
		regs->eax = CPUID_MAX_BASIC;
		break;
	case 1:
		soft_cpuid_cpu(1, 0, regs);
		soft_cpuid_features(td->tdcs, regs);
		break;
	case 2:
		*regs = (struct soft_cpuid){ .eax = 0x00feff01, .ebx = 0xf0 };	/* see leaf 4 */
		break;
	case 6:
		regs->eax = F(2);	/* the APIC timer never stops */
		break;
	case 0x15:
		*regs = (struct soft_cpuid){ 1, td->tdcs->tsc_frequency, TSC_CRYSTAL_HZ };
		break;
	case 0x80000000:
		regs->eax = CPUID_MAX_EXTENDED;
		break;
	case 0x80000001:
		soft_cpuid_cpu(leaf, 0, regs);
		regs->eax = 0;
		regs->ebx = 0;
		regs->ecx &= CPUID_81_ECX_MAY;
		regs->edx &= CPUID_81_EDX_MAY;
		break;
	case 0x80000002 ... 0x80000004:		/* brand */
		soft_cpuid_cpu(leaf, 0, regs);
		break;
	case 0x80000006:
		soft_cpuid_cpu(leaf, 0, regs);
		*regs = (struct soft_cpuid){ .ecx = regs->ecx };
		break;
	case 0x80000007:
		regs->edx = F(8);	/* invariant TSC */
		break;
	case CPUID_CONFIGURED:
		*regs = (struct soft_cpuid){
			configured[0], configured[0] >> 32, configured[1], configured[1] >> 32,
		};
		break;
	}
}

/**
 * soft_cpuid() - a leaf of a TD's CPUID
 * @td: the TD, initialized
 * @leaf: its number
 * @subleaf: number of the sub-leaf, or SOFT_CPUID_NO_SUBLEAF
 * @regs: what it reads
 *
 * Return: false if there is no such leaf, it has no such sub-leaf, or it has
 * sub-leaves and none was asked for.
 */
bool soft_cpuid(struct soft_td *td, u32 leaf, u32 subleaf, struct soft_cpuid *regs)
{
	*regs = (struct soft_cpuid){};

	if (leaf > (leaf & BIT(31) ? CPUID_MAX_EXTENDED : CPUID_MAX_BASIC))
		return false;
	if (soft_cpuid_has_sub(leaf))
		return subleaf != SOFT_CPUID_NO_SUBLEAF &&
		       soft_cpuid_sub(td->tdcs, leaf, subleaf, regs);
	if (subleaf != SOFT_CPUID_NO_SUBLEAF)
		return false;

	soft_cpuid_leaf(td, leaf, regs);
	return true;
}

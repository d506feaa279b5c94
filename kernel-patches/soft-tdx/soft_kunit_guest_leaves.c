// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of the leaf functions that guests call.
 *
 * Called directly, with registers of the suite's: nothing has to execute.
 */
#include <asm/shared/tdx.h>
#include <asm/vmx.h>

#include "soft_guest.h"
#include "soft_kunit.h"

#define SHARED_BIT	BIT_ULL(47)
#define BAD_RCX		(TDX_OPERAND_INVALID | SOFT_OPERAND_RCX)

struct tdg {
	struct soft_kunit_td td;
	struct soft_td soft;
	struct pt_regs regs;
	struct soft_guest guest;
	u64 *gpr;
};

/* A runnable TD with a page of 4K to be accepted at GPA 0. */
static struct tdg *tdg_begin(struct soft_kunit *k)
{
	struct tdg *g = kunit_kzalloc(k->test, sizeof(*g), GFP_KERNEL);
	u64 tdvpr;

	KUNIT_ASSERT_NOT_NULL(k->test, g);
	soft_kunit_td_init(k, &g->td);
	tdvpr = soft_kunit_vcpu(k, &g->td);
	soft_kunit_tables(k, &g->td, 0, 0);
	soft_kunit_td_run(k, &g->td);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = g->td.tdr, .r8 = soft_kunit_page(k));

	g->soft = (struct soft_td){ .tdr = g->td.tdr_va, .tdcs = g->td.tdcs };
	g->guest = (struct soft_guest){ .td = &g->soft, .vcpu = __va(tdvpr), .regs = &g->regs };
	g->gpr = g->guest.vcpu->gpr;
	return g;
}

static enum soft_tdcall tdg_call(struct tdg *g, u64 leaf, u64 rcx)
{
	g->gpr[SOFT_RAX] = leaf;
	g->gpr[SOFT_RCX] = rcx;
	return soft_tdcall(&g->guest);
}

static void tdg_info(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_VP_INFO, 0), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RCX], 48);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RDX], TDX_TD_ATTR_SEPT_VE_DISABLE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], (u64)SOFT_KUNIT_MAX_VCPUS << 32 | 1);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R9], 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R10], 1);
}

static void tdg_unknown(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	KUNIT_EXPECT_EQ(test, tdg_call(g, 0x1234, 0), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], TDX_OPERAND_INVALID);
}

static void tdg_veinfo(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_VP_VEINFO_GET, 0), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0xc000070400000000ULL);

	g->guest.vcpu->ve = (struct soft_ve_info){ 1, 2, 3, 4, 5, true };
	tdg_call(g, TDG_VP_VEINFO_GET, 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RCX], 1);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RDX], 2);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], 3);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R9], 4);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R10], 5);
	tdg_call(g, TDG_VP_VEINFO_GET, 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0xc000070400000000ULL);
}

static void tdg_vmcall(struct kunit *test)
{
	static const int hidden[] = { SOFT_RAX, SOFT_RCX, SOFT_RSP, SOFT_RBP, 32, 63 };
	struct tdg *g = tdg_begin(test->priv);

	for (int i = 0; i < ARRAY_SIZE(hidden); i++) {
		KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_VP_VMCALL, BIT_ULL(hidden[i])),
				SOFT_TDCALL_DONE);
		KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], BAD_RCX);
		KUNIT_EXPECT_FALSE(test, g->guest.vcpu->in_vmcall);
	}

	g->gpr[SOFT_R12] = 12;
	g->gpr[SOFT_RSI] = 6;
	g->regs.si = 99;
	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_VP_VMCALL, BIT(SOFT_R12)), SOFT_TDCALL_EXIT);
	KUNIT_EXPECT_EQ(test, g->guest.exit, EXIT_REASON_TDCALL);
	KUNIT_EXPECT_EQ(test, g->regs.cx, BIT(SOFT_R12));
	KUNIT_EXPECT_EQ(test, g->regs.r12, 12);
	KUNIT_EXPECT_EQ(test, g->regs.si, 0);

	g->regs.r12 = 13;
	g->regs.si = 7;
	soft_tdcall_return(&g->guest);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R12], 13);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RSI], 6);
	KUNIT_EXPECT_FALSE(test, g->guest.vcpu->in_vmcall);
}

static void tdg_accept(struct kunit *test)
{
	/* Not private, not aligned to the size, of a size that there is not. */
	static const u64 bad[] = {
		SHARED_BIT, BIT_ULL(48), BIT_ULL(51), 8, SZ_4K | 1, 2, 7,
	};
	struct tdg *g = tdg_begin(test->priv);

	for (int i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MEM_PAGE_ACCEPT, bad[i]), SOFT_TDCALL_DONE);
		KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], BAD_RCX);
	}

	/* By 2M where the host maps by 4K. */
	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MEM_PAGE_ACCEPT, 1), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0xc0000b0b00000001ULL);
	KUNIT_EXPECT_EQ(test, soft_sept_state(soft_kunit_septe(&g->td, 0, 0), 0),
			SOFT_SEPT_PENDING);

	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MEM_PAGE_ACCEPT, 0), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0);
	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MEM_PAGE_ACCEPT, 0), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], 0x00000b0a00000000ULL);

	/* Nothing there: the host is told, at which size, and the guest asks again. */
	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MEM_PAGE_ACCEPT, SZ_2M | 1), SOFT_TDCALL_REDO);
	KUNIT_EXPECT_EQ(test, g->guest.exit, EXIT_REASON_EPT_VIOLATION);
	KUNIT_EXPECT_EQ(test, g->regs.r8, SZ_2M);
	KUNIT_EXPECT_EQ(test, g->regs.dx, SOFT_EXT_QUAL_ACCEPT | 1ULL << 32);
}

/* A leaf with RDX that must end with a status. */
static void tdg_expect(struct kunit *test, struct tdg *g, u64 status, u64 leaf, u64 rcx, u64 rdx)
{
	g->gpr[SOFT_RDX] = rdx;
	KUNIT_EXPECT_EQ(test, tdg_call(g, leaf, rcx), SOFT_TDCALL_DONE);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RAX], status);
}

/* SHA384 of 96 zeros, and of that and 48 times 7; worked out elsewhere. */
static const u8 rtmr_after_0[] = { 0xf5, 0x7b, 0xb7, 0xed, 0x82, 0xc6, 0xae, 0x4a };
static const u8 rtmr_after_7[] = { 0xfa, 0xbd, 0x49, 0x65, 0x1c, 0x3c, 0x0d, 0x84 };

static void tdg_rtmr(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);
	struct soft_tdcs *tdcs = g->soft.tdcs;

	/* Pending: the host is told. */
	g->gpr[SOFT_RDX] = 0;
	KUNIT_EXPECT_EQ(test, tdg_call(g, TDG_MR_RTMR_EXTEND, 64), SOFT_TDCALL_REDO);
	KUNIT_EXPECT_EQ(test, g->guest.exit, EXIT_REASON_EPT_VIOLATION);
	KUNIT_EXPECT_EQ(test, g->regs.r8, 0);

	tdg_call(g, TDG_MEM_PAGE_ACCEPT, 0);
	tdg_expect(test, g, BAD_RCX, TDG_MR_RTMR_EXTEND, 32, 0);
	tdg_expect(test, g, BAD_RCX, TDG_MR_RTMR_EXTEND, SHARED_BIT, 0);
	tdg_expect(test, g, TDX_OPERAND_INVALID | SOFT_OPERAND_RDX, TDG_MR_RTMR_EXTEND, 64,
		   SOFT_NR_RTMR);

	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&tdcs->rtmr_lock));
	tdg_expect(test, g, TDX_OPERAND_BUSY | SOFT_OPERAND_RTMR, TDG_MR_RTMR_EXTEND, 64, 0);
	soft_unlock_shared(&tdcs->rtmr_lock);

	tdg_expect(test, g, 0, TDG_MR_RTMR_EXTEND, 64, 2);
	KUNIT_EXPECT_MEMEQ(test, tdcs->rtmr[2], rtmr_after_0, sizeof(rtmr_after_0));
	memset(soft_private_va(&g->soft, 64), 7, 48);
	tdg_expect(test, g, 0, TDG_MR_RTMR_EXTEND, 64, 2);
	KUNIT_EXPECT_MEMEQ(test, tdcs->rtmr[2], rtmr_after_7, sizeof(rtmr_after_7));
	KUNIT_EXPECT_EQ(test, tdcs->rtmr[1][0], 0);
	KUNIT_EXPECT_TRUE(test, soft_trylock_exclusive(&tdcs->rtmr_lock));
	soft_unlock_exclusive(&tdcs->rtmr_lock);
}

/* Where TDREPORT has what, by the ABI's table. */
static void tdg_report(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);
	u8 *report;

	tdg_call(g, TDG_MEM_PAGE_ACCEPT, 0);
	report = soft_private_va(&g->soft, 1024);
	memset(report - 64, 9, 64);
	g->gpr[SOFT_R8] = 0;
	tdg_expect(test, g, 0, TDG_MR_RTMR_EXTEND, 64, 3);
	tdg_expect(test, g, BAD_RCX, TDG_MR_REPORT, 512, 960);
	tdg_expect(test, g, TDX_OPERAND_INVALID | SOFT_OPERAND_RDX, TDG_MR_REPORT, 1024, 961);
	tdg_expect(test, g, 0, TDG_MR_REPORT, 1024, 960);

	KUNIT_EXPECT_EQ(test, report[0], 0x81);
	KUNIT_EXPECT_EQ(test, report[128], 9);
	KUNIT_EXPECT_EQ(test, report[128 + 63], 9);
	KUNIT_EXPECT_EQ(test, *(u64 *)(report + 512), TDX_TD_ATTR_SEPT_VE_DISABLE);
	KUNIT_EXPECT_EQ(test, *(u64 *)(report + 520), 3);
	KUNIT_EXPECT_MEMEQ(test, report + 512 + 208 + 3 * 48, rtmr_after_0, sizeof(rtmr_after_0));

	/* The report may overwrite what it is about. */
	memset(report, 5, 64);
	tdg_expect(test, g, 0, TDG_MR_REPORT, 1024, 1024);
	KUNIT_EXPECT_EQ(test, report[128], 5);

	g->gpr[SOFT_R8] = 1;
	tdg_expect(test, g, TDX_OPERAND_INVALID | SOFT_OPERAND_R8, TDG_MR_REPORT, 1024, 960);
}

static u64 tdg_vm_write(struct tdg *g, u64 field, u64 value, u64 mask)
{
	g->gpr[SOFT_RDX] = field;
	g->gpr[SOFT_R8] = value;
	g->gpr[SOFT_R9] = mask;
	tdg_call(g, TDG_VM_WR, 0);
	return g->gpr[SOFT_RAX];
}

static void tdg_vm_fields(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	tdg_expect(test, g, 0, TDG_VM_RD, 0, TDCS_CONFIG_FLAGS);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], g->soft.tdcs->config_flags);
	tdg_expect(test, g, 0, TDG_VM_RD, 0, TDCS_TOPOLOGY_ENUM_CONFIGURED);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], 1);
	tdg_expect(test, g, TDX_METADATA_FIELD_NOT_READABLE, TDG_VM_RD, 0, 0x1234);

	/* Only what the mask says, and only the bits that there are. */
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_NOTIFY_ENABLES, ~0ULL, 1), 0);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_NOTIFY_ENABLES, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], 1);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_NOTIFY_ENABLES, 2, 2),
			SOFT_TDX_METADATA_FIELD_VALUE_NOT_VALID);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_TD_CTLS, TD_CTLS_REDUCE_VE, TD_CTLS_REDUCE_VE),
			SOFT_TDX_METADATA_FIELD_VALUE_NOT_VALID);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_CONFIG_FLAGS, 0, 0),
			SOFT_TDX_METADATA_FIELD_NOT_WRITABLE);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, 0x1234, 0, 0), SOFT_TDX_METADATA_FIELD_NOT_WRITABLE);

	/* Once locked, controls stay. */
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_TD_CTLS, TD_CTLS_LOCK, TD_CTLS_LOCK), 0);
	KUNIT_EXPECT_EQ(test, tdg_vm_write(g, TDCS_TD_CTLS, TD_CTLS_ENUM_TOPOLOGY,
					   TD_CTLS_ENUM_TOPOLOGY),
			SOFT_TDX_METADATA_FIELD_NOT_WRITABLE);
	tdg_expect(test, g, 0, TDG_VM_RD, 0, TDCS_TD_CTLS);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], TD_CTLS_LOCK);
}

static void tdg_sys_fields(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	/* vCPUs per TD, as the host reads it. */
	tdg_expect(test, g, 0, TDG_SYS_RD, 0, 0x9900000100000008);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_R8], 576);
	KUNIT_EXPECT_EQ(test, g->gpr[SOFT_RDX], ~0ULL);
	tdg_expect(test, g, TDX_METADATA_FIELD_NOT_READABLE, TDG_SYS_RD, 0, 0x1234);
}

static void tdg_cpuidve(struct kunit *test)
{
	struct tdg *g = tdg_begin(test->priv);

	tdg_expect(test, g, BAD_RCX, TDG_VP_CPUIDVE_SET, 4, 0);
	KUNIT_EXPECT_EQ(test, g->guest.vcpu->cpuid_ve, 0);
	tdg_expect(test, g, 0, TDG_VP_CPUIDVE_SET, 3, 0);
	KUNIT_EXPECT_EQ(test, g->guest.vcpu->cpuid_ve, 3);
}

static struct kunit_case soft_guest_leaves_cases[] = {
	KUNIT_CASE(tdg_info),
	KUNIT_CASE(tdg_unknown),
	KUNIT_CASE(tdg_veinfo),
	KUNIT_CASE(tdg_vmcall),
	KUNIT_CASE(tdg_accept),
	KUNIT_CASE(tdg_rtmr),
	KUNIT_CASE(tdg_report),
	KUNIT_CASE(tdg_vm_fields),
	KUNIT_CASE(tdg_sys_fields),
	KUNIT_CASE(tdg_cpuidve),
	{}
};

static struct kunit_suite soft_guest_leaves_suite = {
	.name = "soft_tdx_guest_leaves",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_guest_leaves_cases,
};

kunit_test_suite(soft_guest_leaves_suite);

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of SEAMCALL itself, TDH.SYS.*, and error
 * injection.
 */
#include <linux/array_size.h>
#include <asm/soft_vmx.h>
#include <asm/vmx.h>

#include "soft_kunit.h"

/* A leaf number that is within the table and has no leaf function. */
#define NO_LEAF		5

#define FIELD_FEATURES0			0x0A00000300000008ULL
#define FIELD_PAMT_4K_ENTRY_BYTES	0x9100000100000010ULL
#define FIELD_PAMT_BITMAP_BITS		0x9100000100000013ULL
#define FIELD_NONE			0x0800000100000099ULL

static void seamcall_seamldr(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	soft_expect(k, TDX_SEAMCALL_VMFAILINVALID, BIT_ULL(63), .rcx = 1);
	soft_expect(k, TDX_SEAMCALL_VMFAILINVALID, BIT_ULL(63) | TDH_SYS_RD, .rcx = 1);
}

static void seamcall_no_such_leaf(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	soft_expect(k, TDX_OPERAND_INVALID, NO_LEAF, .rcx = 1);
	soft_expect(k, TDX_OPERAND_INVALID, SOFT_NR_LEAVES, .rcx = 1);
	soft_expect(k, TDX_OPERAND_INVALID, 0xffff, .rcx = 1);
}

/* SEAMCALL outside VMX root mode is a #UD, which the caller's fixup takes. */
static void seamcall_before_vmxon(struct kunit *test)
{
	struct tdx_module_args args = { .rdx = FIELD_PAMT_4K_ENTRY_BYTES };
	unsigned long flags;
	u64 vmcs = 0, off, on;

	if (!soft_vmx_enabled)
		kunit_skip(test, "VMX is real");

	local_irq_save(flags);
	asm volatile("vmxoff" ::: "cc", "memory");
	off = __seamcall_ret(TDH_SYS_RD, &args);
	asm volatile("vmxon %0" : : "m"(vmcs) : "cc", "memory");
	on = __seamcall_ret(TDH_SYS_RD, &args);
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, off, TDX_SEAMCALL_UD);
	KUNIT_EXPECT_EQ(test, on, TDX_SUCCESS);
}

/* __seamcall() takes no register back, __seamcall_ret() the first six. */
static void seamcall_registers(struct kunit *test)
{
	struct tdx_module_args in = {
		.rcx = 11, .rdx = FIELD_PAMT_4K_ENTRY_BYTES, .r8 = 13, .r9 = 14, .r10 = 15,
		.r11 = 16, .r12 = 17, .r13 = 18, .r14 = 19, .r15 = 20, .rbx = 21, .rdi = 22,
		.rsi = 23,
	};
	struct tdx_module_args args = in, out = in;

	KUNIT_EXPECT_EQ(test, seamcall(TDH_SYS_RD, &args), TDX_SUCCESS);
	KUNIT_EXPECT_MEMEQ(test, &args, &in, sizeof(in));

	out.r8 = sizeof(struct soft_pamt_entry);
	KUNIT_EXPECT_EQ(test, seamcall_ret(TDH_SYS_RD, &args), TDX_SUCCESS);
	KUNIT_EXPECT_MEMEQ(test, &args, &out, sizeof(in));

	args = in;
	KUNIT_EXPECT_EQ(test, seamcall_saved_ret(TDH_SYS_RD, &args), TDX_SUCCESS);
	KUNIT_EXPECT_MEMEQ(test, &args, &out, sizeof(in));
}

static void sys_init(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RCX, TDH_SYS_INIT, .rcx = 1);
	soft_expect(k, SOFT_TDX_SYS_STATE_INCORRECT, TDH_SYS_INIT, .rcx = 0);
}

static void sys_init_busy(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&soft_sys_lock));
	soft_expect(k, TDX_SYS_BUSY, TDH_SYS_INIT, .rcx = 0);
	soft_unlock_shared(&soft_sys_lock);
}

static void sys_lp_init(struct kunit *test)
{
	soft_expect(test->priv, SOFT_TDX_SYS_STATE_INCORRECT, TDH_SYS_LP_INIT, .rcx = 0);
}

static void sys_config(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 array = soft_kunit_bare_page(k);

	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RDX, TDH_SYS_CONFIG,
		    .rcx = array, .rdx = 0);
	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RDX, TDH_SYS_CONFIG,
		    .rcx = array, .rdx = ARRAY_SIZE(soft_tdmrs) + 1);
	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RCX, TDH_SYS_CONFIG,
		    .rcx = array + 8, .rdx = 1);
	soft_expect(k, soft_dpamt_offered ? SOFT_TDX_SYS_STATE_INCORRECT :
		    TDX_OPERAND_INVALID | SOFT_OPERAND_R8, TDH_SYS_CONFIG,
		    .rcx = array, .rdx = 1, .r8 = TDX_CONFIG_DYNAMIC_PAMT);
	soft_expect(k, SOFT_TDX_SYS_STATE_INCORRECT, TDH_SYS_CONFIG, .rcx = array, .rdx = 1);
}

static void sys_key_config(struct kunit *test)
{
	soft_expect(test->priv, TDX_KEY_CONFIGURED, TDH_SYS_KEY_CONFIG, .rcx = 0);
}

/* A TDMR that is done stays as it is. */
static void sys_tdmr_init(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 end = soft_tdmrs[0].base + soft_tdmrs[0].size;

	soft_kunit_td_create(k, &td);
	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RCX, TDH_SYS_TDMR_INIT,
		    .rcx = soft_tdmrs[0].base + PAGE_SIZE);
	soft_expect(k, TDX_OPERAND_INVALID | SOFT_OPERAND_RCX, TDH_SYS_TDMR_INIT,
		    .rcx = soft_kunit_beyond());
	for (int i = 0; i < soft_nr_tdmrs; i++)
		soft_expect(k, TDX_SUCCESS, TDH_SYS_TDMR_INIT, .rcx = soft_tdmrs[i].base);
	soft_expect(k, TDX_SUCCESS, TDH_SYS_TDMR_INIT, .rcx = soft_tdmrs[0].base);
	KUNIT_EXPECT_EQ(test, k->out.rdx, end);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(td.tdr), SOFT_PT_TDR);
}

/* Each field that the kernel reads of a module, and one that does not exist. */
static void sys_rd(struct kunit *test)
{
	static const u64 fields[] = {
		0x0800000100000003, 0x0800000100000004, 0x0800000100000005,
		0x9100000100000008, 0x9100000100000009, 0x9100000100000010,
		0x9100000100000011, 0x9100000100000012, 0x9800000100000000,
		0x9800000100000100, 0x9800000100000200, 0x1900000300000000,
		0x1900000300000001, 0x1900000300000002, 0x1900000300000003,
		0x9900000100000004, 0x9900000100000008, 0x9900000300000400,
		0x9900000300000500, 0x9900000300000501,
	};
	struct soft_kunit *k = test->priv;

	for (int i = 0; i < ARRAY_SIZE(fields); i++)
		soft_expect(k, TDX_SUCCESS, TDH_SYS_RD, .rdx = fields[i]);

	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_SYS_RD, .rdx = FIELD_NONE, .r8 = 1);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
}

/* Dynamic PAMT is offered by a feature bit and a field, both or neither. */
static void sys_rd_dynamic_pamt(struct kunit *test)
{
	struct soft_kunit *k = test->priv;

	soft_must(k, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	KUNIT_EXPECT_EQ(test, !!(k->out.r8 & TDX_FEATURES0_DYNAMIC_PAMT), soft_dpamt_offered);
	soft_expect(k, soft_dpamt_offered ? TDX_SUCCESS : TDX_METADATA_FIELD_NOT_READABLE,
		    TDH_SYS_RD, .rdx = FIELD_PAMT_BITMAP_BITS);
	KUNIT_EXPECT_EQ(test, k->out.r8, soft_dpamt_offered ? 1 : 0);
}

static void leaf_stats(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_leaf_stat before, after;

	soft_leaf_stat_read(TDH_SYS_RD, &before);
	soft_must(k, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_call(k, TDH_SYS_RD, .rdx = FIELD_NONE);
	soft_leaf_stat_read(TDH_SYS_RD, &after);
	KUNIT_EXPECT_EQ(test, after.calls - before.calls, 2);
	KUNIT_EXPECT_EQ(test, after.errors - before.errors, 1);
}

/* A leaf takes at least its cost, less the jitter. */
static void leaf_cost(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 least = soft_cost_ns(TDH_SYS_RD, true) * (100 - min(soft_jitter_percent, 100u)) / 100;
	struct soft_leaf_stat before, after;

	soft_leaf_stat_read(TDH_SYS_RD, &before);
	for (int i = 0; i < 16; i++)
		soft_must(k, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_leaf_stat_read(TDH_SYS_RD, &after);
	/* One nanosecond for each rounding. */
	KUNIT_EXPECT_GE(test, after.ns - before.ns + 16, 16 * least);
}

#define INJECTED	0xC0000F0000000042ULL

static void inject_nth(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_inject inject;

	KUNIT_ASSERT_EQ(test, soft_inject_arm(TDH_SYS_RD, 3, 2, INJECTED), 0);
	for (int call = 1; call <= 6; call++)
		soft_expect(k, call == 3 || call == 4 ? INJECTED : TDX_SUCCESS,
			    TDH_SYS_RD, .rdx = FIELD_FEATURES0);

	soft_inject_read(TDH_SYS_RD, &inject);
	KUNIT_EXPECT_EQ(test, inject.calls, 6);
	KUNIT_EXPECT_EQ(test, inject.injected, 2);

	/* Armed again, it counts from now. */
	KUNIT_ASSERT_EQ(test, soft_inject_arm(TDH_SYS_RD, 1, 1, INJECTED + 1), 0);
	soft_expect(k, INJECTED + 1, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_expect(k, TDX_SUCCESS, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
}

/* An injected call does nothing, but is counted; other leaves are not hit. */
static void inject_does_nothing(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_leaf_stat before, after;
	u64 tdr = soft_kunit_page(k);
	int hkid = soft_kunit_hkid(k);

	KUNIT_ASSERT_EQ(test, soft_inject_arm(TDH_MNG_CREATE, 1, 1, INJECTED), 0);
	soft_leaf_stat_read(TDH_MNG_CREATE, &before);
	soft_expect(k, TDX_SUCCESS, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_expect(k, INJECTED, TDH_MNG_CREATE, .rcx = tdr, .rdx = hkid, .r8 = 3);
	soft_leaf_stat_read(TDH_MNG_CREATE, &after);

	KUNIT_EXPECT_EQ(test, k->out.rcx, tdr);
	KUNIT_EXPECT_EQ(test, k->out.rdx, hkid);
	KUNIT_EXPECT_EQ(test, k->out.r8, 3);
	KUNIT_EXPECT_EQ(test, soft_kunit_owned(), k->owned);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(tdr), SOFT_PT_NDA);
	KUNIT_EXPECT_EQ(test, after.calls - before.calls, 1);
	KUNIT_EXPECT_EQ(test, after.errors - before.errors, 1);
	KUNIT_EXPECT_EQ(test, after.ns, before.ns);

	soft_expect(k, TDX_SUCCESS, TDH_MNG_CREATE, .rcx = tdr, .rdx = hkid);
}

static void inject_off(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_inject inject;

	KUNIT_ASSERT_EQ(test, soft_inject_arm(TDH_SYS_RD, 1, ~0ULL, INJECTED), 0);
	soft_expect(k, INJECTED, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_expect(k, INJECTED, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_inject_off();
	soft_expect(k, TDX_SUCCESS, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
	soft_inject_read(TDH_SYS_RD, &inject);
	KUNIT_EXPECT_EQ(test, inject.count, 0);
}

static void inject_invalid(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, soft_inject_arm(NO_LEAF, 1, 1, INJECTED), -EINVAL);
	KUNIT_EXPECT_EQ(test, soft_inject_arm(SOFT_NR_LEAVES, 1, 1, INJECTED), -EINVAL);
	KUNIT_EXPECT_EQ(test, soft_inject_arm(TDH_SYS_RD, 0, 1, INJECTED), -EINVAL);
	KUNIT_EXPECT_EQ(test, soft_inject_arm(TDH_SYS_RD, 1, 0, INJECTED), -EINVAL);
	KUNIT_EXPECT_EQ(test, soft_inject_arm(TDH_SYS_RD, 1, 1, TDX_SUCCESS), -EINVAL);
	soft_expect(test->priv, TDX_SUCCESS, TDH_SYS_RD, .rdx = FIELD_FEATURES0);
}

static struct kunit_case soft_sys_cases[] = {
	KUNIT_CASE(seamcall_seamldr),
	KUNIT_CASE(seamcall_no_such_leaf),
	KUNIT_CASE(seamcall_before_vmxon),
	KUNIT_CASE(seamcall_registers),
	KUNIT_CASE(sys_init),
	KUNIT_CASE(sys_init_busy),
	KUNIT_CASE(sys_lp_init),
	KUNIT_CASE(sys_config),
	KUNIT_CASE(sys_key_config),
	KUNIT_CASE(sys_tdmr_init),
	KUNIT_CASE(sys_rd),
	KUNIT_CASE(sys_rd_dynamic_pamt),
	KUNIT_CASE(leaf_stats),
	KUNIT_CASE(leaf_cost),
	KUNIT_CASE(inject_nth),
	KUNIT_CASE(inject_does_nothing),
	KUNIT_CASE(inject_off),
	KUNIT_CASE(inject_invalid),
	{}
};

static struct kunit_suite soft_sys_suite = {
	.name = "soft_tdx_sys",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_sys_cases,
};

kunit_test_suite(soft_sys_suite);

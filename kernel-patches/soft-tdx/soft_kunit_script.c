// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of the guest that follows a script.
 */
#include <linux/array_size.h>
#include <linux/string.h>
#include <asm/irq_vectors.h>
#include <asm/shared/tdx.h>
#include <asm/vmx.h>

#include "soft_kunit.h"
#include "soft_script.h"

#define FIELD_SHARED_EPTP	((u64)SHARED_EPT_POINTER)
#define SHARED_BIT		BIT_ULL(47)
#define BAD_GPA			(TDX_OPERAND_INVALID | SOFT_OPERAND_RCX)

/* A TD, runnable, whose vCPU has its script at GPA 0 with the shared bit. */
static struct soft_script *script_td(struct soft_kunit *k, struct soft_kunit_td *td, u64 *tdvpr,
				     u64 *eptp)
{
	u64 table = soft_kunit_bare_page(k), page = soft_kunit_bare_page(k);
	struct soft_script *script = __va(page);

	soft_kunit_td_init(k, td);
	*tdvpr = soft_kunit_vcpu_tdcx(k, td);
	soft_must(k, TDH_VP_INIT, .rcx = *tdvpr, .rdx = SHARED_BIT);
	soft_kunit_tables(k, td, 0, 0);
	soft_kunit_td_run(k, td);

	/* The host's EPT of shared memory: SHARED_BIT is index 256 of the root. */
	*eptp = table;
	for (int level = td->tdcs->root_level; level; level--) {
		u64 next = soft_kunit_bare_page(k);

		((u64 *)__va(table))[level == 3 ? 256 : 0] = next | VMX_EPT_RWX_MASK;
		table = next;
	}
	((u64 *)__va(table))[0] = page | VMX_EPT_RWX_MASK;
	script->magic = SOFT_SCRIPT_MAGIC;
	return script;
}

static void script_run(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdvpr, eptp;
	struct soft_script *script;
	struct soft_kunit_td td;

	script = script_td(k, &td, &tdvpr, &eptp);
	script->op[0].code = SOFT_SCRIPT_TOUCH;
	script->op[1].code = SOFT_SCRIPT_ACCEPT;
	script->op[1].status = 99;
	script->op[2].code = SOFT_SCRIPT_PAUSE;
	script->op[3].code = SOFT_SCRIPT_END;

	/* Without an EPT the script itself is not there. */
	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, k->out.r8, SHARED_BIT);
	soft_must(k, TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);

	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
	memset(__va(page), 0xff, PAGE_SIZE);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td.tdr, .r8 = page);
	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, script->next, 0);
	script->next = 1;
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, soft_sept_state(soft_kunit_septe(&td, 0, 0), 0),
			SOFT_SEPT_PRESENT);
	KUNIT_EXPECT_PTR_EQ(test, memchr_inv(__va(page), 0, PAGE_SIZE), NULL);
	KUNIT_EXPECT_EQ(test, script->op[1].status, 0);
	KUNIT_EXPECT_EQ(test, script->next, 3);
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, k->out.r11, EXIT_REASON_IO_INSTRUCTION);
	KUNIT_EXPECT_EQ(test, k->out.r14, SOFT_SCRIPT_PORT);
	KUNIT_EXPECT_EQ(test, script->next, 0);
}

/* What a host writes into the script or gives as EPT must not hurt the kernel. */
static void script_bad(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr, eptp;

	script = script_td(k, &td, &tdvpr, &eptp);
	soft_must(k, TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	script->op[0].code = 12345;
	script->op[1].code = SOFT_SCRIPT_PAUSE;
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, script->op[0].status, TDX_OPERAND_INVALID);

	script->next = SOFT_SCRIPT_NR_OPS;
	soft_expect(k, EXIT_REASON_TRIPLE_FAULT, TDH_VP_ENTER, .rcx = tdvpr);
	script->next = 0;
	script->magic = 0;
	soft_expect(k, EXIT_REASON_TRIPLE_FAULT, TDH_VP_ENTER, .rcx = tdvpr);

	/* Tables outside of memory. */
	soft_must(k, TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP,
		  .r8 = soft_kunit_beyond(), .r9 = ~0ULL);
	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
	((u64 *)__va(eptp))[256] = BIT_ULL(50) | VMX_EPT_RWX_MASK;
	soft_must(k, TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
}

/* As script_td(), with the host's EPT in place and a page at GPA 0 to be accepted. */
static struct soft_script *script_ready(struct soft_kunit *k, struct soft_kunit_td *td,
					u64 *tdvpr)
{
	u64 page = soft_kunit_page(k), eptp;
	struct soft_script *script = script_td(k, td, tdvpr, &eptp);

	soft_must(k, TDH_VP_WR, .rcx = *tdvpr, .rdx = FIELD_SHARED_EPTP, .r8 = eptp,
		  .r9 = ~0ULL);
	soft_must(k, TDH_MEM_PAGE_AUG, .rcx = 0, .rdx = td->tdr, .r8 = page);
	return script;
}

/* KVM ends a VM whose interrupt exit names no interrupt. */
static void expect_interrupt(struct soft_kunit *k, u64 tdvpr)
{
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(k->test, k->out.r9,
			INTR_INFO_VALID_MASK | INTR_TYPE_EXT_INTR | RESCHEDULE_VECTOR);
}

static void script_interrupts(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr;

	script = script_ready(k, &td, &tdvpr);
	script->op[0].code = SOFT_SCRIPT_PAUSE;
	expect_interrupt(k, tdvpr);
	KUNIT_EXPECT_EQ(test, script->next, 1);

	/* As many operations as an entry does, none of which exits. */
	for (int i = 1; i <= 16; i++)
		script->op[i].code = i == 1 ? SOFT_SCRIPT_ACCEPT : SOFT_SCRIPT_TOUCH;
	expect_interrupt(k, tdvpr);
	KUNIT_EXPECT_EQ(test, script->next, 17);
}

/* What the host answers to END goes to no operation of the script after it. */
static void script_second(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr;

	script = script_ready(k, &td, &tdvpr);
	script->op[0].code = SOFT_SCRIPT_ACCEPT;
	script->op[1].code = SOFT_SCRIPT_END;
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr);

	memset(script->op, 0, sizeof(script->op));
	script->op[0].code = SOFT_SCRIPT_ACCEPT;
	script->op[1].code = SOFT_SCRIPT_MAP_GPA;
	script->op[1].arg = SZ_4K;
	script->op[2].code = SOFT_SCRIPT_END;
	/* R10 = 99 is the answer to END. */
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr, .r10 = 99);
	KUNIT_EXPECT_EQ(test, k->out.r11, TDVMCALL_MAP_GPA);
	KUNIT_EXPECT_EQ(test, script->op[0].status, 0x00000b0a00000000ULL);

	/* MapGPA gets its own. */
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr, .r10 = 77);
	KUNIT_EXPECT_EQ(test, k->out.r11, EXIT_REASON_IO_INSTRUCTION);
	KUNIT_EXPECT_EQ(test, script->op[1].status, 77);
	KUNIT_EXPECT_EQ(test, script->op[2].status, 0);

	/* Entered again as it is, it starts over. */
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, k->out.r11, TDVMCALL_MAP_GPA);
}

/* The host stops MapGPA half way: the guest asks for the rest. */
static void script_map_retry(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr;

	script = script_ready(k, &td, &tdvpr);
	script->op[0].code = SOFT_SCRIPT_MAP_GPA;
	script->op[0].gpa = SZ_2M;
	script->op[0].arg = SZ_2M;
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr);
	soft_expect(k, EXIT_REASON_TDCALL, TDH_VP_ENTER, .rcx = tdvpr,
		    .r10 = TDVMCALL_STATUS_RETRY, .r11 = SZ_2M + SZ_4K);
	KUNIT_EXPECT_EQ(test, k->out.r12, SZ_2M + SZ_4K);
	KUNIT_EXPECT_EQ(test, k->out.r13, SZ_2M - SZ_4K);
}

/* Addresses that the TD does not have are no other name of one that it has. */
static void script_gpa_width(struct kunit *test)
{
	static const u64 bad[] = { 8, SHARED_BIT, BIT_ULL(48), BIT_ULL(49), BIT_ULL(52) };
	struct soft_kunit *k = test->priv;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr;
	int i;

	script = script_ready(k, &td, &tdvpr);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		script->op[i].code = SOFT_SCRIPT_ACCEPT;
		script->op[i].gpa = bad[i];
	}
	for (i = 2; i < ARRAY_SIZE(bad); i++) {
		script->op[3 + i].code = SOFT_SCRIPT_TOUCH;
		script->op[3 + i].gpa = bad[i];
	}
	script->op[8].code = SOFT_SCRIPT_PAUSE;
	expect_interrupt(k, tdvpr);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, script->op[i].status, BAD_GPA);
	KUNIT_EXPECT_EQ(test, soft_sept_state(soft_kunit_septe(&td, 0, 0), 0),
			SOFT_SEPT_PENDING);
}

/* While the guest accepts a page the host finds its entry busy. */
static void script_accept_locks(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_sept_walk walk;
	struct soft_kunit_td td;
	struct soft_td soft;
	u64 tdvpr;

	script_ready(k, &td, &tdvpr);
	soft = (struct soft_td){ .tdr = td.tdr_va, .tdcs = td.tdcs };
	soft_sept_walk(&soft, 0, 0, &walk);
	*walk.entry |= SOFT_SEPTE_ACCEPTING;
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT, TDH_MEM_RANGE_BLOCK, .rcx = 0,
		    .rdx = td.tdr);
	*walk.entry &= ~SOFT_SEPTE_ACCEPTING;
	soft_expect(k, TDX_SUCCESS, TDH_MEM_RANGE_BLOCK, .rcx = 0, .rdx = td.tdr);
}

/* Faulting again and again at one page: the entry needs the S-EPT for itself. */
static void script_zero_step(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_tdvpr *state;
	struct soft_script *script;
	struct soft_kunit_td td;
	u64 tdvpr;

	script = script_ready(k, &td, &tdvpr);
	state = __va(tdvpr);
	script->op[0].code = SOFT_SCRIPT_TOUCH;
	script->op[0].gpa = SZ_4K;
	for (int i = 0; i < SOFT_ZERO_STEP_FAULTS; i++)
		soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);

	soft_must(k, TDH_MEM_TRACK, .rcx = td.tdr);
	KUNIT_ASSERT_TRUE(test, soft_trylock_shared(&td.tdcs->sept_lock));
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_SEPT, TDH_VP_ENTER, .rcx = tdvpr);
	soft_unlock_shared(&td.tdcs->sept_lock);
	/* An entry that was refused is none. */
	KUNIT_EXPECT_EQ(test, state->epoch, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->epoch_users[0]), 0);

	soft_expect(k, EXIT_REASON_EPT_VIOLATION, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, state->epoch, 2);
	script->op[0].gpa = 0;
	script->op[0].code = SOFT_SCRIPT_ACCEPT;
	script->op[1].code = SOFT_SCRIPT_PAUSE;
	expect_interrupt(k, tdvpr);
	KUNIT_EXPECT_EQ(test, state->faults, 0);
}

static struct kunit_case soft_script_cases[] = {
	KUNIT_CASE(script_run),
	KUNIT_CASE(script_bad),
	KUNIT_CASE(script_interrupts),
	KUNIT_CASE(script_second),
	KUNIT_CASE(script_map_retry),
	KUNIT_CASE(script_gpa_width),
	KUNIT_CASE(script_accept_locks),
	KUNIT_CASE(script_zero_step),
	{}
};

static struct kunit_suite soft_script_suite = {
	.name = "soft_tdx_script",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_script_cases,
};

kunit_test_suite(soft_script_suite);

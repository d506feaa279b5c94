// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: KUnit suite of vCPUs, TDH.VP.*.
 */
#include <linux/array_size.h>
#include <linux/cpumask.h>
#include <linux/string.h>
#include <asm/shared/tdx.h>
#include <asm/vmx.h>

#include "soft_kunit.h"

#define VERSION1	BIT(TDX_VERSION_SHIFT)

#define FIELD_SHARED_EPTP	((u64)SHARED_EPT_POINTER)
#define FIELD_PEND_NMI		(BIT_ULL(63) | 32ULL << 56 | 11)
#define FIELD_STATE_DETAILS	(17ULL << 56 | 0x100)
#define FIELD_NONE		((u64)GUEST_RIP)

#define OP_STATE	SOFT_TDX_OP_STATE_INCORRECT
#define VCPU_STATE	SOFT_TDX_VCPU_STATE_INCORRECT
#define METADATA(reg)	(TDX_PAGE_METADATA_INCORRECT | SOFT_OPERAND_##reg)
#define BUSY(reg)	(TDX_OPERAND_BUSY | SOFT_OPERAND_##reg)

static void vp_create(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 tdvpr = soft_kunit_page(k), other = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_tdcx(k, &td);
	soft_expect(k, OP_STATE, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_must(k, TDH_MNG_INIT, .rcx = td.tdr, .rdx = soft_kunit_params(k, NULL));
	soft_expect(k, METADATA(RCX), TDH_VP_CREATE, .rcx = td.tdr_va->tdcx_hpa[0],
		    .rdx = td.tdr);
	soft_expect(k, TDX_SUCCESS, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	KUNIT_EXPECT_EQ(test, soft_kunit_type(tdvpr), SOFT_PT_TDVPR);
	soft_expect(k, METADATA(RCX), TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_kunit_td_run(k, &td);
	soft_expect(k, OP_STATE, TDH_VP_CREATE, .rcx = other, .rdx = td.tdr);
}

static void vp_addcx(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	u64 page = soft_kunit_page(k), tdvpr = soft_kunit_page(k);
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	soft_expect(k, METADATA(RDX), TDH_VP_ADDCX, .rcx = page, .rdx = tdvpr);
	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	soft_expect(k, METADATA(RCX), TDH_VP_ADDCX, .rcx = td.tdr_va->tdcx_hpa[0],
		    .rdx = tdvpr);
	for (int i = 0; i < SOFT_TDVPS_PAGES - 1; i++)
		soft_expect(k, TDX_SUCCESS, TDH_VP_ADDCX, .rcx = soft_kunit_page(k),
			    .rdx = tdvpr);
	soft_expect(k, SOFT_TDX_TDCX_NUM_INCORRECT, TDH_VP_ADDCX, .rcx = page, .rdx = tdvpr);
	KUNIT_EXPECT_EQ(test, atomic_long_read(&td.tdr_va->nr_children),
			SOFT_TDCS_PAGES + SOFT_TDVPS_PAGES);
}

static void vp_init(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_tdvpr *va;
	struct soft_kunit_td td;
	u64 tdvpr = soft_kunit_page(k);

	soft_kunit_td_init(k, &td);
	soft_expect(k, METADATA(RCX), TDH_VP_INIT | VERSION1, .rcx = tdvpr);
	soft_must(k, TDH_VP_CREATE, .rcx = tdvpr, .rdx = td.tdr);
	va = __va(tdvpr);
	for (int i = 0; i < SOFT_TDVPS_PAGES - 1; i++) {
		soft_expect(k, SOFT_TDX_TDCX_NUM_INCORRECT, TDH_VP_INIT | VERSION1,
			    .rcx = tdvpr);
		soft_must(k, TDH_VP_ADDCX, .rcx = soft_kunit_page(k), .rdx = tdvpr);
	}
	soft_expect(k, TDX_SUCCESS, TDH_VP_INIT | VERSION1, .rcx = tdvpr, .rdx = 0x1234,
		    .r8 = 77);
	KUNIT_EXPECT_EQ(test, va->initial_rcx, 0x1234);
	KUNIT_EXPECT_EQ(test, va->x2apic_id, 77);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->nr_associated), 1);
	soft_expect(k, VCPU_STATE, TDH_VP_INIT | VERSION1, .rcx = tdvpr);

	/* Version 0: the id is the index. */
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	va = __va(tdvpr);
	soft_expect(k, TDX_SUCCESS, TDH_VP_INIT, .rcx = tdvpr, .r8 = 77);
	KUNIT_EXPECT_EQ(test, va->x2apic_id, 1);
}

static void vp_init_refused(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	for (int i = 0; i < SOFT_KUNIT_MAX_VCPUS; i++)
		soft_kunit_vcpu(k, &td);
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	soft_expect(k, SOFT_TDX_MAX_VCPUS_EXCEEDED, TDH_VP_INIT | VERSION1, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->nr_vcpus), SOFT_KUNIT_MAX_VCPUS);
	soft_kunit_td_run(k, &td);
	soft_expect(k, VCPU_STATE, TDH_VP_INIT | VERSION1, .rcx = tdvpr);
}

/* A TD that is on its way out takes no vCPU, and none is counted. */
static void vp_init_blocked(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	soft_kunit_block_td(k, &td);
	soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, TDH_VP_INIT | VERSION1,
		    .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->nr_vcpus), 0);
	soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, TDH_VP_CREATE,
		    .rcx = soft_kunit_page(k), .rdx = td.tdr);
	soft_expect(k, SOFT_TDX_LIFECYCLE_STATE_INCORRECT, TDH_VP_ADDCX,
		    .rcx = soft_kunit_page(k), .rdx = tdvpr);
}

static void vp_rd_wr(struct kunit *test)
{
	static const u64 fields[] = {
		SHARED_EPT_POINTER, POSTED_INTR_DESC_ADDR, POSTED_INTR_NV,
		PIN_BASED_VM_EXEC_CONTROL, SECONDARY_VM_EXEC_CONTROL, NOTIFY_WINDOW,
	};
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	soft_expect(k, VCPU_STATE, TDH_VP_RD, .rcx = tdvpr, .rdx = fields[0]);
	soft_expect(k, VCPU_STATE, TDH_VP_WR, .rcx = tdvpr, .rdx = fields[0], .r9 = ~0ULL);
	soft_must(k, TDH_VP_INIT, .rcx = tdvpr);

	for (int i = 0; i < ARRAY_SIZE(fields); i++) {
		soft_expect(k, TDX_SUCCESS, TDH_VP_WR, .rcx = tdvpr, .rdx = fields[i],
			    .r8 = 0x1110 + i, .r9 = ~0ULL);
		KUNIT_EXPECT_EQ(test, k->out.r8, 0);
		soft_expect(k, TDX_SUCCESS, TDH_VP_WR, .rcx = tdvpr, .rdx = fields[i],
			    .r8 = ~0ULL, .r9 = 0xf0000);
		KUNIT_EXPECT_EQ(test, k->out.r8, 0x1110 + i);
	}
	for (int i = 0; i < ARRAY_SIZE(fields); i++) {
		soft_expect(k, TDX_SUCCESS, TDH_VP_RD, .rcx = tdvpr, .rdx = fields[i]);
		KUNIT_EXPECT_EQ(test, k->out.r8, 0xf1110 + i);
	}

	soft_expect(k, TDX_SUCCESS, TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_PEND_NMI, .r8 = 1,
		    .r9 = 1);
	soft_expect(k, TDX_SUCCESS, TDH_VP_RD, .rcx = tdvpr, .rdx = FIELD_PEND_NMI);
	KUNIT_EXPECT_EQ(test, k->out.r8, 1);
	soft_expect(k, TDX_SUCCESS, TDH_VP_RD, .rcx = tdvpr, .rdx = FIELD_STATE_DETAILS);
	KUNIT_EXPECT_EQ(test, k->out.r8, 0);
	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_VP_RD, .rcx = tdvpr,
		    .rdx = FIELD_NONE);
	soft_expect(k, TDX_METADATA_FIELD_NOT_READABLE, TDH_VP_WR, .rcx = tdvpr,
		    .rdx = FIELD_NONE, .r9 = ~0ULL);
	soft_expect(k, METADATA(RCX), TDH_VP_RD, .rcx = td.tdr, .rdx = fields[0]);
	soft_expect(k, METADATA(RCX), TDH_VP_WR, .rcx = td.tdr, .rdx = fields[0]);
}

static void vp_flush(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	soft_expect(k, TDX_VCPU_NOT_ASSOCIATED, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_must(k, TDH_VP_INIT, .rcx = tdvpr);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->nr_associated), 0);
	soft_expect(k, TDX_VCPU_NOT_ASSOCIATED, TDH_VP_FLUSH, .rcx = tdvpr);
	/* Reading a field associates it again. */
	soft_must(k, TDH_VP_RD, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_expect(k, METADATA(RCX), TDH_VP_FLUSH, .rcx = td.tdr);
}

static void vp_association(struct kunit *test)
{
	int other = cpumask_next(0, cpu_online_mask);
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	if (other >= nr_cpu_ids)
		kunit_skip(test, "one CPU only");

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu(k, &td);
	soft_kunit_td_run(k, &td);

	soft_kunit_pin(other);
	soft_expect(k, SOFT_TDX_VCPU_ASSOCIATED, TDH_VP_RD, .rcx = tdvpr,
		    .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, SOFT_TDX_VCPU_ASSOCIATED, TDH_VP_WR, .rcx = tdvpr,
		    .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, SOFT_TDX_VCPU_ASSOCIATED, TDH_VP_ENTER, .rcx = tdvpr);
	soft_expect(k, TDX_VCPU_NOT_ASSOCIATED, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_kunit_pin(0);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_kunit_pin(other);
	soft_expect(k, TDX_SUCCESS, TDH_VP_RD, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_kunit_pin(0);
}

static void vp_busy(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_pamt_entry *vcpu, *tdr;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu(k, &td);
	soft_kunit_td_run(k, &td);
	vcpu = soft_kunit_entry(tdvpr);
	tdr = soft_kunit_entry(td.tdr);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(vcpu, false));
	soft_expect(k, BUSY(RCX), TDH_VP_INIT, .rcx = tdvpr);
	soft_expect(k, BUSY(RCX), TDH_VP_RD, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, BUSY(RCX), TDH_VP_WR, .rcx = tdvpr, .rdx = FIELD_SHARED_EPTP);
	soft_expect(k, BUSY(RCX), TDH_VP_ENTER, .rcx = tdvpr);
	soft_expect(k, BUSY(RCX), TDH_VP_FLUSH, .rcx = tdvpr);
	soft_expect(k, BUSY(RDX), TDH_VP_ADDCX, .rcx = td.tdr, .rdx = tdvpr);
	soft_pamt_unlock(vcpu, false);

	KUNIT_ASSERT_TRUE(test, soft_pamt_trylock(tdr, true));
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TDR, TDH_VP_FLUSH, .rcx = tdvpr);
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TDR, TDH_VP_ENTER, .rcx = tdvpr);
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TDR, TDH_VP_ADDCX, .rcx = td.tdr,
		    .rdx = tdvpr);
	soft_pamt_unlock(tdr, true);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = tdvpr);

	KUNIT_ASSERT_TRUE(test, soft_trylock_exclusive(&td.tdcs->epoch_lock));
	soft_expect(k, TDX_OPERAND_BUSY | TDX_OPERAND_ID_TD_EPOCH, TDH_VP_ENTER, .rcx = tdvpr);
	soft_unlock_exclusive(&td.tdcs->epoch_lock);
}

static void vp_enter_states(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	soft_expect(k, METADATA(RCX), TDH_VP_ENTER, .rcx = td.tdr);
	tdvpr = soft_kunit_vcpu_tdcx(k, &td);
	soft_expect(k, VCPU_STATE, TDH_VP_ENTER, .rcx = tdvpr);
	soft_must(k, TDH_VP_INIT, .rcx = tdvpr, .rdx = BIT_ULL(47) | 1);
	soft_expect(k, OP_STATE, TDH_VP_ENTER, .rcx = tdvpr);
	soft_kunit_td_run(k, &td);
	/* No page of a script, and so nothing to run. */
	soft_expect(k, EXIT_REASON_TRIPLE_FAULT, TDH_VP_ENTER, .rcx = tdvpr);
	KUNIT_EXPECT_EQ(test, ((struct soft_tdvpr *)__va(tdvpr))->state, SOFT_VCPU_READY);
	KUNIT_EXPECT_EQ(test, ((struct soft_tdvpr *)__va(tdvpr))->epoch, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&td.tdcs->epoch_users[1]), 0);
}

static u64 guest_registers(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs,
			   void *data)
{
	struct tdx_module_args *in = data;

	*in = (struct tdx_module_args){
		.rcx = regs->cx, .rdx = regs->dx, .r8 = regs->r8, .r9 = regs->r9,
		.r10 = regs->r10, .r11 = regs->r11, .r12 = regs->r12, .r13 = regs->r13,
		.r14 = regs->r14, .r15 = regs->r15, .rbx = regs->bx, .rdi = regs->di,
		.rsi = regs->si,
	};
	regs->cx = 101;
	regs->dx = 102;
	regs->r8 = 103;
	regs->r9 = 104;
	regs->r10 = 105;
	regs->r11 = 106;
	regs->r12 = 107;
	regs->r13 = 108;
	regs->r14 = 109;
	regs->r15 = 110;
	regs->bx = 111;
	regs->di = 112;
	regs->si = 113;
	return EXIT_REASON_TDCALL;
}

/* All thirteen registers of TDH.VP.ENTER reach the guest and come back. */
static void vp_enter_registers(struct kunit *test)
{
	static const struct tdx_module_args out = {
		101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113,
	};
	struct soft_kunit *k = test->priv;
	struct tdx_module_args in, seen;
	struct soft_kunit_td td;
	u64 tdvpr;

	soft_kunit_td_init(k, &td);
	tdvpr = soft_kunit_vcpu(k, &td);
	soft_kunit_td_run(k, &td);
	soft_kunit_guest(guest_registers, &seen);
	in = (struct tdx_module_args){
		tdvpr, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
	};
	KUNIT_EXPECT_EQ(test, __soft_call(k, TDH_VP_ENTER, &in), EXIT_REASON_TDCALL);
	KUNIT_EXPECT_MEMEQ(test, &seen, &in, sizeof(in));
	KUNIT_EXPECT_MEMEQ(test, &k->out, &out, sizeof(out));
}

struct guest_busy {
	struct soft_kunit *k;
	u64 tdr, tdvpr;
	u64 rd, flush, vpflushdone, mng_rd;
	enum soft_vcpu_state state;
	bool irqs_off;
};

static u64 guest_busy(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs,
		      void *data)
{
	struct guest_busy *g = data;

	g->irqs_off = irqs_disabled();
	g->state = vcpu->state;
	g->rd = soft_call(g->k, TDH_VP_RD, .rcx = g->tdvpr, .rdx = FIELD_SHARED_EPTP);
	g->flush = soft_call(g->k, TDH_VP_FLUSH, .rcx = g->tdvpr);
	g->vpflushdone = soft_call(g->k, TDH_MNG_VPFLUSHDONE, .rcx = g->tdr);
	g->mng_rd = soft_call(g->k, TDH_MNG_RD, .rcx = g->tdr, .rdx = 0x110000000000000aULL);
	return EXIT_REASON_EXTERNAL_INTERRUPT;
}

/* What others find while a vCPU is in the guest. */
static void vp_enter_locks(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	struct guest_busy g = { .k = k };
	struct soft_kunit_td td;

	soft_kunit_td_init(k, &td);
	g.tdr = td.tdr;
	g.tdvpr = soft_kunit_vcpu(k, &td);
	soft_kunit_td_run(k, &td);
	soft_kunit_guest(guest_busy, &g);
	soft_expect(k, EXIT_REASON_EXTERNAL_INTERRUPT, TDH_VP_ENTER, .rcx = g.tdvpr);

	KUNIT_EXPECT_TRUE(test, g.irqs_off);
	KUNIT_EXPECT_EQ(test, g.state, SOFT_VCPU_BUSY);
	KUNIT_EXPECT_EQ(test, g.rd, BUSY(RCX));
	KUNIT_EXPECT_EQ(test, g.flush, BUSY(RCX));
	KUNIT_EXPECT_EQ(test, g.vpflushdone, BUSY(RCX));
	KUNIT_EXPECT_EQ(test, g.mng_rd, TDX_SUCCESS);
	soft_expect(k, TDX_SUCCESS, TDH_VP_FLUSH, .rcx = g.tdvpr);
}

static struct kunit_case soft_vcpu_cases[] = {
	KUNIT_CASE(vp_create),
	KUNIT_CASE(vp_addcx),
	KUNIT_CASE(vp_init),
	KUNIT_CASE(vp_init_refused),
	KUNIT_CASE(vp_init_blocked),
	KUNIT_CASE(vp_rd_wr),
	KUNIT_CASE(vp_flush),
	KUNIT_CASE(vp_association),
	KUNIT_CASE(vp_busy),
	KUNIT_CASE(vp_enter_states),
	KUNIT_CASE(vp_enter_registers),
	KUNIT_CASE(vp_enter_locks),
	{}
};

static struct kunit_suite soft_vcpu_suite = {
	.name = "soft_tdx_vcpu",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_vcpu_cases,
};

kunit_test_suite(soft_vcpu_suite);

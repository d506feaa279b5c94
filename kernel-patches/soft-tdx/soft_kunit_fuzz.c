// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: any leaf function, with any arguments, at any time.
 *
 * Two thirds of the calls are one that some TD could use next, the rest any
 * at all.  Arguments come from a small pool of pages, GPAs and KeyIDs, and
 * mostly fit, so that TDs get far; the rest are wrong in every way.  A vCPU that
 * enters makes calls itself, from inside TDH.VP.ENTER.  After each call that
 * returned to the host the module's invariants must hold.  In a second case
 * two CPUs do this at once; the invariants are then looked at in between.
 *
 * SYS.DISABLE is left out, the system would be left without a module.
 */
#include <linux/array_size.h>
#include <linux/cpumask.h>
#include <linux/moduleparam.h>
#include <linux/prandom.h>
#include <linux/workqueue.h>
#include <asm/vmx.h>

#include "soft_kunit_fuzz.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx_kunit."

static unsigned int fuzz_calls = 20000;
module_param(fuzz_calls, uint, 0644);
MODULE_PARM_DESC(fuzz_calls, "calls that the fuzz test makes on one CPU");

static unsigned int fuzz_seed = 1;
module_param(fuzz_seed, uint, 0644);
MODULE_PARM_DESC(fuzz_seed, "seed of the fuzz test");

/* How often all is checked, and two CPUs meet, in calls. */
#define CHECK_ALL	64
#define MEET		256

#define FUZZ_HKIDS	3
#define FUZZ_PARAMS	4
#define SHARED_BIT	BIT_ULL(47)

enum fuzz_class { CLASS_SYS, CLASS_PAMT, CLASS_TD, CLASS_VCPU, CLASS_MEM, CLASS_RECLAIM, CLASS_NR };

static const char * const fuzz_class_names[] = {
	"SYS", "PAMT", "TD", "vCPU", "MEM", "RECLAIM",
};

/* Odds of a leaf, where it does not come of what a TD needs next. */
static const struct {
	u16 leaf;
	u8 odds;
	enum fuzz_class class;
} fuzz_leaves[] = {
	{ TDH_SYS_INIT,			2,	CLASS_SYS },
	{ TDH_SYS_LP_INIT,		2,	CLASS_SYS },
	{ TDH_SYS_RD,			2,	CLASS_SYS },
	{ TDH_SYS_CONFIG,		2,	CLASS_SYS },
	{ TDH_SYS_KEY_CONFIG,		2,	CLASS_SYS },
	{ TDH_SYS_TDMR_INIT,		2,	CLASS_SYS },
	{ TDH_SYS_SHUTDOWN,		2,	CLASS_SYS },	/* no such leaf here */
	{ SOFT_TDH_PAMT_ADD,		16,	CLASS_PAMT },
	{ SOFT_TDH_PAMT_REMOVE,	12,	CLASS_PAMT },
	{ TDH_PHYMEM_PAGE_RDMD,		8,	CLASS_PAMT },
	{ TDH_PHYMEM_PAGE_WBINVD,	8,	CLASS_PAMT },
	{ TDH_MNG_CREATE,		8,	CLASS_TD },
	{ TDH_MNG_KEY_CONFIG,		8,	CLASS_TD },
	{ TDH_MNG_ADDCX,		12,	CLASS_TD },
	{ TDH_MNG_INIT,			8,	CLASS_TD },
	{ TDH_MNG_RD,			8,	CLASS_TD },
	{ TDH_MR_FINALIZE,		2,	CLASS_TD },
	{ TDH_MNG_VPFLUSHDONE,		1,	CLASS_TD },
	{ TDH_PHYMEM_CACHE_WB,		8,	CLASS_TD },
	{ TDH_MNG_KEY_FREEID,		8,	CLASS_TD },
	{ TDH_VP_CREATE,		8,	CLASS_VCPU },
	{ TDH_VP_ADDCX,			8,	CLASS_VCPU },
	{ TDH_VP_INIT,			8,	CLASS_VCPU },
	{ TDH_VP_RD,			8,	CLASS_VCPU },
	{ TDH_VP_WR,			8,	CLASS_VCPU },
	{ TDH_VP_FLUSH,			8,	CLASS_VCPU },
	{ TDH_VP_ENTER,			16,	CLASS_VCPU },
	{ TDH_MEM_SEPT_ADD,		16,	CLASS_MEM },
	{ TDH_MEM_PAGE_ADD,		16,	CLASS_MEM },
	{ TDH_MEM_PAGE_AUG,		16,	CLASS_MEM },
	{ TDH_MEM_RANGE_BLOCK,		16,	CLASS_MEM },
	{ TDH_MEM_PAGE_REMOVE,		16,	CLASS_MEM },
	{ SOFT_TDH_SEPT_REMOVE,	16,	CLASS_MEM },
	{ TDH_MEM_TRACK,		8,	CLASS_MEM },
	{ TDH_MR_EXTEND,		8,	CLASS_MEM },
	{ TDH_PHYMEM_PAGE_RECLAIM,	16,	CLASS_RECLAIM },
};

/* What makes calls on one CPU. */
struct fuzzer {
	struct soft_fuzz_pool *pool;
	struct rnd_state rnd;
	int cpu;
	u32 odds;			/* of all leaves */
	bool inside;			/* a guest's call is under way */
	u64 tdr;			/* the TD that the call is for, mostly */
	u64 params[FUZZ_PARAMS];
	int *hkids;
	u64 last_fn;
	struct tdx_module_args last;
	unsigned long good[CLASS_NR], bad[CLASS_NR];
};

static u32 any(struct fuzzer *f, u32 below)
{
	return prandom_u32_state(&f->rnd) % below;
}

static bool one_in(struct fuzzer *f, u32 n)
{
	return !any(f, n);
}

static u64 any_page(struct fuzzer *f)
{
	return soft_fuzz_page(f->pool, any(f, FUZZ_PAGES));
}

/* Not the address of a page that a leaf takes. */
static u64 wrong_address(struct fuzzer *f)
{
	switch (any(f, 4)) {
	case 0:
		return any_page(f) + 8;
	case 1:
		return soft_kunit_beyond() + SZ_4K * any(f, 16);
	case 2:
		return BIT_ULL(52 + any(f, 12)) | any_page(f);
	default:
		return any_page(f) | any(f, SZ_4K);
	}
}

/* Most likely of this type. */
static u64 page_of(struct fuzzer *f, enum soft_page_type type)
{
	u64 page = any_page(f);

	if (one_in(f, 24))
		return one_in(f, 2) ? page : wrong_address(f);
	if (type == SOFT_PT_TDR && f->tdr)
		return f->tdr;
	/* Mostly the same vCPU, for it to be complete some time. */
	for (int i = 0; type == SOFT_PT_TDVPR && !one_in(f, 4) && i < FUZZ_PAGES; i++) {
		if (soft_kunit_type(soft_fuzz_page(f->pool, i)) == type)
			return soft_fuzz_page(f->pool, i);
	}

	for (int try = 0; try < FUZZ_PAGES / 2; try++) {
		if (soft_kunit_type(page) == type && !soft_fuzz_lent(page))
			break;
		page = any_page(f);
	}

	return page;
}

/* Most likely one of the TD that the call is for, and that TD last. */
static u64 page_to_reclaim(struct fuzzer *f)
{
	int start = any(f, FUZZ_PAGES);

	if (!f->tdr || one_in(f, 8))
		return one_in(f, 4) ? wrong_address(f) : any_page(f);

	for (int i = 0; i < FUZZ_PAGES; i++) {
		u64 page = soft_fuzz_page(f->pool, (start + i) % FUZZ_PAGES);
		enum soft_page_type type = soft_kunit_type(page);

		if (type != SOFT_PT_NDA && type != SOFT_PT_TDR &&
		    (READ_ONCE(soft_kunit_entry(page)->info) & SOFT_HPA_MASK) == f->tdr)
			return page;
	}

	return f->tdr;
}

static u64 any_gpa(struct fuzzer *f, int level)
{
	static const u64 far[] = { SZ_1G, BIT_ULL(39), BIT_ULL(46), BIT_ULL(50) };
	u64 gpa = one_in(f, 16) ? far[any(f, ARRAY_SIZE(far))] : SZ_2M * any(f, 4);

	gpa |= (u64)any(f, 2) << PAGE_SHIFT;
	if (one_in(f, 32))
		return gpa | BIT_ULL(47 + any(f, 17)) | any(f, SZ_4K);
	return ALIGN_DOWN(gpa, BIT_ULL(PAGE_SHIFT + 9 * level)) | level;
}

static int any_level(struct fuzzer *f)
{
	return one_in(f, 64) ? any(f, 5) : one_in(f, 8);
}

static u64 any_hkid(struct fuzzer *f)
{
	const u64 wrong[] = { 0, 1, soft_keyids + 1, 4096, BIT_ULL(32) | f->hkids[0], ~0ULL };

	return one_in(f, 8) ? wrong[any(f, ARRAY_SIZE(wrong))] : f->hkids[any(f, FUZZ_HKIDS)];
}

/* Never a region beyond the pool: the host's own PAMT stays as it is. */
static u64 any_region(struct fuzzer *f)
{
	u64 base = f->pool->base[any(f, FUZZ_REGIONS)];

	return one_in(f, 8) ? base + any(f, SZ_2M) : base | 1;
}

static u64 any_vcpu_field(struct fuzzer *f)
{
	static const u64 fields[] = {
		SHARED_EPT_POINTER, POSTED_INTR_DESC_ADDR, POSTED_INTR_NV, NOTIFY_WINDOW,
		BIT_ULL(63) | 32ULL << 56 | 11, 17ULL << 56 | 0x100, GUEST_RIP,
	};

	return fields[any(f, ARRAY_SIZE(fields))];
}

static u64 any_td_field(struct fuzzer *f)
{
	static const u64 fields[] = {
		0x110000000000000aULL, 0x110000000000000bULL, 0x1100000000000077ULL,
		0x94100003000003feULL, 0x94100003000111ffULL,
	};

	return fields[any(f, ARRAY_SIZE(fields))];
}

static struct tdx_module_args sys_args(struct fuzzer *f, u64 leaf)
{
	struct tdx_module_args args = { .rcx = any(f, 2), .rdx = any(f, 70), .r8 = any_page(f) };

	if (leaf == TDH_SYS_TDMR_INIT)
		args.rcx = one_in(f, 2) ? soft_tdmrs[0].base : any_page(f);
	if (leaf == TDH_SYS_CONFIG)
		args.rcx = any_page(f);
	if (leaf == TDH_SYS_RD)
		args.rdx = one_in(f, 2) ? 0x9100000100000010ULL : any(f, ~0U);
	return args;
}

static struct tdx_module_args page_args(struct fuzzer *f, u64 leaf)
{
	switch (leaf) {
	case SOFT_TDH_PAMT_ADD:
		return (struct tdx_module_args){
			.rcx = any_region(f),
			.rdx = page_of(f, SOFT_PT_NDA),
			.r8 = page_of(f, SOFT_PT_NDA),
		};
	case SOFT_TDH_PAMT_REMOVE:
		return (struct tdx_module_args){ .rcx = any_region(f) };
	case TDH_PHYMEM_CACHE_WB:
		return (struct tdx_module_args){ .rcx = any(f, 2) };
	case TDH_PHYMEM_PAGE_RECLAIM:
		return (struct tdx_module_args){ .rcx = page_to_reclaim(f) };
	default:
		return (struct tdx_module_args){
			.rcx = one_in(f, 6) ? wrong_address(f) : any_page(f),
		};
	}
}

static struct tdx_module_args td_args(struct fuzzer *f, u64 leaf)
{
	switch (leaf) {
	case TDH_MNG_CREATE:
		return (struct tdx_module_args){
			.rcx = page_of(f, SOFT_PT_NDA), .rdx = any_hkid(f),
		};
	case TDH_MNG_ADDCX:
	case TDH_VP_CREATE:
		return (struct tdx_module_args){
			.rcx = page_of(f, SOFT_PT_NDA), .rdx = page_of(f, SOFT_PT_TDR),
		};
	case TDH_VP_ADDCX:
		return (struct tdx_module_args){
			.rcx = page_of(f, SOFT_PT_NDA), .rdx = page_of(f, SOFT_PT_TDVPR),
		};
	case TDH_MNG_INIT:
		return (struct tdx_module_args){
			.rcx = page_of(f, SOFT_PT_TDR),
			.rdx = one_in(f, 8) ? wrong_address(f) : f->params[any(f, FUZZ_PARAMS)],
		};
	default:
		return (struct tdx_module_args){
			.rcx = page_of(f, SOFT_PT_TDR), .rdx = any_td_field(f),
		};
	}
}

static struct tdx_module_args vcpu_args(struct fuzzer *f, u64 leaf)
{
	struct tdx_module_args args = { .rcx = page_of(f, SOFT_PT_TDVPR) };

	if (leaf == TDH_VP_INIT) {
		args.rdx = one_in(f, 2) ? SHARED_BIT : any(f, ~0U);
	} else if (leaf != TDH_VP_ENTER) {
		args.rdx = any_vcpu_field(f);
		args.r8 = one_in(f, 4) ? wrong_address(f) : any_page(f);
		args.r9 = one_in(f, 2) ? ~0ULL : any(f, ~0U);
	}
	return args;
}

static struct tdx_module_args mem_args(struct fuzzer *f, u64 leaf)
{
	int level = any_level(f);

	if (leaf == TDH_MEM_TRACK)
		return (struct tdx_module_args){ .rcx = page_of(f, SOFT_PT_TDR) };
	if (leaf == TDH_MEM_SEPT_ADD)
		level = one_in(f, 16) ? any(f, 8) : 1 + (one_in(f, 2) ? any(f, 4) : 0);
	else if (leaf == SOFT_TDH_SEPT_REMOVE)
		level = one_in(f, 8) ? 0 : 1 + one_in(f, 4);
	else if (leaf != TDH_MEM_RANGE_BLOCK && !one_in(f, 8))
		level = 0;

	return (struct tdx_module_args){
		.rcx = any_gpa(f, level),
		.rdx = page_of(f, SOFT_PT_TDR),
		.r8 = page_of(f, SOFT_PT_NDA),
		.r9 = one_in(f, 8) ? wrong_address(f) : any_page(f),
	};
}

/*
 * A leaf that could be next in the life of a TD.  Another CPU may be taking
 * the TD apart: what is read here is at worst wrong.
 */
static u64 next_leaf(struct fuzzer *f, u64 tdr_hpa)
{
	static const u16 building[] = {
		TDH_VP_ADDCX, TDH_VP_ADDCX, TDH_VP_ADDCX, TDH_VP_INIT,
		TDH_MEM_SEPT_ADD, TDH_MEM_SEPT_ADD, TDH_MEM_PAGE_ADD, TDH_MEM_PAGE_ADD,
		TDH_MR_EXTEND, TDH_MEM_RANGE_BLOCK, TDH_MEM_PAGE_REMOVE, TDH_MNG_RD,
	};
	static const u16 running[] = {
		TDH_VP_ENTER, TDH_VP_ENTER, TDH_VP_ENTER, TDH_VP_RD, TDH_VP_WR, TDH_VP_FLUSH,
		TDH_MEM_SEPT_ADD, TDH_MEM_SEPT_ADD, TDH_MEM_PAGE_AUG, TDH_MEM_PAGE_AUG,
		TDH_MEM_PAGE_AUG, TDH_MEM_RANGE_BLOCK, TDH_MEM_RANGE_BLOCK,
		TDH_MEM_TRACK, TDH_MEM_PAGE_REMOVE, TDH_MEM_PAGE_REMOVE, SOFT_TDH_SEPT_REMOVE,
	};
	const struct soft_tdr *tdr = __va(tdr_hpa);
	const struct soft_tdcs *tdcs;

	switch (READ_ONCE(tdr->lifecycle)) {
	case SOFT_TD_HKID_ASSIGNED:
		return TDH_MNG_KEY_CONFIG;
	case SOFT_TD_KEYS_CONFIGURED:
		break;
	case SOFT_TD_BLOCKED:
		return one_in(f, 3) ? TDH_MNG_KEY_FREEID : TDH_PHYMEM_CACHE_WB;
	default:
		return TDH_PHYMEM_PAGE_RECLAIM;
	}

	if (READ_ONCE(tdr->nr_tdcx) < SOFT_TDCS_PAGES)
		return TDH_MNG_ADDCX;
	if (soft_fuzz_index(f->pool, tdr->tdcx_hpa[0]) < 0)
		return TDH_PHYMEM_PAGE_RDMD;

	tdcs = __va(tdr->tdcx_hpa[0]);
	switch (READ_ONCE(tdcs->op_state)) {
	case SOFT_OP_UNINITIALIZED:
		return TDH_MNG_INIT;
	case SOFT_OP_INITIALIZED:
		if (one_in(f, 80))
			return TDH_MR_FINALIZE;
		return one_in(f, 30) ? TDH_VP_CREATE : building[any(f, ARRAY_SIZE(building))];
	default:
		return one_in(f, 400) ? TDH_MNG_VPFLUSHDONE : running[any(f, ARRAY_SIZE(running))];
	}
}

/* A guest that runs another guest would have no end. */
static int any_leaf(struct fuzzer *f)
{
	u64 leaf;
	int i, at;

	f->tdr = 0;
	if (one_in(f, 3))
		goto any;

	f->tdr = page_of(f, SOFT_PT_TDR);
	if (soft_fuzz_index(f->pool, f->tdr) < 0 || soft_kunit_type(f->tdr) != SOFT_PT_TDR) {
		f->tdr = 0;
		goto any;
	}

	leaf = next_leaf(f, f->tdr);
	for (i = 0; i < ARRAY_SIZE(fuzz_leaves); i++) {
		if (fuzz_leaves[i].leaf == leaf && (!f->inside || leaf != TDH_VP_ENTER))
			return i;
	}
any:
	do {
		at = any(f, f->odds);
		for (i = 0; at >= fuzz_leaves[i].odds; i++)
			at -= fuzz_leaves[i].odds;
	} while (f->inside && fuzz_leaves[i].leaf == TDH_VP_ENTER);

	return i;
}

static void fuzz_call(struct fuzzer *f)
{
	struct tdx_module_args args;
	int i = any_leaf(f);
	u64 leaf = fuzz_leaves[i].leaf, ret;

	switch (leaf == TDH_VP_CREATE || leaf == TDH_VP_ADDCX ? CLASS_TD :
		leaf == TDH_PHYMEM_CACHE_WB ? CLASS_PAMT : fuzz_leaves[i].class) {
	case CLASS_SYS:
		args = sys_args(f, leaf);
		break;
	case CLASS_TD:
		args = td_args(f, leaf);
		break;
	case CLASS_VCPU:
		args = vcpu_args(f, leaf);
		break;
	case CLASS_MEM:
		args = mem_args(f, leaf);
		break;
	default:
		args = page_args(f, leaf);
	}

	if (!f->inside) {
		f->last_fn = leaf;
		f->last = args;
	}
	ret = seamcall_saved_ret(leaf | (u64)one_in(f, 2) << TDX_VERSION_SHIFT, &args);
	if (ret & TDX_ERROR)
		f->bad[fuzz_leaves[i].class]++;
	else
		f->good[fuzz_leaves[i].class]++;
}

/* All fuzzers of the test case that is running, for the guests to find theirs. */
static struct fuzzer fuzzers[2];

static u64 fuzz_guest(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs,
		      void *unused)
{
	struct fuzzer *f = &fuzzers[smp_processor_id() == fuzzers[1].cpu];

	if (one_in(f, 8))
		return soft_guest_script.enter(td, vcpu, regs);

	f->inside = true;
	for (u32 i = any(f, 6); i; i--)
		fuzz_call(f);
	f->inside = false;
	return EXIT_REASON_EXTERNAL_INTERRUPT;
}

static void fuzzer_init(struct fuzzer *f, struct soft_fuzz_pool *pool, int cpu)
{
	u64 *params;

	*f = (struct fuzzer){ .pool = pool, .cpu = cpu, .hkids = pool->k->hkids };
	prandom_seed_state(&f->rnd, (u64)fuzz_seed << 8 | cpu);
	for (int i = 0; i < ARRAY_SIZE(fuzz_leaves); i++)
		f->odds += fuzz_leaves[i].odds;
	for (int i = 0; i < FUZZ_PARAMS; i++) {
		f->params[i] = soft_kunit_params(pool->k, &params);
		if (i == 1) {
			params[SOFT_PARAMS_EPTP] = 4 << 3;
			params[SOFT_PARAMS_CONFIG_FLAGS] = 1;
		} else if (i == 2) {
			params[SOFT_PARAMS_CONFIG_FLAGS] = 1;
		}
	}
}

static void fuzz_begin(struct soft_fuzz_pool *pool, struct soft_kunit *k)
{
	for (int i = 0; i < FUZZ_HKIDS; i++)
		soft_kunit_hkid(k);
	soft_fuzz_pool_init(pool, k);
	soft_kunit_guest(fuzz_guest, NULL);
}

static void fuzz_report(struct soft_kunit *k, const struct fuzzer *f)
{
	unsigned long sum = 0;

	for (int c = 0; c < CLASS_NR; c++) {
		sum += f->good[c] + f->bad[c];
		kunit_info(k->test, "fuzz: cpu %d seed %u: %s: %lu succeeded, %lu failed\n", f->cpu,
			   fuzz_seed, fuzz_class_names[c], f->good[c], f->bad[c]);
	}
	kunit_info(k->test, "fuzz: cpu %d seed %u: %lu calls\n", f->cpu, fuzz_seed, sum);
}

static void fuzz_one_cpu(struct kunit *test)
{
	struct soft_kunit *k = test->priv;
	static struct soft_leaf_stat before[SOFT_NR_LEAVES];
	struct soft_leaf_stat after;
	struct soft_fuzz_pool pool = {};
	struct fuzzer *f = &fuzzers[0];
	const char *why = NULL;
	unsigned int i;

	fuzz_begin(&pool, k);
	fuzzer_init(f, &pool, 0);
	fuzzers[1].cpu = -1;
	for (i = 0; i < SOFT_NR_LEAVES; i++)
		soft_leaf_stat_read(i, &before[i]);

	for (i = 0; i < fuzz_calls && !why; i++) {
		fuzz_call(f);
		why = i % CHECK_ALL ? soft_fuzz_check(&pool) : soft_fuzz_check_all(&pool);
		/* A guest may have given a page and taken it back. */
		why = why ?: soft_fuzz_check_marks(&pool, f->last_fn != TDH_VP_ENTER);
	}
	if (why) {
		KUNIT_FAIL(test, "%s after call %u, leaf %llu RCX 0x%llx RDX 0x%llx R8 0x%llx\n",
			   why, i, f->last_fn, f->last.rcx, f->last.rdx, f->last.r8);
		return;
	}

	fuzz_report(k, f);
	for (i = 0; i < SOFT_NR_LEAVES; i++) {
		if (!soft_leaf(i))
			continue;
		soft_leaf_stat_read(i, &after);
		kunit_info(test, "fuzz: leaf %s: %llu calls, %llu failed\n", soft_leaf(i)->name,
			   after.calls - before[i].calls, after.errors - before[i].errors);
	}
	soft_fuzz_pool_exit(&pool);
}

static void fuzz_second(struct work_struct *work)
{
	for (int i = 0; i < MEET; i++)
		fuzz_call(&fuzzers[1]);
}

/* No call is alone any more: what is left locked, lost or mixed up shows. */
static void fuzz_two_cpus(struct kunit *test)
{
	int other = cpumask_next(0, cpu_online_mask);
	struct soft_kunit *k = test->priv;
	struct soft_fuzz_pool pool = {};
	struct work_struct second;
	const char *why = NULL;

	if (other >= nr_cpu_ids)
		kunit_skip(test, "one CPU only");

	fuzz_begin(&pool, k);
	fuzzer_init(&fuzzers[0], &pool, 0);
	fuzzer_init(&fuzzers[1], &pool, other);

	INIT_WORK_ONSTACK(&second, fuzz_second);
	for (unsigned int i = 0; i < fuzz_calls && !why; i += MEET) {
		schedule_work_on(other, &second);
		for (int j = 0; j < MEET; j++)
			fuzz_call(&fuzzers[0]);
		flush_work(&second);
		why = soft_fuzz_check_all(&pool);
	}
	destroy_work_on_stack(&second);

	KUNIT_EXPECT_NULL_MSG(test, why, "%s\n", why ?: "");
	if (why)
		return;
	fuzz_report(k, &fuzzers[0]);
	fuzz_report(k, &fuzzers[1]);
	soft_fuzz_pool_exit(&pool);
}

static struct kunit_case soft_fuzz_cases[] = {
	KUNIT_CASE_SLOW(fuzz_one_cpu),
	KUNIT_CASE_SLOW(fuzz_two_cpus),
	{}
};

static struct kunit_suite soft_fuzz_suite = {
	.name = "soft_tdx_fuzz",
	.init = soft_kunit_init,
	.exit = soft_kunit_exit,
	.test_cases = soft_fuzz_cases,
};

kunit_test_suite(soft_fuzz_suite);

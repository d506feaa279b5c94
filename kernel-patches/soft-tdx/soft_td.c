// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: life of a TD and of its KeyID, TDH.MNG.*, MR.FINALIZE.
 *
 * The lock of a TD is that of its TDR page's PAMT entry: shared while a leaf
 * works within the TD, exclusive where its life cycle changes.
 */
#include <linux/init.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <asm/fpu/types.h>
#include <asm/soft_vmx.h>

#include "../tdx.h"
#include "soft_tdx.h"

/* KeyID ownership table: the module's own memory, as in hardware. */
enum soft_hkid_state { HKID_FREE, HKID_ASSIGNED, HKID_FLUSHED };

struct soft_hkid {
	enum soft_hkid_state state;
	atomic64_t written_back;	/* packages whose caches were, bitmap */
};

static struct soft_hkid *soft_kot;
struct soft_lock soft_kot_lock;

/* A package's CACHE.WB: the KeyID table is shared, so packages work at once. */
struct soft_wb {
	struct soft_lock lock;
	unsigned int slices;	/* done of a CACHE.WB that was interrupted */
};

static struct soft_wb soft_wb[SOFT_MAX_PACKAGES];

/* Guest pages of TDs that lost their KeyID: their removal failed. */
atomic_long_t soft_pages_left;

#define ATTRIBUTES_ALLOWED	BIT_ULL(28)	/* SEPT_VE_DISABLE */
#define XFAM_REQUIRED		XFEATURE_MASK_FPSSE

/* TD-scope metadata, class codes in bits 61:56. */
#define FIELD_TSC_OFFSET	0x110000000000000aULL
#define FIELD_TSC_MULTIPLIER	0x110000000000000bULL
#define FIELD_CPUID_VALUES	0x9410000300000000ULL
#define FIELD_CPUID_MASK	GENMASK_ULL(63, 17)
#define TSC_MULTIPLIER_ONE	BIT_ULL(48)

/* What TDH.MNG.INIT reads of TD_PARAMS, 1024 bytes; see the module's ABI. */
struct soft_td_params {
	u64 attributes;
	u64 xfam;
	u16 max_vcpus;
	u8 reserved0[6];
	u64 eptp_controls;
	u64 config_flags;
	u16 tsc_frequency;
	u8 reserved1[38];
	u64 mr[18];
	u64 reserved2[4];
	u64 cpuid[96];
} __packed;

#define EPTP_PWL_MASK		GENMASK_ULL(5, 3)
#define EPTP_PWL_4		(3 << 3)
#define EPTP_PWL_5		(4 << 3)
#define CONFIG_GPAW_52		BIT_ULL(0)

static int __init soft_kot_init(void)
{
	if (!soft_tdx_enabled)
		return 0;

	soft_kot = kcalloc(SOFT_MAX_KEYIDS + 1, sizeof(*soft_kot), GFP_KERNEL);
	return soft_kot ? 0 : -ENOMEM;
}
early_initcall(soft_kot_init);

/* KeyIDs that some TD has. */
unsigned int soft_kot_used(void)
{
	unsigned int used = 0;

	for (unsigned int hkid = 2; hkid <= soft_keyids; hkid++)
		used += READ_ONCE(soft_kot[hkid].state) != HKID_FREE;

	return used;
}

static u64 soft_this_package(void)
{
	return BIT_ULL(soft_package());
}

static u64 soft_all_packages(void)
{
	return GENMASK_ULL(min(topology_max_packages(), SOFT_MAX_PACKAGES) - 1, 0);
}

/**
 * soft_td_get() - find a TD by its TDR page and lock it
 * @tdr_hpa: the page
 * @exclusive: lock exclusive, rather than shared
 * @operand: goes into the status
 * @td: filled in on success, to be given to soft_td_put()
 */
u64 soft_td_get(u64 tdr_hpa, bool exclusive, u32 operand, struct soft_td *td)
{
	u64 ret = soft_page_get_type(tdr_hpa, SOFT_PT_TDR, exclusive, operand, &td->page);

	if (ret)
		return ret;

	td->tdr_hpa = tdr_hpa;
	td->tdr = __va(tdr_hpa);
	/* In TEARDOWN the TDCX pages may be the host's again. */
	td->tdcs = td->tdr->nr_tdcx && td->tdr->lifecycle != SOFT_TD_TEARDOWN ?
		   __va(td->tdr->tdcx_hpa[SOFT_TDCS_CONTROL]) : NULL;
	return TDX_SUCCESS;
}

void soft_td_put(struct soft_td *td)
{
	soft_page_put(&td->page);
}

/* Take a free page for a locked TD: cleared, charged to it. */
u64 soft_td_take_page(struct soft_td *td, u64 hpa, enum soft_page_type type, u32 operand)
{
	struct soft_page page;
	u64 ret;

	ret = soft_page_get_type(hpa, SOFT_PT_NDA, true, operand, &page);
	if (ret)
		return ret;

	memset(__va(hpa), 0, PAGE_SIZE);
	soft_page_set(&page, type, td->tdr_hpa);
	atomic_long_inc(&td->tdr->nr_children);
	soft_page_put(&page);
	return TDX_SUCCESS;
}

/*
 * Has every vCPU that may have cached a mapping blocked in @bepoch left the
 * guest since?  Before the TD runs there is nothing to wait for.
 */
bool soft_td_epoch_passed(struct soft_td *td, u64 bepoch)
{
	struct soft_tdcs *tdcs = td->tdcs;

	if (tdcs->op_state != SOFT_OP_RUNNABLE)
		return true;
	if (READ_ONCE(tdcs->epoch) == bepoch)
		return false;
	if (READ_ONCE(tdcs->epoch) > bepoch + 1)
		return true;

	return !atomic_read(&tdcs->epoch_users[bepoch & 1]);
}

static u64 soft_mng_create(struct pt_regs *regs)
{
	u64 hkid = regs->dx;
	struct soft_page page;
	struct soft_tdr *tdr;
	u64 ret;

	/* KeyID 1 is the module's own. */
	if (hkid < 2 || hkid > soft_keyids)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RDX;

	ret = soft_page_get_type(regs->cx, SOFT_PT_NDA, true, SOFT_OPERAND_RCX, &page);
	if (ret)
		return ret;

	if (!soft_trylock_exclusive(&soft_kot_lock)) {
		ret = TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
		goto out;
	}

	if (soft_kot[hkid].state != HKID_FREE) {
		ret = SOFT_TDX_HKID_NOT_FREE | SOFT_OPERAND_RDX;
	} else {
		WRITE_ONCE(soft_kot[hkid].state, HKID_ASSIGNED);
		tdr = __va(regs->cx);
		memset(tdr, 0, PAGE_SIZE);
		tdr->hkid = hkid;
		soft_page_set(&page, SOFT_PT_TDR, 0);
	}

	soft_unlock_at_return(&soft_kot_lock, true);
out:
	soft_page_put(&page);
	return ret;
}

static u64 soft_mng_key_config(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->cx, true, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_HKID_ASSIGNED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (td.tdr->configured_packages & soft_this_package()) {
		ret = TDX_KEY_CONFIGURED;
	} else {
		td.tdr->configured_packages |= soft_this_package();
		if (td.tdr->configured_packages == soft_all_packages())
			td.tdr->lifecycle = SOFT_TD_KEYS_CONFIGURED;
	}

	soft_td_put(&td);
	return ret;
}

static u64 soft_mng_addcx(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->dx, true, SOFT_OPERAND_RDX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (td.tdr->nr_tdcx == SOFT_TDCS_PAGES) {
		ret = SOFT_TDX_TDCX_NUM_INCORRECT;
	} else {
		ret = soft_td_take_page(&td, regs->cx, SOFT_PT_TDCX, SOFT_OPERAND_RCX);
		if (!ret)
			td.tdr->tdcx_hpa[td.tdr->nr_tdcx++] = regs->cx;
	}

	soft_td_put(&td);
	return ret;
}

static u64 soft_td_params_check(u64 hpa)
{
	const struct soft_td_params *params = __va(hpa);
	u64 pwl;

	if (!IS_ALIGNED(hpa, sizeof(*params)) || !soft_hpa_is_ram(hpa))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RDX;

	pwl = params->eptp_controls & EPTP_PWL_MASK;
	if ((params->attributes & ~ATTRIBUTES_ALLOWED) ||
	    params->xfam != XFAM_REQUIRED ||
	    !params->max_vcpus || (pwl != EPTP_PWL_4 && pwl != EPTP_PWL_5) ||
	    ((params->config_flags & CONFIG_GPAW_52) && pwl != EPTP_PWL_5))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RDX;

	return TDX_SUCCESS;
}

static u64 soft_mng_init(struct pt_regs *regs)
{
	const struct soft_td_params *params = __va(regs->dx);
	struct soft_tdcs *tdcs;
	struct soft_td td;
	u64 ret;

	BUILD_BUG_ON(sizeof(*params) != 1024);

	ret = soft_td_get(regs->cx, true, SOFT_OPERAND_RCX, &td);
	regs->cx = 0;
	if (ret)
		return ret;

	tdcs = td.tdcs;
	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
		goto out;
	}
	if (td.tdr->nr_tdcx != SOFT_TDCS_PAGES) {
		ret = SOFT_TDX_TDCX_NUM_INCORRECT;
		goto out;
	}
	if (tdcs->op_state != SOFT_OP_UNINITIALIZED) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
		goto out;
	}
	ret = soft_td_params_check(regs->dx);
	if (ret)
		goto out;

	tdcs->attributes = params->attributes;
	tdcs->xfam = params->xfam;
	tdcs->max_vcpus = params->max_vcpus;
	tdcs->eptp_controls = params->eptp_controls;
	tdcs->config_flags = params->config_flags;
	tdcs->tsc_frequency = params->tsc_frequency;
	memcpy(tdcs->mr, params->mr, sizeof(tdcs->mr));
	tdcs->tsc_multiplier = TSC_MULTIPLIER_ONE;
	tdcs->root_level = (params->eptp_controls & EPTP_PWL_MASK) == EPTP_PWL_5 ? 4 : 3;
	/* Epoch 0 is "never": no vCPU has entered in it. */
	tdcs->epoch = 1;
	memcpy(__va(td.tdr->tdcx_hpa[SOFT_TDCS_CPUID]), params->cpuid, sizeof(params->cpuid));
	tdcs->op_state = SOFT_OP_INITIALIZED;
out:
	soft_td_put(&td);
	return ret;
}

#define CPUID_SUBLEAF_NA	GENMASK(8, 1)

static u64 soft_mng_rd_cpuid(struct soft_td *td, u64 field, u64 *data)
{
	u32 leaf = (field >> 9 & 0x7f) | (field & BIT(16) ? BIT(31) : 0);
	bool no_subleaf = (field & CPUID_SUBLEAF_NA) == CPUID_SUBLEAF_NA;
	struct soft_cpuid regs;

	if (!soft_cpuid(td, leaf, no_subleaf ? SOFT_CPUID_NO_SUBLEAF : field >> 1 & 0xff, &regs))
		return TDX_METADATA_FIELD_NOT_READABLE;

	*data = field & 1 ? (u64)regs.edx << 32 | regs.ecx : (u64)regs.ebx << 32 | regs.eax;
	return TDX_SUCCESS;
}

static u64 soft_mng_rd(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	regs->r8 = 0;
	ret = soft_td_get(regs->cx, false, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (!td.tdcs || td.tdcs->op_state == SOFT_OP_UNINITIALIZED) {
		ret = SOFT_TDX_OP_STATE_INCORRECT;
	} else if (regs->dx == FIELD_TSC_OFFSET) {
		regs->r8 = td.tdcs->tsc_offset;
	} else if (regs->dx == FIELD_TSC_MULTIPLIER) {
		regs->r8 = td.tdcs->tsc_multiplier;
	} else if ((regs->dx & FIELD_CPUID_MASK) == FIELD_CPUID_VALUES) {
		u64 data = 0;

		ret = soft_mng_rd_cpuid(&td, regs->dx, &data);
		regs->r8 = data;
	} else {
		ret = TDX_METADATA_FIELD_NOT_READABLE;
	}

	soft_td_put(&td);
	return ret;
}

static u64 soft_mr_finalize(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->cx, true, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (td.tdr->lifecycle != SOFT_TD_KEYS_CONFIGURED)
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	else if (!td.tdcs || td.tdcs->op_state != SOFT_OP_INITIALIZED)
		ret = SOFT_TDX_OP_STATE_INCORRECT;
	else
		td.tdcs->op_state = SOFT_OP_RUNNABLE;

	soft_td_put(&td);
	return ret;
}

static u64 soft_mng_vpflushdone(struct pt_regs *regs)
{
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->cx, true, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (!soft_trylock_exclusive(&soft_kot_lock)) {
		ret = TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
		goto out;
	}

	if (td.tdr->lifecycle > SOFT_TD_KEYS_CONFIGURED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (td.tdcs && atomic_read(&td.tdcs->nr_associated)) {
		ret = TDX_FLUSHVP_NOT_DONE;
	} else {
		WRITE_ONCE(td.tdr->lifecycle, SOFT_TD_BLOCKED);
		atomic64_set(&soft_kot[td.tdr->hkid].written_back, 0);
		WRITE_ONCE(soft_kot[td.tdr->hkid].state, HKID_FLUSHED);
	}

	soft_unlock_at_return(&soft_kot_lock, true);
out:
	soft_td_put(&td);
	return ret;
}

/* Write back this package for all KeyIDs that wait for it; false: there is none. */
static bool soft_wb_finish(u64 package, bool done)
{
	bool any = false;

	for (unsigned int hkid = 2; hkid <= soft_keyids; hkid++) {
		if (READ_ONCE(soft_kot[hkid].state) != HKID_FLUSHED ||
		    (atomic64_read(&soft_kot[hkid].written_back) & package))
			continue;
		any = true;
		if (!done)
			break;
		atomic64_or(package, &soft_kot[hkid].written_back);
	}

	return any;
}

/*
 * Writing caches back takes hardware milliseconds, and an interrupt ends it
 * early.  One that is pending cannot be seen here: each slice ends early.
 */
static u64 soft_cache_wb(struct pt_regs *regs)
{
	struct soft_wb *wb = &soft_wb[soft_package()];
	u64 package = soft_this_package();

	if (!soft_trylock_shared(&soft_kot_lock))
		return TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
	soft_unlock_at_return(&soft_kot_lock, false);

	if (!soft_trylock_exclusive(&wb->lock))
		return TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
	soft_unlock_at_return(&wb->lock, true);

	if (!soft_wb_finish(package, false))
		return TDX_NO_HKID_READY_TO_WBCACHE;

	wb->slices = regs->cx & 1 ? wb->slices + 1 : 1;
	if (wb->slices < soft_wb_slices)
		return TDX_INTERRUPTED_RESUMABLE;

	wb->slices = 0;
	soft_wb_finish(package, true);
	return TDX_SUCCESS;
}

static u64 soft_mng_key_freeid(struct pt_regs *regs)
{
	struct soft_hkid *hkid;
	struct soft_td td;
	u64 ret;

	ret = soft_td_get(regs->cx, true, SOFT_OPERAND_RCX, &td);
	if (ret)
		return ret;

	if (!soft_trylock_exclusive(&soft_kot_lock)) {
		ret = TDX_OPERAND_BUSY | SOFT_OPERAND_KOT;
		goto out;
	}

	hkid = &soft_kot[td.tdr->hkid];
	if (td.tdr->lifecycle != SOFT_TD_BLOCKED) {
		ret = SOFT_TDX_LIFECYCLE_STATE_INCORRECT;
	} else if (atomic64_read(&hkid->written_back) != soft_all_packages()) {
		ret = SOFT_TDX_WBCACHE_NOT_COMPLETE;
	} else {
		WRITE_ONCE(hkid->state, HKID_FREE);
		WRITE_ONCE(td.tdr->lifecycle, SOFT_TD_TEARDOWN);
		atomic_long_add(atomic_long_read(&td.tdr->nr_guest), &soft_pages_left);
	}

	soft_unlock_at_return(&soft_kot_lock, true);
out:
	soft_td_put(&td);
	return ret;
}

const struct soft_leaf soft_td_leaves[] = {
	{ TDH_MNG_CREATE,	"MNG.CREATE",		soft_mng_create },
	{ TDH_MNG_KEY_CONFIG,	"MNG.KEY.CONFIG",	soft_mng_key_config },
	{ TDH_MNG_ADDCX,	"MNG.ADDCX",		soft_mng_addcx },
	{ TDH_MNG_INIT,		"MNG.INIT",		soft_mng_init },
	{ TDH_MNG_RD,		"MNG.RD",		soft_mng_rd },
	{ TDH_MR_FINALIZE,	"MR.FINALIZE",		soft_mr_finalize },
	{ TDH_MNG_VPFLUSHDONE,	"MNG.VPFLUSHDONE",	soft_mng_vpflushdone },
	{ TDH_PHYMEM_CACHE_WB,	"PHYMEM.CACHE.WB",	soft_cache_wb },
	{ TDH_MNG_KEY_FREEID,	"MNG.KEY.FREEID",	soft_mng_key_freeid },
	{}
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: platform leaves, TDH.SYS.*.
 *
 * The order that the host must follow: SYS.INIT once, SYS.LP.INIT on each CPU,
 * SYS.CONFIG, SYS.KEY.CONFIG once per package, SYS.TDMR.INIT until each TDMR
 * is done.
 */
#include <linux/array_size.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <linux/percpu.h>
#include <linux/sizes.h>

#include "../tdx.h"
#include "soft_tdx.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "soft_tdx."

bool soft_dpamt_offered = true;
module_param_named(dpamt, soft_dpamt_offered, bool, 0444);
MODULE_PARM_DESC(dpamt, "offer Dynamic PAMT");

enum soft_sys_state {
	SOFT_SYS_NEW,
	SOFT_SYS_INITIALIZED,
	SOFT_SYS_CONFIGURED,
	SOFT_SYS_READY,
	SOFT_SYS_DISABLED,
};

static enum soft_sys_state soft_sys_state;
struct soft_lock soft_sys_lock;
static u64 soft_key_packages;	/* packages that have the global key */
static DEFINE_PER_CPU(bool, soft_lp_initialized);

struct soft_tdmr soft_tdmrs[64];
int soft_nr_tdmrs;
bool soft_dynamic_pamt;

#define FEATURES0_NO_RBP_MOD	BIT_ULL(18)
#define FEATURES0_TOPOLOGY_ENUM	BIT_ULL(20)
#define FEATURES0_DYNAMIC_PAMT	BIT_ULL(36)
#define CONFIG_DYNAMIC_PAMT	BIT_ULL(16)

/* Bytes of the TDMR that one call of TDMR.INIT does. */
#define TDMR_INIT_CHUNK		SZ_1G

bool soft_sys_ready(void)
{
	return READ_ONCE(soft_sys_state) >= SOFT_SYS_CONFIGURED &&
	       READ_ONCE(soft_sys_state) != SOFT_SYS_DISABLED;
}

static u64 soft_sys_advance(enum soft_sys_state from, enum soft_sys_state to)
{
	u64 ret = TDX_SUCCESS;

	if (!soft_trylock_exclusive(&soft_sys_lock))
		return TDX_SYS_BUSY;

	if (soft_sys_state != from)
		ret = SOFT_TDX_SYS_STATE_INCORRECT;
	else
		WRITE_ONCE(soft_sys_state, to);

	soft_unlock_at_return(&soft_sys_lock, true);
	return ret;
}

static u64 soft_sys_init(struct pt_regs *regs)
{
	if (regs->cx)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	return soft_sys_advance(SOFT_SYS_NEW, SOFT_SYS_INITIALIZED);
}

static u64 soft_sys_lp_init(struct pt_regs *regs)
{
	if (soft_sys_state == SOFT_SYS_NEW || this_cpu_read(soft_lp_initialized))
		return SOFT_TDX_SYS_STATE_INCORRECT;

	this_cpu_write(soft_lp_initialized, true);
	return TDX_SUCCESS;
}

/* Global metadata with a fixed value, in the kernel's order of reading it. */
static const struct {
	u64 field;
	u64 value;
} soft_sys_fields[] = {
	/* version 1.5.0: minor, major, update */
	{ 0x0800000100000003, 5 },
	{ 0x0800000100000004, 1 },
	{ 0x0800000100000005, 0 },
	/* TDMRs, reserved areas of each, bytes of a 4K, 2M, 1G PAMT entry */
	{ 0x9100000100000008, ARRAY_SIZE(soft_tdmrs) },
	{ 0x9100000100000009, ARRAY_SIZE(soft_tdmrs->reserved) },
	{ 0x9100000100000010, sizeof(struct soft_pamt_entry) },
	{ 0x9100000100000011, sizeof(struct soft_pamt_entry) },
	{ 0x9100000100000012, sizeof(struct soft_pamt_entry) },
	/* bytes of TDR, TDCS, TDVPS */
	{ 0x9800000100000000, PAGE_SIZE },
	{ 0x9800000100000100, SOFT_TDCS_PAGES * PAGE_SIZE },
	{ 0x9800000100000200, SOFT_TDVPS_PAGES * PAGE_SIZE },
	/* ATTRIBUTES that may be 1 (SEPT_VE_DISABLE), that must be 1 */
	{ 0x1900000300000000, BIT_ULL(28) },
	{ 0x1900000300000001, 0 },
	/* XFAM that may be 1, that must be 1 */
	{ 0x1900000300000002, XFEATURE_MASK_FPSSE },
	{ 0x1900000300000003, XFEATURE_MASK_FPSSE },
	/* configurable CPUID leaves, vCPUs per TD */
	{ 0x9900000100000004, 1 },
	{ 0x9900000100000008, 576 },
	/* leaf 0x80000008 without sub-leaf; configurable EBX:EAX, EDX:ECX */
	{ 0x9900000300000400, GENMASK_ULL(63, 32) | 0x80000008 },
	{ 0x9900000300000500, 0xff },
	{ 0x9900000300000501, 0 },
};

#define FIELD_TDX_FEATURES0		0x0A00000300000008ULL
#define FIELD_PAMT_BITMAP_BITS		0x9100000100000013ULL

/* The module's field @field, for the host or a guest; *@value is 0 if there is none. */
u64 soft_sys_field(u64 field, u64 *value)
{
	if (field == FIELD_TDX_FEATURES0) {
		*value = FEATURES0_NO_RBP_MOD | FEATURES0_TOPOLOGY_ENUM |
			 (soft_dpamt_offered ? FEATURES0_DYNAMIC_PAMT : 0);
		return TDX_SUCCESS;
	}

	if (field == FIELD_PAMT_BITMAP_BITS && soft_dpamt_offered) {
		*value = 1;
		return TDX_SUCCESS;
	}

	for (int i = 0; i < ARRAY_SIZE(soft_sys_fields); i++) {
		if (soft_sys_fields[i].field == field) {
			*value = soft_sys_fields[i].value;
			return TDX_SUCCESS;
		}
	}

	*value = 0;
	return TDX_METADATA_FIELD_NOT_READABLE;
}

static u64 soft_sys_rd(struct pt_regs *regs)
{
	u64 value, ret = soft_sys_field(regs->dx, &value);

	regs->r8 = value;
	return ret;
}

static u64 soft_sys_config_tdmr(const struct tdmr_info *info, struct soft_tdmr *tdmr)
{
	int i;

	if (!info->size || !IS_ALIGNED(info->base | info->size, SZ_1G))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	*tdmr = (struct soft_tdmr){
		.base = info->base,
		.size = info->size,
		.pamt_2m = info->pamt_2m_base,
		.pamt_4k = info->pamt_4k_base,
		.ready_end = info->base,
	};

	for (i = 0; i < ARRAY_SIZE(tdmr->reserved) && info->reserved_areas[i].size; i++) {
		tdmr->reserved[i].start = info->base + info->reserved_areas[i].offset;
		tdmr->reserved[i].end = tdmr->reserved[i].start + info->reserved_areas[i].size;
	}
	tdmr->nr_reserved = i;
	return TDX_SUCCESS;
}

static u64 soft_sys_config(struct pt_regs *regs)
{
	u64 *tdmr_pa = __va(regs->cx);
	u64 ret;
	int i;

	if (!regs->dx || regs->dx > ARRAY_SIZE(soft_tdmrs))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RDX;
	if (!IS_ALIGNED(regs->cx, TDMR_INFO_PA_ARRAY_ALIGNMENT))
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;
	if ((regs->r8 & CONFIG_DYNAMIC_PAMT) && !soft_dpamt_offered)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_R8;
	if (soft_sys_state != SOFT_SYS_INITIALIZED)
		return SOFT_TDX_SYS_STATE_INCORRECT;

	for (i = 0; i < regs->dx; i++) {
		ret = soft_sys_config_tdmr(__va(tdmr_pa[i]), &soft_tdmrs[i]);
		if (ret)
			return ret;
	}

	soft_nr_tdmrs = regs->dx;
	soft_dynamic_pamt = regs->r8 & CONFIG_DYNAMIC_PAMT;
	return soft_sys_advance(SOFT_SYS_INITIALIZED, SOFT_SYS_CONFIGURED);
}

static u64 soft_sys_key_config(struct pt_regs *regs)
{
	u64 package = BIT_ULL(soft_package());

	if (soft_sys_state != SOFT_SYS_CONFIGURED)
		return SOFT_TDX_SYS_STATE_INCORRECT;
	if (soft_key_packages & package)
		return TDX_KEY_CONFIGURED;

	soft_key_packages |= package;
	return TDX_SUCCESS;
}

/* PAMT memory comes as the host left it: make the entries say "not assigned". */
static void soft_tdmr_init_chunk(struct soft_tdmr *tdmr, u64 start, u64 end)
{
	u64 index_2m = (start - tdmr->base) / SZ_2M, nr_2m = (end - start) / SZ_2M;
	u64 index_4k = (start - tdmr->base) / SZ_4K, nr_4k = (end - start) / SZ_4K;

	memset((struct soft_pamt_entry *)__va(tdmr->pamt_2m) + index_2m, 0,
	       nr_2m * sizeof(struct soft_pamt_entry));
	if (soft_dynamic_pamt)
		memset((u8 *)__va(tdmr->pamt_4k) + index_4k / 8, 0, nr_4k / 8);
	else
		memset((struct soft_pamt_entry *)__va(tdmr->pamt_4k) + index_4k, 0,
		       nr_4k * sizeof(struct soft_pamt_entry));
}

static u64 soft_sys_tdmr_init(struct pt_regs *regs)
{
	struct soft_tdmr *tdmr = soft_tdmr_find(regs->cx);
	u64 end;

	if (soft_sys_state != SOFT_SYS_CONFIGURED || !soft_key_packages)
		return SOFT_TDX_SYS_STATE_INCORRECT;
	if (!tdmr || regs->cx != tdmr->base)
		return TDX_OPERAND_INVALID | SOFT_OPERAND_RCX;

	end = min(tdmr->ready_end + TDMR_INIT_CHUNK, tdmr->base + tdmr->size);
	soft_tdmr_init_chunk(tdmr, tdmr->ready_end, end);
	tdmr->ready_end = end;
	regs->dx = end;
	return TDX_SUCCESS;
}

static u64 soft_sys_disable(struct pt_regs *regs)
{
	WRITE_ONCE(soft_sys_state, SOFT_SYS_DISABLED);
	return TDX_SUCCESS;
}

const struct soft_leaf soft_sys_leaves[] = {
	{ TDH_SYS_INIT,		"SYS.INIT",		soft_sys_init },
	{ TDH_SYS_LP_INIT,	"SYS.LP.INIT",		soft_sys_lp_init },
	{ TDH_SYS_RD,		"SYS.RD",		soft_sys_rd },
	{ TDH_SYS_CONFIG,	"SYS.CONFIG",		soft_sys_config },
	{ TDH_SYS_KEY_CONFIG,	"SYS.KEY.CONFIG",	soft_sys_key_config },
	{ TDH_SYS_TDMR_INIT,	"SYS.TDMR.INIT",	soft_sys_tdmr_init },
	{ TDH_SYS_DISABLE,	"SYS.DISABLE",		soft_sys_disable },
	{}
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: measurements that a guest extends and reports.
 *
 * Layouts and checks are those of the module's public ABI.  A report proves
 * nothing: its MAC is a hash that anybody can compute, and MRTD is 0.
 */
#include <crypto/sha2.h>
#include <linux/build_bug.h>
#include <linux/string.h>

#include "soft_guest.h"

#define RTMR_BUSY	(TDX_OPERAND_BUSY | SOFT_OPERAND_RTMR)

/* REPORTTYPE: of a TD, version 0. */
#define REPORT_TYPE_TDX		0x81

struct soft_report_mac {
	u8 type, subtype, version, reserved0;
	u8 reserved1[12];
	u8 cpusvn[16];
	u8 tcb_info_hash[SHA384_DIGEST_SIZE];
	u8 td_info_hash[SHA384_DIGEST_SIZE];
	u8 report_data[64];
	u8 reserved2[32];
	u8 mac[32];
} __packed;

struct soft_td_info {
	u64 attributes;
	u64 xfam;
	u8 mrtd[SHA384_DIGEST_SIZE];
	u8 mr[sizeof_field(struct soft_tdcs, mr)];
	u8 rtmr[SOFT_NR_RTMR][SHA384_DIGEST_SIZE];
	u8 servtd_hash[SHA384_DIGEST_SIZE];
	u8 reserved[64];
} __packed;

struct soft_report {
	struct soft_report_mac mac;
	u8 tcb_info[239];
	u8 reserved[17];
	struct soft_td_info td_info;
} __packed;

/*
 * Private memory of the guest that a leaf function accesses.  NULL, with *what to
 * return, if the guest has to do without: the operand in register @reg is bad, or
 * nothing is mapped there, which the host is told before the guest asks again.
 */
static void *soft_operand_va(struct soft_guest *guest, int reg, u64 alignment, u64 qualification,
			     enum soft_tdcall *what)
{
	u64 gpa = guest->vcpu->gpr[reg];
	void *va;

	if (!IS_ALIGNED(gpa, alignment) || gpa >= soft_shared_bit(guest->td->tdcs)) {
		guest->vcpu->gpr[SOFT_RAX] = TDX_OPERAND_INVALID | reg;
		*what = SOFT_TDCALL_DONE;
		return NULL;
	}

	va = soft_private_va(guest->td, gpa);
	if (!va) {
		guest->exit = soft_exit_ept_violation(guest->regs, gpa & PAGE_MASK,
						      qualification, 0);
		*what = SOFT_TDCALL_REDO;
	}
	return va;
}

/* RTMR := SHA384(RTMR || 48 bytes of the guest's). */
enum soft_tdcall soft_tdg_mr_rtmr_extend(struct soft_guest *guest)
{
	struct soft_tdcs *tdcs = guest->td->tdcs;
	u64 *gpr = guest->vcpu->gpr;
	u8 both[2 * SHA384_DIGEST_SIZE];
	enum soft_tdcall what;
	void *data;
	u8 *rtmr;

	data = soft_operand_va(guest, SOFT_RCX, 64, EPT_VIOLATION_ACC_READ, &what);
	if (!data)
		return what;
	if (gpr[SOFT_RDX] >= SOFT_NR_RTMR) {
		gpr[SOFT_RAX] = TDX_OPERAND_INVALID | SOFT_OPERAND_RDX;
		return SOFT_TDCALL_DONE;
	}
	if (!soft_trylock_exclusive(&tdcs->rtmr_lock)) {
		gpr[SOFT_RAX] = RTMR_BUSY;
		return SOFT_TDCALL_DONE;
	}

	rtmr = tdcs->rtmr[gpr[SOFT_RDX]];
	memcpy(both, rtmr, SHA384_DIGEST_SIZE);
	memcpy(both + SHA384_DIGEST_SIZE, data, SHA384_DIGEST_SIZE);
	sha384(both, sizeof(both), rtmr);
	soft_unlock_exclusive(&tdcs->rtmr_lock);
	gpr[SOFT_RAX] = 0;
	return SOFT_TDCALL_DONE;
}

static void soft_report_fill(const struct soft_tdcs *tdcs, struct soft_report *report,
			     const void *report_data)
{
	u8 hash[SHA384_DIGEST_SIZE];

	BUILD_BUG_ON(sizeof(*report) != 1024 || sizeof(report->mac) != 256);

	memset(report, 0, sizeof(*report));
	report->td_info.attributes = tdcs->attributes;
	report->td_info.xfam = tdcs->xfam;
	memcpy(report->td_info.mr, tdcs->mr, sizeof(tdcs->mr));
	memcpy(report->td_info.rtmr, tdcs->rtmr, sizeof(tdcs->rtmr));

	report->mac.type = REPORT_TYPE_TDX;
	memcpy(report->mac.report_data, report_data, sizeof(report->mac.report_data));
	sha384(report->tcb_info, sizeof(report->tcb_info), report->mac.tcb_info_hash);
	sha384((u8 *)&report->td_info, sizeof(report->td_info), report->mac.td_info_hash);
	sha384((u8 *)&report->mac, offsetof(struct soft_report_mac, mac), hash);
	memcpy(report->mac.mac, hash, sizeof(report->mac.mac));
}

/* A report on the TD at RCX, about the 64 bytes at RDX; R8 is its subtype. */
enum soft_tdcall soft_tdg_mr_report(struct soft_guest *guest)
{
	struct soft_tdcs *tdcs = guest->td->tdcs;
	u64 *gpr = guest->vcpu->gpr;
	u8 report_data[64];
	enum soft_tdcall what;
	void *to, *from;

	to = soft_operand_va(guest, SOFT_RCX, 1024, EPT_VIOLATION_ACC_WRITE, &what);
	if (!to)
		return what;
	from = soft_operand_va(guest, SOFT_RDX, 64, EPT_VIOLATION_ACC_READ, &what);
	if (!from)
		return what;
	if (gpr[SOFT_R8]) {
		gpr[SOFT_RAX] = TDX_OPERAND_INVALID | SOFT_OPERAND_R8;
		return SOFT_TDCALL_DONE;
	}
	if (!soft_trylock_shared(&tdcs->rtmr_lock)) {
		gpr[SOFT_RAX] = RTMR_BUSY;
		return SOFT_TDCALL_DONE;
	}

	/* Both may lie in the same bytes. */
	memcpy(report_data, from, sizeof(report_data));
	soft_report_fill(tdcs, to, report_data);
	soft_unlock_shared(&tdcs->rtmr_lock);
	gpr[SOFT_RAX] = 0;
	return SOFT_TDCALL_DONE;
}

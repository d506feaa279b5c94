// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a guest that follows a script.
 *
 * Each operation causes the exits that guest code doing the same would cause:
 * an EPT violation where nothing is mapped, TDG.VP.VMCALL where it asks the
 * host for something.  The script itself is in shared memory and read through
 * the host's shared EPT, so the first access to it is an EPT violation too.
 */
#include <linux/bitfield.h>
#include <linux/build_bug.h>
#include <linux/string.h>
#include <asm/shared/tdx.h>
#include <asm/vmx.h>

#include "soft_script.h"
#include "soft_tdx.h"

/* Statuses of an operation, beside those of TDG.VP.VMCALL. */
#define SCRIPT_ALREADY_ACCEPTED		0x00000b0a00000000ULL
#define SCRIPT_BAD_CODE			TDX_OPERAND_INVALID

/* Extended exit qualification: the S-EPT entry was pending. */
#define EXT_QUAL_PENDING		6

/* How many operations a guest may do before the host gets a chance to interrupt. */
#define SCRIPT_OPS_PER_ENTRY		16

/* What a scripted operation leads to. */
enum script_result {
	SCRIPT_NEXT,		/* done, go on */
	SCRIPT_EXIT,		/* exit, and redo it on the next entry */
	SCRIPT_EXIT_NEXT,	/* exit, done */
};

struct script_ctx {
	struct soft_td *td;
	struct soft_tdvpr *vcpu;
	struct pt_regs *regs;
	u64 shared_bit;
	u64 exit_reason;
};

static enum script_result script_ept_violation(struct script_ctx *ctx, u64 gpa, bool pending)
{
	ctx->regs->cx = EPT_VIOLATION_ACC_WRITE;
	ctx->regs->dx = pending ? EXT_QUAL_PENDING : 0;
	ctx->regs->r8 = gpa;
	ctx->regs->r9 = 0;
	ctx->exit_reason = EXIT_REASON_EPT_VIOLATION;
	return SCRIPT_EXIT;
}

/* TDG.VP.VMCALL: the registers that the guest exposes go to the host. */
static void script_vmcall(struct script_ctx *ctx, u64 leaf, u64 r12, u64 r13, u64 r14, u64 r15)
{
	ctx->regs->cx = 0;
	ctx->regs->r10 = 0;
	ctx->regs->r11 = leaf;
	ctx->regs->r12 = r12;
	ctx->regs->r13 = r13;
	ctx->regs->r14 = r14;
	ctx->regs->r15 = r15;
	ctx->vcpu->in_vmcall = true;
	ctx->exit_reason = EXIT_REASON_TDCALL;
}

/* Translate through the shared EPT that the host gave; NULL if not mapped. */
static void *script_shared(struct script_ctx *ctx, u64 gpa)
{
	u64 eptp = ctx->vcpu->vmcs[SOFT_SLOT_SHARED_EPTP];
	u64 hpa = eptp & SOFT_HPA_MASK;
	int level = ctx->td->tdcs->root_level;

	if (!eptp)
		return NULL;

	for (;; level--) {
		u64 size = BIT_ULL(PAGE_SHIFT + 9 * level);
		u64 *table = __va(hpa), entry;

		if (!soft_hpa_is_ram(hpa))
			return NULL;
		entry = READ_ONCE(table[gpa / size % PTRS_PER_PTE]);

		/* The script is written as well as read. */
		if ((entry & (VMX_EPT_READABLE_MASK | VMX_EPT_WRITABLE_MASK)) !=
		    (VMX_EPT_READABLE_MASK | VMX_EPT_WRITABLE_MASK))
			return NULL;
		hpa = entry & SOFT_HPA_MASK;
		if (!level || (entry & BIT_ULL(7))) {
			hpa = (hpa & ~(size - 1)) | (gpa & (size - 1));
			return soft_hpa_is_ram(hpa) ? __va(hpa) : NULL;
		}
	}
}

static enum script_result script_touch(struct script_ctx *ctx, struct soft_script_op *op)
{
	struct soft_sept_walk walk;

	if (op->gpa & ctx->shared_bit)
		return script_shared(ctx, op->gpa) ? SCRIPT_NEXT :
		       script_ept_violation(ctx, op->gpa, false);

	soft_sept_walk(ctx->td, op->gpa, 0, &walk);
	if (!walk.complete)
		return script_ept_violation(ctx, op->gpa, false);

	switch (soft_sept_state(READ_ONCE(*walk.entry), 0)) {
	case SOFT_SEPT_PRESENT:
		return SCRIPT_NEXT;
	case SOFT_SEPT_PENDING:
		/* Access before acceptance: with SEPT_VE_DISABLE the host is told. */
		return script_ept_violation(ctx, op->gpa, true);
	default:
		return script_ept_violation(ctx, op->gpa, false);
	}
}

static enum script_result script_accept(struct script_ctx *ctx, struct soft_script_op *op)
{
	struct soft_sept_walk walk;
	u64 entry;

	soft_sept_walk(ctx->td, op->gpa, 0, &walk);
	if (!walk.complete)
		return script_ept_violation(ctx, op->gpa, false);

	entry = READ_ONCE(*walk.entry);
	switch (soft_sept_state(entry, 0)) {
	case SOFT_SEPT_PRESENT:
		op->status = SCRIPT_ALREADY_ACCEPTED;
		return SCRIPT_NEXT;
	case SOFT_SEPT_PENDING:
		memset(__va(entry & SOFT_HPA_MASK), 0, PAGE_SIZE);
		/* Blocked by the host just now: that is an EPT violation then. */
		if (soft_sept_cmpxchg(walk.entry, entry,
				      soft_sept_make(SOFT_SEPT_PRESENT, entry & SOFT_HPA_MASK)))
			return SCRIPT_NEXT;
		fallthrough;
	default:
		return script_ept_violation(ctx, op->gpa, false);
	}
}

/* On the entry after a VMCALL: what did the host say?  True if the op is done. */
static bool script_vmcall_done(struct script_ctx *ctx, struct soft_script_op *op)
{
	u64 status = ctx->regs->r10;

	ctx->vcpu->in_vmcall = false;
	/* The host stopped half way, at the address in R11: go on from there. */
	if (op->code == SOFT_SCRIPT_MAP_GPA && status == TDVMCALL_STATUS_RETRY) {
		u64 done = ctx->regs->r11 - op->gpa;

		op->gpa += done;
		op->arg -= done;
		return false;
	}

	op->status = status;
	return true;
}

static enum script_result script_do(struct script_ctx *ctx, struct soft_script_op *op)
{
	op->status = 0;

	switch (op->code) {
	case SOFT_SCRIPT_ACCEPT:
		return script_accept(ctx, op);
	case SOFT_SCRIPT_TOUCH:
		return script_touch(ctx, op);
	case SOFT_SCRIPT_MAP_GPA:
		script_vmcall(ctx, TDVMCALL_MAP_GPA, op->gpa, op->arg, 0, 0);
		return SCRIPT_EXIT;
	case SOFT_SCRIPT_HALT:
		script_vmcall(ctx, EXIT_REASON_HLT, 0, 0, 0, 0);
		return SCRIPT_EXIT;
	case SOFT_SCRIPT_END:
		script_vmcall(ctx, EXIT_REASON_IO_INSTRUCTION, 1, 1, SOFT_SCRIPT_PORT, 0);
		return SCRIPT_EXIT;
	case SOFT_SCRIPT_PAUSE:
		ctx->exit_reason = EXIT_REASON_EXTERNAL_INTERRUPT;
		return SCRIPT_EXIT_NEXT;
	default:
		op->status = SCRIPT_BAD_CODE;
		return SCRIPT_NEXT;
	}
}

static u64 soft_script_enter(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs)
{
	struct script_ctx ctx = {
		.td = td,
		.vcpu = vcpu,
		.regs = regs,
		.shared_bit = td->tdcs->config_flags & BIT(0) ? BIT_ULL(51) : BIT_ULL(47),
	};
	u64 gpa = vcpu->gpr[1];
	struct soft_script *script;
	struct soft_script_op *op;
	u64 next;

	BUILD_BUG_ON(sizeof(*script) != PAGE_SIZE);

	/* A vCPU that was given no script has nothing to run. */
	if (!(gpa & ctx.shared_bit) || (gpa & ~PAGE_MASK)) {
		regs->cx = 0;
		return EXIT_REASON_TRIPLE_FAULT;
	}

	script = script_shared(&ctx, gpa);
	if (!script) {
		script_ept_violation(&ctx, gpa, false);
		return ctx.exit_reason;
	}

	/* User space may write to it at any time: one look, and only one. */
	next = READ_ONCE(script->next);
	if (script->magic != SOFT_SCRIPT_MAGIC || next >= SOFT_SCRIPT_NR_OPS) {
		regs->cx = 0;
		return EXIT_REASON_TRIPLE_FAULT;
	}

	op = &script->op[next];
	if (vcpu->in_vmcall && script_vmcall_done(&ctx, op)) {
		next = op->code == SOFT_SCRIPT_END ? 0 : (next + 1) % SOFT_SCRIPT_NR_OPS;
		WRITE_ONCE(script->next, next);
	}

	for (int i = 0; i < SCRIPT_OPS_PER_ENTRY; i++) {
		enum script_result result = script_do(&ctx, &script->op[next]);

		if (result != SCRIPT_EXIT) {
			next = (next + 1) % SOFT_SCRIPT_NR_OPS;
			WRITE_ONCE(script->next, next);
		}
		if (result != SCRIPT_NEXT)
			return ctx.exit_reason;
	}

	return EXIT_REASON_EXTERNAL_INTERRUPT;
}

const struct soft_guest_ops soft_guest_script = {
	.name = "script",
	.enter = soft_script_enter,
};

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
#include <asm/shared/tdx.h>

#include "soft_guest.h"
#include "soft_script.h"
#include "soft_tdx.h"

/* Statuses of an operation, beside those of TDG.VP.VMCALL. */
#define SCRIPT_ALREADY_ACCEPTED		0x00000b0a00000000ULL
#define SCRIPT_BAD_CODE			TDX_OPERAND_INVALID
#define SCRIPT_BAD_OPERAND		(TDX_OPERAND_INVALID | SOFT_OPERAND_RCX)

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

/* An operation as it was when it was looked at: user space may change it at any time. */
struct script_op {
	u64 code, gpa, arg;
	u64 *status;
};

static enum script_result script_ept_violation(struct script_ctx *ctx, u64 gpa, bool pending)
{
	ctx->exit_reason = soft_exit_ept_violation(ctx->regs, gpa, EPT_VIOLATION_ACC_WRITE,
						   pending ? SOFT_EXT_QUAL_PENDING : 0);
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
	int level;
	u64 entry = soft_shared_entry(ctx->td, ctx->vcpu, gpa, &level), size, hpa;

	/* The script is written as well as read. */
	if ((entry & (VMX_EPT_READABLE_MASK | VMX_EPT_WRITABLE_MASK)) !=
	    (VMX_EPT_READABLE_MASK | VMX_EPT_WRITABLE_MASK))
		return NULL;

	size = BIT_ULL(PAGE_SHIFT + 9 * level);
	hpa = (entry & SOFT_HPA_MASK & ~(size - 1)) | (gpa & (size - 1));
	return soft_hpa_is_ram(hpa) ? __va(hpa) : NULL;
}

static enum script_result script_status(struct script_op *op, u64 status)
{
	WRITE_ONCE(*op->status, status);
	return SCRIPT_NEXT;
}

static enum script_result script_touch(struct script_ctx *ctx, struct script_op *op)
{
	struct soft_sept_walk walk;

	if (op->gpa >= 2 * ctx->shared_bit)
		return script_status(op, SCRIPT_BAD_OPERAND);
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

static enum script_result script_accept(struct script_ctx *ctx, struct script_op *op)
{
	if (op->gpa >= ctx->shared_bit || !IS_ALIGNED(op->gpa, PAGE_SIZE))
		return script_status(op, SCRIPT_BAD_OPERAND);

	switch (soft_accept(ctx->td, op->gpa, 0)) {
	case SOFT_ACCEPT_DONE:
		return SCRIPT_NEXT;
	case SOFT_ACCEPT_ALREADY:
		return script_status(op, SCRIPT_ALREADY_ACCEPTED);
	default:
		return script_ept_violation(ctx, op->gpa, false);
	}
}

/*
 * On the entry after a VMCALL: what did the host say to the operation that made
 * it?  If user space put another in its place, then to nobody.
 */
static void script_vmcall_done(struct script_ctx *ctx, struct soft_script *script)
{
	u32 index = ctx->vcpu->vmcall_op;
	u64 status = ctx->regs->r10;
	struct soft_script_op *op = &script->op[index];

	ctx->vcpu->in_vmcall = false;
	if (ctx->vcpu->vmcall_code == SOFT_SCRIPT_END || READ_ONCE(script->next) != index ||
	    READ_ONCE(op->code) != ctx->vcpu->vmcall_code)
		return;

	/* The host stopped half way, at the address in R11: go on from there. */
	if (ctx->vcpu->vmcall_code == SOFT_SCRIPT_MAP_GPA && status == TDVMCALL_STATUS_RETRY) {
		u64 done = ctx->regs->r11 - READ_ONCE(op->gpa);

		WRITE_ONCE(op->gpa, ctx->regs->r11);
		WRITE_ONCE(op->arg, READ_ONCE(op->arg) - done);
		return;
	}

	WRITE_ONCE(op->status, status);
	WRITE_ONCE(script->next, (index + 1) % SOFT_SCRIPT_NR_OPS);
}

/* An interrupt takes the guest out. */
static enum script_result script_interrupt(struct script_ctx *ctx)
{
	ctx->exit_reason = soft_exit_interrupt(ctx->regs);
	return SCRIPT_EXIT_NEXT;
}

static enum script_result script_do(struct script_ctx *ctx, struct script_op *op)
{
	script_status(op, 0);

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
		return script_interrupt(ctx);
	default:
		return script_status(op, SCRIPT_BAD_CODE);
	}
}

/* Do the operation at @index, and say where the script goes on. */
static enum script_result script_step(struct script_ctx *ctx, struct soft_script *script,
				      u64 index)
{
	struct soft_script_op *shared = &script->op[index];
	struct script_op op = {
		.code = READ_ONCE(shared->code),
		.gpa = READ_ONCE(shared->gpa),
		.arg = READ_ONCE(shared->arg),
		.status = &shared->status,
	};
	enum script_result result = script_do(ctx, &op);

	if (ctx->vcpu->in_vmcall) {
		ctx->vcpu->vmcall_op = index;
		ctx->vcpu->vmcall_code = op.code;
	}
	if (op.code == SOFT_SCRIPT_END)
		WRITE_ONCE(script->next, 0);
	else if (result != SCRIPT_EXIT)
		WRITE_ONCE(script->next, (index + 1) % SOFT_SCRIPT_NR_OPS);

	return result;
}

static u64 soft_script_follow(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs)
{
	struct script_ctx ctx = {
		.td = td,
		.vcpu = vcpu,
		.regs = regs,
		.shared_bit = soft_shared_bit(td->tdcs),
	};
	u64 gpa = vcpu->initial_rcx;
	struct soft_script *script;

	BUILD_BUG_ON(sizeof(*script) != PAGE_SIZE);

	/* A vCPU that was given no script has nothing to run. */
	if (!(gpa & ctx.shared_bit) || (gpa & ~PAGE_MASK))
		return soft_exit_triple_fault(regs);

	script = script_shared(&ctx, gpa);
	if (!script) {
		script_ept_violation(&ctx, gpa, false);
		return ctx.exit_reason;
	}

	if (vcpu->in_vmcall)
		script_vmcall_done(&ctx, script);

	for (int i = 0; i < SCRIPT_OPS_PER_ENTRY; i++) {
		/* User space may write to it at any time: one look each, and only one. */
		u64 next = READ_ONCE(script->next);

		if (READ_ONCE(script->magic) != SOFT_SCRIPT_MAGIC || next >= SOFT_SCRIPT_NR_OPS)
			return soft_exit_triple_fault(regs);
		if (script_step(&ctx, script, next) != SCRIPT_NEXT)
			return ctx.exit_reason;
	}

	script_interrupt(&ctx);
	return ctx.exit_reason;
}

static u64 soft_script_enter(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs)
{
	u64 start = soft_cost_now(), ret = soft_script_follow(td, vcpu, regs);

	soft_cost_add_guest_time(start);
	return ret;
}

const struct soft_guest_ops soft_guest_script = {
	.name = "script",
	.enter = soft_script_enter,
};

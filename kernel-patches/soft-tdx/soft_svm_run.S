/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: run a guest until it exits.
 */
#include <linux/linkage.h>

/* Offset of a register in soft_tdvpr.gpr, by its encoding. */
#define GPR(nr)		((nr) * 8)

	.section .noinstr.text, "ax"

/*
 * void soft_svm_run(u64 vmcb_hpa, u64 *gpr, u64 host_vmcb_hpa)
 *
 * To be called with interrupts off, and returns so.  RAX and RSP of the guest are
 * in the VMCB, its other general registers in @gpr.  What VMLOAD and VMSAVE switch
 * goes to @host_vmcb_hpa meanwhile.
 *
 * VMRUN takes interrupts if the host has them enabled.  GIF keeps those away that
 * come between STI and VMRUN, or VMRUN and CLI.
 */
SYM_FUNC_START(soft_svm_run)
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	%rdx
	push	%rsi
	clgi
	mov	%rdx, %rax
	vmsave	%rax
	mov	%rdi, %rax
	vmload	%rax

	mov	GPR(1)(%rsi), %rcx
	mov	GPR(2)(%rsi), %rdx
	mov	GPR(3)(%rsi), %rbx
	mov	GPR(5)(%rsi), %rbp
	mov	GPR(7)(%rsi), %rdi
	mov	GPR(8)(%rsi), %r8
	mov	GPR(9)(%rsi), %r9
	mov	GPR(10)(%rsi), %r10
	mov	GPR(11)(%rsi), %r11
	mov	GPR(12)(%rsi), %r12
	mov	GPR(13)(%rsi), %r13
	mov	GPR(14)(%rsi), %r14
	mov	GPR(15)(%rsi), %r15
	mov	GPR(6)(%rsi), %rsi
	sti
	vmrun	%rax
	cli
	vmsave	%rax

	/* RAX and RSP are the host's again, the others still the guest's. */
	mov	(%rsp), %rax
	mov	%rcx, GPR(1)(%rax)
	mov	%rdx, GPR(2)(%rax)
	mov	%rbx, GPR(3)(%rax)
	mov	%rbp, GPR(5)(%rax)
	mov	%rsi, GPR(6)(%rax)
	mov	%rdi, GPR(7)(%rax)
	mov	%r8, GPR(8)(%rax)
	mov	%r9, GPR(9)(%rax)
	mov	%r10, GPR(10)(%rax)
	mov	%r11, GPR(11)(%rax)
	mov	%r12, GPR(12)(%rax)
	mov	%r13, GPR(13)(%rax)
	mov	%r14, GPR(14)(%rax)
	mov	%r15, GPR(15)(%rax)
	pop	%rsi
	pop	%rax
	vmload	%rax
	stgi
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	RET
SYM_FUNC_END(soft_svm_run)

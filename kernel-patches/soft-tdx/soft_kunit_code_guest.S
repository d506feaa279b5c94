/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the code of the guest of soft_kunit_code.c, one page.
 */
#include <linux/linkage.h>

#include "soft_kunit_code.h"

#define CODE64_SELECTOR		8
#define DATA_SELECTOR		16
#define VECTOR_VE		20
#define TDCALL			.byte 0x66, 0x0f, 0x01, 0xcc

/* Where a label is for the guest. */
#define GPA(label)		(CODE_PAGE + (label - soft_kunit_code))

	.section .rodata
	.balign 4096
SYM_DATA_START(soft_kunit_code)
.Lgdt:
	.quad	0, 0x00af9b000000ffff, 0x00cf93000000ffff
.Lgdtr:
	.word	.Lgdtr - .Lgdt - 1
	.long	GPA(.Lgdt)
.Lidtr:
	.word	.Lidt_end - .Lidt - 1
	.quad	GPA(.Lidt)
	.balign	16
.Lidt:
	.fill	2 * VECTOR_VE, 8, 0
	.word	.Lve - soft_kunit_code + (CODE_PAGE & 0xffff), CODE64_SELECTOR
	.word	0x8e00, CODE_PAGE >> 16
	.quad	0
	.fill	2 * (CODE_VECTOR - VECTOR_VE - 1), 8, 0
	.word	.Lirq - soft_kunit_code + (CODE_PAGE & 0xffff), CODE64_SELECTOR
	.word	0x8e00, CODE_PAGE >> 16
	.quad	0
.Lidt_end:

	.code32
.Lstart:
	lgdtl	GPA(.Lgdtr)
	mov	$CODE_PML4, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$0x80000000, %eax
	mov	%eax, %cr0
	ljmp	$CODE64_SELECTOR, $GPA(.Lstart64)

	.code64
.Lstart64:
	mov	$DATA_SELECTOR, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	lidt	.Lidtr(%rip)

.Lrun:
	mov	$CODE_TABLE + 0x1000, %esp
	mov	$CODE_TABLE + TABLE_IN, %eax
	mov	1 * 8(%rax), %rcx
	mov	2 * 8(%rax), %rdx
	mov	3 * 8(%rax), %rbx
	mov	5 * 8(%rax), %rbp
	mov	6 * 8(%rax), %rsi
	mov	7 * 8(%rax), %rdi
	mov	8 * 8(%rax), %r8
	mov	9 * 8(%rax), %r9
	mov	10 * 8(%rax), %r10
	mov	11 * 8(%rax), %r11
	mov	12 * 8(%rax), %r12
	mov	13 * 8(%rax), %r13
	mov	14 * 8(%rax), %r14
	mov	15 * 8(%rax), %r15
	mov	0 * 8(%rax), %rax
SYM_INNER_LABEL(soft_kunit_code_insn, SYM_L_GLOBAL)
	.fill	CODE_INSN_MAX, 1, 0x90
	movabs	%rax, CODE_TABLE + TABLE_OUT
	mov	$CODE_TABLE + TABLE_OUT, %eax
	mov	%rcx, 1 * 8(%rax)
	mov	%rdx, 2 * 8(%rax)
	mov	%rbx, 3 * 8(%rax)
	mov	%rbp, 5 * 8(%rax)
	mov	%rsi, 6 * 8(%rax)
	mov	%rdi, 7 * 8(%rax)
	mov	%r8, 8 * 8(%rax)
	mov	%r9, 9 * 8(%rax)
	mov	%r10, 10 * 8(%rax)
	mov	%r11, 11 * 8(%rax)
	mov	%r12, 12 * 8(%rax)
	mov	%r13, 13 * 8(%rax)
	mov	%r14, 14 * 8(%rax)
	mov	%r15, 15 * 8(%rax)

.Ldone:		/* TDG.VP.VMCALL<Instruction.IO> */
	xor	%eax, %eax
	mov	$0xfc00, %ecx
	xor	%r10d, %r10d
	mov	$30, %r11d
	mov	$1, %r12d
	mov	$1, %r13d
	mov	$CODE_DONE_PORT, %r14d
	xor	%r15d, %r15d
	TDCALL
	jmp	.Lrun

.Lve:		/* TDG.VP.VEINFO.GET; the instruction is not gone back to */
	mov	$3, %eax
	TDCALL
	mov	$CODE_TABLE + TABLE_VE, %eax
	mov	%rcx, 0 * 8(%rax)
	mov	%rdx, 1 * 8(%rax)
	mov	%r8, 2 * 8(%rax)
	mov	%r9, 3 * 8(%rax)
	mov	%r10, 4 * 8(%rax)
	incq	TABLE_NR_VE - TABLE_VE(%rax)
	jmp	.Ldone

.Lirq:
SYM_INNER_LABEL(soft_kunit_code_irq, SYM_L_GLOBAL)	/* EOI of the x2APIC */
	mov	$0x80b, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	mov	$CODE_TABLE + TABLE_NR_IRQ, %eax
	incq	(%rax)
	jmp	.Ldone

	.org	soft_kunit_code + 0xff0
	.code32
	jmp	.Lstart
	.code64
	.org	soft_kunit_code + 0x1000
SYM_DATA_END(soft_kunit_code)

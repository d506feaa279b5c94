/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The code of a TD that executes: it does what a script (td_script.h) says, as the software TDX
 * module does for a TD that does not execute.
 *
 * The last pages below 4 GiB, where a vCPU starts. No data of its own that changes, no stack, no
 * interrupts: any number of vCPUs may run it. Each finds the address of its script, without the
 * shared bit, in its first RCX.
 *
 * Linear addresses: the first 512 GiB are private memory, the next the same addresses shared.
 */
	.set PAYLOAD_GPA, 0xffffc000
	.set SHARED_PDPT, PAYLOAD_GPA
	.set PRIVATE_PDPT, PAYLOAD_GPA + 0x1000
	.set PML4, PAYLOAD_GPA + 0x2000
	.set CODE, PAYLOAD_GPA + 0x3000

	.set SHARED_BIT, 1 << 47
	.set SHARED_ALIAS, 1 << 39
	.set MAPS_1G, 0x83		/* present, writable, large */
	.set MAPS_TABLE, 0x3

	.set CR0_PG, 1 << 31
	.set CODE64_SELECTOR, 8
	.set DATA_SELECTOR, 16

	/* td_script.h */
	.set SCRIPT_PORT, 0xf4
	.set SCRIPT_MAX_OPS, 127
	.set SCRIPT_TDCALL_REGS, 123
	.set SCRIPT_NEXT, 8
	.set SCRIPT_OPS, 32
	.set OP_SHIFT, 5
	.set OP_GPA, 8
	.set OP_ARG, 16
	.set OP_STATUS, 24
	.set SCRIPT_REGS, SCRIPT_OPS + (SCRIPT_TDCALL_REGS << OP_SHIFT)

	/* TDX module leaves, TDG.VP.VMCALL's functions, and its status */
	.set TDG_VP_VMCALL, 0
	.set TDG_MEM_PAGE_ACCEPT, 6
	.set VMCALL_HLT, 12
	.set VMCALL_IO, 30
	.set VMCALL_MAP_GPA, 0x10001
	.set VMCALL_RETRY, 1
	.set EXPOSE_R10_TO_R15, 0xfc00

	.macro tdcall
	.byte 0x66, 0x0f, 0x01, 0xcc
	.endm

	/* R11 to R15 are set: ask the host; its answer is in R10. */
	.macro vmcall function
	xor	%r10d, %r10d
	mov	$\function, %r11d
	mov	$EXPOSE_R10_TO_R15, %ecx
	mov	$TDG_VP_VMCALL, %eax
	tdcall
	test	%rax, %rax
	jnz	give_up
	.endm

	.macro load at, register
	mov	SCRIPT_REGS + \at(%rbp), %\register
	.endm

	.macro store at, register
	mov	%\register, SCRIPT_REGS + \at(%rbp)
	.endm

	/* load or store, in the order of struct script_registers */
	.macro all_registers move
	\move	0, rax
	\move	8, rcx
	\move	16, rdx
	\move	24, rbx
	\move	32, rsi
	\move	40, rdi
	\move	48, r8
	\move	56, r9
	\move	64, r10
	\move	72, r11
	\move	80, r12
	\move	88, r13
	\move	96, r14
	\move	104, r15
	.endm

	.section .rodata
	.balign 4096
	.globl td_payload, td_payload_end
td_payload:
	.set gib, 0
	.rept 512
	.quad SHARED_BIT + (gib << 30) + MAPS_1G
	.set gib, gib + 1
	.endr

	.set gib, 0
	.rept 512
	.quad (gib << 30) + MAPS_1G
	.set gib, gib + 1
	.endr

	.quad PRIVATE_PDPT + MAPS_TABLE, SHARED_PDPT + MAPS_TABLE
	.fill 510, 8, 0

code:
gdt:	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdtr:	.word gdtr - gdt - 1
	.long CODE

	.code32
start:
	lgdtl	CODE + (gdtr - code)
	mov	$PML4, %eax
	mov	%eax, %cr3
	mov	%cr0, %eax
	or	$CR0_PG, %eax
	mov	%eax, %cr0
	ljmp	$CODE64_SELECTOR, $CODE + (start64 - code)

	/* RBP: the script, RBX: number of the operation, RDI: the operation */
	.code64
start64:
	mov	$DATA_SELECTOR, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	movabs	$SHARED_ALIAS, %rbp
	mov	%ecx, %ecx
	or	%rcx, %rbp

step:
	movabs	$0x5450495243534454, %rax
	cmp	%rax, (%rbp)
	jne	give_up
	mov	SCRIPT_NEXT(%rbp), %rbx
	cmp	$SCRIPT_MAX_OPS, %rbx
	jae	give_up
	mov	%rbx, %rdi
	shl	$OP_SHIFT, %rdi
	lea	SCRIPT_OPS(%rdi, %rbp), %rdi
	movq	$0, OP_STATUS(%rdi)
	mov	(%rdi), %rax
	cmp	$0, %rax
	je	end
	cmp	$1, %rax
	je	accept
	cmp	$2, %rax
	je	touch
	cmp	$3, %rax
	je	map_gpa
	cmp	$4, %rax
	je	halt
	cmp	$5, %rax
	je	wait
	cmp	$6, %rax
	je	any_tdcall
	movabs	$0xc000010000000000, %rax	/* TDX_OPERAND_INVALID */
done:
	mov	%rax, OP_STATUS(%rdi)
next:
	inc	%rbx
	cmp	$SCRIPT_MAX_OPS, %rbx
	jb	1f
	xor	%ebx, %ebx
1:	mov	%rbx, SCRIPT_NEXT(%rbp)
	jmp	step

end:
	movq	$0, SCRIPT_NEXT(%rbp)
	mov	$1, %r12d		/* one byte */
	mov	$1, %r13d		/* out */
	mov	$SCRIPT_PORT, %r14d
	xor	%r15d, %r15d
	vmcall	VMCALL_IO
	jmp	step

accept:
	mov	OP_GPA(%rdi), %rcx
	mov	$TDG_MEM_PAGE_ACCEPT, %eax
	tdcall
	jmp	done

touch:
	mov	OP_GPA(%rdi), %rax
	btr	$47, %rax
	jnc	1f
	bts	$39, %rax
1:	lock orb $0, (%rax)
	jmp	next

map_gpa:
	mov	OP_GPA(%rdi), %r12
	mov	OP_ARG(%rdi), %r13
	vmcall	VMCALL_MAP_GPA
	mov	%r10, %rax
	cmp	$VMCALL_RETRY, %rax
	jne	done
	/* The host stopped at the address in R11: go on from there. */
	mov	%r11, %rax
	sub	OP_GPA(%rdi), %rax
	sub	%rax, OP_ARG(%rdi)
	mov	%r11, OP_GPA(%rdi)
	jmp	step

halt:
	xor	%r12d, %r12d		/* interrupts are not blocked */
	vmcall	VMCALL_HLT
	mov	%r10, %rax
	jmp	done

wait:
	pause
	jmp	next

	/* Of all registers RBP alone is the same afterwards: no leaf function and no host can change it. */
any_tdcall:
	all_registers load
	tdcall
	all_registers store
	mov	SCRIPT_NEXT(%rbp), %rbx
	jmp	next

	/* There is no IDT: a triple fault, which ends the TD. */
give_up:
	ud2

	.org code - td_payload + 0xff0
	.code32
	jmp	start
	.org code - td_payload + 0x1000
td_payload_end:

	.section .note.GNU-stack, "", @progbits

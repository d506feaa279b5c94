/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the script that a scripted guest runs.
 *
 * It lies in one 4K page of shared guest memory, whose GPA (with the shared
 * bit) is the vCPU's initial RCX.  User space writes it, enters the vCPU with
 * KVM_RUN, and gets KVM_EXIT_IO on SOFT_SCRIPT_PORT when it is done; it may
 * then write another and enter again.
 *
 * GPAs are as wide as the TD's, and those of ACCEPT private and aligned; else
 * the operation's status is TDX_OPERAND_INVALID.
 */
#ifndef _SOFT_SCRIPT_H
#define _SOFT_SCRIPT_H

#include <linux/types.h>

#define SOFT_SCRIPT_MAGIC	0x5450495243534454ULL	/* "TDSCRIPT" */
#define SOFT_SCRIPT_PORT	0xf4

enum soft_script_code {
	SOFT_SCRIPT_END,		/* tell user space; the next entry starts at op 0 */
	SOFT_SCRIPT_ACCEPT,		/* TDG.MEM.PAGE.ACCEPT of the 4K page at gpa */
	SOFT_SCRIPT_TOUCH,		/* access the page at gpa, private or shared */
	SOFT_SCRIPT_MAP_GPA,		/* TDG.VP.VMCALL<MapGPA> of gpa, arg bytes */
	SOFT_SCRIPT_HALT,		/* TDG.VP.VMCALL<Instruction.HLT>, interrupts on */
	SOFT_SCRIPT_PAUSE,		/* let the host have an interrupt's exit */
};

struct soft_script_op {
	__u64 code;
	__u64 gpa;
	__u64 arg;
	__u64 status;		/* out: 0, or why it failed */
};

#define SOFT_SCRIPT_NR_OPS	127

struct soft_script {
	__u64 magic;
	__u64 next;		/* index of the op to be done next */
	__u64 reserved[2];
	struct soft_script_op op[SOFT_SCRIPT_NR_OPS];
};

#endif /* _SOFT_SCRIPT_H */

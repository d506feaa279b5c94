// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar: one line for each operation.
 *
 * The errnos are those that v7.3's code returns for what the operations try. Three of them were added
 * after runs had returned them: create_vcpu's EIO, pre_fault's EAGAIN and init_mem_region's EIO. Why the
 * last one comes was not traced. In other lines EIO would say that a TDX module refused what it must not
 * refuse. A dead VM is a finding whatever the line says.
 */
#include <errno.h>

#include "operations.h"
#include "operation_table.h"

const struct storm_operation storm_table[STORM_NR_OPERATIONS] = {
#define OP(code, fn, needs, weight, args, ...) \
	[STORM_##code] = { #fn, NEEDS_##needs, weight, args, { __VA_ARGS__ }, storm_##fn }
	OP(CREATE_VM, create_vm, NOTHING, 1, "which, type", EINVAL),
	OP(SPLIT_IRQCHIP, split_irqchip, VM, 1, "vm, pins", EINVAL, EEXIST),
	OP(CAPABILITIES, capabilities, VM, 2, "vm, entries, odd command", EINVAL, E2BIG),
	OP(INIT_VM, init_vm, VM, 3, "vm, odd parameters, odd command", EINVAL, E2BIG),
	OP(CREATE_VCPU, create_vcpu, VM, 3, "vm, id", EINVAL, EEXIST, EIO),
	OP(SET_CPUID, set_cpuid, VCPU, 2, "vcpu, entries", EINVAL),
	OP(INIT_VCPU, init_vcpu, VCPU, 4, "vcpu, odd command", EINVAL),
	OP(GET_CPUID, get_cpuid, VCPU, 3, "vcpu, entries, odd command", EINVAL, E2BIG),
	OP(CREATE_GMEM, create_gmem, VM, 3, "vm, which, bytes, flags", EINVAL),
	OP(SCRIPT_SLOT, script_slot, VM, 1, "vm", EINVAL, EEXIST),
	OP(SET_SLOT, set_slot, VM, 6, "vm and gmem, slot and flags, gpa, bytes and offset",
	   EINVAL, EEXIST),
	OP(ATTRIBUTES, attributes, VM, 8, "vm, attributes and flags, gpa, bytes", EINVAL),
	OP(INIT_MEM_REGION, init_mem_region, VCPU, 6, "vcpu, gpa, pages, source and odd command",
	   EINVAL, EFAULT, EEXIST, EIO),
	OP(FINALIZE, finalize, VM, 2, "vm, odd command", EINVAL),
	OP(PRE_FAULT, pre_fault, VCPU, 10, "vcpu, gpa, bytes, flags",
	   EINVAL, EFAULT, EINTR, EAGAIN, EOPNOTSUPP, ENOENT),
	OP(PUNCH, punch, GMEM, 6, "gmem, offset, bytes", EINVAL),
	OP(ALLOCATE, allocate, GMEM, 3, "gmem, offset, bytes, mode", EINVAL, EOPNOTSUPP),
	OP(RUN, run, VCPU, 8, "vcpu, script, its length", EINVAL, EINTR, EFAULT),
	OP(DUP, dup, NOTHING, 2, "kind, which, to", EBADF),
	OP(CLOSE_VM, close_vm, VM, 1, "which"),
	OP(CLOSE_VCPU, close_vcpu, VCPU, 2, "which"),
	OP(CLOSE_GMEM, close_gmem, GMEM, 2, "which"),
#undef OP
};

bool storm_allows(const struct storm_operation *op, int err)
{
	unsigned int i;

	if (op->needs != NEEDS_NOTHING && err == EBADF)
		return true;
	for (i = 0; i < STORM_ERRNOS && op->errnos[i]; i++)
		if (op->errnos[i] == err)
			return true;
	return false;
}

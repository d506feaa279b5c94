// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar: one line for each operation.
 *
 * The errnos are those that v7.3's code returns for what the operations try. Four of them were added
 * after runs had returned them: create_vcpu's EIO, pre_fault's EAGAIN, run's EAGAIN and
 * init_mem_region's EIO. That EIO is for a page that was added already: the mapping is there, which the
 * fault handler calls spurious. Run's EAGAIN is for a vCPU that waits for INIT; of any other vCPU
 * storm_enter() makes it EPROTO. In other lines EIO would say that a TDX module refused what it must
 * not refuse. ENOMEM and ENOBUFS are allowed while memory is limited, and of a step in which an allocation failed
 * on purpose, also what unlucky[] says. A dead VM is a
 * finding whatever the line says, unless it was terminated: KVM_TDX_TERMINATE_VM, which only some of the
 * kernels have, declares it dead. Each ioctl on it or its vCPUs then ends with EIO, before KVM looks at
 * anything else (v7.3, virt/kvm/kvm_main.c:4485 and 5225), and play.c allows that. Its guest_memfds do as
 * before. A process that did not make the VM gets EIO by the same lines: child_ioctl.
 */
#include <errno.h>

#include "lib/array_size.h"
#include "operations.h"
#include "operation_table.h"

const struct storm_operation storm_table[STORM_NR_OPERATIONS] = {
#define OP(code, fn, needs, weight, args, ...) \
	[STORM_##code] = { #fn, NEEDS_##needs, weight, args, { __VA_ARGS__ }, storm_##fn }
	OP(CREATE_VM, create_vm, NOTHING, 1, "which, type", EINVAL, EINTR),
	OP(SPLIT_IRQCHIP, split_irqchip, VM, 1, "vm, pins", EINVAL, EEXIST),
	OP(CAPABILITIES, capabilities, VM, 2, "vm, entries, odd command", EINVAL, E2BIG),
	OP(INIT_VM, init_vm, VM, 3, "vm, odd parameters, odd command", EINVAL, E2BIG, EBUSY, ENOSPC,
	   EAGAIN, EIO),
	OP(CREATE_VCPU, create_vcpu, VM, 3, "vm, id", EINVAL, EEXIST, EIO),
	OP(SET_CPUID, set_cpuid, VCPU, 2, "vcpu, entries", EINVAL),
	OP(INIT_VCPU, init_vcpu, VCPU, 4, "vcpu, odd command", EINVAL),
	OP(GET_CPUID, get_cpuid, VCPU, 3, "vcpu, entries, odd command", EINVAL, E2BIG),
	OP(CREATE_GMEM, create_gmem, VM, 3, "vm, which, bytes, flags", EINVAL),
	OP(SCRIPT_SLOT, script_slot, VM, 1, "vm", EINVAL, EEXIST),
	OP(SET_SLOT, set_slot, VM, 6, "vm and gmem, slot and flags, gpa, bytes and offset", EINVAL,
	   EEXIST),
	OP(ATTRIBUTES, attributes, VM, 8, "vm, attributes and flags, gpa, bytes", EINVAL),
	OP(INIT_MEM_REGION, init_mem_region, VCPU, 6, "vcpu, gpa, pages, source and odd command",
	   EINVAL, EFAULT, EIO, EINTR),
	OP(FINALIZE, finalize, VM, 2, "vm, odd command", EINVAL, EBUSY),
	OP(TERMINATE, terminate, VM, 1, "vm, odd command", EINVAL),
	OP(PRE_FAULT, pre_fault, VCPU, 10, "vcpu, gpa, bytes, flags", EINVAL, EFAULT, EINTR, EAGAIN,
	   EOPNOTSUPP, ENOENT),
	OP(PUNCH, punch, GMEM, 6, "gmem, offset, bytes", EINVAL),
	OP(ALLOCATE, allocate, GMEM, 3, "gmem, offset, bytes, mode", EINVAL, EINTR, EOPNOTSUPP),
	OP(RUN, run, VCPU, 8, "vcpu, script, its length", EINVAL, EINTR, EFAULT, EAGAIN),
	OP(DUP, dup, NOTHING, 3, "kind, which, to", EBADF),
	OP(CLOSE_VM, close_vm, VM, 1, "which"),
	OP(CLOSE_VCPU, close_vcpu, VCPU, 2, "which"),
	OP(CLOSE_GMEM, close_gmem, GMEM, 2, "which"),
	OP(HOARD_VM, hoard, NOTHING, 2, "which", EBUSY, ENOSPC, EAGAIN, EINVAL, EINTR),
	OP(RELEASE, release, NOTHING, 1, "which", EBADF),
	OP(FORK, fork, NOTHING, 3, "child", EAGAIN),
	OP(KILL_CHILD, kill_child, NOTHING, 2, "child", ESRCH),
	OP(CHILD, child, NOTHING, 6, "child and operation, its arguments", ESRCH, EBADF, EINVAL,
	   EINTR, EOPNOTSUPP, EAGAIN, ETOOMANYREFS),
	OP(CHILD_IOCTL, child_ioctl, NOTHING, 3, "child and operation, its arguments", ESRCH, EBADF,
	   EIO),
	OP(SEND_FILE, send_file, NOTHING, 2, "kind, which", EBADF, EAGAIN, ETOOMANYREFS),
	OP(RECEIVE_FILE, receive_file, NOTHING, 2, "kind, where to", EAGAIN),
	OP(STEAL_FILE, steal_file, NOTHING, 3, "kind and child, which", EBADF, EINVAL, ESRCH),
	OP(SIGNAL, signal, NOTHING, 2, "when", 0),
	OP(KILL, kill, NOTHING, 1, "when, kill or signal", 0),
	OP(LIMIT_TDS, limit_tds, NOTHING, 1, "how many", ENOENT),
	OP(LIMIT_MEM, limit_mem, NOTHING, 1, "how much is left, or no limit", ENOENT),
	OP(FAIL_LEAF, fail_leaf, NOTHING, 4, "leaf and status, which call, how many", ENOENT),
	OP(HEAL_LEAVES, heal_leaves, NOTHING, 1, "", ENOENT),
	OP(FAIL_ALLOCATION, fail_allocation, NOTHING, 1, "each which, how many", ENOENT),
	OP(CPU, cpu, NOTHING, 1, "on or off", ENOENT, EBUSY),
	OP(TRACE, trace, NOTHING, 1, "on or off", ENOENT),
	OP(NMI, nmi, VCPU, 2, "vcpu", EINVAL),
	OP(MSI, msi, VM, 2, "vm, to whom, vector and mode, odd flag", EINVAL, EPERM),
	OP(MSRS, msrs, VCPU, 3, "vcpu, get or set, index, how many and data", EINVAL, E2BIG),
	OP(HYPERCALL_EXITS, hypercall_exits, VM, 2, "vm, on or off", EINVAL),
	OP(LOG_DIRTY, log_dirty, VM, 2, "vm, on or off", EINVAL, EEXIST),
	OP(GET_DIRTY_LOG, get_dirty_log, VM, 1, "vm, slot", EINVAL, ENOENT, ENXIO),
	OP(CLEAR_DIRTY_LOG, clear_dirty_log, VM, 1, "vm, slot, pages", EINVAL, ENOENT, ENXIO),
	OP(VCPU_STATE, vcpu_state, VCPU, 2, "vcpu, ioctl, what is in its argument", EINVAL, ENXIO,
	   ENOTTY, EFAULT, EEXIST),
	OP(VM_STATE, vm_state, VM, 2, "vm, ioctl, what is in its argument", EINVAL, ENXIO, ENOTTY,
	   EFAULT, EEXIST, ENOENT, EBUSY),
	OP(ENABLE_CAP, enable_cap, VM, 1, "vm, capability, argument", EINVAL, EBUSY, EPERM, ENXIO,
	   EEXIST),
	OP(DROP_SHARED, drop_shared, NOTHING, 2, "offset, bytes, how", EINVAL),
#undef OP
};

/* What else comes back if an allocation fails. */
static const struct {
	enum storm_code code;
	int err;
} unlucky[] = {
	{ STORM_FORK, ENFILE }, /* socketpair(): net/socket.c, sock_alloc() */
	{ STORM_KILL,
	  EAGAIN }, /* timer_create(): kernel/time/posix-timers.c, alloc_posix_timer() */
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

bool storm_allows_failed(const struct storm_operation *op, int err)
{
	unsigned int i;

	if (err == ENOMEM || err == ENOBUFS)
		return true;
	for (i = 0; i < ARRAY_SIZE(unlucky); i++)
		if (&storm_table[unlucky[i].code] == op && unlucky[i].err == err)
			return true;
	return false;
}

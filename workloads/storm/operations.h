/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each operation of the storm does. All have the signature of struct storm_operation's call.
 */
#ifndef DPAMT_WORKLOADS_STORM_OPERATIONS_H
#define DPAMT_WORKLOADS_STORM_OPERATIONS_H

#include <linux/kvm.h>

#include "lib/array_size.h"
#include "operation_table.h"

typedef int storm_call_fn(struct storm_state *s, const uint32_t arg[STORM_ARGS]);

/* of operations_vm.c */
storm_call_fn storm_create_vm, storm_split_irqchip, storm_capabilities, storm_init_vm,
	storm_finalize, storm_terminate, storm_dup, storm_close_vm, storm_close_vcpu,
	storm_close_gmem, storm_hoard, storm_release;
/* of operations_vcpu.c */
storm_call_fn storm_create_vcpu, storm_set_cpuid, storm_init_vcpu, storm_get_cpuid,
	storm_init_mem_region, storm_pre_fault, storm_run;
/* of operations_memory.c */
storm_call_fn storm_create_gmem, storm_script_slot, storm_set_slot, storm_attributes, storm_punch,
	storm_allocate;
/* of operations_around.c */
storm_call_fn storm_fork, storm_kill_child, storm_send_file, storm_receive_file, storm_steal_file,
	storm_signal, storm_kill, storm_limit_tds, storm_limit_mem, storm_fail_leaf,
	storm_heal_leaves, storm_fail_allocation, storm_cpu, storm_trace;
/* of operations_child.c */
storm_call_fn storm_child, storm_child_ioctl;
/* of operations_state.c */
storm_call_fn storm_nmi, storm_msi, storm_msrs, storm_hypercall_exits, storm_log_dirty,
	storm_get_dirty_log, storm_clear_dirty_log, storm_vcpu_state, storm_vm_state,
	storm_enable_cap, storm_drop_shared;

/*
 * A command of KVM_MEMORY_ENCRYPT_OP. @odd, a random number, now and then spoils what must be 0 in it.
 */
struct kvm_tdx_cmd storm_command(uint32_t id, uint32_t flags, uint64_t data, uint32_t odd);

/* KVM_MEMORY_ENCRYPT_OP on the file in a place. */
int storm_tdx(struct storm_state *s, atomic_int *place, uint32_t id, uint32_t flags, uint64_t data,
	      uint32_t odd);

/* The place of a file by two random numbers, its kind's and its own. */
atomic_int *storm_file_of(struct storm_state *s, uint32_t kind, uint32_t which);

/* One of a state's files by a random number; the first is the likeliest. */
#define STORM_PICK(places, arg) (&(places)[(arg) % 4 ? 0 : (arg) / 4 % ARRAY_SIZE(places)])

#endif

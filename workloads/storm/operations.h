/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What each operation of the storm does. All have the signature of struct storm_operation's call.
 */
#ifndef DPAMT_WORKLOADS_STORM_OPERATIONS_H
#define DPAMT_WORKLOADS_STORM_OPERATIONS_H

#include "lib/array_size.h"
#include "operation_table.h"

typedef int storm_call_fn(struct storm_state *s, const uint32_t arg[STORM_ARGS]);

/* of operations_vm.c */
storm_call_fn storm_create_vm, storm_split_irqchip, storm_capabilities, storm_init_vm,
	storm_finalize, storm_dup, storm_close_vm, storm_close_vcpu, storm_close_gmem;
/* of operations_vcpu.c */
storm_call_fn storm_create_vcpu, storm_set_cpuid, storm_init_vcpu, storm_get_cpuid,
	storm_init_mem_region, storm_pre_fault, storm_run;
/* of operations_memory.c */
storm_call_fn storm_create_gmem, storm_script_slot, storm_set_slot, storm_attributes, storm_punch,
	storm_allocate;

/*
 * KVM_MEMORY_ENCRYPT_OP. @odd, a random number, now and then spoils what must be 0 in the command.
 */
int storm_tdx(int fd, uint32_t id, uint32_t flags, uint64_t data, uint32_t odd);

/* One of a state's files by a random number; the first is the likeliest. */
#define STORM_PICK(places, arg) (&(places)[(arg) % 4 ? 0 : (arg) / 4 % ARRAY_SIZE(places)])

#endif

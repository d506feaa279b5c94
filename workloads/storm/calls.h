/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The system calls of the operations. They are made, or, if storm_text is set, written there as C
 * expressions of the program that storm_program() prints, and then return 0 and do nothing.
 */
#ifndef DPAMT_WORKLOADS_STORM_CALLS_H
#define DPAMT_WORKLOADS_STORM_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "enter.h"
#include "state.h"

struct kvm_tdx_cmd;

extern FILE *storm_text;

/* With storm_text: where functions of that program go. */
extern FILE *storm_functions;

/* An ioctl on the file in a place. @arg is what the request takes. */
int storm_ioctl(struct storm_state *s, atomic_int *place, unsigned long request, const void *arg);

/* The same for requests that are written by number, with an argument of so many bytes, or a number. */
int storm_bytes_ioctl(struct storm_state *s, atomic_int *place, unsigned long request,
		      const void *arg, size_t bytes);
int storm_number_ioctl(struct storm_state *s, atomic_int *place, unsigned long request,
		       unsigned long number);

/* As storm_ioctl(); a signal interrupts it each @ns. */
int storm_interrupted_ioctl(struct storm_state *s, atomic_int *place, long ns, unsigned long request,
			    const void *arg);

/* KVM_CREATE_VM (@on is NULL) or KVM_CREATE_VCPU with a number; the new file goes into @to. */
int storm_create(struct storm_state *s, atomic_int *to, atomic_int *on, unsigned long number);

/* KVM_CREATE_GUEST_MEMFD; the new file goes into @to. */
int storm_create_file(struct storm_state *s, atomic_int *to, atomic_int *on, const void *gmem);

/*
 * Does KVM refuse the VM or vCPU on which the calling thread made its last ioctl, whatever is asked? It then
 * answers EIO before it looks at anything else: v7.3, virt/kvm/kvm_main.c:4485 and 5225.
 */
bool storm_last_is_dead(void);

int storm_fallocate(struct storm_state *s, atomic_int *place, int mode, uint64_t offset,
		    uint64_t bytes);
int storm_cpuid(struct storm_state *s, atomic_int *place);
/* storm_terminate_vm(). */
int storm_terminate_place(struct storm_state *s, atomic_int *place, const struct kvm_tdx_cmd *cmd);
int storm_run_script(struct storm_state *s, atomic_int *place, const struct script_op *op, uint32_t n);
int storm_copy(struct storm_state *s, atomic_int *to, atomic_int *from);
int storm_close_place(struct storm_state *s, atomic_int *place);

/* Whether calls are made. If not, @fmt is written. */
bool storm_made(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A place's name in a program: "s.f.vm[0]". Static buffer, of each thread. */
const char *storm_place(const struct storm_state *s, const atomic_int *place);

#endif

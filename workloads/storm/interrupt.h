/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A signal that ends a system call which would wait for ever, as KVM_RUN of a halted vCPU does.
 */
#ifndef DPAMT_WORKLOADS_STORM_INTERRUPT_H
#define DPAMT_WORKLOADS_STORM_INTERRUPT_H

/* How often the signal comes. */
#define STORM_INTERRUPT_NS	1000000

/* For the calling thread, once: make its timer. Returns 0, or -1 after fail(). */
int storm_interrupt_init(void);

/* From now on the calling thread gets the signal, until storm_interrupt_off(). Keeps errno. */
void storm_interrupt_on(void);
void storm_interrupt_off(void);

/* For the calling thread: delete its timer. */
void storm_interrupt_exit(void);

#endif

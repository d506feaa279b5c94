/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signals: one that ends a system call which would wait for ever, as KVM_RUN of a halted vCPU does, and
 * those that come once, while some system call runs.
 */
#ifndef DPAMT_WORKLOADS_STORM_INTERRUPT_H
#define DPAMT_WORKLOADS_STORM_INTERRUPT_H

/* How often the signal comes, where there may be nothing to wait for, and where there is much to do. */
#define STORM_SOON_NS 1000000
#define STORM_LATE_NS 50000000

/* For the calling thread, once: make its timer. Returns 0, or -1 after fail(). */
int storm_interrupt_init(void);

/* From now on the calling thread gets the signal each @ns, until storm_interrupt_off(). Keeps errno. */
void storm_interrupt_on(long ns);
void storm_interrupt_off(void);

/* The calling thread gets one signal, in @ns. Returns 0, or -1 with errno. */
int storm_signal_in(long ns);

/* The process is killed in @ns, wherever its threads are. Returns 0, or -1 with errno. */
int storm_kill_in(long ns);

/* For the calling thread: delete its timer. */
void storm_interrupt_exit(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Enters a vCPU whose guest follows a script.
 */
#ifndef DPAMT_WORKLOADS_STORM_ENTER_H
#define DPAMT_WORKLOADS_STORM_ENTER_H

#include "workloads/core/td_script.h"
#include "state.h"

/* KVM_RUN in one operation, at most. */
#define STORM_ENTRIES	6

/*
 * Write a script of @n operations to where all vCPUs of a storm have theirs, and enter @vcpu until it is
 * done, something else happens, or there were enough entries. Returns 0, or -1 with errno:
 * EAGAIN only if the vCPU waits for INIT; for KVM_RUN's EAGAIN of any other vCPU EPROTO, which KVM never
 * returns.
 */
int storm_enter(struct storm_state *s, int kvm, int vcpu, const struct script_op *op, uint32_t n);

#endif

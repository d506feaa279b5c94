// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on what is around a VM: other processes with its files, signals, limits, failures on
 * purpose, CPUs.
 */
#include <stdio.h>

#include "lib/array_size.h"
#include "allocations.h"
#include "calls.h"
#include "interrupt.h"
#include "limits.h"
#include "operations.h"
#include "processes.h"
#include "values.h"

static enum storm_kind kind_of(uint32_t arg)
{
	return arg % STORM_KINDS;
}

atomic_int *storm_file_of(struct storm_state *s, uint32_t kind, uint32_t which)
{
	switch (kind_of(kind)) {
	case STORM_VM:
		return STORM_PICK(s->f.vm, which);
	case STORM_VCPU:
		return STORM_PICK(s->f.vcpu, which);
	default:
		return STORM_PICK(s->f.gmem, which);
	}
}

/* The same place in what a holder has open. */
static int held_file(const struct storm_state *s, unsigned int holder, const atomic_int *place)
{
	const char *files = (const char *)&s->f, *held = (const char *)&s->held[holder];

	return *(const atomic_int *)(const void *)(held + ((const char *)place - files));
}

int storm_fork(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	unsigned int holder = arg[0] % STORM_HOLDERS;

	return storm_made("storm_fork_holder(&s, %u)", holder) ? storm_fork_holder(s, holder) : 0;
}

int storm_kill_child(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	unsigned int holder = arg[0] % STORM_HOLDERS;

	return storm_made("storm_kill_holder(&s, %u)", holder) ? storm_kill_holder(s, holder) : 0;
}

int storm_send_file(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	atomic_int *place = storm_file_of(s, arg[0], arg[1]);

	return storm_made("storm_send(&s, %d, %s)", kind_of(arg[0]), storm_place(s, place)) ?
		       storm_send(s, kind_of(arg[0]), *place) : 0;
}

int storm_receive_file(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	atomic_int *place = storm_file_of(s, arg[0], arg[1]);

	return storm_made("storm_receive(&s, %d, &%s)", kind_of(arg[0]), storm_place(s, place)) ?
		       storm_receive(s, kind_of(arg[0]), place) : 0;
}

int storm_steal_file(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	unsigned int holder = arg[0] / 3 % STORM_HOLDERS;
	atomic_int *place = storm_file_of(s, arg[0], arg[1]);
	const char *name = storm_place(s, place);

	return storm_made("storm_steal(&s, %u, s.held[%u]%s, &%s)", holder, holder, name + 3, name) ?
		       storm_steal(s, holder, held_file(s, holder, place), place) : 0;
}

int storm_signal(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	long ns = 1 + arg[0] % 200000;

	(void)s;
	return storm_made("storm_signal_in(%ld)", ns) ? storm_signal_in(ns) : 0;
}

int storm_kill(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	long ns = 1 + arg[0] % 2000000;

	if (arg[1] % 8) /* seldom, for it ends the round */
		return storm_signal(s, arg);
	return storm_made("storm_kill_in(%ld)", ns) ? storm_kill_in(ns) : 0;
}

static int put_file(const char *path, const char *text)
{
	return storm_made("storm_put_file(\"%s\", \"%s\")", path, text) ? storm_put_file(path, text) : 0;
}

int storm_limit_tds(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const char *const limits[] = { "tdx 1", "tdx 0", "tdx 2", "tdx 4", "tdx max" };

	(void)s;
	return put_file(STORM_CGROUP "/misc.max", limits[arg[0] % ARRAY_SIZE(limits)]);
}

int storm_limit_mem(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	uint64_t kib = 64 + arg[0] % 8192;

	(void)s;
	if (arg[1] % 3 == 1)
		return put_file(STORM_CGROUP "/memory.max", "max");
	return storm_made("storm_limit_memory(%llu)", (unsigned long long)kib) ?
		       storm_limit_memory(kib) : 0;
}

/*
 * Answers of a TDX module that KVM must cope with, without a warning: tests/kernel/failures-busy.sh says
 * what becomes of others, row by row. Most make KVM warn, for which a boot ends, and of the next of the same
 * kind nothing would be heard: WARN_ON_ONCE. sequence.c knows the order.
 */
int storm_fail_leaf(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
#define BUSY	   0x8000020000000000ULL
#define NO_ENTROPY 0x8000020300000000ULL
#define INVALID	   0xc000010000000002ULL
	static const struct {
		const char *leaf;
		unsigned int most;	/* calls that may fail */
		unsigned int least;
		unsigned long long status;
	} answers[] = {
		{ "MEM.PAGE.AUG", 5, 1, BUSY },	      { "MEM.PAGE.ADD", 5, 1, BUSY },
		{ "VP.ENTER", 3, 1, BUSY },	      { "MEM.RANGE.BLOCK", 1, 1, BUSY },
		{ "MEM.TRACK", 1, 1, BUSY },	      { "MEM.PAGE.REMOVE", 1, 1, BUSY },
		{ "MR.FINALIZE", 1, 1, BUSY },	      { "MNG.INIT", 1, 1, INVALID },
		{ "MNG.CREATE", 10, 10, NO_ENTROPY }, { "MNG.ADDCX", 10, 10, NO_ENTROPY },
		{ "MEM.SEPT.ADD", 5, 1, BUSY },
	};
	unsigned int i = arg[0] % ARRAY_SIZE(answers);
	char text[64];

	(void)s;
	snprintf(text, sizeof(text), "%s %u 0x%llx %u", answers[i].leaf, 1 + arg[1] % 4,
		 answers[i].status,
		 answers[i].least + arg[2] % (answers[i].most - answers[i].least + 1));
	return put_file(STORM_INJECT, text);
}

int storm_heal_leaves(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	(void)s, (void)arg;
	return put_file(STORM_INJECT, "off");
}

/* Allocations of the calling thread are to fail, in its next steps. Arguments are small oftener than not. */
int storm_fail_allocation(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	unsigned int n = 1 + (arg[0] % 60 * 17 + 12) % 60, times = 16 - arg[1] % 16;

	(void)s;
	return storm_made("storm_fail_allocations(%u, %u)", n, times)
		       ? storm_fail_allocations(n, times)
		       : 0;
}

int storm_cpu(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	(void)s;
	return put_file("/sys/devices/system/cpu/cpu1/online", arg[0] % 2 ? "0" : "1");
}

/* KVM asks the vendor code what an exit was only for its tracepoints. */
int storm_trace(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	(void)s;
	return put_file(STORM_KVM_EVENTS, arg[0] % 2 ? "0" : "1");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that executes calls TDCALL with registers drawn from a seed: mostly TDG.VP.VMCALL with the functions that
 * KVM knows, and operands at and beyond their limits. Its VMM answers each exit with drawn values. KVM
 * and the module must not warn, and a TD that is dead is replaced.
 *
 * usage: tdcall_fuzz SEED CALLS
 *
 * One line: how many calls, TDs, and exits of each kind; "warnings N". Exit status 1 if a step failed that must not.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include <linux/kvm.h>
#include <linux/kvm_para.h>

#include "books.h"
#include "lib/array_size.h"
#include "workloads/core/layout.h"
#include "workloads/core/td.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"

#define MEM_BYTES    (2 * REGION_BYTES)
#define CALLS_PER_TD 200
/* A vCPU that makes no progress for so many signals halts, or faults for ever. */
#define PATIENCE     3

#define ONE_IN(n)    (mrand48() % (n) == 0)

static struct {
	unsigned long tds, io, mmio, hypercall, tdx, event, halt, shutdown, fault, refused, other;
} seen;

static uint64_t any64(void)
{
	return (uint64_t)(uint32_t)mrand48() << 32 | (uint32_t)mrand48();
}

static const uint64_t gpas[] = {
	TD_GPA,
	TD_GPA + PAGE_BYTES,
	TD_GPA + MEM_BYTES - PAGE_BYTES,
	TD_GPA + MEM_BYTES,
	TD_GPA | SHARED_BIT,
	(TD_GPA + REGION_BYTES) | SHARED_BIT,
	(TD_GPA + MEM_BYTES) | SHARED_BIT,
	SHARED_BIT,
	SHARED_BIT - 1,
	SHARED_BIT - PAGE_BYTES,
	0xfec00000 | SHARED_BIT, /* I/O APIC */
	0xfee00000 | SHARED_BIT, /* local APIC */
	0xfee00000,
	1ULL << 48,
	1ULL << 52,
	UINT64_MAX - PAGE_BYTES + 1,
	UINT64_MAX,
};
static const uint64_t numbers[] = {
	0, 1, 2, 3, 4, 7, 8, 16, 31, 32, 33, 64, 255, 256, PAGE_BYTES - 1, PAGE_BYTES,
	REGION_BYTES, MEM_BYTES, INT32_MAX, UINT32_MAX, 1ULL << 32, INT64_MAX, 1ULL << 63,
};
static const uint64_t widths[] = { 1, 2, 4, 4, 8, 0, 3 };
static const uint64_t flags[] = { 0, 0, 1, 1, 2 };
static const uint64_t bytes[] = { PAGE_BYTES, PAGE_BYTES, REGION_BYTES, MEM_BYTES, 0, 1, UINT64_MAX };
static const uint64_t ports[] = { 0x20,	 0x21,	0x40,	     0x43,   0x60,   0x61,
				  0x70, 0xcf8, SCRIPT_PORT, 0x1f0, 0xffff, 0x10000 };
static const uint64_t msrs[] = {
	0x10,	    /* TSC */
	0x1b,	    /* APIC_BASE */
	0x3a,	    /* FEAT_CTL */
	0x3b,	    /* TSC_ADJUST */
	0x48,	    /* SPEC_CTRL */
	0x8b,	    /* UCODE_REV */
	0xfe,	    /* MTRRCAP */
	0x174,	    /* SYSENTER_CS */
	0x179,	    /* MCG_CAP */
	0x17a,	    /* MCG_STATUS */
	0x1a0,	    /* MISC_ENABLE */
	0x200,	    /* MTRR_PHYSBASE0 */
	0x277,	    /* PAT */
	0x2ff,	    /* MTRR_DEF_TYPE */
	0x400,	    /* MC0_CTL */
	0x6e0,	    /* TSC_DEADLINE */
	0x802,	    /* x2APIC: ID */
	0x808,	    /* TPR */
	0x80b,	    /* EOI */
	0x80d,	    /* LDR */
	0x80f,	    /* SPIV */
	0x830,	    /* ICR */
	0x832,	    /* LVT timer */
	0x838,	    /* timer's count */
	0x83e,	    /* its divider */
	0x83f,	    /* SELF_IPI */
	0x4b564d00, /* KVM's clocks */
	0x4b564d01,
	0x4b564d02, /* asynchronous page faults */
	0x4b564d03, /* stolen time */
	0x4b564d04, /* paravirtual EOI */
	0x4b564d05, /* polling */
	0x4b564d08, /* migration */
	0x40000000, /* Hyper-V */
	0x400000f1,
	0xc0000080, /* EFER */
	0xc0000103, /* TSC_AUX */
};
static const uint64_t leaves[] = {
	0,    1,    2,	  4,	7,	    0xb,	0xd,	    0x14,	0x15,	    0x1d,
	0x1f, 0x21, 0x24, 0x40000000, 0x40000001, 0x80000000, 0x80000001, 0x80000008, 0x8000001f,
};

/* What an operand is. NOISE: any 64 bits. */
enum kind { NOISE, GPA, NUMBER, WIDTH, FLAG, BYTES, PORT, MSR, LEAF, KINDS };

static const struct {
	const uint64_t *value;
	size_t n;
} choices[KINDS] = {
	[GPA] = { gpas, ARRAY_SIZE(gpas) },	  [NUMBER] = { numbers, ARRAY_SIZE(numbers) },
	[WIDTH] = { widths, ARRAY_SIZE(widths) }, [FLAG] = { flags, ARRAY_SIZE(flags) },
	[BYTES] = { bytes, ARRAY_SIZE(bytes) },	  [PORT] = { ports, ARRAY_SIZE(ports) },
	[MSR] = { msrs, ARRAY_SIZE(msrs) },	  [LEAF] = { leaves, ARRAY_SIZE(leaves) },
};

/* The functions of TDG.VP.VMCALL that KVM knows, one that it does not know, and what R12 to R15 are. */
static const struct {
	uint64_t r11;
	enum kind r12, r13, r14, r15;
} functions[] = {
	{ 10, LEAF, NUMBER, NOISE, NOISE },	/* CPUID */
	{ 12, FLAG, NOISE, NOISE, NOISE },	/* HLT */
	{ 30, WIDTH, FLAG, PORT, NOISE },	/* IN, OUT */
	{ 31, MSR, NOISE, NOISE, NOISE },	/* RDMSR */
	{ 32, MSR, NUMBER, NOISE, NOISE },	/* WRMSR */
	{ 32, MSR, GPA, NOISE, NOISE },
	{ 48, WIDTH, FLAG, GPA, NOISE },	/* MMIO */
	{ 54, BYTES, NUMBER, NOISE, NOISE },	/* WBINVD */
	{ 0x10000, FLAG, NUMBER, NOISE, NOISE }, /* GetTdVmCallInfo */
	{ 0x10001, GPA, BYTES, NOISE, NOISE },	/* MapGPA */
	{ 0x10001, GPA, BYTES, NOISE, NOISE },
	{ 0x10002, GPA, BYTES, NOISE, NOISE },	/* GetQuote */
	{ 0x10003, NUMBER, GPA, NOISE, NOISE }, /* ReportFatalError */
	{ 0x10004, NUMBER, NOISE, NOISE, NOISE }, /* SetupEventNotifyInterrupt */
	{ 0x10005, GPA, NUMBER, NUMBER, NOISE },
};

/* A value of a kind; one in eight of another one, or a little beside it. */
static uint64_t operand(enum kind kind)
{
	uint64_t value;

	if (ONE_IN(8))
		kind = (uint32_t)mrand48() % KINDS;
	if (kind == NOISE)
		return any64();
	value = choices[kind].value[(uint32_t)mrand48() % choices[kind].n];
	return ONE_IN(16) ? value + (uint64_t)mrand48() % 64 : value;
}

static void draw_registers(struct script_registers *r)
{
	size_t i = (uint32_t)mrand48() % ARRAY_SIZE(functions);

	/* RCX says which of the registers the host sees and sets: all that a function takes, or any. */
	*r = (struct script_registers){
		.rcx = !ONE_IN(8) ? 0xfc00 : ONE_IN(2) ? 0xffff & any64() : any64(),
		.rdx = operand(NUMBER),
		.rbx = any64(),
		.rsi = any64(),
		.rdi = any64(),
		.r8 = operand(NOISE),
		.r9 = operand(NOISE),
		.r10 = ONE_IN(16) ? operand(NUMBER) : 0,
		.r11 = ONE_IN(16) ? operand(NUMBER) : functions[i].r11,
		.r12 = operand(functions[i].r12),
		.r13 = operand(functions[i].r13),
		.r14 = operand(functions[i].r14),
		.r15 = operand(functions[i].r15),
	};
	/* In one call of eight a leaf function of the module's own. */
	if (ONE_IN(8)) {
		r->rax = (uint32_t)mrand48() % 32;
		r->rcx = operand(GPA);
	}
}

/* What KVM takes for an answer to a MapGPA, and one that it refuses (EINVAL). */
#define BAD_ANSWER 5

/* The VMM serves a MapGPA, of which KVM asks 2 MiB at a time, or says that it did or did not. */
static void map_gpa(struct td *td, struct kvm_run *run)
{
	static const uint64_t answers[] = { 0, 0, 0, 0, EAGAIN, EINVAL, BAD_ANSWER };
	uint64_t offset = run->hypercall.args[0] - TD_GPA, size = run->hypercall.args[1] * PAGE_BYTES;

	run->hypercall.ret = answers[(uint32_t)mrand48() % ARRAY_SIZE(answers)];
	if (!run->hypercall.ret && offset < MEM_BYTES && size <= MEM_BYTES - offset)
		td_set_private(td, offset, size, run->hypercall.args[2] & KVM_MAP_GPA_RANGE_ENCRYPTED);
}

static void answer_tdx(struct kvm_run *run)
{
	run->tdx.unknown.ret = ONE_IN(2) ? 0 : any64();
	for (size_t i = 1; i < ARRAY_SIZE(run->tdx.unknown.data); i++)
		run->tdx.unknown.data[i] = any64();
}

static void fill(void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((uint8_t *)bytes)[i] = (uint8_t)mrand48();
}

/* Answers an exit. False: this TD comes no further. */
static bool answer(struct td *td, struct kvm_run *run)
{
	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		seen.io++;
		if (run->io.direction == KVM_EXIT_IO_IN)
			fill((uint8_t *)run + run->io.data_offset, run->io.size * run->io.count);
		return true;
	case KVM_EXIT_MMIO:
		seen.mmio++;
		fill(run->mmio.data, sizeof(run->mmio.data));
		return true;
	case KVM_EXIT_HYPERCALL:
		seen.hypercall++;
		map_gpa(td, run);
		return true;
	case KVM_EXIT_TDX:
		seen.tdx++;
		answer_tdx(run);
		return true;
	case KVM_EXIT_SYSTEM_EVENT:
		seen.event++;
		return true;
	case KVM_EXIT_SHUTDOWN:
		seen.shutdown++;
		return false;
	default:
		seen.other++;
		fprintf(stderr, "exit reason %u\n", run->exit_reason);
		return false;
	}
}

/* Enters the guest up to where it says that it is done. False: the TD is dead. */
static bool run_guest(struct td *td)
{
	static const struct kvm_mp_state runnable = { .mp_state = KVM_MP_STATE_RUNNABLE };
	struct td_script *s = td->script;
	struct kvm_run *run = td->run[0];
	unsigned int signals = 0;

	for (;;) {
		if (!ioctl(td->vcpu[0], KVM_RUN, 0)) {
			if (run->exit_reason == KVM_EXIT_IO && run->io.port == SCRIPT_PORT && !s->next)
				return true;
			signals = 0;
			if (!answer(td, run))
				return false;
		} else if (errno == EFAULT && run->exit_reason == KVM_EXIT_MEMORY_FAULT) {
			seen.fault++;
			return false;
		} else if (errno == EINTR || errno == EAGAIN) {
			if (++signals < PATIENCE)
				continue;
			if (signals > 2 * PATIENCE) {
				seen.fault++;
				return false;
			}
			seen.halt++;
			ioctl(td->vcpu[0], KVM_SET_MP_STATE, &runnable);
		} else if (errno == EINVAL && run->exit_reason == KVM_EXIT_HYPERCALL &&
			   run->hypercall.ret == BAD_ANSWER) {
			seen.refused++;
			run->hypercall.ret = 0;
		} else {
			die("KVM_RUN: %s, exit reason %u", strerror(errno), run->exit_reason);
		}
	}
}

/* Signals come every 10 ms, or not: other ioctls than KVM_RUN may fail for them. */
static void signals(bool on)
{
	struct itimerval every = { .it_interval.tv_usec = on * 10000, .it_value.tv_usec = on * 10000 };

	setitimer(ITIMER_REAL, &every, NULL);
}

/* One TDCALL. False: the TD is dead. */
static bool call(struct td *td)
{
	struct td_script *s = td->script;
	bool alive;

	/* The end alone leaves no number of an operation behind. */
	s->op[0].code = SCRIPT_PAUSE;
	s->op[1].code = SCRIPT_TDCALL;
	s->op[2].code = SCRIPT_END;
	draw_registers((struct script_registers *)&s->op[SCRIPT_TDCALL_REGS]);
	s->magic = SCRIPT_MAGIC;
	signals(true);
	alive = run_guest(td);
	signals(false);
	return alive;
}

static void make_td(struct td *td)
{
	if (td_create(td, (unsigned int)seen.tds++) || td_guest_attach(td, 1) || td_finalize(td) ||
	    td_set_private(td, 0, MEM_BYTES, true))
		exit(1);
}

static void nothing(int sig)
{
	(void)sig;
}

int main(int argc, char **argv)
{
	unsigned long calls = argc == 3 ? strtoul(argv[2], NULL, 10) : 0, done;
	unsigned int left = 0;
	struct td td;

	if (!calls)
		die("usage: tdcall_fuzz SEED CALLS");
	srand48(strtol(argv[1], NULL, 10));
	td_guest_choose(TD_GUEST_CODE);
	if (td_open(MEM_BYTES, 1))
		return 1;
	warnings_start();
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = nothing }, NULL);
	for (done = 0; done < calls; done++) {
		if (!left)
			make_td(&td);
		left = !left ? CALLS_PER_TD - 1 : left - 1;
		if (!call(&td))
			left = 0;
		if (!left && td_destroy(&td, NULL))
			return 1;
	}
	if (left && td_destroy(&td, NULL))
		return 1;
	printf("calls %lu, TDs %lu, port %lu, MMIO %lu, MapGPA %lu, TDX %lu, fatal error %lu, halt %lu, "
	       "shutdown %lu, fault %lu, answers refused %lu, other %lu | warnings %u\n",
	       done, seen.tds, seen.io, seen.mmio, seen.hypercall, seen.tdx, seen.event, seen.halt, seen.shutdown,
	       seen.fault, seen.refused, seen.other, warnings_seen());
	return 0;
}

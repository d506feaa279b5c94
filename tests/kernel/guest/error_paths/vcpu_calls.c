// SPDX-License-Identifier: GPL-2.0
/*
 * Ioctls of a TD's vCPUs as user space should not make them.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"
#include "../books.h"
#include "calls.h"

/* An MNG.RD of KVM_TDX_GET_CPUID that fails, and those after it. */
#define RD_STATUS 0xc000030000000000

static struct {
	struct kvm_cpuid2 head;
	struct kvm_cpuid_entry2 entry[CPUID_ENTRIES];
} cpuid;

void before_init_vcpu(struct attempt *attempt)
{
	before_init_vm(attempt);
	if (init_vm(attempt))
		die("KVM_TDX_INIT_VM failed: %s", strerror(errno));
	attempt->td.vcpu[0] = ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0);
	if (attempt->td.vcpu[0] < 0 || td_set_cpuid(attempt->td.vcpu[0]))
		die("no vCPU: %s", strerror(errno));
}

int init_vcpu(struct attempt *attempt)
{
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VCPU, .data = td_guest_rcx(0) };

	return ioctl(attempt->td.vcpu[0], KVM_MEMORY_ENCRYPT_OP, &cmd);
}

void before_get_cpuid(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	if (init_vcpu(attempt))
		die("KVM_TDX_INIT_VCPU failed: %s", strerror(errno));
	/* Its pages are there from now on: none is missing when the ioctl's allocations are counted. */
	memset(&cpuid, 0xff, sizeof(cpuid));
}

int get_cpuid(struct attempt *attempt)
{
	cpuid.head.nent = CPUID_ENTRIES;
	return tdx_command(attempt->td.vcpu[0], KVM_TDX_GET_CPUID, 0, &cpuid);
}

static void vcpu_before_init(struct attempt *attempt)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_CREATE_VCPU", ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0));
	if (init_vm(attempt) || ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0) < 0)
		attempt_add(attempt, "not again");
}

static void vcpu_no_irqchip(struct attempt *attempt)
{
	td_bare(&attempt->td, false);
	if (init_vm(attempt))
		die("KVM_TDX_INIT_VM failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_CREATE_VCPU", ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0));
}

/* The vCPU is complete but for its file. */
static void vcpu_no_file(struct attempt *attempt)
{
	struct rlimit full, limit;

	before_init_vm(attempt);
	if (init_vm(attempt) || getrlimit(RLIMIT_NOFILE, &full))
		die("no TD: %s", strerror(errno));
	limit = full;
	limit.rlim_cur = (rlim_t)attempt->td.vm + 1;
	setrlimit(RLIMIT_NOFILE, &limit);
	attempt_note(attempt, "KVM_CREATE_VCPU", ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0));
	setrlimit(RLIMIT_NOFILE, &full);
	attempt->td.vcpu[0] = ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0);
	if (attempt->td.vcpu[0] < 0 || td_set_cpuid(attempt->td.vcpu[0]) || init_vcpu(attempt))
		attempt_add(attempt, "not again");
}

static void init_vcpu_flags(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VCPU",
		     tdx_command(attempt->td.vcpu[0], KVM_TDX_INIT_VCPU, 1, NULL));
	if (init_vcpu(attempt))
		attempt_add(attempt, "not again");
}

static void init_vcpu_twice(struct attempt *attempt)
{
	before_get_cpuid(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VCPU", init_vcpu(attempt));
}

/* No CPUID at all: it must have an x2APIC. */
static void init_vcpu_no_cpuid(struct attempt *attempt)
{
	before_init_vm(attempt);
	if (init_vm(attempt))
		die("KVM_TDX_INIT_VM failed: %s", strerror(errno));
	attempt->td.vcpu[0] = ioctl(attempt->td.vm, KVM_CREATE_VCPU, 0);
	attempt_note(attempt, "KVM_TDX_INIT_VCPU", init_vcpu(attempt));
	if (td_set_cpuid(attempt->td.vcpu[0]) || init_vcpu(attempt))
		attempt_add(attempt, "not again");
}

static void vcpu_command_no_memory(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	attempt_note(attempt, "KVM_MEMORY_ENCRYPT_OP",
		     ioctl(attempt->td.vcpu[0], KVM_MEMORY_ENCRYPT_OP, NULL));
}

static void vcpu_command_hw_error(struct attempt *attempt)
{
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VCPU, .hw_error = 1 };

	before_init_vcpu(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VCPU",
		     ioctl(attempt->td.vcpu[0], KVM_MEMORY_ENCRYPT_OP, &cmd));
	if (init_vcpu(attempt))
		attempt_add(attempt, "not again");
}

static void vcpu_command_unknown(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	attempt_note(attempt, "KVM_MEMORY_ENCRYPT_OP",
		     tdx_command(attempt->td.vcpu[0], 99, 0, NULL));
}

static void vcpu_after_finalize(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	if (tdx_command(attempt->td.vm, KVM_TDX_FINALIZE_VM, 0, NULL))
		die("KVM_TDX_FINALIZE_VM failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_TDX_INIT_VCPU", init_vcpu(attempt));
}

static void cpuid_with(struct attempt *attempt, void *data)
{
	before_get_cpuid(attempt);
	attempt_note(attempt, "KVM_TDX_GET_CPUID",
		     tdx_command(attempt->td.vcpu[0], KVM_TDX_GET_CPUID, 0, data));
	if (get_cpuid(attempt))
		attempt_add(attempt, "not again");
}

static void cpuid_no_memory(struct attempt *attempt)
{
	cpuid_with(attempt, NULL);
}

static void cpuid_few_entries(struct attempt *attempt)
{
	struct kvm_cpuid2 head = { .nent = 1 };

	cpuid_with(attempt, &head);
	if (head.nent < 2)
		attempt_add(attempt, "how many there are is not said");
}

static void cpuid_read_only(struct attempt *attempt)
{
	struct kvm_cpuid2 head = { .nent = CPUID_ENTRIES };

	cpuid_with(attempt, read_only(&head, sizeof(head)));
}

/* There is memory for the head, none for the entries. */
static void cpuid_half(struct attempt *attempt)
{
	struct kvm_cpuid2 *head = edge(sizeof(*head));

	head->nent = CPUID_ENTRIES;
	cpuid_with(attempt, head);
}

static void cpuid_unreadable(struct attempt *attempt, unsigned int nth, unsigned int count)
{
	before_get_cpuid(attempt);
	inject("MNG.RD", nth, RD_STATUS, count);
	attempt_note(attempt, "KVM_TDX_GET_CPUID", get_cpuid(attempt));
	if (!inject_off())
		attempt_add(attempt, "not read");
	if (get_cpuid(attempt))
		attempt_add(attempt, "not again");
}

static void cpuid_leaf_0(struct attempt *attempt)
{
	cpuid_unreadable(attempt, 1, 1);
}

static void cpuid_second_half(struct attempt *attempt)
{
	cpuid_unreadable(attempt, 2, 1);
}

/* From some call on nothing can be read: the first such call that lets the ioctl fail without leaf 0. */
static void cpuid_extended(struct attempt *attempt)
{
	cpuid_unreadable(attempt, 3, 1000000);
}

static void rang(int sig)
{
	(void)sig;
}

/*
 * A vCPU halts, and KVM asks the module whether an interrupt waits. That the VM is dead does not wake
 * the vCPU: a signal ends its sleep.
 */
static void halt_unreadable(struct attempt *attempt)
{
	struct sigaction action = { .sa_handler = rang }; /* no SA_RESTART */
	struct td_script *s;

	if (td_create(&attempt->td, 0) || td_guest_attach(&attempt->td, 1) ||
	    td_finalize(&attempt->td))
		die("no TD");
	s = attempt->td.script;
	s->op[0] = (struct script_op){ .code = SCRIPT_HALT };
	s->op[1] = (struct script_op){ .code = SCRIPT_END };
	s->magic = SCRIPT_MAGIC;
	inject("VP.RD", 1, RD_STATUS, 1);
	sigaction(SIGALRM, &action, NULL);
	alarm(1);
	attempt_note(attempt, "KVM_RUN", ioctl(attempt->td.vcpu[0], KVM_RUN, 0));
	inject_off();
}

const struct call vcpu_calls[] = {
	{ "vcpu_before_init", vcpu_before_init, 0 },
	{ "vcpu_no_irqchip", vcpu_no_irqchip, 0 },
	{ "vcpu_no_file", vcpu_no_file, 0 },
	{ "init_vcpu_flags", init_vcpu_flags, 0 },
	{ "init_vcpu_twice", init_vcpu_twice, 0 },
	{ "init_vcpu_no_cpuid", init_vcpu_no_cpuid, 0 },
	{ "vcpu_command_no_memory", vcpu_command_no_memory, 0 },
	{ "vcpu_command_hw_error", vcpu_command_hw_error, 0 },
	{ "vcpu_command_unknown", vcpu_command_unknown, 0 },
	{ "vcpu_after_finalize", vcpu_after_finalize, 0 },
	{ "cpuid_no_memory", cpuid_no_memory, 0 },
	{ "cpuid_few_entries", cpuid_few_entries, 0 },
	{ "cpuid_read_only", cpuid_read_only, 0 },
	{ "cpuid_half", cpuid_half, 0 },
	{ "cpuid_leaf_0", cpuid_leaf_0, 0 },
	{ "cpuid_second_half", cpuid_second_half, 0 },
	{ "cpuid_extended", cpuid_extended, 0 },
	{ "halt_unreadable", halt_unreadable, 0 },
	{ NULL, NULL, 0 },
};

// SPDX-License-Identifier: GPL-2.0
/*
 * Ioctls of a TD's VM as user space should not make them: arguments, order, limits.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "workloads/core/layout.h"
#include "workloads/core/td_script.h"
#include "../books.h"
#include "calls.h"

#define ATTR_SEPT_VE_DISABLE (1ULL << 28)
#define ATTR_DEBUG	     1ULL
#define XFAM_X87_SSE	     3ULL
#define XFAM_NOBODY	     (1ULL << 62)
#define GPA_BITS(n)	     ((n) << 16)
#define HOST_PA_BITS	     46U
#define CPUID_ADDR_BITS	     0x80000008U
#define CPUID_TSX	     (1U << 4 | 1U << 11) /* leaf 7, EBX */
#define KEYIDS_MAX	     1024
#define MISC_MAX	     "/sys/fs/cgroup/books/misc.max"

struct init_vm init_vm_good(void)
{
	return (struct init_vm){
		.vm = {
			.attributes = ATTR_SEPT_VE_DISABLE,
			.xfam = XFAM_X87_SSE,
			.cpuid.nent = 1,
		},
		.entry[0] = {
			.function = CPUID_ADDR_BITS,
			.eax = GPA_BITS(48U) | HOST_PA_BITS,
		},
	};
}

void *edge(size_t bytes)
{
	char *pages = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED || munmap(pages + PAGE_BYTES, PAGE_BYTES))
		die("no page");
	return pages + PAGE_BYTES - bytes;
}

void *read_only(const void *from, size_t bytes)
{
	void *page = edge(PAGE_BYTES);

	memcpy(page, from, bytes);
	if (mprotect(page, PAGE_BYTES, PROT_READ))
		die("mprotect failed: %s", strerror(errno));
	return page;
}

void before_init_vm(struct attempt *attempt)
{
	td_bare(&attempt->td, true);
}

static struct kvm_tdx_capabilities *capabilities(void)
{
	static struct {
		struct kvm_tdx_capabilities caps;
		struct kvm_cpuid_entry2 entry[CPUID_ENTRIES];
	} all;

	all.caps.cpuid.nent = CPUID_ENTRIES;
	return &all.caps;
}

int get_capabilities(struct attempt *attempt)
{
	return tdx_command(attempt->td.vm, KVM_TDX_CAPABILITIES, 0, capabilities());
}

int init_vm(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	return tdx_command(attempt->td.vm, KVM_TDX_INIT_VM, 0, &args);
}

static void caps_with(struct attempt *attempt, uint32_t flags, void *data)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_CAPABILITIES",
		     tdx_command(attempt->td.vm, KVM_TDX_CAPABILITIES, flags, data));
}

static void caps_flags(struct attempt *attempt)
{
	caps_with(attempt, 1, capabilities());
}

static void caps_no_memory(struct attempt *attempt)
{
	caps_with(attempt, 0, NULL);
}

static void caps_few_entries(struct attempt *attempt)
{
	struct kvm_tdx_capabilities *caps = capabilities();

	caps->cpuid.nent = 0;
	caps_with(attempt, 0, caps);
}

static void caps_read_only(struct attempt *attempt)
{
	caps_with(attempt, 0, read_only(capabilities(), sizeof(struct kvm_tdx_capabilities)));
}

/* KVM_TDX_INIT_VM with @data, then as it should be, which must go well. */
static void init_with(struct attempt *attempt, uint32_t flags, void *data)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VM",
		     tdx_command(attempt->td.vm, KVM_TDX_INIT_VM, flags, data));
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
}

static void init_flags(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	init_with(attempt, 1, &args);
}

static void init_no_memory(struct attempt *attempt)
{
	init_with(attempt, 0, NULL);
}

static void init_many_entries(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.cpuid.nent = CPUID_ENTRIES + 1;
	init_with(attempt, 0, &args);
}

/* The head is there, the entry that it promises is not. */
static void init_half(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();
	void *head = edge(sizeof(args.vm));

	memcpy(head, &args.vm, sizeof(args.vm));
	init_with(attempt, 0, head);
}

static void init_reserved(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.reserved[0] = 1;
	init_with(attempt, 0, &args);
}

static void init_padding(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.cpuid.padding = 1;
	init_with(attempt, 0, &args);
}

static void init_attributes(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.attributes |= ATTR_DEBUG;
	init_with(attempt, 0, &args);
}

static void init_xfam(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.xfam |= XFAM_NOBODY;
	init_with(attempt, 0, &args);
}

static void init_no_width(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.cpuid.nent = 0;
	init_with(attempt, 0, &args);
}

static void init_width(struct attempt *attempt, uint32_t bits)
{
	struct init_vm args = init_vm_good();

	args.entry[0].eax = GPA_BITS(bits) | HOST_PA_BITS;
	init_with(attempt, 0, &args);
}

static void init_width_47(struct attempt *attempt)
{
	init_width(attempt, 47);
}

static void init_width_52(struct attempt *attempt)
{
	init_width(attempt, 52);
}

static void init_tsx(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.cpuid.nent = 2;
	args.entry[1] = (struct kvm_cpuid_entry2){
		.function = 7,
		.flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX,
		.ebx = CPUID_TSX,
	};
	init_with(attempt, 0, &args);
}

/* A function that the module does not let anybody set. */
static void init_stray_entry(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();

	args.vm.cpuid.nent = 2;
	args.entry[1] = (struct kvm_cpuid_entry2){ .function = 0x40000000 };
	init_with(attempt, 0, &args);
}

/* A memory slot from before KVM knows the shared bit, at that bit. */
static void init_shared_slot(struct attempt *attempt)
{
	struct kvm_userspace_memory_region2 slot = {
		.guest_phys_addr = SHARED_BIT,
		.memory_size = PAGE_BYTES,
		.userspace_addr = (uintptr_t)edge(PAGE_BYTES),
	};

	before_init_vm(attempt);
	if (ioctl(attempt->td.vm, KVM_SET_USER_MEMORY_REGION2, &slot))
		die("KVM_SET_USER_MEMORY_REGION2 failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
}

static void init_twice(struct attempt *attempt)
{
	before_init_vm(attempt);
	if (init_vm(attempt))
		die("KVM_TDX_INIT_VM failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
}

/* TDs until no KeyID is left; the one too many lives once another has gone. */
static void keyids(struct attempt *attempt)
{
	static struct td all[KEYIDS_MAX];
	unsigned int n = 0;

	before_init_vm(attempt);
	for (; n < KEYIDS_MAX; n++) {
		struct attempt one;

		before_init_vm(&one);
		if (init_vm(&one)) {
			td_destroy(&one.td, NULL);
			break;
		}
		all[n] = one.td;
	}
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
	if (n)
		td_destroy(&all[--n], NULL);
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
	while (n)
		td_destroy(&all[--n], NULL);
}

static void misc_limit(struct attempt *attempt)
{
	struct attempt first;

	put_file("/sys/fs/cgroup/cgroup.subtree_control", "+misc");
	put_file(MISC_MAX, "tdx 1");
	before_init_vm(&first);
	if (init_vm(&first))
		die("KVM_TDX_INIT_VM failed: %s", strerror(errno));
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
	td_destroy(&first.td, NULL);
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
	put_file(MISC_MAX, "tdx max");
}

/* On a machine with a package for each CPU. */
static void package_offline(struct attempt *attempt)
{
	before_init_vm(attempt);
	put_file("/sys/devices/system/cpu/cpu1/online", "0");
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
	put_file("/sys/devices/system/cpu/cpu1/online", "1");
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
}

/* A module without entropy: KVM asks ten times. */
static void no_entropy(struct attempt *attempt, const char *leaf)
{
	before_init_vm(attempt);
	inject(leaf, 1, 0x8000020300000000, 10);
	attempt_note(attempt, "KVM_TDX_INIT_VM", init_vm(attempt));
	if (inject_off() != 10)
		attempt_add(attempt, "not asked ten times");
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
}

static void no_entropy_create(struct attempt *attempt)
{
	no_entropy(attempt, "MNG.CREATE");
}

static void no_entropy_addcx(struct attempt *attempt)
{
	no_entropy(attempt, "MNG.ADDCX");
}

/* What the module refuses user space learns: hw_error. */
static void module_refuses(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VM, .data = (uintptr_t)&args };

	before_init_vm(attempt);
	inject("MNG.INIT", 1, 0xc000010000000002, 1);
	attempt_note(attempt, "KVM_TDX_INIT_VM",
		     ioctl(attempt->td.vm, KVM_MEMORY_ENCRYPT_OP, &cmd));
	inject_off();
	if (cmd.hw_error != 0xc000010000000002)
		attempt_add(attempt, "hw_error is wrong");
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
}

static void command_no_memory(struct attempt *attempt)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_MEMORY_ENCRYPT_OP",
		     ioctl(attempt->td.vm, KVM_MEMORY_ENCRYPT_OP, NULL));
}

static void command_hw_error(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VM, .data = (uintptr_t)&args, .hw_error = 1 };

	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VM",
		     ioctl(attempt->td.vm, KVM_MEMORY_ENCRYPT_OP, &cmd));
	if (init_vm(attempt))
		attempt_add(attempt, "not again");
}

static void command_unknown(struct attempt *attempt)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_MEMORY_ENCRYPT_OP", tdx_command(attempt->td.vm, 99, 0, NULL));
}

/* KVM does what it was told, and then cannot say so. */
static void command_read_only(struct attempt *attempt)
{
	struct init_vm args = init_vm_good();
	struct kvm_tdx_cmd cmd = { .id = KVM_TDX_INIT_VM, .data = (uintptr_t)&args };

	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_VM",
		     ioctl(attempt->td.vm, KVM_MEMORY_ENCRYPT_OP, read_only(&cmd, sizeof(cmd))));
	if (!init_vm(attempt) || errno != EINVAL)
		attempt_add(attempt, "the TD is not initialized");
}

static void finalize_before_init(struct attempt *attempt)
{
	before_init_vm(attempt);
	attempt_note(attempt, "KVM_TDX_FINALIZE_VM",
		     tdx_command(attempt->td.vm, KVM_TDX_FINALIZE_VM, 0, NULL));
}

static void finalize_twice(struct attempt *attempt)
{
	before_init_vcpu(attempt);
	if (tdx_command(attempt->td.vm, KVM_TDX_FINALIZE_VM, 0, NULL))
		die("KVM_TDX_FINALIZE_VM failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_TDX_FINALIZE_VM",
		     tdx_command(attempt->td.vm, KVM_TDX_FINALIZE_VM, 0, NULL));
}

/* Never more than a VM for KVM: nothing to release. */
static void close_bare(struct attempt *attempt)
{
	before_init_vm(attempt);
}

/* --- killed while it waits for a vCPU that runs */

static void *run_vcpu(void *attempt)
{
	/* An application processor that nobody started: KVM waits for a SIPI. */
	ioctl(((struct attempt *)attempt)->td.vcpu[1], KVM_RUN, 0);
	return NULL;
}

static void *vm_command(void *attempt)
{
	tdx_command(((struct attempt *)attempt)->td.vm, KVM_TDX_FINALIZE_VM, 0, NULL);
	return NULL;
}

static void *vcpu_command(void *attempt)
{
	init_vcpu(attempt);
	return NULL;
}

/* Threads of a process, the first apart, whose kernel stack is in a function of this name. */
static unsigned int threads_in(pid_t pid, const char *function)
{
	char path[64], text[4096];
	unsigned int found = 0;

	for (pid_t tid = pid + 1; tid < pid + 8; tid++) {
		FILE *f;

		snprintf(path, sizeof(path), "/proc/%d/task/%d/stack", pid, tid);
		f = fopen(path, "re");
		if (!f)
			continue;
		while (fgets(text, sizeof(text), f))
			found += strstr(text, function) != NULL;
		fclose(f);
	}
	return found;
}

static void await_thread(pid_t pid, const char *function)
{
	for (unsigned int polls = 0; !threads_in(pid, function); polls++) {
		if (polls == 1000)
			die("no thread came to %s", function);
		usleep(1000);
	}
}

static void killed_in(void *(*command)(void *attempt), struct attempt *attempt)
{
	pthread_t thread;
	int channel[2], ended;
	char go = 0;
	pid_t child;

	td_none(&attempt->td);
	if (pipe(channel))
		die("no pipe");
	child = fork();
	if (child < 0)
		die("no child");
	if (!child) {
		before_init_vcpu(attempt);
		attempt->td.vcpu[1] = ioctl(attempt->td.vm, KVM_CREATE_VCPU, 1);
		if (attempt->td.vcpu[1] < 0 || pthread_create(&thread, NULL, run_vcpu, attempt) ||
		    read(channel[0], &go, 1) != 1 ||
		    pthread_create(&thread, NULL, command, attempt))
			_exit(1);
		pause();
	}
	await_thread(child, "kvm_vcpu_block");
	if (write(channel[1], &go, 1) != 1)
		die("no pipe");
	await_thread(child, "kvm_lock_all_vcpus");
	kill(child, SIGKILL);
	if (waitpid(child, &ended, 0) != child || !WIFSIGNALED(ended))
		die("the process was not killed");
	attempt_add(attempt, "killed");
	close(channel[0]);
	close(channel[1]);
}

static void killed(struct attempt *attempt)
{
	killed_in(vm_command, attempt);
}

static void vcpu_killed(struct attempt *attempt)
{
	killed_in(vcpu_command, attempt);
}

const struct call vm_calls[] = {
	{ "caps_flags", caps_flags, 0 },
	{ "caps_no_memory", caps_no_memory, 0 },
	{ "caps_few_entries", caps_few_entries, 0 },
	{ "caps_read_only", caps_read_only, 0 },
	{ "init_twice", init_twice, 0 },
	{ "init_flags", init_flags, 0 },
	{ "init_no_memory", init_no_memory, 0 },
	{ "init_many_entries", init_many_entries, 0 },
	{ "init_half", init_half, 0 },
	{ "init_reserved", init_reserved, 0 },
	{ "init_padding", init_padding, 0 },
	{ "init_attributes", init_attributes, 0 },
	{ "init_xfam", init_xfam, 0 },
	{ "init_no_width", init_no_width, 0 },
	{ "init_width_47", init_width_47, 0 },
	{ "init_width_52", init_width_52, 0 },
	{ "init_tsx", init_tsx, 0 },
	{ "init_stray_entry", init_stray_entry, 0 },
	{ "init_shared_slot", init_shared_slot, 0 },
	{ "keyids", keyids, 0 },
	{ "misc_limit", misc_limit, 0 },
	{ "package_offline", package_offline, 0 },
	{ "no_entropy_create", no_entropy_create, 0 },
	{ "no_entropy_addcx", no_entropy_addcx, 0 },
	{ "module_refuses", module_refuses, 0 },
	{ "command_no_memory", command_no_memory, 0 },
	{ "command_hw_error", command_hw_error, 0 },
	{ "command_unknown", command_unknown, 0 },
	{ "command_read_only", command_read_only, 0 },
	{ "finalize_before_init", finalize_before_init, 0 },
	{ "finalize_twice", finalize_twice, 0 },
	{ "close_bare", close_bare, 0 },
	{ "killed", killed, 0 },
	{ "vcpu_killed", vcpu_killed, 0 },
	{ NULL, NULL, 0 },
};

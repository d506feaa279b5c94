// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for KVM's selftests of TDX, to test tests/td-guests/selftests.sh: makes a TD and initializes it,
 * by KVM's ioctls alone. Prints TAP, and ends with the status that a kernel selftest has.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#define KSFT_SKIP     4
#define XFAM_X87_SSE  3
#define ADDR_BITS     0x80000008      /* a CPUID leaf */
#define GPA_48_HPA_46 (48 << 16 | 46) /* its EAX */
#define IOAPIC_PINS   24

static int results;

static void check(int ok, const char *what)
{
	printf("%sok %d %s\n", ok ? "" : "not ", ++results, what);
	if (ok)
		return;
	printf("# %s\n", strerror(errno));
	exit(1);
}

static int tdx_op(int fd, uint32_t id, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = (uintptr_t)data };

	return ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

int main(void)
{
	struct {
		struct kvm_tdx_init_vm vm;
		struct kvm_cpuid_entry2 entry;
	} init = {
		.vm = { .xfam = XFAM_X87_SSE, .cpuid.nent = 1 },
		.entry = { .function = ADDR_BITS, .eax = GPA_48_HPA_46 },
	};
	struct kvm_enable_cap irqchip = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { IOAPIC_PINS } };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm;

	printf("TAP version 13\n");
	if (kvm < 0 ||
	    !(ioctl(kvm, KVM_CHECK_EXTENSION, KVM_CAP_VM_TYPES) & (1 << KVM_X86_TDX_VM))) {
		printf("1..0 # SKIP KVM makes no TDs here\n");
		return KSFT_SKIP;
	}
	vm = ioctl(kvm, KVM_CREATE_VM, KVM_X86_TDX_VM);
	check(vm >= 0, "KVM_CREATE_VM");
	check(!tdx_op(vm, KVM_TDX_INIT_VM, &init), "KVM_TDX_INIT_VM");
	check(!ioctl(vm, KVM_ENABLE_CAP, &irqchip), "split irqchip");
	check(ioctl(vm, KVM_CREATE_VCPU, 0) >= 0, "KVM_CREATE_VCPU");
	printf("1..%d\n", results);
	return 0;
}

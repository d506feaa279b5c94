// SPDX-License-Identifier: GPL-2.0
/*
 * A VM that is no TD, entered once.
 *
 * usage: ordinary_vm TYPE		of KVM_CREATE_VM: 0, or 1 for KVM_X86_SW_PROTECTED_VM
 *
 * One line: the reason of the exit. Exit status 1 if it did not get that far.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <linux/kvm.h>

#include "books.h"
#include "lib/err.h"

int main(int argc, char **argv)
{
	struct kvm_run *run;
	int kvm, vm, vcpu, bytes;

	if (argc != 2)
		die("usage: ordinary_vm TYPE");
	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		die("/dev/kvm: %s", strerror(errno));
	vm = ioctl(kvm, KVM_CREATE_VM, strtoul(argv[1], NULL, 0));
	if (vm < 0)
		die("KVM_CREATE_VM of type %s: %s", argv[1], strerror(errno));
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0)
		die("KVM_CREATE_VCPU: %s", strerror(errno));
	bytes = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	run = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		die("mmap of the vCPU: %s", strerror(errno));
	if (ioctl(vcpu, KVM_RUN, 0))
		die("KVM_RUN: %s", strerror(errno));
	printf("exit %u\n", run->exit_reason);
	return 0;
}

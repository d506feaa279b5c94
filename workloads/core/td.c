// SPDX-License-Identifier: GPL-2.0
/*
 * KVM's TDX user-space interface, as in Documentation/virt/kvm/x86/intel-tdx.rst, wrapped into the
 * life of a TD.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/falloc.h>
#include <linux/kvm.h>

#include "lib/array_size.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "td.h"
#include "layout.h"
#include "td_guest.h"

#ifndef KVM_X86_TDX_VM
#error "kernel headers without KVM_X86_TDX_VM: give KHDR=<tree>/usr/include (of `make headers`)"
#endif

/* More than any CPU reports (KVM's own limit, KVM_MAX_CPUID_ENTRIES). */
#define CPUID_ENTRIES		256

#define ATTR_SEPT_VE_DISABLE	(1ULL << 28)	/* TD attribute: no #VE for missing pages */
#define XFAM_X87_SSE		3ULL		/* the two features every TD has */
#define CPUID_ADDR_BITS		0x80000008U
#define GPA_BITS		48U		/* EAX[23:16]: 48 selects a 4-level S-EPT */
#define GPA_BITS_SHIFT		16
#define GPA_BITS_MASK		(0xffU << GPA_BITS_SHIFT)
#define HOST_PA_BITS		46U		/* EAX[7:0]: what the TD sees */
#define CPUID_X2APIC		(1U << 21)	/* leaf 1 ECX; a TD's APIC is always an x2APIC */
#define IOAPIC_PINS		24

static int kvm = -1;
static unsigned int nr_vcpus;
static uint64_t mem_bytes;
static void *shared_area;
static struct kvm_cpuid2 *vcpu_cpuid;

/* What usually lies behind an errno of a TD's ioctls, and what to do. */
static const char *hint(int err)
{
	switch (err) {
	case ENOSPC:
		return "no TDX KeyID is free: use fewer TDs or give the TDX module more KeyIDs";
	case ENOMEM:
		return "host memory is exhausted: use fewer TDs or less memory per TD";
	case EMFILE:
	case ENFILE:
		return "out of file descriptors: raise the limit of open files or use fewer TDs";
	case EBUSY:
		return "the TDX module was busy or a cgroup's limit of KeyIDs is reached";
	default:
		return "the kernel log may say more";
	}
}

/* Report that `what` failed with errno for this TD. */
static int td_fail(const struct td *td, const char *what)
{
	int err = errno;

	return fail("TD %u: %s failed: %s: %s", td->id, what, strerror(err), hint(err));
}

static int td_range_fail(const struct td *td, const char *what, uint64_t offset, uint64_t bytes)
{
	int err = errno;

	return fail("TD %u: %s of 0x%" PRIx64 " bytes at GPA 0x%" PRIx64 " failed: %s: %s", td->id,
		    what, bytes, TD_GPA + offset, strerror(err), hint(err));
}

/* One sub-command of KVM_MEMORY_ENCRYPT_OP on a VM or a vCPU. Sets errno. */
static int tdx_op(int fd, uint32_t id, uint64_t data, uint64_t *hw_error)
{
	struct kvm_tdx_cmd cmd = { .id = id, .data = data };
	int ret = ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);

	if (hw_error)
		*hw_error = cmd.hw_error;
	return ret;
}

/* Why the TDX module's capabilities do not suffice, or NULL. */
static const char *check_capabilities(int vm)
{
	struct kvm_tdx_capabilities *caps;
	const char *why = NULL;

	caps = calloc(1, sizeof(*caps) + CPUID_ENTRIES * sizeof(caps->cpuid.entries[0]));
	if (!caps)
		return "no memory for the TDX capabilities";
	caps->cpuid.nent = CPUID_ENTRIES;
	if (tdx_op(vm, KVM_TDX_CAPABILITIES, (uintptr_t)caps, NULL))
		why = "KVM_TDX_CAPABILITIES fails: TDX did not come up, see the kernel log";
	else if (!(caps->supported_attrs & ATTR_SEPT_VE_DISABLE))
		why = "the TDX module does not support the TD attribute SEPT_VE_DISABLE (bit 28)";
	else if (~caps->supported_xfam & XFAM_X87_SSE)
		why = "the TDX module does not support x87 and SSE (XFAM bits 0 and 1)";
	free(caps);
	return why;
}

static const char *check_kvm(int fd)
{
	static const struct {
		long cap;
		const char *why;
	} needed[] = {
		{ KVM_CAP_PRE_FAULT_MEMORY,
		  "this kernel's KVM lacks KVM_PRE_FAULT_MEMORY (Linux 6.11 has it)" },
		{ KVM_CAP_USER_MEMORY2,
		  "this kernel's KVM lacks KVM_SET_USER_MEMORY_REGION2 (Linux 6.8 has it)" },
	};
	const char *why;
	size_t i;
	int vm;

	if (!(ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_VM_TYPES) & (1 << KVM_X86_TDX_VM)))
		return "KVM offers no TDX VMs: needs a TDX host or the software TDX module, "
		       "and kvm_intel.tdx=1";
	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (ioctl(fd, KVM_CHECK_EXTENSION, needed[i].cap) <= 0)
			return needed[i].why;

	vm = ioctl(fd, KVM_CREATE_VM, KVM_X86_TDX_VM);
	if (vm < 0)
		return "KVM lists TDX VMs but does not create one, see the kernel log";
	if (ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_MEMFD) <= 0)
		why = "this kernel's KVM lacks guest_memfd";
	else if (!(ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_MEMORY_ATTRIBUTES) &
		   KVM_MEMORY_ATTRIBUTE_PRIVATE))
		why = "this kernel's KVM lacks private memory attributes";
	else
		why = check_capabilities(vm);
	close(vm);
	return why;
}

const char *td_unavailable(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	const char *why;

	if (fd < 0 && errno == ENOENT)
		return "there is no /dev/kvm: load kvm_intel on a machine that has it";
	if (fd < 0 && errno == EACCES)
		return "no permission to open /dev/kvm: run as root or join the group kvm";
	if (fd < 0)
		return "/dev/kvm cannot be opened: no CPU virtualization here";
	why = check_kvm(fd);
	close(fd);
	return why;
}

/* How many vCPUs KVM allows a TD on this machine (the number of CPUs it has). */
static int max_vcpus(void)
{
	int vm = ioctl(kvm, KVM_CREATE_VM, KVM_X86_TDX_VM);
	int max;

	if (vm < 0)
		return -1;
	max = ioctl(vm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS);
	close(vm);
	return max;
}

/*
 * The CPUID KVM emulates for a TD's vCPU: all it can do, with the x2APIC that TDX demands and the
 * width of guest physical addresses that td_init_vm() gives the TD.
 */
static int get_vcpu_cpuid(void)
{
	uint32_t i;

	vcpu_cpuid =
		calloc(1, sizeof(*vcpu_cpuid) + CPUID_ENTRIES * sizeof(vcpu_cpuid->entries[0]));
	if (!vcpu_cpuid)
		return fail("no memory for CPUID entries");
	vcpu_cpuid->nent = CPUID_ENTRIES;
	if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, vcpu_cpuid))
		return fail("KVM_GET_SUPPORTED_CPUID failed: %s", strerror(errno));
	for (i = 0; i < vcpu_cpuid->nent; i++) {
		struct kvm_cpuid_entry2 *entry = &vcpu_cpuid->entries[i];

		if (entry->function == 1)
			entry->ecx |= CPUID_X2APIC;
		/* Where the host's EPT has five levels KVM says 52, and kills a TD of 48. */
		if (entry->function == CPUID_ADDR_BITS)
			entry->eax = (entry->eax & ~GPA_BITS_MASK) | GPA_BITS << GPA_BITS_SHIFT;
	}
	return 0;
}

int td_open(uint64_t bytes, unsigned int vcpus)
{
	int max;

	kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (kvm < 0)
		return fail("/dev/kvm cannot be opened: %s", strerror(errno));
	max = max_vcpus();
	if (max < 0)
		return fail("KVM_CREATE_VM failed: %s: %s", strerror(errno), hint(errno));
	if (vcpus > (unsigned int)max)
		return fail("%u vCPUs per TD, but KVM allows %d here (one per CPU): use fewer --vcpus",
			    vcpus, max);
	nr_vcpus = vcpus;
	mem_bytes = bytes;
	if (get_vcpu_cpuid())
		return -1;

	/*
	 * A memory slot needs a user mapping for its shared half. No workload uses shared memory,
	 * so one mapping does for all TDs, and as nothing may be read or written there, faulting in
	 * a page that should be private but is not gives EFAULT instead of passing unnoticed.
	 */
	shared_area =
		mmap(NULL, bytes, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (shared_area == MAP_FAILED)
		return fail("no address space for %" PRIu64 " MiB of guest memory: %s",
			    bytes / MIB_BYTES, strerror(errno));
	return 0;
}

int td_kvm_fd(void)
{
	return kvm;
}

int td_vcpu_mmap_bytes(void)
{
	return ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
}

unsigned int td_fds(unsigned int vcpus)
{
	return vcpus + 2;
}

int td_init_vm(struct td *td)
{
	struct {
		struct kvm_tdx_init_vm vm;
		struct kvm_cpuid_entry2 entry;
	} init = {
		.vm = {
			.attributes = ATTR_SEPT_VE_DISABLE,
			.xfam = XFAM_X87_SSE,
			.cpuid.nent = 1,
		},
		.entry = {
			.function = CPUID_ADDR_BITS,
			.eax = GPA_BITS << GPA_BITS_SHIFT | HOST_PA_BITS,
		},
	};
	uint64_t hw_error;
	int err;

	if (!tdx_op(td->vm, KVM_TDX_INIT_VM, (uintptr_t)&init, &hw_error))
		return 0;
	err = errno;
	if (hw_error)
		return fail("TD %u: KVM_TDX_INIT_VM failed: %s: the TDX module returned 0x%" PRIx64,
			    td->id, strerror(err), hw_error);
	errno = err;
	return td_fail(td, "KVM_TDX_INIT_VM");
}

int td_set_cpuid(int vcpu)
{
	return ioctl(vcpu, KVM_SET_CPUID2, vcpu_cpuid);
}

int td_add_vcpu(struct td *td, unsigned int i)
{
	td->vcpu[i] = ioctl(td->vm, KVM_CREATE_VCPU, i);
	if (td->vcpu[i] < 0)
		return td_fail(td, "KVM_CREATE_VCPU");
	if (td_set_cpuid(td->vcpu[i]))
		return td_fail(td, "KVM_SET_CPUID2");
	if (tdx_op(td->vcpu[i], KVM_TDX_INIT_VCPU, td_guest_rcx(i), NULL))
		return td_fail(td, "KVM_TDX_INIT_VCPU");
	return 0;
}

static int create_memory(struct td *td)
{
	struct kvm_create_guest_memfd gmem = { .size = mem_bytes };
	struct kvm_userspace_memory_region2 slot = {
		.flags = KVM_MEM_GUEST_MEMFD,
		.guest_phys_addr = TD_GPA,
		.memory_size = mem_bytes,
		.userspace_addr = (uintptr_t)shared_area,
	};

	td->gmem = ioctl(td->vm, KVM_CREATE_GUEST_MEMFD, &gmem);
	if (td->gmem < 0)
		return td_fail(td, "KVM_CREATE_GUEST_MEMFD");
	slot.guest_memfd = (uint32_t)td->gmem;
	if (ioctl(td->vm, KVM_SET_USER_MEMORY_REGION2, &slot))
		return td_fail(td, "KVM_SET_USER_MEMORY_REGION2");
	return 0;
}

int td_create(struct td *td, unsigned int id)
{
	struct kvm_enable_cap irqchip = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { IOAPIC_PINS } };
	unsigned int i;

	*td = (struct td){ .id = id, .gmem = -1, .code_gmem = -1 };
	for (i = 0; i < TD_MAX_VCPUS; i++)
		td->vcpu[i] = -1;

	td->vm = ioctl(kvm, KVM_CREATE_VM, KVM_X86_TDX_VM);
	if (td->vm < 0)
		return td_fail(td, "KVM_CREATE_VM");
	if (ioctl(td->vm, KVM_ENABLE_CAP, &irqchip))
		return td_fail(td, "KVM_ENABLE_CAP(KVM_CAP_SPLIT_IRQCHIP)");
	if (td_init_vm(td))
		return -1;
	for (i = 0; i < nr_vcpus; i++)
		if (td_add_vcpu(td, i))
			return -1;
	return create_memory(td);
}

int td_finalize(struct td *td)
{
	if (tdx_op(td->vm, KVM_TDX_FINALIZE_VM, 0, NULL))
		return td_fail(td, "KVM_TDX_FINALIZE_VM");
	return 0;
}

int td_set_private(struct td *td, uint64_t offset, uint64_t bytes, bool private)
{
	struct kvm_memory_attributes attr = {
		.address = TD_GPA + offset,
		.size = bytes,
		.attributes = private ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0,
	};

	if (ioctl(td->vm, KVM_SET_MEMORY_ATTRIBUTES, &attr))
		return td_range_fail(td,
				     private ? "KVM_SET_MEMORY_ATTRIBUTES(private)" :
					       "KVM_SET_MEMORY_ATTRIBUTES(shared)",
				     offset, bytes);
	return 0;
}

int td_punch(struct td *td, uint64_t offset, uint64_t bytes)
{
	if (fallocate(td->gmem, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
		      (off_t)bytes))
		return td_range_fail(td, "fallocate(FALLOC_FL_PUNCH_HOLE)", offset, bytes);
	return 0;
}

int td_fault(struct td *td, unsigned int vcpu, uint64_t offset, uint64_t bytes)
{
	struct kvm_pre_fault_memory range = { .gpa = TD_GPA + offset, .size = bytes };

	/* The kernel may stop after any page; range then has the rest. */
	while (range.size)
		if (ioctl(td->vcpu[vcpu], KVM_PRE_FAULT_MEMORY, &range) && errno != EINTR &&
		    errno != EAGAIN)
			return td_range_fail(td, "KVM_PRE_FAULT_MEMORY", range.gpa - TD_GPA,
					     range.size);
	return 0;
}

int td_round_trip(struct td *td, uint64_t offset, uint64_t bytes)
{
	return td_set_private(td, offset, bytes, false) || td_punch(td, offset, bytes) ||
			       td_set_private(td, offset, bytes, true) ||
			       td_fault(td, 0, offset, bytes)
		       ? -1
		       : 0;
}

static int close_fd(int *fd)
{
	int ret = *fd < 0 ? 0 : close(*fd);

	*fd = -1;
	return ret;
}

int td_close_memory(struct td *td, struct td_destroy_times *t)
{
	unsigned int i;
	int ret = 0;

	t->start_ns = now_ns();
	td_guest_detach(td, nr_vcpus);
	/* Releases the KeyID now. Kernels without this command refuse it and release the KeyID last. */
	if (td->vm >= 0)
		(void)tdx_op(td->vm, TDX_TERMINATE_VM, 0, NULL);
	for (i = 0; i < nr_vcpus; i++)
		ret |= close_fd(&td->vcpu[i]);
	t->vcpus_ns = now_ns();
	ret |= close_fd(&td->gmem);
	ret |= close_fd(&td->code_gmem);
	t->gmem_ns = now_ns();
	return ret ? td_fail(td, "close") : 0;
}

int td_destroy(struct td *td, struct td_destroy_times *times)
{
	struct td_destroy_times t;
	int ret = td_close_memory(td, &t);

	if (close_fd(&td->vm))
		ret = td_fail(td, "close");
	t.vm_ns = now_ns();

	if (times)
		*times = t;
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A TD's initial memory, as a VMM gives its firmware to it.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "layout.h"
#include "lib/err.h"
#include "td.h"
#include "td_code.h"

/* A slot behind those of td.c and td_guest.c. */
#define CODE_SLOT    3
#define CODE_END_GPA (UINT64_C(4) << 30)

/* td_payload.S: whole pages. */
extern const char td_payload[], td_payload_end[];

static int code_fail(const struct td *td, const char *what)
{
	return fail("TD %u: %s of its code failed: %s", td->id, what, strerror(errno));
}

int td_code_add(struct td *td)
{
	uint64_t bytes = (uintptr_t)td_payload_end - (uintptr_t)td_payload;
	uint64_t gpa = CODE_END_GPA - bytes;
	struct kvm_create_guest_memfd gmem = { .size = bytes };
	/* No shared half: an access to it fails. */
	struct kvm_userspace_memory_region2 slot = {
		.slot = CODE_SLOT,
		.flags = KVM_MEM_GUEST_MEMFD,
		.guest_phys_addr = gpa,
		.memory_size = bytes,
	};
	struct kvm_memory_attributes attr = {
		.address = gpa,
		.size = bytes,
		.attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE,
	};
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)td_payload,
		.gpa = gpa,
		.nr_pages = bytes / PAGE_BYTES,
	};
	struct kvm_tdx_cmd init = {
		.id = KVM_TDX_INIT_MEM_REGION,
		.flags = KVM_TDX_MEASURE_MEMORY_REGION,
		.data = (uintptr_t)&region,
	};

	td->code_gmem = ioctl(td->vm, KVM_CREATE_GUEST_MEMFD, &gmem);
	if (td->code_gmem < 0)
		return code_fail(td, "KVM_CREATE_GUEST_MEMFD");
	slot.guest_memfd = (uint32_t)td->code_gmem;
	if (ioctl(td->vm, KVM_SET_USER_MEMORY_REGION2, &slot))
		return code_fail(td, "KVM_SET_USER_MEMORY_REGION2");
	if (ioctl(td->vm, KVM_SET_MEMORY_ATTRIBUTES, &attr))
		return code_fail(td, "KVM_SET_MEMORY_ATTRIBUTES");
	/* KVM advances the region: what is left if it was interrupted. */
	while (ioctl(td->vcpu[0], KVM_MEMORY_ENCRYPT_OP, &init))
		if (errno != EINTR && errno != EAGAIN)
			return code_fail(td, "KVM_TDX_INIT_MEM_REGION");
	return 0;
}

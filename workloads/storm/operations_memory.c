// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on a TD's memory that need no vCPU.
 */
#include <fcntl.h>
#include <stddef.h>

#include <linux/falloc.h>
#include <linux/kvm.h>

#include "lib/array_size.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"
#include "calls.h"
#include "operations.h"
#include "values.h"

#define MAX_PRIVATE_BYTES (UINT64_C(64) << 20)

int storm_create_gmem(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_create_guest_memfd gmem = {
		.size = storm_bytes(arg[2]),
		.flags = arg[3] % 16 == 1 ? UINT64_C(1) << 40 : 0,
	};

	return storm_create_file(s, STORM_PICK(s->f.gmem, arg[1]), STORM_PICK(s->f.vm, arg[0]),
				 &gmem);
}

/* Where all vCPUs' script lies, as td_guest_rcx() says it. */
int storm_script_slot(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_userspace_memory_region2 slot = {
		.slot = 1,
		.guest_phys_addr = td_guest_rcx(0) & ~SHARED_BIT,
		.memory_size = PAGE_BYTES,
		.userspace_addr = (uintptr_t)s->shared,
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_SET_USER_MEMORY_REGION2, &slot);
}

/*
 * A slot is made, moved or deleted: the number, address and size are drawn independently of what is
 * there.
 */
int storm_set_slot(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint32_t flags[] = {
		KVM_MEM_GUEST_MEMFD, KVM_MEM_GUEST_MEMFD, KVM_MEM_GUEST_MEMFD, 0,
		KVM_MEM_GUEST_MEMFD | KVM_MEM_READONLY, KVM_MEM_LOG_DIRTY_PAGES,
		KVM_MEM_GUEST_MEMFD | KVM_MEM_LOG_DIRTY_PAGES, 1U << 7,
	};
	static const uint32_t slots[] = { 0, 0, 0, 2, 3, 32763, 1U << 16 };
	atomic_int *gmem = STORM_PICK(s->f.gmem, arg[0] / 16);
	struct kvm_userspace_memory_region2 slot = {
		.slot = slots[arg[1] % ARRAY_SIZE(slots)],
		.flags = flags[arg[1] / 16 % ARRAY_SIZE(flags)],
		.guest_phys_addr = storm_gpa(arg[2]),
		.memory_size = storm_bytes(arg[3]),
		.userspace_addr = (uintptr_t)s->shared + STORM_SCRIPT_BYTES,
		.guest_memfd_offset = storm_offset(arg[3] / 16),
		/* in a program's text: which place */
		.guest_memfd = storm_text ? (uint32_t)(gmem - s->f.gmem) : (uint32_t)*gmem,
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_SET_USER_MEMORY_REGION2, &slot);
}

/*
 * Setting attributes takes memory for each page of the range, backed or not. Not tried: 2^51 of them take all
 * that there is, and the OOM killer comes for whom it likes.
 */
static uint64_t attributes_bytes(uint64_t attributes, uint32_t arg)
{
	uint64_t bytes = storm_bytes(arg);

	return attributes && bytes > MAX_PRIVATE_BYTES && bytes % PAGE_BYTES == 0
		       ? MAX_PRIVATE_BYTES
		       : bytes;
}

int storm_attributes(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint64_t attributes[] = {
		KVM_MEMORY_ATTRIBUTE_PRIVATE, KVM_MEMORY_ATTRIBUTE_PRIVATE,
		KVM_MEMORY_ATTRIBUTE_PRIVATE, 0, 0, 0, 1, UINT64_MAX,
	};
	struct kvm_memory_attributes attr = {
		.attributes = attributes[arg[1] % ARRAY_SIZE(attributes)],
		.address = storm_gpa(arg[2]),
		.flags = arg[1] / 16 % 32 == 1,
	};

	attr.size = attributes_bytes(attr.attributes, arg[3]);
	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_SET_MEMORY_ATTRIBUTES, &attr);
}

int storm_punch(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_fallocate(s, STORM_PICK(s->f.gmem, arg[0]),
			       FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, storm_offset(arg[1]),
			       storm_bytes(arg[2]));
}

int storm_allocate(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_fallocate(s, STORM_PICK(s->f.gmem, arg[0]),
			       arg[3] % 8 == 1 ? 0 : FALLOC_FL_KEEP_SIZE, storm_offset(arg[1]),
			       storm_bytes(arg[2]));
}

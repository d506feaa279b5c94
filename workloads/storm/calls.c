// SPDX-License-Identifier: GPL-2.0
/*
 * The system calls of the operations: made, or written as C.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/array_size.h"
#include "workloads/core/td.h"
#include "calls.h"
#include "interrupt.h"

FILE *storm_text, *storm_functions;

/* On which the calling thread made its last ioctl. */
static _Thread_local atomic_int *last;

static int used(atomic_int *place)
{
	last = place;
	return *place;
}

bool storm_last_is_dead(void)
{
	return last && storm_is_dead(*last);
}

bool storm_made(const char *fmt, ...)
{
	va_list args;

	if (!storm_text)
		return true;
	va_start(args, fmt);
	vfprintf(storm_text, fmt, args);
	va_end(args);
	return false;
}

const char *storm_place(const struct storm_state *s, const atomic_int *place)
{
	static _Thread_local char name[32];
	const struct {
		const char *name;
		const atomic_int *first;
		ptrdiff_t n;
	} places[] = {
		{ "f.vm", s->f.vm, STORM_VMS },
		{ "f.vcpu", s->f.vcpu, STORM_VCPUS },
		{ "f.gmem", s->f.gmem, STORM_GMEMS },
		{ "hoard", s->hoard, STORM_HOARD },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (place >= places[i].first && place < places[i].first + places[i].n)
			snprintf(name, sizeof(name), "s.%s[%td]", places[i].name,
				 place - places[i].first);
	return name;
}

/* An address in the storm's shared memory, or another number. */
static void write_address(const struct storm_state *s, const char *field, uint64_t address)
{
	uint64_t shared = (uintptr_t)s->shared;

	if (address >= shared && address < shared + STORM_SHARED_BYTES)
		fprintf(storm_text, ".%s = (uintptr_t)s.shared + 0x%" PRIx64 ", ", field,
			address - shared);
	else
		fprintf(storm_text, ".%s = 0x%" PRIx64 ", ", field, address);
}

static void write_slot(const struct storm_state *s, const struct kvm_userspace_memory_region2 *slot)
{
	size_t i;

	fprintf(storm_text,
		"&(struct kvm_userspace_memory_region2){ .slot = %u, .flags = %u, .guest_phys_addr = 0x%"
		PRIx64 ", .memory_size = 0x%" PRIx64 ", ", slot->slot, slot->flags,
		(uint64_t)slot->guest_phys_addr, (uint64_t)slot->memory_size);
	write_address(s, "userspace_addr", slot->userspace_addr);
	for (i = 0; i < STORM_GMEMS; i++)
		if ((slot->flags & KVM_MEM_GUEST_MEMFD) && slot->guest_memfd == i)
			fprintf(storm_text, ".guest_memfd = s.f.gmem[%zu], ", i);
	fprintf(storm_text, ".guest_memfd_offset = 0x%" PRIx64 " }", (uint64_t)slot->guest_memfd_offset);
}

static void write_init_vm(const struct kvm_tdx_init_vm *vm)
{
	fprintf(storm_text,
		"(uintptr_t)&(struct { struct kvm_tdx_init_vm vm; struct kvm_cpuid_entry2 entry; }){ .vm = { "
		".attributes = 0x%" PRIx64 ", .xfam = %" PRIu64
		", .reserved[0] = %" PRIu64 ", .cpuid.nent = %u }, "
		".entry = { .function = 0x%x, .eax = 0x%x } }",
		(uint64_t)vm->attributes, (uint64_t)vm->xfam, (uint64_t)vm->reserved[0], vm->cpuid.nent,
		vm->cpuid.entries[0].function, vm->cpuid.entries[0].eax);
}

static void write_region(const struct storm_state *s, const struct kvm_tdx_init_mem_region *region)
{
	fprintf(storm_text, "(uintptr_t)&(struct kvm_tdx_init_mem_region){ ");
	write_address(s, "source_addr", region->source_addr);
	fprintf(storm_text, ".gpa = 0x%" PRIx64 ", .nr_pages = 0x%" PRIx64 " }", (uint64_t)region->gpa,
		(uint64_t)region->nr_pages);
}

static void write_command(const struct storm_state *s, const struct kvm_tdx_cmd *cmd, bool vcpu)
{
	const void *data = (const void *)(uintptr_t)cmd->data;

	fprintf(storm_text, "&(struct kvm_tdx_cmd){ .id = %u, .flags = 0x%x, .hw_error = %" PRIu64
		", .data = ", cmd->id, cmd->flags, (uint64_t)cmd->hw_error);
	if (cmd->id == KVM_TDX_INIT_VM)
		write_init_vm(data);
	else if (cmd->id == KVM_TDX_INIT_MEM_REGION && vcpu)
		write_region(s, data);
	else if (cmd->id == KVM_TDX_CAPABILITIES)
		fprintf(storm_text, "capabilities(%u)",
			((const struct kvm_tdx_capabilities *)data)->cpuid.nent);
	else if (cmd->id == KVM_TDX_GET_CPUID)
		fprintf(storm_text, "cpuid_entries(%u)", ((const struct kvm_cpuid2 *)data)->nent);
	else
		fprintf(storm_text, "0x%" PRIx64, cmd->id == KVM_TDX_INIT_VCPU ? (uint64_t)cmd->data : 0);
	fprintf(storm_text, " }");
}

static void write_argument(const struct storm_state *s, unsigned long request, const void *arg,
			   bool vcpu)
{
	const struct kvm_memory_attributes *attr = arg;
	const struct kvm_pre_fault_memory *range = arg;
	const struct kvm_create_guest_memfd *gmem = arg;
	const struct kvm_enable_cap *cap = arg;
	const struct kvm_dirty_log *log = arg;
	const struct kvm_clear_dirty_log *clear = arg;

	switch (request) {
	case KVM_MEMORY_ENCRYPT_OP:
		write_command(s, arg, vcpu);
		break;
	case KVM_SET_USER_MEMORY_REGION2:
		write_slot(s, arg);
		break;
	case KVM_ENABLE_CAP:
		fprintf(storm_text,
			"&(struct kvm_enable_cap){ .cap = %u, .args = { 0x%" PRIx64 " } }",
			cap->cap, (uint64_t)cap->args[0]);
		break;
	case KVM_SET_MEMORY_ATTRIBUTES:
		fprintf(storm_text, "&(struct kvm_memory_attributes){ .address = 0x%" PRIx64
			", .size = 0x%" PRIx64 ", .attributes = 0x%" PRIx64 ", .flags = %" PRIu64 " }",
			(uint64_t)attr->address, (uint64_t)attr->size, (uint64_t)attr->attributes,
			(uint64_t)attr->flags);
		break;
	case KVM_PRE_FAULT_MEMORY:
		fprintf(storm_text, "&(struct kvm_pre_fault_memory){ .gpa = 0x%" PRIx64 ", .size = 0x%"
			PRIx64 ", .flags = %" PRIu64 " }", (uint64_t)range->gpa, (uint64_t)range->size,
			(uint64_t)range->flags);
		break;
	case KVM_CREATE_GUEST_MEMFD:
		fprintf(storm_text, "&(struct kvm_create_guest_memfd){ .size = 0x%" PRIx64 ", .flags = 0x%"
			PRIx64 " }", (uint64_t)gmem->size, (uint64_t)gmem->flags);
		break;
	case KVM_SET_CPUID2:
		fprintf(storm_text, "&(struct kvm_cpuid2){ .nent = 0 }");
		break;
	case KVM_GET_DIRTY_LOG:
		fprintf(storm_text,
			"&(struct kvm_dirty_log){ .slot = %u, .dirty_bitmap = s.shared + 0x%tx }",
			log->slot, (uint8_t *)log->dirty_bitmap - s->shared);
		break;
	case KVM_CLEAR_DIRTY_LOG:
		fprintf(storm_text,
			"&(struct kvm_clear_dirty_log){ .slot = %u, .num_pages = %u, .first_page = %" PRIu64
			", .dirty_bitmap = s.shared + 0x%tx }",
			clear->slot, clear->num_pages, (uint64_t)clear->first_page,
			(uint8_t *)clear->dirty_bitmap - s->shared);
		break;
	}
}

static const char *request_name(unsigned long request)
{
	static const struct {
		unsigned long request;
		const char *name;
	} names[] = {
#define NAME(request) { request, #request }
		NAME(KVM_MEMORY_ENCRYPT_OP), NAME(KVM_SET_USER_MEMORY_REGION2),
		NAME(KVM_ENABLE_CAP),	     NAME(KVM_SET_MEMORY_ATTRIBUTES),
		NAME(KVM_PRE_FAULT_MEMORY),  NAME(KVM_CREATE_GUEST_MEMFD),
		NAME(KVM_SET_CPUID2),	     NAME(KVM_GET_DIRTY_LOG),
		NAME(KVM_CLEAR_DIRTY_LOG),
#undef NAME
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names) - 1 && names[i].request != request; i++)
		;
	return names[i].name;
}

static void write_ioctl(const struct storm_state *s, const atomic_int *place, unsigned long request,
			const void *arg)
{
	bool vcpu = place >= s->f.vcpu && place < s->f.vcpu + STORM_VCPUS;

	fprintf(storm_text, "ioctl(%s, %s, ", storm_place(s, place), request_name(request));
	write_argument(s, request, arg, vcpu);
	fprintf(storm_text, ")");
}

int storm_ioctl(struct storm_state *s, atomic_int *place, unsigned long request, const void *arg)
{
	if (!storm_text)
		return ioctl(used(place), request, arg);
	write_ioctl(s, place, request, arg);
	return 0;
}

int storm_bytes_ioctl(struct storm_state *s, atomic_int *place, unsigned long request,
		      const void *arg, size_t bytes)
{
	size_t i, written = bytes;

	if (!storm_text)
		return ioctl(used(place), request, arg);
	fprintf(storm_text, "ioctl(%s, 0x%lx, ", storm_place(s, place), request);
	/* The rest of an array is 0 in C. */
	while (written && !((const uint8_t *)arg)[written - 1])
		written--;
	fprintf(storm_text, bytes ? "(unsigned char[%zu]){ " : "NULL", bytes);
	for (i = 0; i < (written ? written : bytes > 0); i++)
		fprintf(storm_text, "%u, ", ((const uint8_t *)arg)[i]);
	fprintf(storm_text, bytes ? "})" : ")");
	return 0;
}

int storm_number_ioctl(struct storm_state *s, atomic_int *place, unsigned long request,
		       unsigned long number)
{
	if (!storm_text)
		return ioctl(used(place), request, number);
	fprintf(storm_text, "ioctl(%s, 0x%lx, %luUL)", storm_place(s, place), request, number);
	return 0;
}

int storm_interrupted_ioctl(struct storm_state *s, atomic_int *place, long ns, unsigned long request,
			    const void *arg)
{
	int ret;

	if (storm_text) {
		fprintf(storm_text, "INTERRUPTED(%ld, ", ns);
		write_ioctl(s, place, request, arg);
		fprintf(storm_text, ")");
		return 0;
	}
	storm_interrupt_on(ns);
	ret = ioctl(used(place), request, arg);
	storm_interrupt_off();
	return ret;
}

int storm_create(struct storm_state *s, atomic_int *to, atomic_int *on, unsigned long number)
{
	if (!storm_text)
		return storm_keep(to, ioctl(on ? used(on) : td_kvm_fd(),
					    on ? KVM_CREATE_VCPU : KVM_CREATE_VM, number));
	fprintf(storm_text, "storm_keep(&%s, ", storm_place(s, to));
	fprintf(storm_text, "ioctl(%s, %s, %luUL))", on ? storm_place(s, on) : "kvm",
		on ? "KVM_CREATE_VCPU" : "KVM_CREATE_VM", number);
	return 0;
}

int storm_create_file(struct storm_state *s, atomic_int *to, atomic_int *on, const void *gmem)
{
	if (!storm_text)
		return storm_keep(to, ioctl(used(on), KVM_CREATE_GUEST_MEMFD, gmem));
	fprintf(storm_text, "storm_keep(&%s, ", storm_place(s, to));
	write_ioctl(s, on, KVM_CREATE_GUEST_MEMFD, gmem);
	fprintf(storm_text, ")");
	return 0;
}

int storm_fallocate(struct storm_state *s, atomic_int *place, int mode, uint64_t offset,
		    uint64_t bytes)
{
	if (storm_made("fallocate(%s, %d, 0x%" PRIx64 ", 0x%" PRIx64 ")", storm_place(s, place), mode,
		       offset, bytes))
		return fallocate(*place, mode, (off_t)offset, (off_t)bytes);
	return 0;
}

int storm_cpuid(struct storm_state *s, atomic_int *place)
{
	if (storm_made("set_cpuid(%s)", storm_place(s, place)))
		return td_set_cpuid(used(place));
	return 0;
}

int storm_terminate_place(struct storm_state *s, atomic_int *place, const struct kvm_tdx_cmd *cmd)
{
	if (!storm_text) {
		used(place);
		return storm_terminate_vm(s, place, cmd);
	}
	fprintf(storm_text, "storm_terminate_vm(&s, &%s, ", storm_place(s, place));
	write_command(s, cmd, false);
	fprintf(storm_text, ")");
	return 0;
}

int storm_run_script(struct storm_state *s, atomic_int *place, const struct script_op *op, uint32_t n)
{
	uint32_t i;

	if (storm_made("storm_enter(&s, kvm, %s, (struct script_op[]){ ", storm_place(s, place)))
		return storm_enter(s, td_kvm_fd(), used(place), op, n);
	for (i = 0; i < n; i++)
		fprintf(storm_text, "{ %" PRIu64 ", 0x%" PRIx64 ", 0x%" PRIx64 " }, ", op[i].code,
			op[i].gpa, op[i].arg);
	fprintf(storm_text, "{ 0 } }, %u)", n);
	return 0;
}

int storm_copy(struct storm_state *s, atomic_int *to, atomic_int *from)
{
	if (!storm_text)
		return storm_keep(to, dup(*from));
	fprintf(storm_text, "storm_keep(&%s, ", storm_place(s, to));
	fprintf(storm_text, "dup(%s))", storm_place(s, from));
	return 0;
}

int storm_close_place(struct storm_state *s, atomic_int *place)
{
	return storm_made("storm_close(&%s)", storm_place(s, place)) ? storm_close(place) : 0;
}

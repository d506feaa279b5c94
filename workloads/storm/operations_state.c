// SPDX-License-Identifier: GPL-2.0
/*
 * Operations on VMs and vCPUs that are no commands of TDX: what any VMM may ask of any VM, much of which
 * KVM must refuse a TD.
 */
#include <string.h>
#include <sys/mman.h>

#include <asm/kvm_para.h>
#include <linux/kvm.h>
#include <linux/kvm_para.h>

#include "lib/array_size.h"
#include "workloads/core/td_guest.h"
#include "workloads/core/td_script.h"
#include "calls.h"
#include "operations.h"
#include "values.h"

/* The largest argument that an ioctl of the tables below takes or gives, in bytes. */
#define ARGUMENT_BYTES 4096

int storm_nmi(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	return storm_bytes_ioctl(s, STORM_PICK(s->f.vcpu, arg[0]), KVM_NMI, NULL, 0);
}

/* With a split irqchip KVM finds the vCPU by itself. */
int storm_msi(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_msi msi = {
		.address_lo = 0xfee00000 | (arg[1] % 5 == 4 ? 0xff : arg[1] % 5) << 12,
		.data = (16 + arg[2] % 240) | (arg[2] / 256 % 8) << 8,
		.flags = arg[3] % 32 == 1,
	};

	return storm_bytes_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_SIGNAL_MSI, &msi, sizeof(msi));
}

/* The first ones enable the local APIC by software, without which KVM delivers no interrupt. */
int storm_msrs(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint32_t indices[] = {
		0x80f /* x2APIC SPIV */,
		0x80f,
		0x830 /* x2APIC ICR */,
		0x832 /* x2APIC LVTT */,
		0x838 /* x2APIC TMICT */,
		0x802 /* x2APIC ID */,
		0x80d /* x2APIC LDR */,
		0x835 /* x2APIC LVT0 */,
		0x8b3 /* x2APIC, beyond */,
		0x3a /* FEAT_CTL */,
		0x4d0 /* MCG_EXT_CTL */,
		0x1b /* APICBASE */,
		0xc0000080 /* EFER */,
		0x10 /* TSC */,
		0x277 /* PAT */,
		0x1a0 /* MISC_ENABLE */,
		0x179 /* MCG_CAP */,
		0x17a /* MCG_STATUS */,
		0x400 /* MC0_CTL */,
		0x2ff /* MTRRdefType */,
		0x8b /* UCODE_REV */,
		0x6e0 /* TSC_DEADLINE */,
		0x4b564d00 /* kvmclock */,
		0x12345678,
	};
	/* APICs and timers of several kinds; for other MSRs they are as good as any numbers. */
	static const uint64_t data[] = { 0x1ff,	  0x1ff,   0,	    1,	  0x31,
					 0x20031, 0x40031, 0xc4031, 1000, UINT64_MAX };
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = {
		.head.nmsrs = arg[3] % 32 == 1 ? UINT32_MAX : 1,
		.entry = { .index = indices[arg[2] % ARRAY_SIZE(indices)],
			   .data = data[arg[3] / 32 % ARRAY_SIZE(data)] },
	};

	return storm_bytes_ioctl(s, STORM_PICK(s->f.vcpu, arg[0]),
				 arg[1] % 3 == 1 ? KVM_GET_MSRS : KVM_SET_MSRS, &msrs,
				 sizeof(msrs));
}

/* Whether MapGPA is user space's business; before that, KVM tells the guest that it cannot. */
int storm_hypercall_exits(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_enable_cap cap = {
		.cap = KVM_CAP_EXIT_HYPERCALL,
		.args = { arg[1] % 8 == 1 ? UINT64_MAX : arg[1] % 8 == 2 ? 0 : 1 << KVM_HC_MAP_GPA_RANGE },
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_ENABLE_CAP, &cap);
}

/* The script's slot as storm_script_slot() makes it, with its dirty pages logged or not. */
int storm_log_dirty(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_userspace_memory_region2 slot = {
		.slot = 1,
		.flags = arg[1] % 3 == 1 ? 0 : KVM_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = td_guest_rcx(0) & ~SHARED_BIT,
		.memory_size = PAGE_BYTES,
		.userspace_addr = (uintptr_t)s->shared,
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_SET_USER_MEMORY_REGION2, &slot);
}

int storm_get_dirty_log(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_dirty_log log = {
		.slot = arg[1] % 4 == 1 ? 0 : 1,
		.dirty_bitmap = s->shared + STORM_SCRIPT_BYTES,
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_GET_DIRTY_LOG, &log);
}

int storm_clear_dirty_log(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	struct kvm_clear_dirty_log log = {
		.slot = arg[1] % 4 == 1 ? 0 : 1,
		.num_pages = arg[2] % 4 == 1 ? 64 : 1,
		.first_page = arg[2] % 16 == 2 ? 64 : 0,
		.dirty_bitmap = s->shared + STORM_SCRIPT_BYTES,
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_CLEAR_DIRTY_LOG, &log);
}

/*
 * An ioctl that takes a number: a small one; else an argument that is all zeros or ones, or zeros behind a
 * small number.
 */
static int any_ioctl(struct storm_state *s, atomic_int *place, unsigned long request, uint32_t number)
{
	static _Thread_local uint8_t bytes[ARGUMENT_BYTES];

	if (!_IOC_SIZE(request))
		return storm_number_ioctl(s, place, request, number % 8);
	memset(bytes, number % 4 == 1 ? 0xff : 0, sizeof(bytes));
	if (number % 4 > 1)
		bytes[0] = number / 4 % 16;
	return storm_bytes_ioctl(s, place, request, bytes, sizeof(bytes));
}

int storm_vcpu_state(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const unsigned long requests[] = {
		KVM_GET_REGS, KVM_SET_REGS, KVM_GET_SREGS, KVM_SET_SREGS, KVM_GET_SREGS2, KVM_SET_SREGS2,
		KVM_TRANSLATE, KVM_INTERRUPT, KVM_GET_FPU, KVM_SET_FPU, KVM_GET_LAPIC, KVM_SET_LAPIC,
		KVM_GET_MP_STATE, KVM_SET_MP_STATE, KVM_SET_GUEST_DEBUG, KVM_X86_SETUP_MCE, KVM_X86_SET_MCE,
		KVM_GET_VCPU_EVENTS, KVM_SET_VCPU_EVENTS, KVM_GET_DEBUGREGS, KVM_SET_DEBUGREGS,
		KVM_GET_XSAVE, KVM_SET_XSAVE, KVM_GET_XCRS, KVM_SET_XCRS, KVM_TPR_ACCESS_REPORTING,
		KVM_SET_VAPIC_ADDR, KVM_SET_TSC_KHZ, KVM_GET_TSC_KHZ, KVM_KVMCLOCK_CTRL, KVM_SMI,
	};

	return any_ioctl(s, STORM_PICK(s->f.vcpu, arg[0]), requests[arg[1] % ARRAY_SIZE(requests)],
			 arg[2]);
}

int storm_vm_state(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const unsigned long requests[] = {
		KVM_CREATE_IRQCHIP, KVM_CREATE_PIT2, KVM_SET_TSS_ADDR, KVM_SET_IDENTITY_MAP_ADDR,
		KVM_SET_NR_MMU_PAGES, KVM_SET_TSC_KHZ, KVM_GET_TSC_KHZ, KVM_GET_CLOCK, KVM_SET_CLOCK,
		KVM_SET_BOOT_CPU_ID, KVM_IRQ_LINE, KVM_SET_GSI_ROUTING, KVM_MEMORY_ENCRYPT_REG_REGION,
		KVM_MEMORY_ENCRYPT_UNREG_REGION, KVM_RESET_DIRTY_RINGS, KVM_REINJECT_CONTROL,
	};

	return any_ioctl(s, STORM_PICK(s->f.vm, arg[0]), requests[arg[1] % ARRAY_SIZE(requests)], arg[2]);
}

int storm_enable_cap(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const uint32_t caps[] = {
		KVM_CAP_X2APIC_API, KVM_CAP_X86_DISABLE_EXITS, KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
		KVM_CAP_DIRTY_LOG_RING, KVM_CAP_MAX_VCPUS, KVM_CAP_MAX_VCPU_ID, KVM_CAP_X86_USER_SPACE_MSR,
		KVM_CAP_HALT_POLL, KVM_CAP_DISABLE_QUIRKS2, KVM_CAP_X86_APIC_BUS_CYCLES_NS,
		KVM_CAP_VM_COPY_ENC_CONTEXT_FROM, KVM_CAP_VM_DISABLE_NX_HUGE_PAGES, KVM_CAP_PMU_CAPABILITY,
		KVM_CAP_X86_NOTIFY_VMEXIT, KVM_CAP_EXIT_ON_EMULATION_FAILURE, KVM_CAP_SYNC_REGS,
	};
	struct kvm_enable_cap cap = {
		.cap = caps[arg[1] % ARRAY_SIZE(caps)],
		.args = { arg[2] % 8 == 7 ? UINT64_MAX : arg[2] % 8 },
	};

	return storm_ioctl(s, STORM_PICK(s->f.vm, arg[0]), KVM_ENABLE_CAP, &cap);
}

/* The shared half of the slots loses its pages: KVM must unmap them. */
int storm_drop_shared(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	uint64_t offset = storm_offset(arg[0]) % STORM_SHARED_BYTES & ~(PAGE_BYTES - 1);
	uint64_t bytes = storm_bytes(arg[1]) % (STORM_SHARED_BYTES - offset);
	int advice = arg[2] % 2 ? MADV_DONTNEED : MADV_REMOVE;

	return storm_made("madvise(s.shared + 0x%llx, 0x%llx, %d)", (unsigned long long)offset,
			  (unsigned long long)bytes, advice)
		       ? madvise(s->shared + offset, bytes, advice)
		       : 0;
}

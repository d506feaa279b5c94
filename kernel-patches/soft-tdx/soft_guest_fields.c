// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: metadata fields that a guest reads and writes.
 *
 * Those that Linux and OVMF ask for, under the identifiers of the public ABI.
 */
#include <linux/array_size.h>
#include <linux/stddef.h>
#include <asm/shared/tdx.h>

#include "soft_guest.h"

#define FIELD_NONE	GENMASK_ULL(63, 0)	/* there is no next one */

/* Bit 0: the guest is told of zero-step attacks, of which there are none. */
#define NOTIFY_ENABLES_MAY	BIT_ULL(0)
/* Leaves 0xb and 0x1f are the module's in any case. */
#define TD_CTLS_MAY		(TD_CTLS_ENUM_TOPOLOGY | TD_CTLS_LOCK)

#define TDCS(name)	offsetof(struct soft_tdcs, name)

/* Fields of 64 bits in TDCS; @writable: the bits that a guest may change. */
static const struct {
	u64 field;
	size_t offset;
	u64 writable;
} soft_vm_fields[] = {
	{ TDCS_CONFIG_FLAGS, TDCS(config_flags), 0 },
	{ TDCS_TD_CTLS, TDCS(td_ctls), TD_CTLS_MAY },
	{ TDCS_NOTIFY_ENABLES, TDCS(notify_enables), NOTIFY_ENABLES_MAY },
};

static int soft_vm_field(u64 field)
{
	for (int i = 0; i < ARRAY_SIZE(soft_vm_fields); i++) {
		if (soft_vm_fields[i].field == field)
			return i;
	}
	return -1;
}

static u64 *soft_vm_field_of(struct soft_tdcs *tdcs, int i)
{
	return (void *)tdcs + soft_vm_fields[i].offset;
}

/* RDX: field; its value goes to R8. */
u64 soft_tdg_vm_rd(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr, field = gpr[SOFT_RDX];
	int i = soft_vm_field(field);

	gpr[SOFT_RDX] = FIELD_NONE;
	gpr[SOFT_R8] = 0;
	if (field == TDCS_TOPOLOGY_ENUM_CONFIGURED) {
		/* TDH.VP.INIT takes no vCPU without an x2APIC ID. */
		gpr[SOFT_R8] = 1;
		return TDX_SUCCESS;
	}
	if (i < 0)
		return TDX_METADATA_FIELD_NOT_READABLE;

	gpr[SOFT_R8] = READ_ONCE(*soft_vm_field_of(guest->td->tdcs, i));
	return TDX_SUCCESS;
}

/* RDX: field, R8: value, R9: which bits of it; the value before goes to R8. */
u64 soft_tdg_vm_wr(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr, value = gpr[SOFT_R8], mask = gpr[SOFT_R9], old, new;
	int i = soft_vm_field(gpr[SOFT_RDX]);
	u64 *at;

	gpr[SOFT_R8] = 0;
	if (i < 0 || !soft_vm_fields[i].writable)
		return SOFT_TDX_METADATA_FIELD_NOT_WRITABLE;

	at = soft_vm_field_of(guest->td->tdcs, i);
	old = READ_ONCE(*at);
	do {
		new = (old & ~mask) | (value & mask);
		if ((new ^ old) & ~soft_vm_fields[i].writable)
			return SOFT_TDX_METADATA_FIELD_VALUE_NOT_VALID;
		if (at == &guest->td->tdcs->td_ctls && (old & TD_CTLS_LOCK) && new != old)
			return SOFT_TDX_METADATA_FIELD_NOT_WRITABLE;
	} while (!try_cmpxchg(at, &old, new));

	gpr[SOFT_R8] = old;
	return TDX_SUCCESS;
}

/* RDX: field of the module; its value goes to R8. */
u64 soft_tdg_sys_rd(struct soft_guest *guest)
{
	u64 *gpr = guest->vcpu->gpr, field = gpr[SOFT_RDX];

	gpr[SOFT_RDX] = FIELD_NONE;
	return soft_sys_field(field, &gpr[SOFT_R8]);
}

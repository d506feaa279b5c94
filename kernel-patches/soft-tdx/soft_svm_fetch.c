// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: the bytes of a guest's next instruction.
 *
 * Emulators do not give them, as AMD's decode assists do.  Code and page tables
 * are private memory, as TDX demands.
 */
#include <linux/pgtable.h>
#include <linux/string.h>

#include "soft_svm.h"

#define LEVEL_SHIFT(level)	(PAGE_SHIFT + 9 * (level))

/* Linear to physical address, by the guest's own page tables in long mode. */
static bool soft_guest_translate(struct soft_guest *guest, u64 linear, u64 *gpa)
{
	struct vmcb_save_area *save = &guest->vmcb->save;
	u64 table = save->cr3 & SOFT_HPA_MASK, entry, *va;
	int level = 3;	/* a TD has no 5-level paging */

	if (!(save->cr0 & X86_CR0_PG)) {
		*gpa = (u32)linear;
		return true;
	}
	if (!(save->efer & EFER_LMA))
		return false;

	for (;; level--) {
		va = soft_private_va(guest->td, table +
				     (linear >> LEVEL_SHIFT(level)) % PTRS_PER_PTE * sizeof(entry));
		if (!va)
			return false;
		entry = READ_ONCE(*va);
		if (!(entry & _PAGE_PRESENT))
			return false;
		table = entry & SOFT_HPA_MASK;
		if (!level || ((entry & _PAGE_PSE) && level < 3))
			break;
	}

	table &= ~(BIT_ULL(LEVEL_SHIFT(level)) - 1);
	*gpa = table | (linear & (BIT_ULL(LEVEL_SHIFT(level)) - 1));
	return true;
}

/**
 * soft_svm_fetch() - read what is at the guest's instruction pointer
 * @guest: the guest, outside
 * @code: where to
 * @len: how many bytes, less than a page
 *
 * Return: how many could be read.
 */
int soft_svm_fetch(struct soft_guest *guest, u8 *code, int len)
{
	u64 linear = guest->vmcb->save.cs.base + guest->vmcb->save.rip, gpa;
	int done = 0, n;

	while (done < len) {
		void *va = NULL;

		if (soft_guest_translate(guest, linear + done, &gpa))
			va = soft_private_va(guest->td, gpa);
		if (!va)
			break;
		n = min_t(int, len - done, PAGE_SIZE - (gpa & ~PAGE_MASK));
		memcpy(code + done, va, n);
		done += n;
	}

	return done;
}

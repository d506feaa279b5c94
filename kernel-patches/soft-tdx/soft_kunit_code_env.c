// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: a guest that executes, for its KUnit suites.
 */
#include <linux/string.h>
#include <asm/vmx.h>

#include "soft_guest.h"
#include "soft_kunit.h"
#include "soft_kunit_code.h"

#define MAPS_1G			0x83
#define MAPS_TABLE		0x3

static void code_add_page(struct soft_kunit *k, struct soft_code_td *c, u64 gpa, u64 hpa,
			  u64 source)
{
	soft_must(k, TDH_MEM_PAGE_ADD, .rcx = gpa, .rdx = c->td.tdr, .r8 = hpa, .r9 = source);
}

/* The table of 4K entries for FREE_GPA; those above are the code's, too. */
void soft_code_add_table(struct soft_kunit *k, struct soft_code_td *c)
{
	soft_must(k, TDH_MEM_SEPT_ADD, .rcx = FREE_GPA | 1, .rdx = c->td.tdr,
		  .r8 = soft_kunit_page(k));
}

void soft_code_set_insn(struct soft_code_td *c, const char *insn, int len)
{
	char *at = __va(c->code_hpa + (soft_kunit_code_insn - soft_kunit_code));

	memset(at, 0x90, CODE_INSN_MAX);	/* NOP */
	memcpy(at, insn, len);
}

/* The guest's page tables: 4 GiB, then the same addresses shared. */
void soft_code_maps(struct soft_code_td *c)
{
	u64 *pml4 = __va(c->pml4_hpa), *pdpt = __va(c->pdpt_hpa);

	memset(pml4, 0, PAGE_SIZE);
	memset(pdpt, 0, PAGE_SIZE);
	pml4[0] = CODE_PDPT | MAPS_TABLE;
	for (int i = 0; i < 4; i++) {
		pdpt[i] = (u64)i << 30 | MAPS_1G;
		pdpt[4 + i] = CODE_SHARED_BIT | (u64)i << 30 | MAPS_1G;
	}
}

/* A runnable TD with the guest's pages, which has not run yet. */
struct soft_code_td *soft_code_td(struct soft_kunit *k)
{
	struct soft_code_td *c = kunit_kzalloc(k->test, sizeof(*c), GFP_KERNEL);
	u64 source = soft_kunit_bare_page(k), table;

	if (!soft_svm_usable)
		kunit_skip(k->test, "no SVM with nested paging");
	KUNIT_ASSERT_NOT_NULL(k->test, c);
	c->code_hpa = soft_kunit_page(k);
	c->pdpt_hpa = soft_kunit_page(k);
	c->pml4_hpa = soft_kunit_page(k);
	table = soft_kunit_page(k);
	soft_kunit_td_init(k, &c->td);
	c->tdvpr = soft_kunit_vcpu_tdcx(k, &c->td);
	soft_must(k, TDH_VP_INIT, .rcx = c->tdvpr, .rdx = 0x1234);
	soft_kunit_tables(k, &c->td, CODE_PAGE, 0);

	code_add_page(k, c, CODE_TABLE, table, source);
	c->in = __va(table + TABLE_IN);
	c->out = __va(table + TABLE_OUT);
	c->ve = __va(table + TABLE_VE);
	c->nr_ve = __va(table + TABLE_NR_VE);
	c->nr_irq = __va(table + TABLE_NR_IRQ);

	code_add_page(k, c, CODE_PDPT, c->pdpt_hpa, source);
	code_add_page(k, c, CODE_PML4, c->pml4_hpa, source);
	memcpy(__va(source), soft_kunit_code, PAGE_SIZE);
	code_add_page(k, c, CODE_PAGE, c->code_hpa, source);
	soft_code_maps(c);

	soft_kunit_td_run(k, &c->td);
	return c;
}

/* The entry for @gpa of a 4K page in the host's EPT; tables that are not there are added. */
u64 *soft_code_shared_entry(struct soft_kunit *k, struct soft_code_td *c, u64 eptp, u64 gpa)
{
	u64 *table = __va(eptp);

	for (int level = c->td.tdcs->root_level; level; level--) {
		u64 *entry = table + (gpa >> (PAGE_SHIFT + 9 * level)) % PTRS_PER_PTE;

		if (!*entry)
			*entry = soft_kunit_bare_page(k) | VMX_EPT_RWX_MASK;
		table = __va(*entry & PAGE_MASK);
	}

	return table + (gpa >> PAGE_SHIFT) % PTRS_PER_PTE;
}

/* Enter the guest; it must get to where it tells that it is done. */
void soft_code_expect_done(struct soft_kunit *k, struct soft_code_td *c)
{
	KUNIT_EXPECT_EQ(k->test, soft_code_enter(k, c), EXIT_REASON_TDCALL);
	KUNIT_EXPECT_EQ(k->test, k->out.rcx, 0xfc00);
	KUNIT_EXPECT_EQ(k->test, k->out.r11, EXIT_REASON_IO_INSTRUCTION);
	KUNIT_EXPECT_EQ(k->test, k->out.r14, CODE_DONE_PORT);
}

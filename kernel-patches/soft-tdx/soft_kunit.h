/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: what its KUnit suites share.
 *
 * All leaf functions are called through the kernel's SEAMCALL assembly, so the
 * #UD path and the register ABI are under test with them.
 */
#ifndef _SOFT_KUNIT_H
#define _SOFT_KUNIT_H

#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "../seamcall_internal.h"
#include "../tdx.h"
#include "soft_tdx.h"

#define SOFT_KUNIT_PAGES	64
#define SOFT_KUNIT_HKIDS	4

/* State of one test case. */
struct soft_kunit {
	struct kunit *test;
	struct tdx_module_args out;		/* registers after the last call */
	struct page *pages[SOFT_KUNIT_PAGES];	/* with their PAMT in place */
	int nr_pages;
	int hkids[SOFT_KUNIT_HKIDS];
	int nr_hkids;
	struct page *region;			/* 2M, no PAMT pair of the host's */
	long owned, pamt_pages;			/* before the test */
	unsigned int wb_slices;
};

struct soft_kunit_td {
	u64 tdr;
	int hkid;
	struct soft_tdr *tdr_va;
	struct soft_tdcs *tdcs;			/* once there are TDCX pages */
};

/* Offsets in TD_PARAMS, as u64s; and what the helpers put there. */
enum {
	SOFT_PARAMS_ATTRIBUTES,
	SOFT_PARAMS_XFAM,
	SOFT_PARAMS_MAX_VCPUS,
	SOFT_PARAMS_EPTP,
	SOFT_PARAMS_CONFIG_FLAGS,
	SOFT_PARAMS_CPUID = 32,
};

#define SOFT_KUNIT_MAX_VCPUS	2
#define SOFT_KUNIT_CPUID	0x0000302e0000302eULL

int soft_kunit_init(struct kunit *test);
void soft_kunit_exit(struct kunit *test);
void soft_kunit_pin(int cpu);

/* SEAMCALL with named registers; the status, and k->out. */
u64 __soft_call(struct soft_kunit *k, u64 fn, const struct tdx_module_args *args);
#define soft_call(k, fn, ...)							\
({										\
	struct tdx_module_args __args = { __VA_ARGS__ };			\
										\
	__soft_call(k, fn, &__args);						\
})

void __soft_expect(struct soft_kunit *k, const char *func, int line, const char *fn,
		   u64 want, u64 got);
void __soft_must(struct soft_kunit *k, const char *fn, u64 got);

/* The call must return @want, or the test case fails and goes on. */
#define soft_expect(k, want, fn, ...)						\
({										\
	struct soft_kunit *__k = (k);						\
										\
	__soft_expect(__k, __func__, __LINE__, #fn, want,			\
		      soft_call(__k, fn, __VA_ARGS__));				\
})

/* The call must succeed, or the test case ends. */
#define soft_must(k, fn, ...)							\
({										\
	struct soft_kunit *__k = (k);						\
										\
	__soft_must(__k, #fn, soft_call(__k, fn, __VA_ARGS__));			\
})

u64 soft_kunit_page(struct soft_kunit *k);
u64 soft_kunit_bare_page(struct soft_kunit *k);
u64 soft_kunit_region(struct soft_kunit *k);
u64 soft_kunit_reserved(struct soft_kunit *k);
int soft_kunit_hkid(struct soft_kunit *k);
u64 soft_kunit_beyond(void);
long soft_kunit_owned(void);
struct soft_pamt_entry *soft_kunit_entry(u64 hpa);
struct soft_pamt_entry *soft_kunit_region_entry(u64 hpa);
enum soft_page_type soft_kunit_type(u64 hpa);

u64 soft_kunit_params(struct soft_kunit *k, u64 **params);
void soft_kunit_td_create(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_td_keys(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_td_tdcx(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_td_init(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_td_run(struct soft_kunit *k, struct soft_kunit_td *td);
u64 soft_kunit_vcpu_tdcx(struct soft_kunit *k, struct soft_kunit_td *td);
u64 soft_kunit_vcpu(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_tables(struct soft_kunit *k, struct soft_kunit_td *td, u64 gpa, int level);
u64 soft_kunit_septe(struct soft_kunit_td *td, u64 gpa, int level);
void soft_kunit_block_td(struct soft_kunit *k, struct soft_kunit_td *td);
void soft_kunit_free_hkid(struct soft_kunit *k, struct soft_kunit_td *td);

/* A guest for VP.ENTER that runs @fn, with interrupts off, and exits. */
void soft_kunit_guest(u64 (*fn)(struct soft_td *td, struct soft_tdvpr *vcpu,
				struct pt_regs *regs, void *data), void *data);

/* Of a module with Dynamic PAMT only. */
static inline void soft_kunit_need_dpamt(struct soft_kunit *k)
{
	if (!soft_dynamic_pamt)
		kunit_skip(k->test, "no Dynamic PAMT");
}

#endif /* _SOFT_KUNIT_H */

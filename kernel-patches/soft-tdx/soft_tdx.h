/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: data structures and internal interfaces.
 *
 * All state of a TD lives in the pages that the host donates for it, as in a
 * hardware module: PAMT entries in the PAMT, the TD's root structures in TDR
 * and TDCX pages, a vCPU's in TDVPR and its TDCX pages, and the Secure EPT in
 * the pages of TDH.MEM.SEPT.ADD, in hardware format.
 */
#ifndef _SOFT_TDX_H
#define _SOFT_TDX_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/jump_label.h>
#include <linux/pgtable.h>
#include <linux/smp.h>
#include <linux/topology.h>
#include <linux/types.h>
#include <asm/io.h>
#include <asm/ptrace.h>
#include <asm/shared/tdx_errno.h>
#include <asm/tdx.h>

/*
 * Completion status codes of the TDX module ABI that the kernel does not
 * define.  The PAMT ones are those the DPAMT series uses; those marked with a
 * question mark are this emulation's choice, the host code only tells them
 * from success.
 */
#define SOFT_TDX_SYS_NOT_READY			0xC000050300000000ULL	/* ? */
#define SOFT_TDX_SYS_STATE_INCORRECT		0xC000050000000000ULL	/* ? */
#define SOFT_TDX_HPA_RANGE_NOT_FREE		0xC000030400000000ULL
#define SOFT_TDX_NO_PAMT_PAGE_PAIR		0xC000030500000000ULL
#define SOFT_TDX_PAMT_PAGE_NOT_EMPTY		0xC000030600000000ULL
#define SOFT_TDX_MISSING_PAMT_PAGE_PAIR		0x8000030800000000ULL
#define SOFT_TDX_TD_ASSOCIATED_PAGES_EXIST	0xC000040000000000ULL	/* ? */
#define SOFT_TDX_LIFECYCLE_STATE_INCORRECT	0xC000060700000000ULL	/* ? */
#define SOFT_TDX_OP_STATE_INCORRECT		0xC000060800000000ULL	/* ? */
#define SOFT_TDX_TDCX_NUM_INCORRECT		0xC000061000000000ULL	/* ? */
#define SOFT_TDX_VCPU_STATE_INCORRECT		0xC000070000000000ULL	/* ? */
#define SOFT_TDX_VCPU_ASSOCIATED		0x8000070100000000ULL
#define SOFT_TDX_MAX_VCPUS_EXCEEDED		0xC000070500000000ULL	/* ? */
#define SOFT_TDX_HKID_NOT_FREE			0xC000082000000000ULL
#define SOFT_TDX_WBCACHE_NOT_COMPLETE		0x8000081700000000ULL	/* ? */
#define SOFT_TDX_TLB_TRACKING_NOT_DONE		0xC0000B0800000000ULL
#define SOFT_TDX_METADATA_FIELD_NOT_WRITABLE	0xC0000C0100000000ULL	/* ? */
#define SOFT_TDX_METADATA_FIELD_VALUE_NOT_VALID	0xC0000C0300000000ULL	/* ? */
#define SOFT_TDX_EPT_ENTRY_NOT_FREE		0xC0000B0200000000ULL	/* ? */

/* Leaf functions that the kernel may not define. */
#define SOFT_TDH_SEPT_REMOVE	30
#define SOFT_TDH_PAMT_ADD	58
#define SOFT_TDH_PAMT_REMOVE	59

/* Operand ids, in the low half of a status; registers count from RAX = 0. */
#define SOFT_OPERAND_RCX	1
#define SOFT_OPERAND_RDX	2
#define SOFT_OPERAND_R8		8
#define SOFT_OPERAND_R9		9
#define SOFT_OPERAND_OP_STATE	0xa8
#define SOFT_OPERAND_RTMR	0xaa
#define SOFT_OPERAND_KOT	0xb8

/* Page types, as TDH.PHYMEM.PAGE.RDMD returns them. */
enum soft_page_type {
	SOFT_PT_NDA	= 0,
	SOFT_PT_RSVD	= 1,
	SOFT_PT_REG	= 3,
	SOFT_PT_TDR	= 4,
	SOFT_PT_TDCX	= 5,
	SOFT_PT_TDVPR	= 6,
	SOFT_PT_EPT	= 8,
	SOFT_PT_NR	= 9,
};

#define SOFT_HPA_MASK		GENMASK_ULL(51, 12)

/* Bits of the module's masks of packages. */
#define SOFT_MAX_PACKAGES	64

/* Physical ids may lie above the number of packages, logical ones do not. */
static inline unsigned int soft_package(void)
{
	return topology_logical_package_id(smp_processor_id()) % SOFT_MAX_PACKAGES;
}

/* Pages of a TD's TDCS, and of a vCPU's TDVPS. */
#define SOFT_TDCS_PAGES		6
#define SOFT_TDVPS_PAGES	6	/* TDVPR and five TDCX pages */

/* Measurement registers that a guest can extend. */
#define SOFT_NR_RTMR		4

/* ------------------------------------------------------------------ locks */

/*
 * Try-lock of one object of the module.  There is no slow path: an operation
 * that does not get a lock gives up with TDX_OPERAND_BUSY.  What a leaf function
 * got it keeps until it returns, see soft_lock.c.
 */
struct soft_lock {
	atomic_t users;		/* -1: exclusive, > 0: that many shared */
};

static inline bool soft_trylock_shared(struct soft_lock *lock)
{
	int users = atomic_read(&lock->users);

	do {
		if (users < 0)
			return false;
	} while (!atomic_try_cmpxchg_acquire(&lock->users, &users, users + 1));

	return true;
}

static inline void soft_unlock_shared(struct soft_lock *lock)
{
	atomic_dec_return_release(&lock->users);
}

static inline bool soft_trylock_exclusive(struct soft_lock *lock)
{
	return atomic_cmpxchg_acquire(&lock->users, 0, -1) == 0;
}

static inline void soft_unlock_exclusive(struct soft_lock *lock)
{
	atomic_set_release(&lock->users, 0);
}

void soft_unlock_at_return(struct soft_lock *lock, bool exclusive);
unsigned int soft_nr_held(int cpu);
void soft_release_held(unsigned int first);

/* ------------------------------------------------------------------- PAMT */

/*
 * One PAMT entry, 16 bytes in memory that the host donated.
 *
 * A 4K page's entry:	info = type | owner's TDR, link = BEPOCH << 12 | lock.
 * A 2M region's entry:	info = pair flag | first page of the pair,
 *			link = second page of the pair | lock.
 */
struct soft_pamt_entry {
	u64 info;
	u64 link;
};

#define SOFT_PAMT_TYPE_MASK	GENMASK_ULL(7, 0)
#define SOFT_PAMT_HAS_PAIR	BIT_ULL(8)
#define SOFT_PAMT_LOCK_MASK	GENMASK_ULL(11, 0)
#define SOFT_PAMT_LOCK_EXCL	SOFT_PAMT_LOCK_MASK

/* A 4K page found, with the locks that keep its metadata in place. */
struct soft_page {
	struct soft_pamt_entry *region;	/* shared lock held */
	struct soft_pamt_entry *entry;	/* lock held as asked for */
	bool exclusive;
	u64 hpa;
};

bool soft_pamt_trylock(struct soft_pamt_entry *e, bool exclusive);
void soft_pamt_unlock(struct soft_pamt_entry *e, bool exclusive);
void soft_pamt_unlock_at_return(struct soft_pamt_entry *e, bool exclusive);

u64 soft_page_get(u64 hpa, bool exclusive, u32 operand, struct soft_page *page);
u64 soft_page_get_type(u64 hpa, enum soft_page_type type, bool exclusive,
		       u32 operand, struct soft_page *page);
void soft_page_put(struct soft_page *page);
void soft_page_set(struct soft_page *page, enum soft_page_type type, u64 owner);

static inline enum soft_page_type soft_page_type(const struct soft_page *page)
{
	return page->entry->info & SOFT_PAMT_TYPE_MASK;
}

static inline u64 soft_page_owner(const struct soft_page *page)
{
	return page->entry->info & SOFT_HPA_MASK;
}

static inline u64 soft_page_bepoch(const struct soft_page *page)
{
	return page->entry->link >> 12;
}

void soft_page_set_bepoch(struct soft_page *page, u64 epoch);

/* What SYS.CONFIG and TDMR.INIT tell the PAMT code. */
struct soft_tdmr {
	u64 base, size;
	u64 pamt_2m, pamt_4k;	/* physical; 4K: entries, or the page bitmap */
	u64 ready_end;		/* initialized up to here */
	int nr_reserved;
	struct { u64 start, end; } reserved[16];
};

extern struct soft_tdmr soft_tdmrs[64];
extern int soft_nr_tdmrs;
extern bool soft_dynamic_pamt;	/* the host enabled it in SYS.CONFIG */

struct soft_tdmr *soft_tdmr_find(u64 hpa);
bool soft_tdmr_reserved(const struct soft_tdmr *tdmr, u64 hpa);
bool soft_hpa_is_ram(u64 hpa);
struct soft_pamt_entry *soft_pamt_region(const struct soft_tdmr *tdmr, u64 hpa);
struct soft_pamt_entry *soft_pamt_4k(const struct soft_tdmr *tdmr,
				     const struct soft_pamt_entry *region, u64 hpa);
unsigned long *soft_pamt_bitmap(const struct soft_tdmr *tdmr);

extern atomic_long_t soft_pages_owned[SOFT_PT_NR];
extern atomic_long_t soft_pamt_pages;
extern atomic_long_t soft_pages_left;

/* --------------------------------------------------------------------- TD */

/* What each TDCX page of a TD is for. */
enum soft_tdcs_page {
	SOFT_TDCS_CONTROL,
	SOFT_TDCS_SEPT_ROOT,
	SOFT_TDCS_MERGED_ROOT0,		/* of a guest that executes: S-EPT and shared EPT */
	SOFT_TDCS_MERGED_ROOT1,		/* and a level above it, where nested paging has five */
	SOFT_TDCS_CPUID,
	SOFT_TDCS_SPARE,
};

enum soft_lifecycle {
	SOFT_TD_HKID_ASSIGNED,
	SOFT_TD_KEYS_CONFIGURED,
	SOFT_TD_BLOCKED,
	SOFT_TD_TEARDOWN,
};

enum soft_op_state {
	SOFT_OP_UNINITIALIZED,
	SOFT_OP_INITIALIZED,
	SOFT_OP_RUNNABLE,
};

struct soft_tdr {
	enum soft_lifecycle lifecycle;
	u32 hkid;
	u32 nr_tdcx;
	u64 configured_packages;	/* bitmap, KeyID programmed */
	atomic_long_t nr_children;	/* pages this TD owns, TDR apart */
	atomic_long_t nr_guest;		/* those of them that the guest has */
	u64 tdcx_hpa[SOFT_TDCS_PAGES];
};

struct soft_tdcs {
	struct soft_lock op_state_lock;
	struct soft_lock sept_lock;
	struct soft_lock epoch_lock;
	enum soft_op_state op_state;

	u64 attributes, xfam, eptp_controls, config_flags;
	u64 tsc_offset, tsc_multiplier;
	u16 tsc_frequency;		/* in 25 MHz */
	u32 max_vcpus;
	atomic_t nr_vcpus;
	atomic_t nr_associated;		/* vCPUs that some CPU's caches may hold */
	int root_level;			/* 3: four levels, 4: five */

	u64 epoch;			/* advanced by TDH.MEM.TRACK */
	atomic_t epoch_users[2];	/* vCPUs inside, by parity of their epoch */
	u64 mr_extends;			/* 256-byte chunks measured */

	u64 td_ctls, notify_enables;	/* written by the guest */
	struct soft_lock rtmr_lock;
	u8 mr[3 * 48];			/* MRCONFIGID, MROWNER, MROWNERCONFIG */
	u8 rtmr[SOFT_NR_RTMR][48];	/* extended by the guest */
};

/* GPAs from here on are shared, up to twice as much. */
static inline u64 soft_shared_bit(const struct soft_tdcs *tdcs)
{
	return tdcs->config_flags & BIT(0) ? BIT_ULL(51) : BIT_ULL(47);
}

/* A TD found through its TDR, which stays locked. */
struct soft_td {
	struct soft_page page;
	struct soft_tdr *tdr;
	struct soft_tdcs *tdcs;		/* NULL until the first TDCX page */
	u64 tdr_hpa;
};

u64 soft_td_get(u64 tdr_hpa, bool exclusive, u32 operand, struct soft_td *td);
void soft_td_put(struct soft_td *td);
unsigned int soft_kot_used(void);
u64 soft_td_take_page(struct soft_td *td, u64 hpa, enum soft_page_type type,
		      u32 operand);
bool soft_td_epoch_passed(struct soft_td *td, u64 bepoch);

/* ------------------------------------------------------------------- vCPU */

enum soft_vcpu_state {
	SOFT_VCPU_UNINITIALIZED,
	SOFT_VCPU_READY,
	SOFT_VCPU_BUSY,			/* inside TDH.VP.ENTER */
};

/* VMCS fields that the host may write, in fixed slots. */
enum soft_vmcs_slot {
	SOFT_SLOT_SHARED_EPTP,
	SOFT_SLOT_PI_DESC,
	SOFT_SLOT_PI_VECTOR,
	SOFT_SLOT_PIN_CONTROLS,
	SOFT_SLOT_SECONDARY_CONTROLS,
	SOFT_SLOT_NOTIFY_WINDOW,
	SOFT_SLOT_NR,
};

struct soft_ve_info {
	u64 exit_reason, exit_qualification, gla, gpa;
	u32 insn_len;
	bool valid;
};

struct soft_tdvpr {
	enum soft_vcpu_state state;
	u32 nr_tdcx;
	u32 index;			/* order of TDH.VP.INIT in the TD */
	u32 x2apic_id;
	u32 associated_cpu;		/* its number + 1; 0: none */
	u64 epoch;			/* the TD's when the guest last ran */
	u64 fault_gpa;			/* of the last EPT violation, */
	u32 faults;			/* and how many there were in a row */
	u64 tdcx_hpa[SOFT_TDVPS_PAGES - 1];
	u64 vmcs[SOFT_SLOT_NR];
	u64 initial_rcx;		/* the guest's first RCX; a script's address */
	u64 gpr[16];
	struct soft_ve_info ve;
	u64 cpuid_ve;			/* bit 0: CPUID at CPL 0 is #VE, bit 1: at others */
	bool started;			/* guests that execute: the VMCB is set up */
	u64 xcr0;
	u32 tsc_aux;
	u64 dr[8];			/* as the guest wrote them; DR6 is in the VMCB */
	bool in_vmcall;
	u32 vmcall_op;			/* the script's operation that made it */
	u64 vmcall_code;
	bool pend_nmi;
};

/* EPT violations at one page in a row from which on VP.ENTER takes precautions: a guess. */
#define SOFT_ZERO_STEP_FAULTS	6

/* May some CPU's caches hold the vCPU's state? */
static inline bool soft_vcpu_associated(const struct soft_tdvpr *tdvpr)
{
	return tdvpr->associated_cpu;
}

/**
 * struct soft_guest_ops - what runs inside TDH.VP.ENTER
 * @name: shown in debugfs
 * @enter: run the guest until it exits.  All general registers go in and come
 *	out through @regs; the return value is the status for RAX.  Called with
 *	interrupts off, with the TD and the vCPU locked shared and busy, and
 *	with no other lock of the module held.
 */
struct soft_guest_ops {
	const char *name;
	u64 (*enter)(struct soft_td *td, struct soft_tdvpr *vcpu, struct pt_regs *regs);
};

extern const struct soft_guest_ops soft_guest_script;
extern const struct soft_guest_ops soft_guest_code;
extern bool soft_svm_usable;		/* guests can execute on this machine */

bool soft_vapic_pending(const struct soft_tdvpr *vcpu);

/* Tests put a guest of their own here. */
extern const struct soft_guest_ops *soft_guest_override;

/* ------------------------------------------------------------ Secure EPT */

/*
 * S-EPT entries are in hardware format.  What maps or links has RWX = 7; any
 * other state has RWX = 0 and says which it is in bits 55:52.
 */
#define SOFT_SEPTE_RWX		GENMASK_ULL(2, 0)
#define SOFT_SEPTE_STATE	GENMASK_ULL(55, 52)
#define SOFT_SEPTE_NONLEAF	BIT_ULL(56)
#define SOFT_SEPTE_ACCEPTING	BIT_ULL(57)	/* the guest has the entry locked */
#define SOFT_SEPTE_AD		GENMASK_ULL(6, 5)	/* set by a page walker */

/* As reported in RDX on errors; the kernel names the first five. */
enum soft_sept_state {
	SOFT_SEPT_FREE			= 0,
	SOFT_SEPT_BLOCKED		= 1,
	SOFT_SEPT_PENDING		= 2,
	SOFT_SEPT_PENDING_BLOCKED	= 3,
	SOFT_SEPT_PRESENT		= 4,
	SOFT_SEPT_NL_PRESENT		= 5,	/* links a page of the S-EPT */
	SOFT_SEPT_NL_BLOCKED		= 6,
};

struct soft_sept_walk {
	u64 *entry;		/* the entry at the level asked for, or the last seen */
	int level;		/* of *entry; 0 is 4K */
	bool complete;		/* reached the level asked for */
};

u64 soft_sept_make(enum soft_sept_state state, u64 hpa);
enum soft_sept_state soft_sept_state(u64 entry, int level);
void soft_sept_walk(struct soft_td *td, u64 gpa, int level, struct soft_sept_walk *walk);
bool soft_sept_cmpxchg(u64 *entry, u64 old, u64 new);
void soft_sept_error(struct pt_regs *regs, const struct soft_sept_walk *walk);

/* What a leaf on a GPA has to itself; it shares the rest of TDR and S-EPT. */
enum soft_mem_mode {
	SOFT_MEM_SHARED,
	SOFT_MEM_TREE_EXCL,		/* the S-EPT */
	SOFT_MEM_TDR_EXCL,		/* the TD */
};

u64 soft_mem_begin(struct pt_regs *regs, enum soft_mem_mode mode, enum soft_op_state min_state,
		   struct soft_td *td, u64 *gpa, int *level);
void soft_mem_end(struct soft_td *td, enum soft_mem_mode mode);

/* --------------------------------------------------------------- SEAMCALL */

struct soft_leaf {
	u16 number;
	const char *name;
	u64 (*handler)(struct pt_regs *regs);
};

/* Each array ends with a leaf without a handler. */
extern const struct soft_leaf soft_sys_leaves[];
extern const struct soft_leaf soft_pamt_leaves[];
extern const struct soft_leaf soft_pamt_dyn_leaves[];
extern const struct soft_leaf soft_td_leaves[];
extern const struct soft_leaf soft_reclaim_leaves[];
extern const struct soft_leaf soft_vcpu_leaves[];
extern const struct soft_leaf soft_sept_leaves[];
extern const struct soft_leaf soft_mem_leaves[];

#define SOFT_NR_LEAVES		72

struct soft_leaf_stat {
	u64 calls, errors, ns;
};

const struct soft_leaf *soft_leaf(unsigned int number);
void soft_leaf_stat_read(unsigned int number, struct soft_leaf_stat *sum);
bool soft_seamcall(struct pt_regs *regs);
bool soft_sys_ready(void);

extern struct soft_lock soft_sys_lock, soft_kot_lock;
u64 soft_sys_field(u64 field, u64 *value);

/* ------------------------------------------------------------------ CPUID */

struct soft_cpuid {
	u32 eax, ebx, ecx, edx;
};

#define SOFT_CPUID_NO_SUBLEAF	~0U

bool soft_cpuid(struct soft_td *td, u32 leaf, u32 subleaf, struct soft_cpuid *regs);

/* -------------------------------------------------------------- injection */

struct soft_inject {
	u64 nth, count, status;	/* as given to soft_inject_arm() */
	u64 calls;		/* of the leaf since then */
	u64 injected;
};

DECLARE_STATIC_KEY_FALSE(soft_inject_key);

int soft_inject_arm(unsigned int leaf, u64 nth, u64 count, u64 status);
void soft_inject_off(void);
void soft_inject_read(unsigned int leaf, struct soft_inject *inject);
u64 __soft_inject(unsigned int leaf);

static inline u64 soft_inject(unsigned int leaf)
{
	return static_branch_unlikely(&soft_inject_key) ? __soft_inject(leaf) : 0;
}

/* ------------------------------------------------------------------- cost */

u64 soft_cost_now(void);
void soft_cost_spin_half(unsigned int leaf);
void soft_cost_add_guest_time(u64 start);
u64 soft_cost_charge(unsigned int leaf, u64 status, u64 start);
u64 soft_cost_ns(unsigned int leaf, bool boot);

/* CACHE.WB is interrupted after each slice: interrupts are off meanwhile. */
#define SOFT_WB_SLICE_NS	250000

extern unsigned int soft_wb_slices;

/* What each leaf takes in this boot; tests change it. */
extern u32 soft_cost_boot[];
#ifdef CONFIG_SOFT_TDX_KUNIT_TEST
extern int soft_hold_cpu;
extern bool soft_hold_reached;
#endif

/* One for the module, one for a TD; 12 bits, of which 0 is no private KeyID. */
#define SOFT_MIN_KEYIDS		2U
#define SOFT_MAX_KEYIDS		4095U

extern unsigned int soft_keyids;
extern unsigned int soft_seed;
extern unsigned int soft_jitter_percent;
extern unsigned int soft_boot_jitter_percent;
extern char *soft_platform;
extern char *soft_cost_level;
extern bool soft_dpamt_offered;

/* -------------------------------------------------------------------- VMX */

bool soft_vmx_on(void);
bool soft_vmcs_insn(struct pt_regs *regs);

#endif /* _SOFT_TDX_H */

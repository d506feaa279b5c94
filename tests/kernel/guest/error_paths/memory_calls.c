// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_TDX_INIT_MEM_REGION as user space should not make it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "workloads/core/layout.h"
#include "workloads/core/td_script.h"
#include "../books.h"
#include "../td_steps.h"
#include "calls.h"

#define MANY_PAGES	1024UL
#define SIGNAL_US	2000
#define NO_SLOT_GPA	(4 * TD_GPA)
#define ONE_PAGE_BITS	12
#define MANY_REGIONS	2048
#define MAX_PAMT_ADDS	64
#define PAMT_STATUS	0xc000030000000000
#define REGIONS_PER_GIB 512

void before_memory(struct attempt *attempt)
{
	if (td_create(&attempt->td, 0) ||
	    td_set_private(&attempt->td, 0, MANY_PAGES * PAGE_BYTES, true))
		die("no TD");
}

static struct kvm_tdx_init_mem_region good(void)
{
	static char *source;

	if (!source)
		source = mmap(NULL, MANY_PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (source == MAP_FAILED)
		die("no memory");
	return (struct kvm_tdx_init_mem_region){
		.source_addr = (uintptr_t)source,
		.gpa = TD_GPA,
		.nr_pages = 1,
	};
}

static int add(struct attempt *attempt, uint32_t flags, void *region)
{
	return tdx_command(attempt->td.vcpu[0], KVM_TDX_INIT_MEM_REGION, flags, region);
}

void before_init_mem_region(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	before_memory(attempt);
	if (add(attempt, 0, &region))
		die("KVM_TDX_INIT_MEM_REGION failed: %s", strerror(errno));
	if (fallocate(attempt->td.gmem, FALLOC_FL_KEEP_SIZE, PAGE_BYTES, PAGE_BYTES))
		die("no guest page: %s", strerror(errno));
}

int init_mem_region(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.gpa += PAGE_BYTES;
	return add(attempt, 0, &region);
}

void before_pre_fault(struct attempt *attempt)
{
	before_init_mem_region(attempt);
	if (td_finalize(&attempt->td))
		die("not finalized");
}

int pre_fault(struct attempt *attempt)
{
	struct kvm_pre_fault_memory range = { .gpa = TD_GPA + PAGE_BYTES, .size = PAGE_BYTES };

	return ioctl(attempt->td.vcpu[0], KVM_PRE_FAULT_MEMORY, &range);
}

/* With @region, then as it should be, which must go well. */
static void add_with(struct attempt *attempt, uint32_t flags, void *region)
{
	struct kvm_tdx_init_mem_region again = good();

	before_memory(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION", add(attempt, flags, region));
	if (add(attempt, 0, &again))
		attempt_add(attempt, "not again");
}

static void mem_flags(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	add_with(attempt, 2, &region);
}

static void mem_no_memory(struct attempt *attempt)
{
	add_with(attempt, 0, NULL);
}

static void mem_source_unaligned(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.source_addr++;
	add_with(attempt, 0, &region);
}

static void mem_source_null(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.source_addr = 0;
	add_with(attempt, 0, &region);
}

static void mem_gpa_unaligned(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.gpa++;
	add_with(attempt, 0, &region);
}

static void mem_no_pages(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.nr_pages = 0;
	add_with(attempt, 0, &region);
}

static void mem_wraps(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.nr_pages = -region.gpa >> ONE_PAGE_BITS;
	add_with(attempt, 0, &region);
}

static void mem_shared_gpa(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.gpa |= SHARED_BIT;
	add_with(attempt, 0, &region);
}

static void mem_shared_end(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.gpa = SHARED_BIT - PAGE_BYTES;
	region.nr_pages = 2;
	add_with(attempt, 0, &region);
}

static void mem_no_slot(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.gpa = NO_SLOT_GPA;
	add_with(attempt, 0, &region);
}

static void mem_no_source(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	region.source_addr = (uintptr_t)edge(0);
	add_with(attempt, 0, &region);
}

/* The page that is to be private is not. */
static void mem_shared(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	before_memory(attempt);
	if (td_set_private(&attempt->td, 0, PAGE_BYTES, false))
		die("no shared page");
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION", add(attempt, 0, &region));
	if (td_set_private(&attempt->td, 0, PAGE_BYTES, true) || add(attempt, 0, &region))
		attempt_add(attempt, "not again");
}

/* The page is added, and KVM cannot say how far it came: once more, and the page is there already. */
static void mem_read_only(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();

	before_memory(attempt);
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION",
		     add(attempt, 0, read_only(&region, sizeof(region))));
	region.gpa += PAGE_BYTES;
	if (add(attempt, 0, &region))
		attempt_add(attempt, "not again");
}

static void twice(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good(), again = good();

	before_memory(attempt);
	if (add(attempt, 0, &region))
		die("KVM_TDX_INIT_MEM_REGION failed: %s", strerror(errno));
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION", add(attempt, 0, &again));
}

static void rang(int sig)
{
	(void)sig;
}

/* A signal while there are pages to go; what is left is then done. */
static void mem_signal(struct attempt *attempt)
{
	struct sigaction action = { .sa_handler = rang }; /* no SA_RESTART */
	struct itimerval soon = { .it_value.tv_usec = SIGNAL_US }, never = { 0 };
	struct kvm_tdx_init_mem_region region = good();

	region.nr_pages = MANY_PAGES;
	before_memory(attempt);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION",
		     add(attempt, KVM_TDX_MEASURE_MEMORY_REGION, &region));
	setitimer(ITIMER_REAL, &never, NULL);
	if (!region.nr_pages || region.nr_pages == MANY_PAGES)
		attempt_add(attempt, "before or after all pages");
	if (region.nr_pages && add(attempt, KVM_TDX_MEASURE_MEMORY_REGION, &region))
		attempt_add(attempt, "not again");
}

static void mem_uninit_vcpu(struct attempt *attempt)
{
	struct kvm_tdx_init_mem_region region = good();
	int vcpu;

	before_memory(attempt);
	vcpu = ioctl(attempt->td.vm, KVM_CREATE_VCPU, 1);
	attempt_note(attempt, "KVM_TDX_INIT_MEM_REGION",
		     tdx_command(vcpu, KVM_TDX_INIT_MEM_REGION, 0, &region));
	close(vcpu);
}

/*
 * A TD that can be populated. All its guest pages are allocated before its tables. If the two were
 * allocated by turns, a table could be the first page in every host region of 2 MiB, and no
 * PAMT.ADD would be for a guest page.
 */
static void td_with_pages(struct attempt *attempt)
{
	if (step_do(STEP_CREATE, &attempt->td) || step_do(STEP_FINALIZE, &attempt->td))
		die("no TD: %s", td_failure());
	for (unsigned int i = 0; i < MANY_REGIONS; i++)
		if (fallocate(attempt->td.gmem, FALLOC_FL_KEEP_SIZE, (off_t)(i * REGION_BYTES),
			      PAGE_BYTES))
			die("no guest page: %s", strerror(errno));
}

/*
 * PAMT.ADD fails as a TD is populated, in another call each time, until it was for a page of the kind
 * wanted: a guest page, or the page of an S-EPT table. Each region of guest memory takes one of
 * both, each GiB a table more, and the TD one. If the page is what failed, its tables are there.
 */
static void pamt_until(struct attempt *attempt, bool table)
{
	for (unsigned int nth = 1; nth <= MAX_PAMT_ADDS; nth++) {
		int64_t tables, pages;
		int ret;

		td_with_pages(attempt);
		tables = counter("soft_tdx/leaves", "MEM.SEPT.ADD");
		pages = counter("soft_tdx/leaves", "MEM.PAGE.AUG");
		inject("PHYMEM.PAMT.ADD", nth, PAMT_STATUS, 1);
		ret = step_do(STEP_POPULATE, &attempt->td);
		if (!inject_off())
			break;
		tables = counter("soft_tdx/leaves", "MEM.SEPT.ADD") - tables;
		pages = counter("soft_tdx/leaves", "MEM.PAGE.AUG") - pages;
		if (ret && table == (tables != pages + 2 + pages / REGIONS_PER_GIB)) {
			snprintf(attempt->outcome, sizeof(attempt->outcome), "%s", td_failure());
			return;
		}
		td_destroy(&attempt->td, NULL);
	}
	attempt_add(attempt, "no PAMT.ADD was for such a page");
}

static void pamt_of_table(struct attempt *attempt)
{
	pamt_until(attempt, true);
}

static void pamt_of_page(struct attempt *attempt)
{
	pamt_until(attempt, false);
}

const struct call memory_calls[] = {
	{ "mem_flags", mem_flags, 0 },
	{ "mem_no_memory", mem_no_memory, 0 },
	{ "mem_source_unaligned", mem_source_unaligned, 0 },
	{ "mem_source_null", mem_source_null, 0 },
	{ "mem_gpa_unaligned", mem_gpa_unaligned, 0 },
	{ "mem_no_pages", mem_no_pages, 0 },
	{ "mem_wraps", mem_wraps, 0 },
	{ "mem_shared_gpa", mem_shared_gpa, 0 },
	{ "mem_shared_end", mem_shared_end, 0 },
	{ "mem_no_slot", mem_no_slot, 0 },
	{ "mem_no_source", mem_no_source, 0 },
	{ "mem_shared", mem_shared, 0 },
	{ "mem_read_only", mem_read_only, 0 },
	{ "mem_twice", twice, 0 },
	{ "mem_signal", mem_signal, 0 },
	{ "mem_uninit_vcpu", mem_uninit_vcpu, 0 },
	{ "pamt_of_table", pamt_of_table, MANY_REGIONS },
	{ "pamt_of_page", pamt_of_page, MANY_REGIONS },
	{ NULL, NULL, 0 },
};

// SPDX-License-Identifier: GPL-2.0
/*
 * An error exit reached by an allocation that fails: /proc/self/fail-nth around one ioctl. Objects of
 * slabs and pages fail apart from each other, so that the n-th of a kind is always the same one.
 * Needs CONFIG_FAULT_INJECTION, FAILSLAB and FAIL_PAGE_ALLOC.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/array_size.h"
#include "../books.h"
#include "../fail_nth.h"
#include "calls.h"
#include "paths.h"

#define SLAB	 "/sys/kernel/debug/failslab/"
#define PAGES	 "/sys/kernel/debug/fail_page_alloc/"
#define MAX_N	 1000
#define REGIONS	 1

/* The ioctls that are armed: what comes before each, and the ioctl. 0, or -1 with errno. */
static const struct armed {
	const char *name, *ioctl;
	void (*before)(struct attempt *attempt);
	int (*run)(struct attempt *attempt);
} ioctls[] = {
	{ "capabilities", "KVM_TDX_CAPABILITIES", before_init_vm, get_capabilities },
	{ "init_vm", "KVM_TDX_INIT_VM", before_init_vm, init_vm },
	{ "init_vcpu", "KVM_TDX_INIT_VCPU", before_init_vcpu, init_vcpu },
	{ "get_cpuid", "KVM_TDX_GET_CPUID", before_get_cpuid, get_cpuid },
};

/* Objects or pages alone, also where the caller may sleep. */
static void choose_kind(bool slab)
{
	put_file(SLAB "verbose", "0");
	put_file(PAGES "verbose", "0");
	put_file(SLAB "ignore-gfp-wait", slab ? "N" : "Y");
	put_file(PAGES "ignore-gfp-wait", "N");
	put_file(PAGES "ignore-gfp-highmem", "N");
	put_file(PAGES "min-order", slab ? "11" : "0");
}

/*
 * The n-th allocation of one ioctl fails. Whether there was one; what the ioctl said in @attempt, whose
 * VM must take the same ioctl afterwards.
 */
static bool try(const struct armed *armed, unsigned long n, struct attempt *attempt)
{
	int fd = fail_nth_open(), ret;
	bool happened;

	armed->before(attempt);
	fail_nth(fd, n);
	ret = armed->run(attempt);
	attempt_note(attempt, armed->ioctl, ret);
	happened = !fail_nth(fd, 0);
	close(fd);
	if (ret && armed->run(attempt))
		attempt_add(attempt, "not again");
	return happened;
}

static const struct armed *armed_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!strcmp(ioctls[i].name, name))
			return &ioctls[i];
	return NULL;
}

/*
 * WHICH counts the failures that user space sees, "last" is the last one: a slab without free objects
 * takes a page, and does with fewer if it gets none.
 */
bool allocation_by_words(const char *words, struct attempt *attempt)
{
	char kind[8], name[32], which[8], last[sizeof(attempt->outcome)] = "-";
	const struct armed *armed;
	unsigned long wanted, seen = 0;

	if (sscanf(words, "%7s %31s %7s", kind, name, which) != 3)
		return false;
	armed = armed_find(name);
	wanted = strtoul(which, NULL, 10);
	if (!armed || (!wanted && strcmp(which, "last")) ||
	    (strcmp(kind, "slab") && strcmp(kind, "page")))
		return false;
	attempt_open(REGIONS, 1);
	choose_kind(!strcmp(kind, "slab"));
	for (unsigned long n = 1; n < MAX_N && try(armed, n, attempt); n++) {
		if (strcmp(attempt->outcome, "-")) {
			snprintf(last, sizeof(last), "%s", attempt->outcome);
			if (++seen == wanted)
				break;
		}
		td_destroy(&attempt->td, NULL);
		strcpy(attempt->outcome, "-");
	}
	/* The attempt beyond the last allocation must have gone well. */
	if (strcmp(attempt->outcome, "-") && seen != wanted)
		attempt_add(attempt, "without a fault");
	else
		snprintf(attempt->outcome, sizeof(attempt->outcome), "%s",
			 wanted && seen < wanted ? "-" : last);
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * An error exit reached by an allocation that fails, in one ioctl. Needs CONFIG_FAULT_INJECTION, FAILSLAB
 * and FAIL_PAGE_ALLOC.
 *
 * Objects: all of one cache fail for this task. They are not counted, because which allocations there are
 * differs from call to call: a cache whose objects on this CPU are used up takes an array for more, or a
 * slab a vector of its objects' cgroups, and kmemleak an object for each. They do without if they get none.
 *
 * Pages: the n-th fails, /proc/self/fail-nth.
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
#define CACHE	 "/sys/kernel/slab/%s/failslab"
#define TASK	 "/proc/self/make-it-fail"
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
	{ "init_mem_region", "KVM_TDX_INIT_MEM_REGION", before_init_mem_region, init_mem_region },
	{ "pre_fault", "KVM_PRE_FAULT_MEMORY", before_pre_fault, pre_fault },
};

/* Also where the caller may sleep. The filters first: from then on no object fails but those chosen. */
static void setup(void)
{
	static const char *const settings[][2] = {
		{ SLAB "cache-filter", "Y" },	  { SLAB "task-filter", "Y" },
		{ SLAB "ignore-gfp-wait", "N" },  { SLAB "verbose", "0" },
		{ SLAB "times", "-1" },		  { SLAB "probability", "100" },
		{ PAGES "ignore-gfp-wait", "N" }, { PAGES "ignore-gfp-highmem", "N" },
		{ PAGES "min-order", "0" },	  { PAGES "verbose", "0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		put_file(settings[i][0], settings[i][1]);
}

/*
 * The n-th page that one ioctl takes fails. Whether there was one; what the ioctl said in @attempt, whose
 * VM must take the same ioctl afterwards.
 */
static bool try_page(const struct armed *armed, unsigned long n, struct attempt *attempt)
{
	int fd = fail_nth_open(), ret;
	bool happened;

	attempt_timeout();
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

/*
 * WHICH counts the failures that user space sees, "last" is the last one: a slab without free objects
 * takes a page, and does with fewer if it gets none.
 */
static bool fail_page(const struct armed *armed, const char *which, struct attempt *attempt)
{
	char last[sizeof(attempt->outcome)] = "-";
	unsigned long wanted = strtoul(which, NULL, 10), seen = 0;

	if (!wanted && strcmp(which, "last"))
		return false;
	for (unsigned long n = 1; n < MAX_N && try_page(armed, n, attempt); n++) {
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

/* No object of the cache for one ioctl; its VM must take the same ioctl afterwards. */
static void fail_objects(const struct armed *armed, const char *cache, struct attempt *attempt)
{
	int task = open(TASK, O_WRONLY | O_CLOEXEC), ret;
	char path[128];

	if (task < 0)
		die(TASK ": %s (is this a kernel with FAULT_INJECTION?)", strerror(errno));
	armed->before(attempt);
	snprintf(path, sizeof(path), CACHE, cache);
	put_file(path, "1");
	dprintf(task, "1");
	ret = armed->run(attempt);
	attempt_note(attempt, armed->ioctl, ret);
	dprintf(task, "0");
	put_file(path, "0");
	close(task);
	if (ret && armed->run(attempt))
		attempt_add(attempt, "not again");
}

static const struct armed *armed_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(ioctls); i++)
		if (!strcmp(ioctls[i].name, name))
			return &ioctls[i];
	return NULL;
}

bool allocation_by_words(const char *words, struct attempt *attempt)
{
	char kind[8], name[32], which[32];
	const struct armed *armed;
	bool slab;

	if (sscanf(words, "%7s %31s %31s", kind, name, which) != 3)
		return false;
	armed = armed_find(name);
	slab = !strcmp(kind, "slab");
	if (!armed || (!slab && strcmp(kind, "page")))
		return false;
	attempt_open(REGIONS, 1);
	setup();
	if (!slab)
		return fail_page(armed, which, attempt);
	fail_objects(armed, which, attempt);
	return true;
}

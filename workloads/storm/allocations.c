// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations that fail on purpose: of a thread the n-th, /proc/thread-self/fail-nth.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocations.h"
#include "limits.h"

#define FAIL_NTH "/proc/thread-self/fail-nth"

/*
 * Objects of this cache do not fail. KVM's map of APIC IDs is one. If there is none, v7.3 inhibits APICv,
 * without which a TD cannot run: KVM_RUN warns and ends the VM, later and in any thread. That is KVM's
 * maintainers' choice (kernel-patches/README.md); tests/kernel/guest/enomem.c counts it.
 */
#define APIC_MAP_CACHE "/kmalloc-cg-4k/"

/* Nor do those of this one: each object has one, and kmemleak has a few spare ones. */
#define KMEMLEAK_CACHE "/kmemleak_object/"

/* How many allocations are left until one fails, how many there will be until the next, and how many are to fail. */
static _Thread_local unsigned int left, every, failures;

/* FAIL_NTH between begin and end; -1: not open. */
static _Thread_local int nth = -1;

/* Of which caches objects may fail. Caches that the kernel merged are left out. */
static void choose_caches(void)
{
	glob_t caches;
	size_t i;

	if (glob("/sys/kernel/slab/*/failslab", 0, NULL, &caches))
		return;
	for (i = 0; i < caches.gl_pathc; i++) {
		const char *path = caches.gl_pathv[i];

		if (!strstr(path, APIC_MAP_CACHE) && !strstr(path, KMEMLEAK_CACHE))
			storm_put_file(path, "1");
	}
	globfree(&caches);
}

/*
 * Nor does a failure dump the stack. Pages of user memory (ignore-gfp-highmem) do not fail: a signal whose frame
 * gets no page kills.
 */
void storm_allocations_init(void)
{
	static const char *const settings[][2] = {
		{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/failslab/cache-filter", "Y" },
		{ "/sys/kernel/debug/failslab/verbose", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
		{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
		{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
	};
	size_t i;

	if (!storm_allocations_can_fail())
		return;
	choose_caches();
	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		storm_put_file(settings[i][0], settings[i][1]);
}

bool storm_allocations_can_fail(void)
{
	return access(FAIL_NTH, W_OK) == 0;
}

static void stop(void)
{
	pwrite(nth, "0", 1, 0);
	close(nth);
	nth = -1;
}

int storm_fail_allocations(unsigned int n, unsigned int times)
{
	if (!storm_allocations_can_fail())
		return -1;
	/* What came before is over, also in this step. */
	if (nth >= 0)
		stop();
	left = every = n;
	failures = times;
	return 0;
}

void storm_allocations_begin(void)
{
	char text[16];

	if (!failures)
		return;
	nth = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	snprintf(text, sizeof(text), "%u", left);
	/* What could not be set must not be taken for used up. */
	if (nth >= 0 && pwrite(nth, text, strlen(text), 0) < 0) {
		close(nth);
		nth = -1;
	}
}

bool storm_allocations_end(void)
{
	char text[16] = "";
	int err = errno;
	bool failed;

	if (nth < 0)
		return false;
	if (pread(nth, text, sizeof(text) - 1, 0) > 0)
		left = (unsigned int)strtoul(text, NULL, 10);
	stop();
	failed = !left;
	if (failed) {
		left = every;
		failures--;
	}
	errno = err;
	return failed;
}

// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "lib/err.h"
#include "workloads/core/layout.h"
#include "workloads/core/td_guest.h"
#include "td_steps.h"
#include "books.h"

#define RUN_PAGES	4	/* that the guest converts */
#define ERRNO_MAX	133

const char *const step_names[STEP_NR] = {
	"create", "add", "finalize", "populate", "convert", "run", "destroy"
};

static unsigned int nr_regions, nr_vcpus;
static uint64_t run_bytes; /* of a region, that are mapped */

enum step step_find(const char *name)
{
	enum step step = 0;

	while (step < STEP_NR && strcmp(step_names[step], name))
		step++;
	return step;
}

void steps_open(unsigned int regions, unsigned int pages, unsigned int vcpus)
{
	err_keep_first(false);
	run_bytes = pages * PAGE_BYTES;
	nr_regions = regions;
	nr_vcpus = vcpus;
	if (td_open(regions * REGION_BYTES, vcpus))
		die("no TD can be made");
}

static int create(struct td *td)
{
	return td_create(td, 0) ? -1 : td_guest_attach(td, nr_vcpus);
}

/* The one ioctl that no workload needs. */
int step_add_page(struct td *td, unsigned int page)
{
	static uint8_t source[PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)source,
		.gpa = TD_GPA + page * PAGE_BYTES,
		.nr_pages = 1,
	};
	struct kvm_tdx_cmd cmd = {
		.id = KVM_TDX_INIT_MEM_REGION,
		.flags = KVM_TDX_MEASURE_MEMORY_REGION,
		.data = (uintptr_t)&region,
	};

	if (td_set_private(td, page * PAGE_BYTES, PAGE_BYTES, true))
		return -1;
	if (ioctl(td->vcpu[0], KVM_MEMORY_ENCRYPT_OP, &cmd))
		return fail("TD %u: KVM_TDX_INIT_MEM_REGION failed: %s: -", td->id,
			    strerror(errno));
	return 0;
}

static int add(struct td *td)
{
	return step_add_page(td, 0);
}

static int populate(struct td *td)
{
	if (td_set_private(td, 0, nr_regions * REGION_BYTES, true))
		return -1;
	for (unsigned int i = 0; i < nr_regions; i++)
		if (td_fault(td, i % nr_vcpus, i * REGION_BYTES, run_bytes))
			return -1;
	return 0;
}

static int convert(struct td *td)
{
	for (unsigned int i = 0; i < nr_regions; i++) {
		uint64_t offset = i * REGION_BYTES;

		if (td_set_private(td, offset, REGION_BYTES, false) ||
		    td_punch(td, offset, REGION_BYTES) ||
		    td_set_private(td, offset, REGION_BYTES, true) ||
		    td_fault(td, i % nr_vcpus, offset, run_bytes))
			return -1;
	}
	return 0;
}

static int map_gpa(struct td *td, uint64_t offset, uint64_t bytes, bool private, void *unused)
{
	(void)unused;
	if (td_set_private(td, offset, bytes, private))
		return -1;
	return private ? 0 : td_punch(td, offset, bytes);
}

static int run(struct td *td)
{
	return td_guest_convert(td, 0, 0, RUN_PAGES * PAGE_BYTES, map_gpa, NULL);
}

static int destroy(struct td *td)
{
	return td_destroy(td, NULL);
}

int step_do(enum step step, struct td *td)
{
	static int (*const steps[STEP_NR])(struct td *td) = {
		create, add, td_finalize, populate, convert, run, destroy
	};

	return steps[step](td);
}

static const char *errno_name(const char *text)
{
	for (int i = 1; i <= ERRNO_MAX; i++) {
		size_t len = strlen(strerror(i));

		if (!strncmp(text, strerror(i), len) && (!text[len] || text[len] == ':'))
			return strerrorname_np(i);
	}
	return NULL;
}

/* The workloads' messages read "TD N: WHAT ... failed: ERROR: HINT". */
const char *td_failure(void)
{
	static char text[128];
	const char *message = first_failure(), *what, *failed, *name;

	if (!message)
		return "-";
	what = strstr(message, ": ");
	failed = strstr(message, " failed: ");
	if (!what || !failed)
		return message;
	what += 2;
	name = errno_name(failed + strlen(" failed: "));
	snprintf(text, sizeof(text), "%.*s %s", (int)strcspn(what, " "), what, name ? name : "?");
	return text;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A TD has two guest_memfds. While a leaf function runs that takes the TD exclusive, another thread
 * takes pages out of the second one. KVM's removal of a page retries a busy leaf once only: is the TD
 * alive afterwards?
 *
 * usage: punch_other extend|vcpus PAGES TDS
 *
 * extend: KVM_TDX_INIT_MEM_REGION measures PAGES pages of the first guest_memfd (TDH.MR.EXTEND).
 * vcpus: KVM_TDX_INIT_VCPU on all vCPUs a TD can have (TDH.VP.INIT).
 * Meanwhile each of PAGES pages of the second guest_memfd is punched, one by one. TDS TDs in turn, until
 * one dies. One line:
 *
 *	TDs N | alive N | IOCTL ERRNO | warnings N
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/falloc.h>
#include <linux/kvm.h>

#include "lib/array_size.h"
#include "workloads/core/layout.h"
#include "books.h"
#include "td_steps.h"

#define SECOND_GPA  (2 * TD_GPA)
#define SECOND_SLOT 2 /* 1 is that of the script, td_guest.c */

/* What the second thread takes pages from. */
static struct second {
	int gmem;
	uint64_t bytes;
	pthread_barrier_t start;
} second;

static uint64_t nr_pages;
static void *source;

static int init_mem_region(struct td *td, uint64_t gpa, uint32_t flags)
{
	struct kvm_tdx_init_mem_region region = {
		.source_addr = (uintptr_t)source,
		.gpa = gpa,
		.nr_pages = nr_pages,
	};
	struct kvm_tdx_cmd cmd = {
		.id = KVM_TDX_INIT_MEM_REGION,
		.flags = flags,
		.data = (uintptr_t)&region,
	};

	return ioctl(td->vcpu[0], KVM_MEMORY_ENCRYPT_OP, &cmd);
}

static void second_add(struct td *td)
{
	struct kvm_create_guest_memfd gmem = { .size = second.bytes };
	struct kvm_userspace_memory_region2 slot = {
		.slot = SECOND_SLOT,
		.flags = KVM_MEM_GUEST_MEMFD,
		.guest_phys_addr = SECOND_GPA,
		.memory_size = second.bytes,
	};
	struct kvm_memory_attributes private = {
		.address = SECOND_GPA,
		.size = second.bytes,
		.attributes = KVM_MEMORY_ATTRIBUTE_PRIVATE,
	};

	slot.userspace_addr = (uintptr_t)source;
	second.gmem = ioctl(td->vm, KVM_CREATE_GUEST_MEMFD, &gmem);
	slot.guest_memfd = (uint32_t)second.gmem;
	if (second.gmem < 0)
		die("KVM_CREATE_GUEST_MEMFD failed: %s", strerror(errno));
	if (ioctl(td->vm, KVM_SET_USER_MEMORY_REGION2, &slot))
		die("KVM_SET_USER_MEMORY_REGION2 failed: %s", strerror(errno));
	if (ioctl(td->vm, KVM_SET_MEMORY_ATTRIBUTES, &private))
		die("KVM_SET_MEMORY_ATTRIBUTES failed: %s", strerror(errno));
	if (init_mem_region(td, SECOND_GPA, 0))
		die("KVM_TDX_INIT_MEM_REGION failed: %s", strerror(errno));
}

static void *punch(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&second.start);
	for (uint64_t at = 0; at < second.bytes; at += PAGE_BYTES)
		if (fallocate(second.gmem, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at,
			      PAGE_BYTES))
			die("a hole could not be punched: %s", strerror(errno));
	return NULL;
}

static int extend(struct td *td)
{
	return init_mem_region(td, TD_GPA, KVM_TDX_MEASURE_MEMORY_REGION);
}

static int vcpus(struct td *td)
{
	int max = ioctl(td->vm, KVM_CHECK_EXTENSION, KVM_CAP_MAX_VCPUS);

	for (int i = 1; i < max && i < TD_MAX_VCPUS; i++)
		if (td_add_vcpu(td, (unsigned int)i))
			return -1;
	return 0;
}

static const struct exclusive {
	const char *name, *ioctl;
	int (*run)(struct td *td);
} exclusives[] = {
	{ "extend", "KVM_TDX_INIT_MEM_REGION", extend },
	{ "vcpus", "KVM_TDX_INIT_VCPU", vcpus },
};

/* Whether the TD survived; the failure, if it was one, as "IOCTL ERRNO". */
static bool survives(const struct exclusive *exclusive, char *failure, size_t size)
{
	pthread_t thread;
	struct td td;
	int ret, err;
	bool alive;

	if (step_do(STEP_CREATE, &td) || td_set_private(&td, 0, nr_pages * PAGE_BYTES, true))
		die("no TD: %s", td_failure());
	second_add(&td);

	pthread_barrier_init(&second.start, NULL, 2);
	if (pthread_create(&thread, NULL, punch, NULL))
		die("no thread");
	pthread_barrier_wait(&second.start);
	ret = exclusive->run(&td);
	err = errno;
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&second.start);

	/* A VM that KVM gave up refuses each ioctl. */
	alive = ioctl(td.vm, KVM_CHECK_EXTENSION, KVM_CAP_NR_VCPUS) >= 0;
	if (!alive)
		err = errno;
	if (ret || !alive)
		snprintf(failure, size, "%s %s", ret ? exclusive->ioctl : "any ioctl",
			 strerrorname_np(err));
	for (unsigned int i = 1; i < TD_MAX_VCPUS; i++)
		if (td.vcpu[i] >= 0)
			close(td.vcpu[i]);
	close(second.gmem);
	step_do(STEP_DESTROY, &td);
	return !ret && alive;
}

int main(int argc, char **argv)
{
	unsigned long tds, alive = 0, tried = 0;
	const struct exclusive *exclusive = NULL;
	char failure[64] = "-";

	for (size_t i = 0; argc == 4 && i < ARRAY_SIZE(exclusives); i++)
		if (!strcmp(argv[1], exclusives[i].name))
			exclusive = &exclusives[i];
	if (!exclusive)
		die("usage: punch_other extend|vcpus PAGES TDS");
	nr_pages = strtoul(argv[2], NULL, 10);
	tds = strtoul(argv[3], NULL, 10);
	second.bytes = nr_pages * PAGE_BYTES;
	source = mmap(NULL, second.bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (!nr_pages || !tds || source == MAP_FAILED)
		die("not so many pages");
	steps_open((nr_pages * PAGE_BYTES + REGION_BYTES - 1) / REGION_BYTES, 1, 1);
	warnings_start();
	while (tried < tds && alive == tried) {
		alive += survives(exclusive, failure, sizeof(failure));
		tried++;
	}
	printf("TDs %lu | alive %lu | %s | warnings %u\n", tried, alive, failure, warnings_seen());
	return 0;
}

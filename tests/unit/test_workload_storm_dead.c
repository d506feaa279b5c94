// SPDX-License-Identifier: GPL-2.0
/*
 * VMs that are dead in a storm: those that were terminated are expected to be, others are not.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/storm/calls.h"
#include "workloads/storm/operation_table.h"

#include <cmocka.h>

/* The played KVM: VMs are pipes, of which some are dead, whatever file they are asked by. */
static ino_t dead[2];
static int refusal;

static ino_t vm_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	ino_t vm = vm_of(fd);

	if (!vm)
		errno = EBADF;
	else if (vm == dead[0] || vm == dead[1])
		errno = EIO;
	else if (request == KVM_MEMORY_ENCRYPT_OP)
		errno = refusal;
	else
		return 0;
	if (!errno)
		dead[0] = vm;
	return errno ? -1 : 0;
}

static int new_vm(void)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	close(ends[1]);
	return ends[0];
}

static struct storm_state two_vms(void)
{
	struct storm_state s = { .f = { .vm = { new_vm(), new_vm() } } };

	dead[0] = dead[1] = 0;
	refusal = 0;
	return s;
}

static void close_vms(struct storm_state *s)
{
	storm_put(&s->f.vm[0], -1);
	storm_put(&s->f.vm[1], -1);
}

static int terminate(struct storm_state *s)
{
	const uint32_t arg[STORM_ARGS] = { 0 };

	return storm_table[STORM_TERMINATE].call(s, arg) ? errno : 0;
}

static void a_dead_vm_is_found(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	assert_false(storm_vm_died(&s));
	dead[0] = vm_of(s.f.vm[1]);
	assert_true(storm_vm_died(&s));
	close_vms(&s);
	assert_false(storm_vm_died(&s));
}

static void a_terminated_vm_is_none(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	assert_int_equal(terminate(&s), 0);
	assert_true(s.terminated);
	assert_false(storm_vm_died(&s));
	assert_true(storm_last_is_dead());
	/* Once more: it is dead. */
	assert_int_equal(terminate(&s), EIO);
	assert_false(storm_vm_died(&s));
	/* The other one is not marked. */
	dead[1] = vm_of(s.f.vm[1]);
	assert_true(storm_vm_died(&s));
	close_vms(&s);
}

/* Its mark is on all of its files, and on no VM that comes into its place. */
static void another_vm_is_found_when_a_terminated_one_is_closed(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	assert_int_equal(terminate(&s), 0);
	storm_put(&s.f.vm[1], dup(s.f.vm[0]));
	storm_close(&s.f.vm[0]);
	assert_false(storm_vm_died(&s));
	storm_put(&s.f.vm[1], new_vm());
	assert_false(storm_vm_died(&s));
	dead[1] = vm_of(s.f.vm[1]);
	assert_true(storm_vm_died(&s));
	close_vms(&s);
}

static void a_vm_that_is_not_terminated_is_not_marked(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	refusal = EINVAL;
	assert_int_equal(terminate(&s), EINVAL);
	assert_false(s.terminated);
	assert_false(storm_last_is_dead());
	/* Its KeyID was not released. */
	refusal = EIO;
	assert_int_equal(terminate(&s), EPROTO);
	assert_false(s.terminated);
	assert_false(storm_allows(&storm_table[STORM_TERMINATE], EPROTO));
	dead[0] = vm_of(s.f.vm[0]);
	assert_true(storm_vm_died(&s));
	close_vms(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dead_vm_is_found),
		cmocka_unit_test(a_terminated_vm_is_none),
		cmocka_unit_test(another_vm_is_found_when_a_terminated_one_is_closed),
		cmocka_unit_test(a_vm_that_is_not_terminated_is_not_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

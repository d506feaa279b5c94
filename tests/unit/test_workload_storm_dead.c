// SPDX-License-Identifier: GPL-2.0
/*
 * VMs that are dead in a storm: those that were terminated are expected to be, others are not.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "workloads/storm/calls.h"
#include "workloads/storm/operation_table.h"

#include <cmocka.h>

/* The played KVM: VMs are pipes, of which some are dead. */
static int dead[2], refusal;

int __wrap_ioctl(int fd, unsigned long request, ...);

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	if (fd < 0)
		errno = EBADF;
	else if (fd == dead[0] || fd == dead[1])
		errno = EIO;
	else if (request == KVM_MEMORY_ENCRYPT_OP)
		errno = refusal;
	else
		return 0;
	if (!errno)
		dead[0] = fd;
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

	dead[0] = dead[1] = -1;
	refusal = 0;
	return s;
}

static void close_vms(struct storm_state *s)
{
	close(s->f.vm[0]);
	close(s->f.vm[1]);
}

static int terminate(struct storm_state *s)
{
	const uint32_t arg[STORM_ARGS] = { 0 };

	return storm_table[STORM_TERMINATE].call(s, arg) ? errno : 0;
}

static void dead_vms_are_counted(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	assert_int_equal(storm_dead_vms(&s), 0);
	dead[0] = s.f.vm[1];
	assert_int_equal(storm_dead_vms(&s), 1);
	dead[1] = s.f.vm[0];
	assert_int_equal(storm_dead_vms(&s), 2);
	close_vms(&s);
}

/* Needs F_DUPFD_QUERY: Linux 6.10. */
static void two_files_of_a_vm_are_one(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	close(s.f.vm[1]);
	s.f.vm[1] = dup(s.f.vm[0]);
	dead[0] = s.f.vm[0];
	dead[1] = s.f.vm[1];
	if (fcntl(dead[0], 1024 + 3, dead[1]) == 1)
		assert_int_equal(storm_dead_vms(&s), 1);
	close_vms(&s);
}

static void a_terminated_vm_is_counted_as_such(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	assert_int_equal(terminate(&s), 0);
	assert_int_equal(s.terminated, 1);
	assert_int_equal(storm_dead_vms(&s), 1);
	assert_true(storm_last_is_dead());
	/* Once more: it is dead. */
	assert_int_equal(terminate(&s), EIO);
	assert_int_equal(s.terminated, 1);
	close_vms(&s);
}

static void a_vm_that_is_not_terminated_is_not_counted(void **state)
{
	struct storm_state s = two_vms();

	(void)state;
	refusal = EINVAL;
	assert_int_equal(terminate(&s), EINVAL);
	assert_int_equal(s.terminated, 0);
	assert_false(storm_last_is_dead());
	/* Its KeyID was not released. */
	refusal = EIO;
	assert_int_equal(terminate(&s), EPROTO);
	assert_int_equal(s.terminated, 0);
	assert_false(storm_allows(&storm_table[STORM_TERMINATE], EPROTO));
	close_vms(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dead_vms_are_counted),
		cmocka_unit_test(two_files_of_a_vm_are_one),
		cmocka_unit_test(a_terminated_vm_is_counted_as_such),
		cmocka_unit_test(a_vm_that_is_not_terminated_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the storm lets another process do with its files. A memfd stands for a guest_memfd.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/core/layout.h"
#include "workloads/storm/operation_table.h"
#include "workloads/storm/processes.h"

#include <cmocka.h>

/* arg[0] of storm_child() for holder 0, by the order of its operations. */
enum { PUNCH = 0, ALLOCATE = 4, RECEIVE = 12, SEND = 24, CLOSE_GMEM = 32 };

#define GMEM	 2u /* the kind, as storm_file_of() takes it */
#define ONE_PAGE 2u /* of storm_bytes() */

static struct storm_state s;

static int play(enum storm_code code, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	const uint32_t arg[STORM_ARGS] = { a, b, c, d };

	return storm_table[code].call(&s, arg) ? errno : 0;
}

static uint64_t backed(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

static int new_gmem(void)
{
	int fd = memfd_create("gmem", 0);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)STORM_MEM_BYTES), 0);
	return fd;
}

static int begin(void **state)
{
	(void)state;
	if (storm_state_init(&s))
		return -1;
	s.f.gmem[0] = new_gmem();
	return 0;
}

static int end(void **state)
{
	unsigned int i;

	(void)state;
	storm_kill_holder(&s, 0);
	storm_close_all(&s);
	for (i = 0; i < STORM_KINDS; i++) {
		close(s.channel[i][0]);
		close(s.channel[i][1]);
	}
	return munmap(s.shared, STORM_SHARED_BYTES);
}

static void without_a_child_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(play(STORM_CHILD, PUNCH, 0, 0, 0), ESRCH);
	assert_true(storm_allows(&storm_table[STORM_CHILD], ESRCH));
}

static void child_changes_the_memory_that_it_inherited(void **state)
{
	(void)state;
	assert_int_equal(play(STORM_FORK, 0, 0, 0, 0), 0);
	assert_int_equal(play(STORM_CHILD, ALLOCATE, 0, 0, 0), 0);
	assert_int_equal(backed(s.f.gmem[0]), STORM_MEM_BYTES);
	assert_int_equal(play(STORM_CHILD, PUNCH, 0, 0, ONE_PAGE), 0);
	assert_int_equal(backed(s.f.gmem[0]), STORM_MEM_BYTES - PAGE_BYTES);
}

/* It closes its own file, and takes another one that it was sent. */
static void child_uses_a_file_that_it_was_sent(void **state)
{
	int other = new_gmem();

	(void)state;
	assert_int_equal(play(STORM_FORK, 0, 0, 0, 0), 0);
	assert_int_equal(play(STORM_CHILD, CLOSE_GMEM, 0, 0, 0), 0);
	assert_int_equal(s.held[0].gmem[0], -1);
	assert_int_equal(play(STORM_CHILD, ALLOCATE, 0, 0, 0), EBADF);
	assert_int_equal(play(STORM_CHILD, RECEIVE, GMEM, 0, 0), EAGAIN);
	assert_int_equal(storm_send(&s, STORM_GMEM, other), 0);
	assert_int_equal(play(STORM_CHILD, RECEIVE, GMEM, 0, 0), 0);
	assert_true(s.held[0].gmem[0] >= 0);
	assert_int_equal(play(STORM_CHILD, ALLOCATE, 0, 0, 0), 0);
	assert_int_equal(backed(other), STORM_MEM_BYTES);
	assert_int_equal(backed(s.f.gmem[0]), 0);
	/* And sends it back. */
	assert_int_equal(play(STORM_CHILD, SEND, GMEM, 0, 0), 0);
	assert_int_equal(play(STORM_RECEIVE_FILE, GMEM, 0, 0, 0), 0);
	assert_int_equal(backed(s.f.gmem[0]), STORM_MEM_BYTES);
	close(other);
}

static int ends_the_process(struct storm_state *state, const uint32_t arg[STORM_HELD_ARGS])
{
	(void)state;
	_exit((int)arg[0]);
}

static int kills_the_process(struct storm_state *state, const uint32_t arg[STORM_HELD_ARGS])
{
	(void)state, (void)arg;
	return kill(getpid(), SIGKILL);
}

static void a_child_that_ends_is_told_from_one_that_was_killed(void **state)
{
	const uint32_t arg[STORM_HELD_ARGS] = { 0 };

	(void)state;
	assert_int_equal(play(STORM_FORK, 0, 0, 0, 0), 0);
	assert_int_equal(storm_in_holder(&s, 0, kills_the_process, arg), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(play(STORM_FORK, 0, 0, 0, 0), 0);
	assert_int_equal(storm_in_holder(&s, 0, ends_the_process, arg), -1);
	assert_int_equal(errno, EPROTO);
	assert_false(storm_allows(&storm_table[STORM_CHILD], EPROTO));
}

/* The table's line of CHILD has EAGAIN, for an empty socket; a punch must not end so. */
static void errnos_of_other_operations_are_findings(void **state)
{
	const int *punch = storm_table[STORM_PUNCH].errnos;

	(void)state;
	errno = EAGAIN;
	assert_int_equal(storm_held_result(-1, punch, STORM_ERRNOS), -1);
	assert_int_equal(errno, EPROTO);
	errno = EINVAL;
	assert_int_equal(storm_held_result(-1, punch, STORM_ERRNOS), -1);
	assert_int_equal(errno, EINVAL);
	errno = ENOMEM;
	assert_int_equal(storm_held_result(-1, punch, STORM_ERRNOS), -1);
	assert_int_equal(errno, ENOMEM);
	errno = EAGAIN;
	assert_int_equal(storm_held_result(0, punch, STORM_ERRNOS), 0);
}

/* A question that cannot be sent is no end of the child: it is not waited for. */
static void a_question_that_cannot_be_sent_says_why(void **state)
{
	const uint32_t arg[STORM_HELD_ARGS] = { 0 };
	int talk;

	(void)state;
	assert_int_equal(play(STORM_FORK, 0, 0, 0, 0), 0);
	talk = s.talk[0];
	s.talk[0] = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	assert_int_equal(storm_in_holder(&s, 0, kills_the_process, arg), -1);
	assert_int_equal(errno, ENOTCONN);
	storm_put(&s.talk[0], talk);
	assert_int_equal(play(STORM_CHILD, ALLOCATE, 0, 0, 0), 0);
}

static void what_must_be_refused_is_a_finding_if_it_is_not(void **state)
{
	(void)state;
	assert_int_equal(storm_refused(0), -1);
	assert_int_equal(errno, EPROTO);
	assert_false(storm_allows(&storm_table[STORM_CHILD_IOCTL], EPROTO));
	errno = EIO;
	assert_int_equal(storm_refused(-1), -1);
	assert_int_equal(errno, EIO);
	assert_true(storm_allows(&storm_table[STORM_CHILD_IOCTL], EIO));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(without_a_child_there_is_none),
		TEST(child_changes_the_memory_that_it_inherited),
		TEST(child_uses_a_file_that_it_was_sent),
		TEST(a_child_that_ends_is_told_from_one_that_was_killed),
		TEST(errnos_of_other_operations_are_findings),
		TEST(a_question_that_cannot_be_sent_says_why),
		TEST(what_must_be_refused_is_a_finding_if_it_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Both targets behind their one table: what each says when its process ends
 * badly, and what die() ends with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/guest/files.h"
#include "bench/target/target.h"
#include "lib/err.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static void says(char *text, const char *want)
{
	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

static void qemu_says_why_it_ended(void **state)
{
	char dir[] = "/tmp/test_bench_target.XXXXXX", path[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_null(target_qemu.why_ended(dir, W_EXITCODE(0, 0)));
	says(target_qemu.why_ended(dir, W_EXITCODE(0, 9)), "QEMU was killed by signal 9 (Killed)");
	says(target_qemu.why_ended(dir, W_EXITCODE(1, 0)), "QEMU ended with status 1: it said nothing");
	snprintf(path, sizeof(path), "%s/qemu.log", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs("first\nlast\n\n", f);
	fclose(f);
	says(target_qemu.why_ended(dir, W_EXITCODE(1, 0)), "QEMU ended with status 1: last");
	says(target_qemu.why_unfinished("no room"), "the guest's agent gave up: no room");
	says(target_qemu.why_unfinished(NULL), "the guest ended before the command did");
	unlink(path);
	rmdir(dir);
}

static void local_says_why_it_ended(void **state)
{
	(void)state;
	assert_null(target_local.why_ended("", W_EXITCODE(0, 0)));
	assert_null(target_local.why_ended("", W_EXITCODE(126, 0)));
	says(target_local.why_ended("", W_EXITCODE(0, 9)),
	     "the measuring process was killed by signal 9 (Killed)");
	says(target_local.why_unfinished("no room"), "no room");
	says(target_local.why_unfinished(NULL), "measuring ended before the command did");
}

static void qemu_removes_its_initramfs(void **state)
{
	char dir[] = "/tmp/test_bench_target.XXXXXX", path[64];
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/initramfs.cpio", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	target_qemu.done(dir);
	assert_int_equal(rmdir(dir), 0);	/* empty */
}

static void exit_7(void)
{
	_exit(7);
}

/* The exit status of a process that dies after die_ends_with(@end), if that is not NULL. */
static int status_of_die(void (*end)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		close(STDERR_FILENO);
		if (end)
			die_ends_with(end);
		die("as it should");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void die_ends_as_chosen(void **state)
{
	(void)state;
	assert_int_equal(status_of_die(NULL), EXIT_BOOT_FAILED);
	assert_int_equal(status_of_die(exit_7), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemu_says_why_it_ended),
		cmocka_unit_test(local_says_why_it_ended),
		cmocka_unit_test(qemu_removes_its_initramfs),
		cmocka_unit_test(die_ends_as_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

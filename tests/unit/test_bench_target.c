// SPDX-License-Identifier: GPL-2.0
/*
 * Both targets behind their one table: what each refuses, what each says when its
 * process ends badly, and what die() ends with.
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
#include "bench/job/job_check.h"
#include "bench/kernel/image.h"
#include "bench/target/target.h"
#include "lib/err.h"
#include "job_text.h"

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

/* One kernel for all boots of a variant, each found once. */
static void qemu_gives_kernels(void **state)
{
	char immediate[] = "immediate", rcu[] = "rcu", *variant[] = { rcu, immediate, rcu, rcu };
	struct run_options o = { .experiment = "e", .kernel = "/proc/self/exe" };
	struct boot_spec s[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		s[i].variant = variant[i];
	assert_int_equal(target_qemu.prepare_boots(s, 4, &o), 4);
	assert_non_null(s[0].kernel);
	assert_non_null(s[1].kernel);
	assert_ptr_not_equal(s[0].kernel, s[1].kernel);
	assert_ptr_equal(s[0].kernel, s[2].kernel);
	assert_ptr_equal(s[0].kernel, s[3].kernel);
	o.kernel = "/no/such/kernel";
	assert_int_equal(target_qemu.prepare_boots(s, 4, &o), -1);
	o.kernel = NULL;
	s[0].variant = NULL;
	assert_int_equal(target_qemu.prepare_boots(s, 1, &o), -1);
	for (size_t i = 0; i < 2; i++) {	/* those of a program are kept until its end */
		kernel_free((struct kernel *)s[i].kernel);
		free((struct kernel *)s[i].kernel);
	}
}

/* What needs no look at the machine is refused before it. */
static void local_takes_no_kernel_and_no_cluster(void **state)
{
	const struct run_options kernel = { .kernel = "/proc/self/exe" };
	const struct run_options cluster = { .on_cluster = true };

	(void)state;
	assert_int_equal(target_local.check(&kernel), -1);
	assert_int_equal(target_local.check(&cluster), -1);
	assert_int_equal(target_qemu.check(&cluster), 0);
}

static void qemu_checks_jobs(void **state)
{
	static const char text[] =
		"[e]\nquestion = q\nexpected = e\nrefuted_by = r\nworkload = w\nvariants = nope\n"
		"seeds = 1\ntime = wall\ncpus = 64\n";
	struct run_options o = { .kernel = "k", .on_cluster = true };
	struct job job;

	(void)state;
	assert_int_equal(job_text_load(text, &job), 0);
	assert_int_equal(target_qemu.check_job(&o, &job), 0);
	o.on_cluster = false;
	assert_int_equal(target_qemu.check_job(&o, &job), cores() < 64 ? -1 : 0);
	o = (struct run_options){ .on_cluster = true };
	assert_int_equal(target_qemu.check_job(&o, &job), -1);	/* there is no series nope */
	assert_int_equal(target_local.check_job(&o, &job), 0);
	job_free(&job);
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
		cmocka_unit_test(qemu_gives_kernels),
		cmocka_unit_test(local_takes_no_kernel_and_no_cluster),
		cmocka_unit_test(qemu_checks_jobs),
		cmocka_unit_test(die_ends_as_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

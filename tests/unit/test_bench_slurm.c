// SPDX-License-Identifier: GPL-2.0
/*
 * What goes to Slurm as text, and what comes back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "bench/executor/slurm_text.h"
#include "lib/file.h"
#include "lib/text.h"
#include "scratch.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static void check_ranges(const uint64_t *v, size_t n, const char *want)
{
	char *text = slurm_ranges(v, n);

	assert_string_equal(text, want);
	free(text);
}

static void ranges(void **state)
{
	const uint64_t v[] = { 0, 3, 4, 5, 6, 7, 9, 10, 1000 };

	(void)state;
	check_ranges(v, 0, "");
	check_ranges(v, 1, "0");
	check_ranges(v, 2, "0,3");
	check_ranges(v + 1, 5, "3-7");
	check_ranges(v, 9, "0,3-7,9-10,1000");
}

/* What the shell makes of a quoted word. */
static char *through_shell(const char *word)
{
	char *quoted = slurm_quote(word), *command = xasprintf("printf %%s %s", quoted);
	static char out[256];
	FILE *p = popen(command, "r");

	assert_non_null(p);
	out[fread(out, 1, sizeof(out) - 1, p)] = '\0';
	assert_int_equal(pclose(p), 0);
	free(command);
	free(quoted);
	return out;
}

static void quoted_words(void **state)
{
	static const char * const word[] = {
		"", "plain", "with blanks  two", "it's", "''", "$HOME `id` $(id) \\ \" ; | & * ? # ~",
		"new\nline", "-n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(word); i++)
		assert_string_equal(through_shell(word[i]), word[i]);
}

/* Run @script as element @id; returns its exit status. */
static int run_script(const char *script, const char *dir, const char *id)
{
	char *path = xasprintf("%s/script", dir), *quoted = slurm_quote(path), *command;
	int status;

	put(dir, "script", script);
	command = xasprintf("SLURM_ARRAY_TASK_ID=%s sh %s", id, quoted);
	status = system(command);
	free(command);
	free(quoted);
	free(path);
	return WEXITSTATUS(status);
}

static void the_script_runs_its_boot(void **state)
{
	const struct slurm_boot boot[] = { { 3, "a-rcu-s1" }, { 12, "a-rcu+debug-s2" } };
	const char *dir = scratch();
	char *bench = xasprintf("%s/bench", dir), *token = xasprintf("%s/token", dir);
	char *said = xasprintf("%s/said", dir), *log = xasprintf("%s/a-rcu+debug-s2.log", dir);
	char *command[] = { bench, "run", "--out", "o u't", said, NULL }, *script, *text;

	(void)state;
	put(dir, "bench", "#!/bin/sh\nout=$4\nshift\nfor a; do echo \"<$a>\"; done >\"$3\"\necho \"$out\" >&2\nexit 9\n");
	script = slurm_script(command, dir, token, boot, 2);

	assert_int_equal(run_script(script, dir, "3"), SLURM_EXIT_NO_OUT);
	put(dir, "token", "");
	assert_int_equal(run_script(script, dir, "3"), SLURM_EXIT_NO_PROGRAM);
	assert_int_equal(chmod(bench, 0755), 0);
	assert_int_equal(run_script(script, dir, "12"), 9);
	text = read_file(said, NULL);
	assert_non_null(text);
	assert_non_null(strstr(text, "<--out>\n<o u't>\n"));
	assert_non_null(strstr(text, "<--boot>\n<a-rcu+debug-s2>\n"));
	free(text);
	text = read_file(log, NULL);
	assert_non_null(text);
	free(text);

	free(script);
	free(log);
	free(said);
	free(token);
	free(bench);
	assert_int_equal(remove_tree(dir), 0);
}

/* A line as squeue pads it, of "INDEX STATE EXIT RESTARTS REASON NODES"; the reason may have blanks as _. */
static struct slurm_task task(const char *words)
{
	char f[6][300] = { "" }, line[2100];
	struct slurm_task t;

	sscanf(words, "%299s %299s %299s %299s %299s %299s", f[0], f[1], f[2], f[3], f[4], f[5]);
	for (char *p = f[4]; *p; p++)
		*p = *p == '_' ? ' ' : *p;
	snprintf(line, sizeof(line), "%-12s%-40s%-12s%-12s%-256s%-512s", f[0], f[1], f[2], f[3], f[4], f[5]);
	assert_true(slurm_task_parse(line, &t));
	return t;
}

static void squeue_lines(void **state)
{
	struct slurm_task t;

	(void)state;
	t = task("3 NODE_FAIL 15 2 NodeDown node-[1-2]");
	assert_int_equal(t.index, 3);
	assert_string_equal(t.state, "NODE_FAIL");
	assert_int_equal(t.wait_status, 15);
	assert_int_equal(t.restarts, 2);
	assert_string_equal(t.nodes, "node-[1-2]");
	t = task("7 PENDING 0 0 ReqNodeNotAvail,_UnavailableNodes:n2,n3");
	assert_string_equal(t.reason, "ReqNodeNotAvail, UnavailableNodes:n2,n3");
	assert_string_equal(t.nodes, "");
	/* longer than the widths that used to cut it */
	t = task("7 OUT_OF_MEMORY_AND_A_LONG_NAME 0 0 a_reason_of_more_than_forty-eight_letters,_all_of_them_there n1");
	assert_string_equal(t.state, "OUT_OF_MEMORY_AND_A_LONG_NAME");
	assert_string_equal(t.reason, "a reason of more than forty-eight letters, all of them there");
	assert_string_equal(t.nodes, "n1");
	assert_false(slurm_task_parse("slurm_load_jobs error: Invalid job id specified", &t));
	assert_false(slurm_task_parse("CLUSTER: gpu", &t));
	assert_false(slurm_task_parse("", &t));
}

static void clusters(void **state)
{
	static const struct {
		const char *id, *command;
		size_t digits;
	} tests[] = {
		{ "4242", "scancel", 4 },
		{ "4242;gpu", "scancel --clusters=gpu", 4 },
		{ "1;it's", "scancel --clusters=it's", 1 },
		{ "", "scancel", 0 },
		{ "sbatch: warning", "scancel", 0 },
		{ "12;", "scancel", 0 },
		{ "12 13", "scancel", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		size_t digits;
		char *command = slurm_at_cluster("scancel", tests[i].id, &digits);

		char *quoted = xasprintf("echo %s", command), said[80] = "";
		FILE *p = popen(quoted, "r");

		assert_int_equal(digits, tests[i].digits);
		assert_non_null(fgets(said, sizeof(said), p));
		pclose(p);
		said[strcspn(said, "\n")] = '\0';
		assert_string_equal(said, tests[i].command);
		free(quoted);
		free(command);
	}
}

static void check_trouble(const char *id, const char *words, const char *want)
{
	struct slurm_task t[2] = { task("0 RUNNING 0 0 None n1"), task(words) };
	char *why = slurm_trouble(id, t, 2);

	if (!want ? why != NULL : !why || !strstr(why, want))
		fail_msg("%s: '%s', not '%s'", words, why ? why : "nothing", want ? want : "nothing");
	free(why);
}

static void troubles(void **state)
{
	(void)state;
	check_trouble("7", "1 PENDING 0 0 JobHeldUser", "holds 1 of its elements (JobHeldUser); `scontrol release 7`");
	check_trouble("7;gpu", "1 PENDING 0 1 launch_failed_requeued_held", "(launch failed requeued held); `scontrol --clusters=");
	check_trouble("7", "1 REQUEUE_HOLD 0 1 None", "holds 1 of its elements");
	check_trouble("7", "1 PENDING 0 0 BadConstraints", "does not start it as it is (BadConstraints)");
	check_trouble("7", "1 PENDING 0 4 BeginTime", "restarted element 1 4 times");
	check_trouble("7", "1 RUNNING 0 3 None n2", "--no-requeue");
	check_trouble("7", "1 PENDING 0 1 Resources", NULL);
	check_trouble("7", "1 COMPLETED 0 5 None n2", NULL);
	check_trouble("7", "1 PENDING 0 0 AssocMaxJobsLimit", NULL);
}

static void limits_of_jobs(void **state)
{
#define POLICY "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)\n"
	(void)state;
	assert_true(slurm_too_many_jobs("sbatch: error: AssocMaxSubmitJobLimit\n" POLICY));
	assert_true(slurm_too_many_jobs("sbatch: error: QOSMaxSubmitJobPerUserLimit\n" POLICY));
	assert_true(slurm_too_many_jobs(POLICY));
	assert_false(slurm_too_many_jobs("sbatch: error: QOSMaxCpuPerJobLimit\n" POLICY));
	assert_false(slurm_too_many_jobs("sbatch: error: AssocMaxWallDurationPerJobLimit\n" POLICY));
	assert_false(slurm_too_many_jobs("sbatch: error: invalid partition specified: none\n"));
	assert_false(slurm_too_many_jobs(""));
}

static void what_the_user_sets(void **state)
{
	char *mem[] = { "--mem-per-cpu=2G", NULL }, *share[] = { "--oversubscribe", NULL };
	char *letters[] = { "-t", "5", "-c4", NULL }, *other[] = { "--memory-bind=x", "--comment=--mem", NULL };

	(void)state;
	assert_true(slurm_user_sets(mem, "--mem"));
	assert_false(slurm_user_sets(mem, "--time"));
	assert_true(slurm_user_sets(share, "--exclusive"));
	assert_true(slurm_user_sets(letters, "--time") && slurm_user_sets(letters, "--cpus-per-task"));
	assert_false(slurm_user_sets(other, "--mem"));
	setenv("SBATCH_MEM_PER_CPU", "100", 1);
	assert_true(slurm_user_sets(other, "--mem"));
	unsetenv("SBATCH_MEM_PER_CPU");
}

static void check_why(const char *line, const char *said, const char *want)
{
	struct slurm_task t;
	char *why;

	if (line)
		t = task(line);
	why = slurm_task_why(line ? &t : NULL, said, "/out");
	if (!strstr(why, want))
		fail_msg("'%s' lacks '%s'", why, want);
	free(why);
}

static void reasons(void **state)
{
	(void)state;
	check_why("3 NODE_FAIL 0 0 NodeDown n2", "half a log", "its node failed (NODE_FAIL, n2)");
	check_why("3 TIMEOUT 0 0 TimeLimit n2", NULL, "--slurm-args --time");
	check_why("3 OUT_OF_MEMORY 0 0 x n2", NULL, "--slurm-args --mem");
	check_why("3 FAILED 51456 0 NonZeroExitCode n2", NULL, "n2 does not see /out");
	check_why("3 FAILED 51712 0 NonZeroExitCode n2", NULL, "n2 does not see this dpamt-bench");
	check_why("3 FAILED 32256 0 NonZeroExitCode n2", "a, seed 1: panic", "a, seed 1: panic");
	check_why("3 FAILED 256 0 NonZeroExitCode n2", NULL, "FAILED on n2, exit status 1 (NonZeroExitCode)");
	check_why("3 FAILED 9 0 RaisedSignal n2", NULL, "FAILED on n2, signal 9");
	check_why("3 COMPLETED 0 0 None n2", NULL, "is not in /out");
	check_why("3 RUNNING 0 0 None n2", NULL, "Slurm still has it");
	check_why("3 BOOT_FAIL 0 0 x n2", NULL, "its node failed (BOOT_FAIL, n2)");
	check_why("3 DEADLINE 0 0 x n2", NULL, "Slurm ended it (DEADLINE, n2)");
	check_why(NULL, NULL, "Slurm has forgotten it");
	check_why(NULL, "a, seed 1: panic", "a, seed 1: panic");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(quoted_words),
		cmocka_unit_test(the_script_runs_its_boot),
		cmocka_unit_test(squeue_lines),
		cmocka_unit_test(clusters),
		cmocka_unit_test(troubles),
		cmocka_unit_test(limits_of_jobs),
		cmocka_unit_test(what_the_user_sets),
		cmocka_unit_test(reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

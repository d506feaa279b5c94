// SPDX-License-Identifier: GPL-2.0
/*
 * The console: the kernel's complaints are found, also when they arrive in
 * pieces; a program's words are not taken for the kernel's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/boot/console.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static void is(const char *line, const char *kind)
{
	const char *found = console_trouble(line);

	if (!kind) {
		assert_null(found);
	} else {
		assert_non_null(found);
		assert_string_equal(found, kind);
	}
}

static void finds_trouble(void **state)
{
	(void)state;
	is("[    0.510412] Kernel panic - not syncing: VFS: Unable to mount root fs", "kernel panic");
	is("[   12.000001] WARNING: CPU: 0 PID: 71 at arch/x86/kvm/vmx/tdx.c:12", "WARNING");
	is("[   12.000001] WARNING: possible circular locking dependency detected", "lockdep");
	is("[   12.000001] WARNING: inconsistent lock state", "lockdep");
	is("[   12.000001] WARNING: suspicious RCU usage", "suspicious RCU usage");
	is("[   12.000001][   T71] BUG: unable to handle page fault for address: 0", "BUG");
	is("[   12.000001] BUG: KASAN: use-after-free in tdx_sept_free+0x1/0x2", "KASAN");
	is("[   12.000001] rcu: INFO: rcu_preempt self-detected stall on CPU", "RCU stall");
	is("[   12.000001] watchdog: BUG: soft lockup - CPU#1 stuck for 26s!", "soft lockup");
	is("[   12.000001] INFO: task rcuc/0:12 blocked for more than 120 seconds.", "hung task");
	is("[   12.000001] Oops: general protection fault, probably for", "oops");
	is("[   12.000001] unchecked MSR access error: WRMSR to 0x122", "unchecked MSR access");
	is("a program's half line[   12.000001] BUG: sleeping function called", "BUG");
}

static void leaves_the_rest_alone(void **state)
{
	(void)state;
	is("[    0.000000] Linux version 7.3.4", NULL);
	is("[    0.036340] Kernel command line: panic=-1 oops=panic", NULL);
	is("[    0.318886] mtrr: your CPUs had inconsistent fixed MTRR settings", NULL);
	is("BUG: a program says so", NULL);
	is("WARNING: so does another [1] [2.5]", NULL);
	is("[    0.1] BUG: not a time stamp", NULL);
	is("", NULL);
}

static void watches_pieces(void **state)
{
	static const char text[] = "[    0.100000] fine\r\n[    0.200000] WARNING: CPU: 1\r\n"
				   "[    0.300000] BUG: later\r\n"
				   "[    0.400000] ---[ end Kernel panic - not syncing ]---\n";

	(void)state;
	for (size_t step = 1; step < sizeof(text); step++) {
		struct console_watch w = { 0 };

		for (size_t i = 0; i < sizeof(text) - 1; i += step) {
			size_t left = sizeof(text) - 1 - i;

			console_feed(&w, text + i, left < step ? left : step);
		}
		assert_string_equal(w.trouble, "WARNING");
		assert_string_equal(w.line, "WARNING: CPU: 1");
		assert_true(w.over);
	}
}

static void survives_a_long_line(void **state)
{
	static const char next[] = "\n[    0.200000] BUG: found\n";
	struct console_watch w = { 0 };

	(void)state;
	for (int i = 0; i < 10000; i++)
		console_feed(&w, "x", 1);
	console_feed(&w, next, sizeof(next) - 1);
	assert_non_null(w.trouble);
	assert_string_equal(w.trouble, "BUG");
}

static void shows_the_lines_about_it(void **state)
{
	char text[20000] = "", *excerpt;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		len += (size_t)sprintf(text + len, "[    0.%06d] %s %d\r\n", i,
				       i == 50 ? "WARNING: here" : "line", i);
	excerpt = console_excerpt(text, CONSOLE_ALL);
	assert_non_null(strstr(excerpt, "line 46\n"));
	assert_null(strstr(excerpt, "line 45\n"));
	assert_non_null(strstr(excerpt, "WARNING: here 50\n"));
	assert_non_null(strstr(excerpt, "line 65\n"));
	assert_null(strstr(excerpt, "line 66\n"));
	free(excerpt);

	excerpt = console_excerpt("[    0.100000] fine\nmy program failed\n", CONSOLE_PROGRAMS);
	assert_string_equal(excerpt, "my program failed\n");
	free(excerpt);
}

static void finds_the_agent(void **state)
{
	char *line = console_agent_line("[    0.100000] x\r\ndpamt-agent: mount a on b: No such device\r\n");

	(void)state;
	assert_string_equal(line, "mount a on b: No such device");
	free(line);
	assert_null(console_agent_line("[    0.100000] x\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_trouble),
		cmocka_unit_test(leaves_the_rest_alone),
		cmocka_unit_test(watches_pieces),
		cmocka_unit_test(survives_a_long_line),
		cmocka_unit_test(shows_the_lines_about_it),
		cmocka_unit_test(finds_the_agent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * KVM_TDX_INIT_MEM_REGION of the first page of a TD, or of the second, while the TDX module is busy for
 * some calls.
 *
 * usage: pamt_dry LEAF COUNT [second]
 *
 * The first COUNT calls of LEAF return TDX_OPERAND_BUSY. A signal after two seconds ends what goes on
 * for ever. One line: "LEAF COUNT [second page] | first failure | failed gets: yes or no | signal: yes or no |
 * again: ok or the failure", the last of which is a second attempt, with nothing busy.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "td_steps.h"

#define INJECT	"/sys/kernel/debug/soft_tdx/inject"

static volatile sig_atomic_t rang;

static void ring(int sig)
{
	rang = sig;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = ring };	/* no SA_RESTART */
	int64_t failed = counter("tdx_stats/pamt", "pamt_get_failed");
	char text[128];
	struct td td;
	bool ok, second = argc == 4 && !strcmp(argv[3], "second");

	if (argc != 3 && !second)
		die("usage: pamt_dry LEAF COUNT [second]");
	sigaction(SIGALRM, &action, NULL);
	steps_open(1, 1, 1);
	if (step_do(STEP_CREATE, &td) || (second && step_do(STEP_ADD, &td)))
		die("create: %s", td_failure());
	snprintf(text, sizeof(text), "%s 1 0x8000020000000000 %s", argv[1], argv[2]);
	put_file(INJECT, text);
	alarm(2);
	ok = !step_add_page(&td, second);
	alarm(0);
	put_file(INJECT, "off");
	printf("%s %s%s | %s | failed gets: %s | signal: %s | ", argv[1], argv[2],
	       second ? " second page" : "", ok ? "-" : td_failure(),
	       counter("tdx_stats/pamt", "pamt_get_failed") > failed ? "yes" : "no",
	       rang ? "yes" : "no");
	puts(ok || !step_add_page(&td, second) ? "again: ok" : "again: it fails");
	return step_do(STEP_DESTROY, &td) ? 1 : 0;
}

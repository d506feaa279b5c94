// SPDX-License-Identifier: GPL-2.0
/*
 * One leaf function of the software TDX module fails in one step of a TD's life: what does KVM make
 * of it, and what is left behind?
 *
 * usage: leaf_failure STEP LEAF NTH STATUS COUNT [PAGES]
 *
 * Before STEP, LEAF is armed so that its NTH call and as many after it as COUNT says return
 * STATUS; after STEP it is disarmed. PAGES (1..512, default 1) are mapped in each of four regions.
 * The TD is destroyed when a step failed, or after the last. LEAF "-" lets nothing fail. One line:
 *
 *	LEAF STEP NTH COUNT [PAGES] | injected N | first failure | warnings N | what is left
 *
 * Exit status 0 unless the test itself could not be made.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "books.h"
#include "td_steps.h"

#define INJECT	"/sys/kernel/debug/soft_tdx/inject"
#define REGIONS	4
#define VCPUS	1

static const char *leaf, *nth, *status, *count;
static enum step fails;
static unsigned int pages = 1;

static bool arms(void)
{
	return strcmp(leaf, "-");
}

static void arm(void)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %s %s %s", leaf, nth, status, count);
	put_file(INJECT, text);
}

/* How many calls failed since arm(). Disarms. */
static unsigned int disarm(void)
{
	char line[256];
	unsigned int n = 0;
	FILE *f = fopen(INJECT, "re");

	if (!f || !fgets(line, sizeof(line), f) || !strstr(line, "injected ") ||
	    sscanf(strstr(line, "injected "), "injected %u", &n) != 1)
		die("%s does not say how often %s failed", INJECT, leaf);
	fclose(f);
	put_file(INJECT, "off");
	return n;
}

/* In the child: the TD's life, and what became of it, as text for the parent. */
static void live(int to)
{
	unsigned int injected = 0;
	struct td td;

	books_enter();
	steps_open(REGIONS, pages, VCPUS);
	for (enum step step = STEP_CREATE; step < STEP_NR; step++) {
		int ret;

		if (step == fails && arms())
			arm();
		ret = step_do(step, &td);
		if (step == fails && arms())
			injected = disarm();
		if (ret && step != STEP_DESTROY)
			step = STEP_DESTROY - 1;
	}
	dprintf(to, "injected %u | %s", injected, td_failure());
}

int main(int argc, char **argv)
{
	struct books before, after;
	char outcome[256] = "";
	int channel[2], ended;
	unsigned int warnings;
	ssize_t len;
	pid_t child;

	if (argc != 6 && argc != 7)
		die("usage: leaf_failure STEP LEAF NTH STATUS COUNT [PAGES]");
	if (argc == 7)
		pages = (unsigned int)strtoul(argv[6], NULL, 10);
	if (pages < 1 || pages > 512)
		die("%s pages per region are not possible", argv[6]);
	fails = step_find(argv[1]);
	leaf = argv[2];
	nth = argv[3];
	status = argv[4];
	count = argv[5];
	if (fails == STEP_NR)
		die("'%s' is not a step", argv[1]);

	books_open();
	books_read(&before, NULL);
	warnings_start();
	if (pipe(channel))
		die("no pipe");
	child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		live(channel[1]);
		exit(0);
	}
	if (child < 0 || waitpid(child, &ended, 0) != child)
		die("no child");
	close(channel[1]);
	len = read(channel[0], outcome, sizeof(outcome) - 1);
	close(channel[0]);	/* its page is charged to who wrote */
	if (ended || len <= 0)
		die("the TD's process ended with wait status 0x%x", ended);
	warnings = warnings_seen();
	books_read(&after, &before);
	printf("%s %s %s %s%s%s | %s | warnings %u | %s\n", leaf, step_names[fails], nth, count,
	       argc == 7 ? " " : "", argc == 7 ? argv[6] : "", outcome, warnings,
	       books_diff(&before, &after));
	return 0;
}

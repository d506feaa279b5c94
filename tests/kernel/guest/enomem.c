// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation that a TD's life makes fails once: does user space get a clean error, does the
 * kernel stay silent, and does everything come back?
 *
 * usage: enomem STEP...
 *
 * For each STEP and n = 1, 2, ...: a fresh process makes a TD up to STEP, lets the n-th allocation
 * of the system calls of STEP fail (/proc/self/fail-nth: slab and pages; vmalloc and per-CPU
 * memory through the pages they need, __GFP_NOFAIL never), and destroys the TD. STEP is done with
 * once n is beyond its allocations. Needs CONFIG_FAULT_INJECTION, FAILSLAB and FAIL_PAGE_ALLOC.
 *
 * Wrong is: an error other than those in `clean`, a warning, a page or a PAMT reference that does
 * not come back (pages are looked for after each step, and if one is missing the step is done
 * again with a look after each process), or a process that does not end. Each is one line on
 * stdout that starts with "WRONG"; then one line per step: how many allocations failed, how many
 * of these user space saw, and as which error.
 *
 * Exit status 1 if anything was wrong, or if no allocation failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/array_size.h"

#include "books.h"
#include "fail_nth.h"
#include "td_steps.h"

#define DEBUG_DIR	"/sys/kernel/debug/"
#define REGIONS		2
#define VCPUS		1
#define PAGES		2
#define MAX_N		100000
#define MAX_ERRORS	16

/* What a failing allocation may become on its way to user space. */
static const char *const clean[] = {
	"ENOMEM",
	"memory ENOSPC",	/* the inode of shared anonymous memory: no part of KVM */
};

/*
 * kvm_recalculate_apic_map() takes its failing allocation for ambiguous APIC ids and inhibits APICv. A
 * TD cannot do without: KVM warns and kills the VM when the vCPU first runs, by its maintainers' choice
 * (kernel-patches/README.md). The failure is counted apart, with its warning.
 */
#define KNOWN_STEP	STEP_CREATE
#define KNOWN_FAILURE	"KVM_RUN EIO"

struct tally {
	char error[64];
	unsigned int count;
};

static unsigned int wrong, known;

/* Faults in every allocation that may sleep or not, of any order, without a stack dump each. */
static void setup(void)
{
	static const char *const settings[][2] = {
		{ "failslab/ignore-gfp-wait", "N" },
		{ "failslab/verbose", "0" },
		{ "fail_page_alloc/ignore-gfp-wait", "N" },
		{ "fail_page_alloc/ignore-gfp-highmem", "N" },
		{ "fail_page_alloc/min-order", "0" },
		{ "fail_page_alloc/verbose", "0" },
	};
	char path[128];

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		snprintf(path, sizeof(path), DEBUG_DIR "%s", settings[i][0]);
		put_file(path, settings[i][1]);
	}
}

/* In the child. Tells the parent "happened IOCTL ERRNO", happened 0 or 1. */
static void live(enum step fails, unsigned long n, int to)
{
	bool happened = false;
	struct td td;
	int fd;

	books_enter();
	fd = fail_nth_open();
	for (enum step step = STEP_CREATE; step < STEP_NR; step++) {
		int ret;

		if (step == fails)
			fail_nth(fd, n);
		ret = step_do(step, &td);
		if (step == fails)
			happened = !fail_nth(fd, 0);
		if (ret && step != STEP_DESTROY)
			step = STEP_DESTROY - 1;
	}
	dprintf(to, "%d %s", happened, td_failure());
}

static bool is_clean(const char *failure)
{
	size_t len = strlen(failure);

	if (!strcmp(failure, "-"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(clean); i++)
		if (len >= strlen(clean[i]) && !strcmp(failure + len - strlen(clean[i]), clean[i]))
			return true;
	return false;
}

static void count(struct tally *tally, const char *error)
{
	int i = 0;

	while (i < MAX_ERRORS - 1 && tally[i].count && strcmp(tally[i].error, error))
		i++;
	snprintf(tally[i].error, sizeof(tally[i].error), "%.63s", error);
	tally[i].count++;
}

static void complain(enum step step, unsigned long n, const char *what, const char *more)
{
	printf("WRONG %s %lu: %s %s\n", step_names[step], n, what, more);
	fflush(stdout);
	wrong++;
}

static void read_books(struct books *books, const struct books *before, bool exact)
{
	if (exact)
		books_read(books, before);
	else
		books_read_fast(books);
}

/* One process. False once n is beyond the step's allocations. */
static bool try(enum step step, unsigned long n, bool exact, struct tally *tally)
{
	struct books before = { 0 }, after = { 0 };
	char outcome[256] = "";
	unsigned int warnings;
	int channel[2], ended;
	ssize_t len;
	pid_t child;

	read_books(&before, NULL, exact);
	if (pipe(channel))
		die("pipe: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		live(step, n, channel[1]);
		exit(0);
	}
	close(channel[1]);
	if (child < 0 || waitpid(child, &ended, 0) != child)
		die("no child: %s", strerror(errno));
	len = read(channel[0], outcome, sizeof(outcome) - 1);
	close(channel[0]);	/* its page is charged to who wrote */
	if (ended || len < 3) {
		snprintf(outcome, sizeof(outcome), "wait status 0x%x", ended);
		complain(step, n, "the process ended with", outcome);
		return false;
	}

	read_books(&after, &before, exact);
	if (strcmp(books_diff(&before, &after), "-"))
		complain(step, n, outcome + 2, books_diff(&before, &after));
	warnings = warnings_seen();
	if (warnings)
		warnings_rearm();
	if (outcome[0] == '1' && step == KNOWN_STEP && !strcmp(outcome + 2, KNOWN_FAILURE) &&
	    warnings == 1) {
		known++;
		return true;
	}
	if (warnings)
		complain(step, n, outcome + 2, "and a warning");
	if (outcome[0] == '0') {
		if (strcmp(outcome + 2, "-"))
			complain(step, n, "without a fault:", outcome + 2);
		return false;
	}
	if (!is_clean(outcome + 2))
		complain(step, n, "not a clean error:", outcome + 2);
	count(tally, outcome + 2);
	return true;
}

/* Allocations that failed, what became of them in tally. */
static unsigned long sweep(enum step step, bool exact, struct tally *tally)
{
	unsigned long n = 1;

	while (n < MAX_N && try(step, n, exact, tally))
		n++;
	return n - 1;
}

static unsigned long look_at(enum step step)
{
	struct tally tally[MAX_ERRORS] = { 0 }, again[MAX_ERRORS] = { 0 };
	struct books before, after;
	unsigned long faults, seen = 0;

	books_read(&before, NULL);
	faults = sweep(step, false, tally);
	books_read(&after, &before);
	if (after.value[BOOK_LOST] != before.value[BOOK_LOST]) {
		complain(step, faults, "pages are missing after so many failures:",
			 books_diff(&before, &after));
		sweep(step, true, again);
	}

	for (int i = 0; i < MAX_ERRORS && tally[i].count; i++)
		seen += strcmp(tally[i].error, "-") ? tally[i].count : 0;
	printf("%s: %lu allocations failed, %lu seen by user space:", step_names[step],
	       faults, seen);
	for (int i = 0; i < MAX_ERRORS && tally[i].count; i++)
		if (strcmp(tally[i].error, "-"))
			printf(" %s %u", tally[i].error, tally[i].count);
	printf("\n");
	fflush(stdout);
	return faults;
}

int main(int argc, char **argv)
{
	unsigned long faults = 0;

	if (argc < 2)
		die("usage: enomem STEP...");
	for (int i = 1; i < argc; i++)
		if (step_find(argv[i]) == STEP_NR)
			die("'%s' is not a step", argv[i]);
	setup();
	books_open();
	steps_open(REGIONS, PAGES, VCPUS);	/* for all processes: they inherit it */
	warnings_start();
	for (int i = 1; i < argc; i++)
		faults += look_at(step_find(argv[i]));
	printf("all: %lu allocations failed, %u wrong, %u of the bug known\n", faults, wrong,
	       known);
	return wrong || !faults;
}

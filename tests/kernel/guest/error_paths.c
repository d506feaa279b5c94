// SPDX-License-Identifier: GPL-2.0
/*
 * Every error exit of KVM's TDX code, reached on purpose: what is user space told, does the kernel warn,
 * and what is left?
 *
 * usage: error_paths TABLE KIND
 *        error_paths TABLE LINE...
 *
 * TABLE is tests/kernel/ERROR-PATHS.md: the document is what is tested. A row is "function | exit | how
 * it is reached | test | user space is told | warnings | left". Its test is one of
 *
 *	call NAME			a function of error_paths/ *_calls.c
 *	leaf STEP LEAF NTH COUNT STATUS [PAGES]	a leaf function fails in that step of a TD's life
 *	slab IOCTL CACHE		all objects of a cache fail: needs fault injection
 *	page IOCTL N|last		a page fails: needs fault injection
 *	boot ARGUMENTS			the kernel's command line, not for this program
 *	-				nothing reaches it, and the third column says why
 *
 * "alone" before it: the row spoils the kernel for those after it. "packages" before it: it needs a
 * package for each CPU. KIND is one of call, leaf, slab, page, and runs those that need nothing else; or
 * alone, packages, boot, and lists the line numbers of those rows. LINEs are run.
 *
 * What a row is told otherwise than the table says is a line on stdout that starts with "WRONG". The last
 * line is "rows N wrong N". Exit status 1 if anything was wrong, or no row was run.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/array_size.h"
#include "books.h"
#include "error_paths/calls.h"
#include "error_paths/paths.h"

#define REGIONS 4
#define COLUMNS 7

enum column { FUNCTION, EXIT, HOW, TEST, TOLD, WARNINGS, LEFT };

struct row {
	unsigned int line;
	char *column[COLUMNS];
};

static const char *const own_boot[] = { "alone", "packages" };

static unsigned int rows_run, rows_wrong;

static bool first_word_is(const char *text, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(text, word, len) && (!text[len] || text[len] == ' ');
}

static const char *after_word(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

/* Without blanks around it, and without the `quotes` of a markdown table. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " `");
	len = strlen(text);
	while (len && (isspace((unsigned char)text[len - 1]) || text[len - 1] == '`'))
		text[--len] = '\0';
	return text;
}

/* A line of the table, cut in place; false for other lines. */
static bool row_parse(char *text, struct row *row)
{
	char *cell, *rest = text + 1;

	if (*text != '|')
		return false;
	for (unsigned int i = 0; i < COLUMNS; i++) {
		cell = strsep(&rest, "|");
		if (!cell || !rest)
			return false;
		row->column[i] = trim(cell);
	}
	return strcmp(row->column[FUNCTION], "function") && *row->column[FUNCTION] != '-';
}

bool call_by_name(const char *name, struct attempt *attempt)
{
	const struct call *const lists[] = { vm_calls, vcpu_calls, memory_calls };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		for (const struct call *call = lists[i]; call->name; call++)
			if (!strcmp(call->name, name)) {
				attempt_open(call->regions ? call->regions : REGIONS, 1);
				call->run(attempt);
				return true;
			}
	return false;
}

static bool reach(const char *test, struct attempt *attempt)
{
	if (first_word_is(test, "call"))
		return call_by_name(after_word(test), attempt);
	if (first_word_is(test, "leaf"))
		return leaf_by_words(after_word(test), attempt);
	return allocation_by_words(test, attempt);
}

/* In the child: what came of it, as text for the parent. */
static void live(const char *test, int to)
{
	struct attempt attempt = { .outcome = "-" };

	attempt_timeout();
	books_enter();
	td_none(&attempt.td);
	if (!reach(test, &attempt)) {
		dprintf(to, "there is no such test");
		return;
	}
	/* A VM that KVM gave up refuses each ioctl. */
	if (attempt.td.vm >= 0 && ioctl(attempt.td.vm, KVM_CHECK_EXTENSION, KVM_CAP_NR_VCPUS) < 0)
		attempt_add(&attempt, "VM dead");
	td_destroy(&attempt.td, NULL);
	dprintf(to, "%s", attempt.outcome);
}

static const char *test_of(const struct row *row)
{
	const char *test = row->column[TEST];

	for (size_t i = 0; i < ARRAY_SIZE(own_boot); i++)
		if (first_word_is(test, own_boot[i]))
			return after_word(test);
	return test;
}

static void row_run(const struct row *row)
{
	struct books before, after;
	char outcome[512] = "", warnings[16];
	int channel[2], ended;
	const char *left;
	pid_t child;

	fflush(stdout);
	books_read(&before, NULL);
	warnings_start();
	if (pipe(channel))
		die("no pipe");
	child = fork();
	if (child == 0) {
		if (dup2(channel[1], STDERR_FILENO) < 0)
			_exit(1);
		live(test_of(row), channel[1]);
		_exit(0); /* exit() would move the table's file position */
	}
	if (child < 0)
		die("no child");
	close(channel[1]);
	for (size_t len = 0; len < sizeof(outcome) - 1;) {
		ssize_t n = read(channel[0], outcome + len, sizeof(outcome) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	close(channel[0]); /* its page is charged to who wrote */
	if (waitpid(child, &ended, 0) != child)
		die("no child");
	snprintf(warnings, sizeof(warnings), "%u", warnings_seen());
	books_read(&after, &before);
	left = books_diff(&before, &after);
	rows_run++;
	if (ended || strcmp(outcome, row->column[TOLD]) ||
	    strcmp(warnings, row->column[WARNINGS]) || strcmp(left, row->column[LEFT])) {
		rows_wrong++;
		printf("WRONG line %u, %s, %s: %s: | %s | %s | %s |", row->line,
		       row->column[FUNCTION], row->column[EXIT], row->column[TEST], outcome,
		       warnings, left);
		if (ended)
			printf(" and wait status 0x%x", ended);
		printf("\n");
	}
}

static bool line_wanted(unsigned int line, char **lines)
{
	for (; *lines; lines++)
		if (strtoul(*lines, NULL, 10) == line)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	char *text = NULL;
	size_t size = 0;
	unsigned int line;
	bool by_line, listed;
	FILE *f;

	if (argc < 3)
		die("usage: error_paths TABLE KIND|LINE...");
	f = fopen(argv[1], "re");
	if (!f)
		die("%s: %s", argv[1], strerror(errno));
	by_line = isdigit((unsigned char)argv[2][0]);
	listed = !strcmp(argv[2], "boot");
	for (size_t i = 0; i < ARRAY_SIZE(own_boot); i++)
		listed |= !strcmp(argv[2], own_boot[i]);
	if (!listed)
		books_open();
	for (line = 1; getline(&text, &size, f) > 0; line++) {
		struct row row = { .line = line };

		if (!row_parse(text, &row))
			continue;
		if (by_line ? !line_wanted(line, argv + 2)
			    : !first_word_is(row.column[TEST], argv[2]))
			continue;
		if (listed)
			printf("%u\n", line);
		else
			row_run(&row);
	}
	free(text);
	fclose(f);
	if (listed)
		return 0;
	printf("rows %u wrong %u\n", rows_run, rows_wrong);
	return rows_wrong || !rows_run;
}

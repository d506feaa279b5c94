/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kernel under test holds, to be compared before and after: pages the software TDX module
 * owns, PAMT, S-EPT pages, pages charged to this test's memory cgroup, and warnings logged.
 *
 * Runs inside the VM, in the host's root file system, as root. All functions exit with one line on stderr
 * if the kernel does not offer what they read.
 */
#ifndef DPAMT_TESTS_BOOKS_H
#define DPAMT_TESTS_BOOKS_H

#include <stdint.h>
#include <stdnoreturn.h>

enum book {
	/* pages the software TDX module owns, by type */
	BOOK_TDR, BOOK_TDCX, BOOK_TDVPR, BOOK_SEPT, BOOK_GUEST,
	/* S-EPT pages the kernel counts as leaked, and as held */
	BOOK_LEAKED, BOOK_HELD,
	/* PAMT: gets less puts, adds less removes, pairs installed, pairs only held pages need */
	BOOK_REFS, BOOK_ADDED, BOOK_PAIRS, BOOK_HELD_BACK,
	/* pages charged to the cgroup of books_enter() and not accounted for by the lines above */
	BOOK_LOST,
	BOOK_NR
};

struct books {
	int64_t value[BOOK_NR];
};

extern const char *const book_names[BOOK_NR];

/* "PROGRAM: TEXT" on stderr, and exit with 1. */
noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Write text to a file, or die. */
void put_file(const char *path, const char *text);

/* The first number of the line NAME in a file of debugfs, or die. */
int64_t counter(const char *file, const char *name);

/*
 * Once, before the first books_read(): mount a cgroup v2 hierarchy if there is none, and make a
 * cgroup whose pages are counted.
 */
void books_open(void);

/* Move the calling process into that cgroup. What it and its children allocate counts. */
void books_enter(void);

/*
 * Read everything, while no process is in the cgroup. Pages that callbacks are yet to free are
 * waited for, up to five seconds: until as many pages are unaccounted for as in before, or, if
 * that is NULL, until two readings agree.
 */
void books_read(struct books *books, const struct books *before);

/* As books_read(), without BOOK_LOST, which takes a look at all of memory. */
void books_read_fast(struct books *books);

/*
 * after - before, as "NAME=DELTA NAME=DELTA" of those that differ, "-" if none does; of PAMT,
 * pairs only where there are no references, and adds only where they do not match the pairs.
 * Static buffer.
 */
const char *books_diff(const struct books *before, const struct books *after);

/* From here on warnings are counted, and each call site may warn again. */
void warnings_start(void);

/* "WARNING:", "BUG:" and "KASAN:" records in the kernel's log since warnings_start(). */
unsigned int warnings_seen(void);

/* Allow every WARN_ONCE() to warn again. */
void warnings_rearm(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A KVM played for unit tests: which pages are private, backed and mapped is tracked per TD, and
 * every call that a real KVM would refuse fails here too. Include before cmocka.h, which has a
 * macro fail().
 */
#ifndef DPAMT_TESTS_FAKE_KVM_H
#define DPAMT_TESTS_FAKE_KVM_H

#include <stdbool.h>

#include <jansson.h>

#include "workloads/core/layout.h"
#include "workloads/core/workload.h"

#define MAX_TDS		256
#define MAX_PAGES	4096

extern struct fake_td {
	unsigned int open_fds;
	bool initialised, finalised;
	bool private[MAX_PAGES], backed[MAX_PAGES], mapped[MAX_PAGES];
	unsigned int zapped[MAX_PAGES];	 /* times a mapped page was taken away by an attribute */
	unsigned int faulted[MAX_PAGES]; /* times it was mapped */
} fake[MAX_TDS];

extern unsigned int nr_made, most_alive, alive; /* TDs, in the last run */
extern bool interrupt;		 /* every third pre-fault meets a signal or maps but one page */
extern int refusal;		 /* if not 0, this errno, once pages_left pages were mapped */
extern unsigned int pages_left;	 /* without a refusal, any number */
extern json_t *result;		 /* of the last run */

/*
 * Run the workload of this name with a command line of words; returns what the run returned, or 2
 * if the command line was refused.
 */
int run_words(const char *name, const char *words);

/* The command lines, each "WORKLOAD OPTIONS", are refused. */
void assert_refused(const char *const *lines, size_t n);

json_int_t op_count(const char *op);
unsigned int mapped_pages(const struct fake_td *t);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * What each step of a TD's life does to Dynamic PAMT: a line of counters for each.
 *
 * usage: pamt_counts REGIONS PAGES
 *
 * PAGES (1..512) are mapped in each of REGIONS regions of 2 MiB, by one vCPU. After the line of names
 * come the steps, with what each counter grew by. Nothing else may use TDX meanwhile.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/array_size.h"
#include "books.h"
#include "td_steps.h"

static const char *const shown[][2] = {
	{ "tdx_stats/pamt", "pamt_get" },
	{ "tdx_stats/pamt", "pamt_put" },
	{ "tdx_stats/pamt", "pamt_get_locked" },
	{ "tdx_stats/pamt", "pamt_put_locked" },
	{ "tdx_stats/pamt", "pamt_add" },
	{ "tdx_stats/pamt", "pamt_remove" },
	{ "tdx_stats/pamt", "pamt_pages_allocated" },
	{ "tdx_stats/pamt", "pamt_pages_reset" },
	{ "tdx_stats/pamt", "pamt_pages_freed" },
	{ "soft_tdx/leaves", "PHYMEM.PAMT.ADD" },
	{ "soft_tdx/leaves", "PHYMEM.PAMT.REMOVE" },
	{ "soft_tdx/leaves", "MEM.SEPT.ADD" },
	{ "soft_tdx/leaves", "MEM.PAGE.ADD" },
	{ "soft_tdx/leaves", "MEM.PAGE.AUG" },
	{ "soft_tdx/leaves", "MEM.PAGE.REMOVE" },
	{ "soft_tdx/leaves", "PHYMEM.PAGE.RECLAIM" },
};

static void read_all(int64_t *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		value[i] = counter(shown[i][0], shown[i][1]);
}

int main(int argc, char **argv)
{
	int64_t before[ARRAY_SIZE(shown)], after[ARRAY_SIZE(shown)];
	struct td td;

	if (argc != 3)
		die("usage: pamt_counts REGIONS PAGES");
	steps_open((unsigned int)strtoul(argv[1], NULL, 10),
		   (unsigned int)strtoul(argv[2], NULL, 10), 1);
	printf("step");
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		printf(" %s", shown[i][1]);
	putchar('\n');
	for (enum step step = STEP_CREATE; step < STEP_NR; step++) {
		if (step == STEP_RUN)
			continue;
		read_all(before);
		if (step_do(step, &td))
			die("%s: %s", step_names[step], td_failure());
		/* Pages freed by callbacks count with the step that queued them. */
		put_file("/sys/module/rcutree/parameters/do_rcu_barrier", "1");
		read_all(after);
		fputs(step_names[step], stdout);
		for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
			printf(" %" PRId64, after[i] - before[i]);
		putchar('\n');
	}
	return 0;
}

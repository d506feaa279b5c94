// SPDX-License-Identifier: GPL-2.0
/*
 * TDs in a cgroup that limits their number (misc.max): how many can there be, what is charged, and
 * what of a TD that was refused?
 *
 * usage: misc_limit LIMIT TRIES
 *
 * Makes TRIES TDs in a cgroup whose limit is LIMIT, then raises the limit and initializes the VM that
 * was refused last, then destroys all. A TD that was refused must not keep its KeyID: TRIES may be
 * larger than the number of KeyIDs. One line:
 *
 *	created N | refused N | charged N | after raising the limit: charged N | in the end: charged N | warnings N
 *
 * Exit status 1 unless each refusal was EBUSY and the VM that was refused last was initialized.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/err.h"
#include "workloads/core/td.h"
#include "books.h"

#define CGROUP_ROOT "/sys/fs/cgroup"
#define CGROUP	    CGROUP_ROOT "/misc_limit"

static void limit_to(unsigned long tds)
{
	char text[32];

	snprintf(text, sizeof(text), "tdx %lu", tds);
	put_file(CGROUP "/misc.max", text);
}

static void enter_cgroup(unsigned long limit)
{
	if (access(CGROUP_ROOT "/cgroup.controllers", F_OK) &&
	    mount("none", CGROUP_ROOT, "cgroup2", 0, NULL))
		die("mounting cgroup2 failed: %s", strerror(errno));
	put_file(CGROUP_ROOT "/cgroup.subtree_control", "+misc");
	if (mkdir(CGROUP, 0755))
		die("making %s failed: %s", CGROUP, strerror(errno));
	limit_to(limit);
	put_file(CGROUP "/cgroup.procs", "0");
}

/* TDs that are charged to the cgroup. */
static uint64_t charged(void)
{
	uint64_t tds;
	FILE *f = fopen(CGROUP "/misc.current", "re");

	if (!f || fscanf(f, "tdx %" SCNu64, &tds) != 1)
		die("%s/misc.current does not say how many TDs are charged", CGROUP);
	fclose(f);
	return tds;
}

int main(int argc, char **argv)
{
	unsigned long limit, tries, created = 0, refused = 0, wrong = 0;
	struct td *tds, *last = NULL;
	uint64_t full, raised = 0;
	unsigned int warnings;

	if (argc != 3)
		die("usage: misc_limit LIMIT TRIES");
	limit = strtoul(argv[1], NULL, 10);
	tries = strtoul(argv[2], NULL, 10);
	tds = calloc(tries, sizeof(*tds));
	if (!tds || tries <= limit)
		die("%s TDs are not possible, or not more than %s", argv[2], argv[1]);
	if (td_open(2 << 20, 1))
		die("no TD can be made");
	err_keep_first(true);
	enter_cgroup(limit);
	warnings_start();

	for (unsigned long i = 0; i < tries; i++) {
		if (!td_create(&tds[i], (unsigned int)i)) {
			created++;
			continue;
		}
		wrong += errno != EBUSY;
		refused++;
		if (last)
			td_destroy(last, NULL);
		last = &tds[i];
	}
	full = charged();

	limit_to(tries);
	if (last) {
		wrong += td_init_vm(last) != 0;
		raised = charged();
	}
	for (unsigned long i = 0; i < tries; i++)
		td_destroy(&tds[i], NULL);
	warnings = warnings_seen();
	printf("created %lu | refused %lu | charged %" PRIu64
	       " | after raising the limit: charged %" PRIu64 " | in the end: charged %" PRIu64
	       " | warnings %u\n",
	       created, refused, full, raised, charged(), warnings);
	if (wrong)
		die("%lu times another error than EBUSY, or no second chance: %s", wrong,
		    first_failure());
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_SLURM_H
#define BENCH_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "slurm_text.h"

/*
 * Check that Slurm's controller answers. *max_array gets MaxArraySize: indexes of an
 * array must be below it. Returns 0, or -1 after one line on stderr.
 */
int slurm_check(uint64_t *max_array);

/* Has job @id, "ID" or "ID;CLUSTER", not ended yet? */
bool slurm_is_active(const char *id);

/* End job @id, "ID" or "ID;CLUSTER". Slurm says on stderr if it cannot. */
void slurm_cancel(const char *id);

/* The elements of array @id that Slurm remembers; *list is malloc'ed. Returns how many. */
size_t slurm_tasks(const char *id, struct slurm_task **list);

/* An sbatch --wait under way: it ends when its array has ended. */
struct slurm_sbatch {
	pid_t pid;
	int pidfd;		/* readable when it has ended */
	int out;		/* its stdout, for the array's id; -1 after its end */
	int err;		/* its stderr */
	bool too_many_jobs;	/* after its end: refused for the number of jobs */
	char id[128];		/* "ID" or "ID;CLUSTER"; "" until sbatch_read_id() got it */
};

/*
 * Start @argv, an sbatch --parsable --wait, with @script on its stdin, out of
 * reach of the terminal's Ctrl-C. Returns 0, or -1 after one line on stderr.
 */
int slurm_sbatch_start(struct slurm_sbatch *s, char *const *argv, const char *script);

/* ->out is readable: read it, and close it at its end. */
void slurm_sbatch_read_id(struct slurm_sbatch *s);

/* Wait for its end; kill it first if @now. Returns the last line of its stderr, malloc'ed, or NULL. */
char *slurm_sbatch_end(struct slurm_sbatch *s, bool now);

#endif

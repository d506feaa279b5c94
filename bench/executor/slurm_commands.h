/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_SLURM_H
#define BENCH_SLURM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "slurm_text.h"

/*
 * Is there a Slurm whose controller answers? *max_array gets what the indexes of
 * an array must be below. Returns 0, or -1 after one line on stderr.
 */
int slurm_check(uint64_t *max_array);

/* Has job @id, digits only, not ended yet? */
bool slurm_is_active(const char *id);

/* End job @id, digits only. Slurm says on stderr if it cannot. */
void slurm_cancel(const char *id);

/* The elements of array @id that Slurm remembers; *list is malloc'ed. Returns how many. */
size_t slurm_tasks(const char *id, struct slurm_task **list);

/* An sbatch --wait under way: it ends when its array has ended. */
struct slurm_sbatch {
	pid_t pid;
	int pidfd;		/* readable when it has ended */
	int out;		/* readable when it says the array's id, or says no more; then -1 */
	int err;		/* what it complained of */
	char id[32];		/* digits; "" until sbatch_read_id() got it */
};

/*
 * Start @argv, an sbatch --parsable --wait, with @script on its stdin, out of
 * reach of the terminal's Ctrl-C. Returns 0, or -1 after one line on stderr.
 */
int slurm_sbatch_start(struct slurm_sbatch *s, char *const *argv, const char *script);

/* ->out is readable: read it, and close it at its end. */
void slurm_sbatch_read_id(struct slurm_sbatch *s);

/* Wait for its end, killing it first if @now. Returns its last complaint, malloc'ed, or NULL. */
char *slurm_sbatch_end(struct slurm_sbatch *s, bool now);

#endif

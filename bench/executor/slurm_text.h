/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_SLURM_TEXT_H
#define BENCH_SLURM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses of an array's element that never got to dpamt-bench. */
#define SLURM_EXIT_NO_OUT	201	/* the node does not see the results' directory */
#define SLURM_EXIT_NO_PROGRAM	202	/* the node does not see dpamt-bench */

/* "0,3-7" of the numbers @v, ascending and without repetition; malloc'ed, "" if @n is 0. */
char *slurm_ranges(const uint64_t *v, size_t n);

/* @word as one word of sh, whatever is in it; malloc'ed. */
char *slurm_quote(const char *word);

/* One boot of an array. */
struct slurm_boot {
	uint64_t index;		/* of the array's element */
	const char *name;	/* of its run directory: letters, digits and "-_.+" */
};

/*
 * The batch script of an array: element SLURM_ARRAY_TASK_ID makes the boot with
 * that index by @command (NULL-terminated, a program's path first) with
 * "--boot NAME" behind it. What it says on stderr goes to @logs/NAME.log. @token
 * is a file that must be there, or the node does not see @logs. All paths are
 * absolute. malloc'ed.
 */
char *slurm_script(char *const *command, const char *logs, const char *token,
		   const struct slurm_boot *boot, size_t n);

/* What the controller says of an array's element. */
struct slurm_task {
	uint64_t index;
	char state[41];		/* as squeue has it: COMPLETED, NODE_FAIL, ... */
	int wait_status;	/* as waitpid() has it */
	unsigned int restarts;
	char reason[257];
	char nodes[513];	/* "" if it never had one */
};

/*
 * The fields of a line of squeue, each padded to a width that no value but a list of nodes exceeds, and
 * that format. Returns false if it is another line.
 */
#define SLURM_TASK_FORMAT "ArrayTaskID:12,State:40,exit_code:12,RestartCnt:12,Reason:256,NodeList:512"
bool slurm_task_parse(const char *line, struct slurm_task *t);

/*
 * What keeps an array of which Slurm says @task from ending by itself: held elements, elements that are
 * restarted again and again, limits that no waiting lifts. One clause for the user of array @id,
 * malloc'ed; NULL if it may just wait.
 */
char *slurm_trouble(const char *id, const struct slurm_task *task, size_t n);

/*
 * "squeue", "scancel", ... with the cluster of "ID" or "ID;CLUSTER", as words of sh: "COMMAND" or
 * "COMMAND --clusters=CLUSTER"; malloc'ed. *@digits gets the length of ID, 0 if @id is no such text.
 */
char *slurm_at_cluster(const char *command, const char *id, size_t *digits);

/*
 * Did sbatch, whose messages are @said, refuse an array for its number of jobs? Slurm words all limits
 * of accounting alike; the line before, with the limit's name, tells them apart.
 */
bool slurm_too_many_jobs(const char *said);

/* Is one of the words @args, or a variable SBATCH_* of the environment, @option or one of its rivals? */
bool slurm_user_sets(char *const *args, const char *option);

/*
 * Why an element left no run directory: one clause, malloc'ed. @t is NULL if Slurm has
 * forgotten the element, @said is the complaint in its log or NULL, @out the results'
 * directory.
 */
char *slurm_task_why(const struct slurm_task *t, const char *said, const char *out);

#endif

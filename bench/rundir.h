/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RUNDIR_H
#define BENCH_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>

/* The kernel's log, and what programs wrote on stderr. */
#define RUNDIR_CONSOLE	"console.log"

/*
 * A run directory in the making: everything is written to "PATH.tmp", which
 * becomes PATH when the last file, status.json, is there.
 */
struct rundir {
	char *path;
	char *tmp;
};

/* Make PATH.tmp, empty. Returns 0, or -1 after one line on stderr. */
int rundir_create(struct rundir *d, const char *path);

/* malloc'ed path of file @name while the directory is in the making. */
char *rundir_file(const struct rundir *d, const char *name);

/* Write @name as indented JSON. Returns 0, or -1 after one line on stderr. */
int rundir_write_json(const struct rundir *d, const char *name, const json_t *json);

/* Write status.json and give the directory its name, replacing a failed run. */
int rundir_commit(struct rundir *d, const json_t *status);

/* Throw it away. */
void rundir_discard(struct rundir *d);

enum rundir_state {
	RUNDIR_NONE,		/* nothing there, or an unfinished or failed boot */
	RUNDIR_DONE,		/* a finished boot, status ok, of the same header key */
	RUNDIR_OTHER,		/* a finished boot of something else */
	RUNDIR_BROKEN,		/* has a status.json or header.json nobody can read */
};

/*
 * What is at @path? The header key is experiment, variant, arm, seed, time_base,
 * command, antagonists, perf_events, record, cpus, mem_mib, kernel_cmdline and
 * the kernel's series_sha256 or (on the target local) build_id.
 * @differs (may be NULL) gets the name of the first part that differs.
 */
enum rundir_state rundir_look(const char *path, const json_t *header, const char **differs);

#endif

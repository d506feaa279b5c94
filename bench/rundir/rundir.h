/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_RUNDIR_H
#define BENCH_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>

/*
 * A run directory in the making: everything is written to "PATH.tmp", which
 * becomes PATH when the last file, status.json, is there. Where another process,
 * maybe of another machine, could be making the same boot, it is
 * "PATH.<16 hex digits>.tmp", which nobody else has.
 */
struct rundir {
	char *path;
	char *tmp;
};

/* Make it, empty, with a name of its own if @shared. Returns 0, or -1 after one line on stderr. */
int rundir_create(struct rundir *d, const char *path, bool shared);

/* malloc'ed path of file @name while the directory is in the making. */
char *rundir_file(const struct rundir *d, const char *name);

/* Write @name as indented JSON. Returns 0, or -1 after one line on stderr. */
int rundir_write_json(const struct rundir *d, const char *name, const json_t *json);

/*
 * Write status.json and give the directory its name, replacing a failed run. A run
 * there that is ok stays, and this one is thrown away: someone else was faster.
 * Returns 0, or -1 after one line on stderr.
 */
int rundir_commit(struct rundir *d, const json_t *status);

/* Throw it away. */
void rundir_discard(struct rundir *d);

/* Is @name, of a directory, that of a run in the making? */
bool rundir_is_unfinished(const char *name);

/*
 * Remove what boots that ended in mid-flight left in the making at @path. One that
 * is still being made there will fail, and never be taken for finished.
 */
void rundir_sweep(const char *path);

enum rundir_state {
	RUNDIR_NONE,   /* nothing there, or an unfinished or failed boot */
	RUNDIR_DONE,   /* a finished boot, status ok, of the same header key */
	RUNDIR_OTHER,  /* a finished boot of something else */
	RUNDIR_BROKEN, /* status.json or header.json is unreadable, or files that are no run */
};

/*
 * What is at @path? The header key is experiment, variant, arm, seed, time_base,
 * command, antagonists, perf_events, record, cpus, mem_mib, kernel_cmdline and
 * the kernel's series_sha256 or (on the target local) build_id.
 * @differs (may be NULL) gets the name of the first part that differs.
 */
enum rundir_state rundir_state_of(const char *path, const json_t *header, const char **differs);

#endif

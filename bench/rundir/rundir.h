/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_RUNDIR_H
#define RUNDIR_RUNDIR_H

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
 * Write status.json and give the directory its name, replacing a failed run. If there is a
 * run that is ok, another process was faster: that run stays and this one is removed.
 * Returns 0, or -1 after one line on stderr.
 */
int rundir_commit(struct rundir *d, const json_t *status);

/* Remove the directory. */
void rundir_discard(struct rundir *d);

/*
 * Read header.json, status.json or result.json of the run directory @dir, with its schema and version.
 * On failure returns NULL with *why as json_read_file() sets it; @why may be NULL.
 */
json_t *rundir_read_json(const char *dir, const char *name, char **why);

/* Is @name, the name of a directory, that of an unfinished run? */
bool rundir_is_unfinished(const char *name);

/*
 * Remove what interrupted boots left of the run @path. If another process is still making
 * that run, its boot fails; it never looks finished.
 */
void rundir_sweep(const char *path);

/* Is there a finished boot at @path, status ok? It may be any boot. */
bool rundir_is_ok(const char *path);

enum rundir_state {
	RUNDIR_NONE,   /* nothing there, or an unfinished or failed boot */
	RUNDIR_DONE,   /* a finished boot, status ok, of the same header key */
	RUNDIR_OTHER,  /* a finished boot of something else */
	RUNDIR_BROKEN, /* status.json or header.json is unreadable, or files that are no run */
};

/*
 * What is at @path? The header key is experiment, variant, arm, seed, time_base,
 * command, antagonists, perf_events, record, cpus, mem_mib, nodes, kernel_cmdline and
 * the kernel's series_sha256 or (on the target local) build_id.
 * @differs (may be NULL) gets the name of the first part that differs.
 */
enum rundir_state rundir_state_of(const char *path, const json_t *header, const char **differs);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Antagonists: processes that disturb the kernel while a workload is being measured.
 *
 * They are forked before the first TD exists, because a child would share the TDs' files and keep them
 * alive. They sleep until a measured phase begins.
 */
#ifndef DPAMT_WORKLOADS_ANTAGONIST_H
#define DPAMT_WORKLOADS_ANTAGONIST_H

#include <jansson.h>

struct antagonist {
	const char *name;
	const char *what;			/* what it does, one line */
	const char *(*unavailable)(void);	/* why it cannot run here, or NULL; may be NULL */
	int (*setup)(void);			/* once, in its process. 0, or -1 after fail() */
	int (*iterate)(void);			/* one piece of disturbance. As setup() */
};

/* All there are (table.c); one without a name ends the list. */
extern const struct antagonist antagonists[];

/* Most that can run beside one workload. */
#define ANTAGONISTS_MAX 64

/*
 * Check a list "NAME[,NAME...]"; a name given twice is two processes. NULL is an empty list.
 * Returns 0, or -1 after fail().
 */
int antagonists_parse(const char *names);

/* Why one of those asked for cannot run here, or NULL. */
const char *antagonists_unavailable(void);

/* Fork those asked for; they wait. Returns 0, or -1 after fail(). */
int antagonists_fork(void);

/* Let them run, and wait until each is at work. antagonists_hold() stops them after an iteration. */
void antagonists_go(void);
void antagonists_hold(void);

/* End them and wait for their ends. Returns 0, or -1 after fail() if one had failed. */
int antagonists_end(void);

/* [{"name", "iterations"}], after antagonists_end(). */
json_t *antagonists_json(void);

/*
 * Be one antagonist until SIGTERM or SIGINT, then print its name and iterations as JSON. Returns
 * an exit status.
 */
int antagonist_alone(const char *name);

#endif

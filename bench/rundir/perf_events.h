/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_PERF_EVENTS_H
#define RUNDIR_PERF_EVENTS_H

#include <stdbool.h>

/*
 * Lists of events as perf's -e takes them: "cpu-clock,{tdx:a,tdx:b}:u,cpu/event=1,umask=2/". A comma
 * within braces or slashes separates no items.
 *
 * The events of @list, those of groups one by one; free with strv_free(). An event of a group with
 * modifiers is there twice, as given and as perf prints it, "tdx:a" and "tdx:a:u".
 */
char **perf_events_names(const char *list);

/*
 * @list without the events that @keep refuses, each of which it sees once, as given. A group keeps
 * its other events and its modifiers. malloc'ed; NULL if no event is left.
 */
char *perf_events_keep(const char *list, bool (*keep)(const char *event, void *arg), void *arg);

/* A tool of perf that records around the command and says something of it afterwards, in words. */
struct perf_tool {
	const char *word;      /* what asks for it, in place of events */
	const char *file;      /* of the run directory, for what it says */
	const char *record[4]; /* words of perf before -o FILE -- COMMAND; NULL-terminated */
	const char *report[4]; /* the same before -i FILE */
};

/* The words, for messages. */
#define PERF_TOOLS "sched or lock"

/* The tool that @what asks for; NULL: it is a list of events. */
const struct perf_tool *perf_tool_of(const char *what);

/* "SYSTEM:NAME", with or without modifiers, and nothing that only looks like it ("cycles:ukh")? */
bool perf_event_is_tracepoint(const char *event);

#endif

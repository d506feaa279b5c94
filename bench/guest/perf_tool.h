/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_PERF_TOOL_H
#define GUEST_PERF_TOOL_H

#include "measure.h"

/* For m->perf that asks for a tool of perf: find out whether it can record. Dies with perf's words if not. */
void perf_tool_prepare(const struct measure *m);

/* In the child, after measure_enter(): become perf that records @program. Returns, errno set, without perf. */
void perf_tool_exec(const struct measure *m, const char *program);

/* After the command: leave what the tool says in @m's results. Does nothing if m->perf asks for none. */
void perf_tool_report(const struct measure *m);

#endif

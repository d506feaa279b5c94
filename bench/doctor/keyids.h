/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_KEYIDS_H
#define BENCH_KEYIDS_H

/*
 * TDs that this machine can hold at once, as its private KeyIDs limit them: of the misc cgroup
 * controller or, without it, of the kernel's log @log (may be NULL). NaN if neither says.
 * *source gets which of them it was, a static text.
 */
double keyids_for_tds(const char *log, const char **source);

/* The same of a log alone: "private KeyID range [FROM, TO)". */
double keyids_from_log(const char *log);

#endif

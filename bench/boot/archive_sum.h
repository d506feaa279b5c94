/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_ARCHIVE_SUM_H
#define BENCH_ARCHIVE_SUM_H

/*
 * The SHA-256 of the file @path, 64 hex digits. The file last asked for is read again only when it has changed. NULL if
 * the file or sha256sum(1) cannot be read. The text stays until the next call.
 */
const char *archive_sum(const char *path);

#endif

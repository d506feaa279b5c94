/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_UTIL_H
#define BENCH_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exit statuses of dpamt-bench itself; every other one is the command's. */
#define EXIT_BOOT_FAILED	126	/* the boot ran and did not end well */
#define EXIT_CANNOT_RUN		127	/* wrong usage, or something needed is missing */
#define EXIT_INTERRUPTED	130	/* SIGINT or SIGTERM, as shells report it */

/* Print "dpamt-bench: ..." as one line on stderr; returns @code for `return fail(...)`. */
int fail(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* asprintf() and strdup() that end the program when memory is out. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
void *xcalloc(size_t n, size_t size);
/* Grow an array; contents are kept, new space is not cleared. */
void *xreallocarray(void *p, size_t n, size_t size);

/*
 * Read a whole file. Returns malloc'ed, NUL-terminated text, or NULL with errno
 * set. @len (may be NULL) gets the size in bytes without that NUL.
 */
char *read_file(const char *path, size_t *len);

/* Create or replace @path with @len bytes. Returns 0 or -1 with errno set. */
int write_file(const char *path, const void *data, size_t len);

/* Write all @len bytes to @fd. Returns 0 or -1 with errno set. */
int write_all(int fd, const void *data, size_t len);

/* Copy file @path to @fd; a missing file is nothing to copy. Returns 0 or -1. */
int copy_to_fd(const char *path, int fd);

/* mkdir -p. Returns 0 or -1 with errno set. */
int make_dirs(const char *path);

/* rm -r. Returns 0 or -1 with errno set; a missing path is fine. */
int remove_tree(const char *path);

bool file_exists(const char *path);

/* Parse a plain decimal number in [@min, @max]; the whole string must be one. */
bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *value);

/* Parse a size of memory: "4096", "4096M", "4096MiB", "4G" or "4GiB" -> MiB. */
bool parse_mib(const char *s, uint64_t *mib);

/* CLOCK_MONOTONIC of this machine in milliseconds. */
int64_t now_ms(void);

/* NULL-terminated string vectors. */
size_t strv_len(char *const *v);
char **strv_dup(char *const *v);
void strv_free(char **v);
/* Append a copy of @s; returns the moved vector (@v may be NULL). */
char **strv_add(char **v, const char *s);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_FILE_H
#define LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Read a whole file. Returns malloc'ed, NUL-terminated text, or NULL with errno
 * set. @len (may be NULL) gets the size in bytes without that NUL.
 */
char *read_file(const char *path, size_t *len);

/*
 * Map a whole file, to be read from its start to its end; munmap() ends that. @len gets its size in
 * bytes. Returns NULL with errno set; EINVAL: it is empty (@len is 0) or no regular file.
 */
void *map_file(const char *path, size_t *len);

/* Create or replace @path with @len bytes. Returns 0 or -1 with errno set. */
int write_file(const char *path, const void *data, size_t len);

/* Write all @len bytes to @fd. Returns 0 or -1 with errno set. */
int write_all(int fd, const void *data, size_t len);

/* Copy file @path to @fd. Returns 0, also if there is no such file, or -1. */
int copy_to_fd(const char *path, int fd);

/* mkdir -p. Returns 0 or -1 with errno set. */
int make_dirs(const char *path);

/* rm -rf. Returns 0 or -1 with errno set. */
int remove_tree(const char *path);

bool file_exists(const char *path);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_FILES_H
#define GUEST_FILES_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

/* Let die() end by calling @end, which must not return, in place of _exit(EXIT_BOOT_FAILED). */
void die_ends_with(void (*end)(void));

/* Print "dpamt-agent: TEXT: strerror(errno)" on stderr (only TEXT if errno is 0) and end. */
void __attribute__((noreturn, format(printf, 1, 2))) die(const char *fmt, ...);

/* Write @text to an existing file. Returns false with errno set on failure. */
bool write_existing(const char *path, const char *text);

/* Copy @from up to its end to @to, or die. @name is the file's name for the message. */
void copy_fd(int from, int to, const char *name);

/* Copy the file @from to @to, created with @mode or replaced, or die. */
void copy_file(const char *from, const char *to, mode_t mode);

/* Make the file @dir/@name with this text and write it to disk, or die. */
void __attribute__((format(printf, 3, 4)))
write_text(const char *dir, const char *name, const char *fmt, ...);

/* The first line of a file without its newline; malloc'ed, NULL if it cannot be read. */
char *first_line(const char *path);

/* For scandir(): byte order of the names, whatever the locale. */
int by_name(const struct dirent **a, const struct dirent **b);

#endif

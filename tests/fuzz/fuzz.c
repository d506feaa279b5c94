// SPDX-License-Identifier: GPL-2.0
/*
 * What the fuzz targets share: a file in memory, and messages that are
 * not printed (but still makes them: its format is under test as well).
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/text.h"

const char *fuzz_file(const uint8_t *data, size_t size)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size) {
		perror("fuzz: memfd");
		abort();
	}
	return path;
}

static char dir[] = "/dev/shm/dpamt-fuzz.XXXXXX";

static void remove_dir(void)
{
	remove_tree(dir);
}

const char *fuzz_dir(const char *name, const uint8_t *data, size_t size)
{
	const char *path = fuzz_file(data, size);
	static char *link;

	if (!link) {
		if (!mkdtemp(dir))
			abort();
		atexit(remove_dir);
		link = xasprintf("%s/%s", dir, name);
		if (symlink(path, link))
			abort();
	}
	return dir;
}

/* One line, or it is a bug. */
static void __attribute__((format(printf, 1, 0))) check(const char *fmt, va_list ap)
{
	char line[8192];

	vsnprintf(line, sizeof(line), fmt, ap);
	if (strchr(line, '\n')) {
		fprintf(stderr, "fuzz: a message of more than one line: %s\n", line);
		abort();
	}
}

/* In place of lib/err.c's, by the linker's --wrap. */
void __wrap_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int __wrap_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int __wrap_fail_as(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void __wrap_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	check(fmt, ap);
	va_end(ap);
}

int __wrap_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	check(fmt, ap);
	va_end(ap);
	return -1;
}

int __wrap_fail_as(int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	check(fmt, ap);
	va_end(ap);
	return status;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the fuzz targets share: a file in memory, and a fail() that keeps its
 * lines to itself (but still makes them: its format is under test as well).
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* In place of bench/util.c's, by the linker's --wrap=fail: one line, or it is a bug. */
int __wrap_fail(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

int __wrap_fail(int code, const char *fmt, ...)
{
	char line[8192];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (strchr(line, '\n')) {
		fprintf(stderr, "fuzz: a message of more than one line: %s\n", line);
		abort();
	}
	return code;
}

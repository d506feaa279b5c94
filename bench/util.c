// SPDX-License-Identifier: GPL-2.0
/*
 * What every part of dpamt-bench needs and libc lacks: one way to report an
 * error, whole files, directory trees, numbers that are refused unless they
 * are numbers all through.
 */
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int fail(int code, const char *fmt, ...)
{
	va_list ap;

	fputs("dpamt-bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

static void *need(void *p)
{
	if (!p)
		exit(fail(EXIT_CANNOT_RUN, "out of memory on this machine; close something and rerun"));
	return p;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return need(n < 0 ? NULL : s);
}

char *xstrdup(const char *s)
{
	return need(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return need(strndup(s, n));
}

void *xcalloc(size_t n, size_t size)
{
	return need(calloc(n, size));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	return need(reallocarray(p, n, size));
}

char *read_file(const char *path, size_t *len)
{
	size_t used = 0, size = 0;
	char *text = NULL;
	int fd, saved;
	ssize_t n;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	do {
		if (size - used < 4096) {
			size = size ? 2 * size : 8192;
			text = xreallocarray(text, size, 1);
		}
		n = read(fd, text + used, size - used - 1);
		if (n > 0)
			used += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	saved = errno;
	close(fd);
	if (n < 0) {
		free(text);
		errno = saved;
		return NULL;
	}
	text[used] = '\0';
	if (len)
		*len = used;
	return text;
}

int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int write_file(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	int saved;

	if (fd < 0)
		return -1;
	if (write_all(fd, data, len)) {
		saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	return close(fd);
}

int copy_to_fd(const char *path, int fd)
{
	size_t len;
	char *text = read_file(path, &len);
	int ret;

	if (!text)
		return errno == ENOENT ? 0 : -1;
	ret = write_all(fd, text, len);
	free(text);
	return ret;
}

int make_dirs(const char *path)
{
	char *copy = xstrdup(path);
	int ret = 0;

	for (char *p = copy + 1; !ret; p++) {
		if (*p != '/' && *p != '\0')
			continue;

		char end = *p;

		*p = '\0';
		if (mkdir(copy, 0777) && errno != EEXIST)
			ret = -1;
		*p = end;
		if (end == '\0')
			break;
	}
	free(copy);
	return ret;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int remove_tree(const char *path)
{
	if (!file_exists(path))
		return 0;
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

bool file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (s[0] < '0' || s[0] > '9')
		return false;
	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno || *end || v < min || v > max)
		return false;
	*value = v;
	return true;
}

bool parse_mib(const char *s, uint64_t *mib)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} units[] = {
		{ "", 1 }, { "M", 1 }, { "MiB", 1 }, { "G", 1024 }, { "GiB", 1024 },
	};
	size_t digits = strspn(s, "0123456789");
	char number[16];
	uint64_t v;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	memcpy(number, s, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(s + digits, units[i].suffix))
			continue;
		if (!parse_u64(number, 1, UINT32_MAX, &v))
			return false;
		*mib = v * units[i].factor;
		return true;
	}
	return false;
}

int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

size_t strv_len(char *const *v)
{
	size_t n = 0;

	while (v && v[n])
		n++;
	return n;
}

char **strv_add(char **v, const char *s)
{
	size_t n = strv_len(v);

	v = xreallocarray(v, n + 2, sizeof(*v));
	v[n] = xstrdup(s);
	v[n + 1] = NULL;
	return v;
}

char **strv_dup(char *const *v)
{
	char **copy = xcalloc(1, sizeof(*copy));

	for (; v && *v; v++)
		copy = strv_add(copy, *v);
	return copy;
}

void strv_free(char **v)
{
	for (char **p = v; p && *p; p++)
		free(*p);
	free(v);
}

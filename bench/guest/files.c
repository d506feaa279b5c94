// SPDX-License-Identifier: GPL-2.0
/*
 * File operations that either work or end the boot with one line on the console. So no
 * incomplete result can look complete.
 */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/err.h"

static void (*end_of_die)(void);

void die_ends_with(void (*end)(void))
{
	end_of_die = end;
}

void die(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	dprintf(STDERR_FILENO, "dpamt-agent: ");
	va_start(ap, fmt);
	vdprintf(STDERR_FILENO, fmt, ap);
	va_end(ap);
	if (saved)
		dprintf(STDERR_FILENO, ": %s", strerror(saved));
	dprintf(STDERR_FILENO, "\n");
	if (end_of_die)
		end_of_die();
	_exit(EXIT_BOOT_FAILED);
}

bool write_existing(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t len = (ssize_t)strlen(text);
	bool ok;

	if (fd < 0)
		return false;
	ok = write(fd, text, (size_t)len) == len;
	close(fd);
	return ok;
}

void copy_fd(int from, int to, const char *name)
{
	static char buf[256 * 1024];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		for (ssize_t done = 0, w; done < n; done += w) {
			w = write(to, buf + done, (size_t)(n - done));
			if (w < 0)
				die("copy %s", name);
		}
	}
	if (n < 0)
		die("read %s", name);
}

void copy_file(const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out;

	if (in < 0)
		die("open %s", from);
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (out < 0)
		die("create %s", to);
	copy_fd(in, out, from);
	if (close(out))
		die("write %s", to);
	close(in);
}

void write_text(const char *dir, const char *name, const char *fmt, ...)
{
	char path[PATH_MAX];
	va_list ap;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		die("create %s", path);
	va_start(ap, fmt);
	if (vdprintf(fd, fmt, ap) < 0)
		die("write %s", path);
	va_end(ap);
	if (fsync(fd) && errno != EINVAL)
		die("fsync %s", path);
	if (close(fd))
		die("write %s", path);
}

char *first_line(const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getline(&line, &size, f) < 0) {
		free(line);
		line = NULL;
	}
	fclose(f);
	if (line)
		line[strcspn(line, "\n")] = '\0';
	return line;
}

int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

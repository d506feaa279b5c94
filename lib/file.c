// SPDX-License-Identifier: GPL-2.0
/*
 * Whole files and directory trees.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

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

void *map_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved = EINVAL;
	void *map = MAP_FAILED;
	struct stat st = { 0 };

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) ||
	    (S_ISREG(st.st_mode) && st.st_size > 0 &&
	     (map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0)) == MAP_FAILED))
		saved = errno;
	close(fd);
	*len = (size_t)st.st_size;
	errno = saved;
	if (map == MAP_FAILED)
		return NULL;
	madvise(map, *len, MADV_SEQUENTIAL);
	return map;
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Text files of the kernel; see proc_file.h.
 */
#include "proc_file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *proc_file_read(struct proc_file *f)
{
	static char text[256 * 1024];
	size_t len = 0;
	ssize_t n = -1;

	if (f->fd < 0)
		f->fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (f->fd >= 0)
		while ((n = pread(f->fd, text + len, sizeof(text) - 1 - len, (off_t)len)) > 0)
			len += (size_t)n;
	text[n < 0 ? 0 : len] = '\0';
	return text;
}

const char *proc_next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end ? end + 1 : line + strlen(line);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reading of counters; see kstats.h. No allocation: it may happen while many TDs live.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kstats.h"

#define TDX_STATS "/sys/kernel/debug/tdx_stats/"

bool kstat(const char *file, const char *name, int64_t *value)
{
	char path[128], text[2048], *line, *save = NULL;
	size_t len = strlen(name);
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), TDX_STATS "%s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, name, len) || line[len] != ' ')
			continue;
		*value = strtoll(line + len + 1, NULL, 10);
		return true;
	}
	return false;
}

json_t *known_json(bool known, int64_t value)
{
	return known ? json_integer(value) : json_null();
}

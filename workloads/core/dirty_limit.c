// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's limit of dirty pages; see dirty_limit.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "lib/err.h"
#include "dirty_limit.h"

/* Setting one of a pair zeroes the other, and zero itself cannot be set. */
static struct limit {
	const char *bytes, *ratio;
	uint64_t bytes_before, ratio_before;
} limits[] = {
	{ "/proc/sys/vm/dirty_background_bytes", "/proc/sys/vm/dirty_background_ratio", 0, 0 },
	{ "/proc/sys/vm/dirty_bytes", "/proc/sys/vm/dirty_ratio", 0, 0 },
};

static int get(const char *path, uint64_t *value)
{
	FILE *f = fopen(path, "re");
	int n = f ? fscanf(f, "%" SCNu64, value) : 0;

	if (f)
		fclose(f);
	return n == 1 ? 0 : fail("%s cannot be read", path);
}

static int set(const char *path, uint64_t value)
{
	char text[32];
	int fd = open(path, O_WRONLY | O_CLOEXEC),
	    n = snprintf(text, sizeof(text), "%" PRIu64, value);
	bool done = fd >= 0 && write(fd, text, (size_t)n) == n;
	int err = errno;

	if (fd >= 0)
		close(fd);
	return done ? 0 : fail("%s: '%s' is refused: %s: be root", path, text, strerror(err));
}

int dirty_limit_set(uint64_t bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		if (get(limits[i].bytes, &limits[i].bytes_before) ||
		    get(limits[i].ratio, &limits[i].ratio_before))
			return -1;
	return set(limits[0].bytes, bytes / 2) || set(limits[1].bytes, bytes) ? -1 : 0;
}

int dirty_limit_restore(void)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		ret |= limits[i].bytes_before ? set(limits[i].bytes, limits[i].bytes_before)
					      : set(limits[i].ratio, limits[i].ratio_before);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Whom the OOM killer takes.
 */
#include "oom.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "lib/err.h"

int oom_score(bool spare)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return fail("/proc/self/oom_score_adj: %s", strerror(errno));
	n = spare ? write(fd, "-1000", 5) : write(fd, "1000", 4);
	close(fd);
	return n > 0 ? 0 : fail("/proc/self/oom_score_adj is refused: %s", strerror(errno));
}

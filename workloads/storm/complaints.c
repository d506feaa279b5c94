// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says of itself. Lockdep and RCU leave no taint: the log has them, if it can be read.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "complaints.h"
#include "limits.h"

/* A bad page (KASAN says that, too), an oops, a warning, a CPU that hangs. */
#define TAINTS (1 << 5 | 1 << 7 | 1 << 9 | 1 << 14)

static int log_fd = -1;
static int64_t taint_before;

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* Of the lines with "INFO:" RCU's stalls, tasks that hang, and what lockdep does not know; no others. */
bool storm_complains(const char *record)
{
	const char *text = strchr(record, ';');

	if (!text++)
		return false;
	return begins(text, "WARNING: ") || begins(text, "BUG: ") || begins(text, "UBSAN: ") ||
	       begins(text, "INFO: trying to register non-static key") ||
	       ((begins(text, "rcu: INFO: ") || begins(text, "INFO: rcu_")) &&
		strstr(text, "stall")) ||
	       (begins(text, "INFO: task ") && strstr(text, " for more than "));
}

static bool log_complains(void)
{
	bool complains = false;
	char record[2048 + 1]; /* more than any has */
	ssize_t n;

	/* EPIPE: records were lost, and the next call reads those that are left. */
	while (log_fd >= 0 && ((n = read(log_fd, record, sizeof(record) - 1)) > 0 ||
			       (n < 0 && (errno == EPIPE || errno == EINTR)))) {
		record[n > 0 ? n : 0] = '\0';
		complains |= storm_complains(record);
	}
	return complains;
}

static bool tainted(void)
{
	int64_t taint = storm_get_file("/proc/sys/kernel/tainted");

	if (taint < 0 || !(taint & TAINTS & ~taint_before))
		return false;
	taint_before = taint;
	return true;
}

void storm_kernel_watch(void)
{
	taint_before = storm_get_file("/proc/sys/kernel/tainted");
	if (log_fd < 0)
		log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd >= 0)
		lseek(log_fd, 0, SEEK_END);
}

bool storm_kernel_warned(void)
{
	bool taint = tainted();

	return log_complains() || taint;
}

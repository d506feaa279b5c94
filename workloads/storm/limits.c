// SPDX-License-Identifier: GPL-2.0
/*
 * What a round runs into: limits of a cgroup, leaf functions and allocations that fail, CPUs that are
 * gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limits.h"

int storm_put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	errno = err;
	return n < 0 ? -1 : 0;
}

int64_t storm_get_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32] = "";
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n <= 0 ? -1 : strtoll(text, NULL, 10);
}

/* Can KVM run TDs here? A machine that only runs the unit test keeps its cgroups as they are. */
static int kvm_has_tds(void)
{
	int fd = open("/sys/module/kvm_intel/parameters/tdx", O_RDONLY | O_CLOEXEC);
	char yes = 'N';

	if (fd < 0)
		return 0;
	if (read(fd, &yes, 1) != 1)
		yes = 'N';
	close(fd);
	return yes == 'Y';
}

void storm_limits_enter(void)
{
	if (!kvm_has_tds())
		return;
	if (access("/sys/fs/cgroup/cgroup.controllers", F_OK))
		mount("none", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	storm_put_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
	storm_put_file("/sys/fs/cgroup/cgroup.subtree_control", "+misc");
	mkdir(STORM_CGROUP, 0755);
	storm_put_file(STORM_CGROUP "/cgroup.procs", "0");
}

int storm_limit_memory(uint64_t kib)
{
	int64_t bytes = storm_get_file(STORM_CGROUP "/memory.current");
	char text[32];

	if (bytes < 0)
		return -1;
	snprintf(text, sizeof(text), "%" PRIu64, (uint64_t)bytes + kib * 1024);
	return storm_put_file(STORM_CGROUP "/memory.max", text);
}

void storm_limits_lift(void)
{
	storm_put_file(STORM_CGROUP "/memory.max", "max");
	storm_put_file(STORM_CGROUP "/misc.max", "tdx max");
	storm_put_file(STORM_INJECT, "off");
	storm_put_file("/proc/thread-self/fail-nth", "0");
	storm_put_file("/sys/devices/system/cpu/cpu1/online", "1");
	storm_put_file(STORM_KVM_EVENTS, "0");
}

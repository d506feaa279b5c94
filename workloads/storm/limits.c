// SPDX-License-Identifier: GPL-2.0
/*
 * What a round runs into: limits of a cgroup, leaf functions that fail, CPUs that are gone.
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

/* Returns how much of a file was read into @text, less than @bytes of it; -1: nothing. */
static ssize_t get_text(const char *path, char *text, size_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, bytes - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? n : -1;
}

int64_t storm_get_file(const char *path)
{
	char text[32];

	return get_text(path, text, sizeof(text)) < 0 ? -1 : strtoll(text, NULL, 10);
}

int64_t storm_charged_tds(void)
{
	char text[256], *tds;

	if (get_text(STORM_CGROUP "/misc.current", text, sizeof(text)) < 0)
		return -1;
	tds = strstr(text, "tdx ");
	return tds ? strtoll(tds + strlen("tdx "), NULL, 10) : -1;
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
	storm_put_file("/sys/devices/system/cpu/cpu1/online", "1");
	storm_put_file(STORM_KVM_EVENTS, "0");
}

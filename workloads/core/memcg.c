// SPDX-License-Identifier: GPL-2.0
/*
 * A memory cgroup; see memcg.h.
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

#include "lib/err.h"
#include "hostmem.h"
#include "memcg.h"
#include "proc_file.h"

#define CGROUP	"/sys/fs/cgroup/"

static char dir[64];

/* Open from the start: at the limit, opening a file is refused memory as well. */
static int max_fd = -1, current_fd = -1, events_fd = -1;

static char inner_dir[80], inner_pressure[96];
static struct proc_file inner_pressure_file = { inner_pressure, -1 };

static int write_control(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err;
	ssize_t n;

	if (fd < 0)
		return fail("%s: %s", path, strerror(errno));
	n = write(fd, text, strlen(text));
	err = errno;
	close(fd);
	return n == (ssize_t)strlen(text) ? 0 : fail("%s: '%s' is refused: %s", path, text,
						      strerror(err));
}

const char *memcg_unavailable(void)
{
	char line[256] = "";
	FILE *f;

	if (geteuid())
		return "a memory cgroup takes root";
	if (access(CGROUP, F_OK))
		return "the kernel has no cgroups (CONFIG_CGROUPS)";
	f = fopen(CGROUP "cgroup.controllers", "re");
	if (!f) /* nothing mounted, or version 1: creating it will tell */
		return access(CGROUP "memory", F_OK) ? NULL :
			"cgroups are version 1 here, version 2 is needed";
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	return strstr(line, "memory") ? NULL : "there is no memory controller (CONFIG_MEMCG)";
}

static int write_in_group(const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return write_control(path, text);
}

/* Open a file of the group, and read it once so that the kernel has a buffer for it. -1 after fail(). */
static int open_in_group(const char *file, int flags)
{
	char path[128], text[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, flags | O_CLOEXEC);
	if (fd < 0 || pread(fd, text, sizeof(text), 0) < 0)
		return fail("%s: %s", path, strerror(errno));
	return fd;
}

int memcg_create(uint64_t limit_bytes)
{
	if (access(CGROUP "cgroup.controllers", F_OK) &&
	    mount("cgroup2", CGROUP, "cgroup2", 0, NULL))
		return fail("cgroup2 cannot be mounted on " CGROUP ": %s", strerror(errno));
	if (write_control(CGROUP "cgroup.subtree_control", "+memory"))
		return -1;
	snprintf(dir, sizeof(dir), CGROUP "dpamt-workload-%d", (int)getpid());
	if (mkdir(dir, 0755))
		return fail("%s cannot be created: %s", dir, strerror(errno));
	snprintf(inner_dir, sizeof(inner_dir), "%s/inner", dir);
	snprintf(inner_pressure, sizeof(inner_pressure), "%s/memory.pressure", inner_dir);
	if (mkdir(inner_dir, 0755))
		return fail("%s cannot be created: %s", inner_dir, strerror(errno));
	max_fd = open_in_group("memory.max", O_RDWR);
	current_fd = open_in_group("memory.current", O_RDONLY);
	events_fd = open_in_group("memory.events", O_RDONLY);
	if (max_fd < 0 || current_fd < 0 || events_fd < 0)
		return -1;
	return memcg_limit(limit_bytes);
}

int memcg_limit(uint64_t bytes)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, bytes);
	if (bytes == UINT64_MAX)
		snprintf(text, sizeof(text), "max");
	if (pwrite(max_fd, text, strlen(text), 0) != (ssize_t)strlen(text))
		return fail("%s/memory.max: '%s' is refused: %s", dir, text, strerror(errno));
	return 0;
}

/* Read what open_in_group() opened, NUL-terminated. */
static int read_in_group(int fd, const char *file, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	if (n <= 0)
		return fail("%s/%s: %s", dir, file, n ? strerror(errno) : "it is empty");
	text[n] = '\0';
	return 0;
}

int memcg_charged(uint64_t *bytes)
{
	char text[64];

	if (read_in_group(current_fd, "memory.current", text, sizeof(text)))
		return -1;
	*bytes = strtoull(text, NULL, 10);
	return 0;
}

int memcg_event(const char *key, uint64_t *value)
{
	char text[512], *line, *save = NULL;
	size_t len = strlen(key);

	if (read_in_group(events_fd, "memory.events", text, sizeof(text)))
		return -1;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, key, len) || line[len] != ' ')
			continue;
		*value = strtoull(line + len, NULL, 10);
		return 0;
	}
	return fail("%s/memory.events has no line '%s'", dir, key);
}

int memcg_leave(void)
{
	return write_control(CGROUP "cgroup.procs", "0");
}

int memcg_enter(void)
{
	return write_in_group("cgroup.procs", "0");
}

int memcg_enter_inner(void)
{
	return write_in_group("inner/cgroup.procs", "0");
}

bool memcg_inner_stalled(uint64_t *us)
{
	struct hostmem h = { 0 };

	hostmem_parse_pressure(proc_file_read(&inner_pressure_file), &h);
	*us = h.psi_some_us;
	return h.psi;
}

void memcg_remove(void)
{
	if (dir[0]) {
		close(max_fd);
		close(current_fd);
		close(events_fd);
		rmdir(inner_dir);
		rmdir(dir);
	}
	dir[0] = '\0';
}

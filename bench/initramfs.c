// SPDX-License-Identifier: GPL-2.0
/*
 * The initial user land of the VM: the agent, the workload, what to run. The
 * archive is written here and not by cpio(1) because its bytes must not depend
 * on inode numbers and times: the kernel unpacks it in virtual time.
 *
 * Format: "New ASCII Format" of Documentation/driver-api/early-userspace/
 * buffer-format.rst: 110 bytes of header in hex, name, data, each padded to 4.
 */
#include "initramfs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util.h"

struct archive {
	FILE *f;
	unsigned int ino;
};

static void pad4(struct archive *a, size_t len)
{
	fwrite("\0\0\0", 1, -len & 3, a->f);
}

static void entry(struct archive *a, const char *name, unsigned int mode, const void *data,
		  size_t len)
{
	size_t name_len = strlen(name) + 1;

	/* ino mode uid gid nlink mtime filesize devmajor devminor rdev* namesize check */
	fprintf(a->f, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		++a->ino, mode, 0, 0, S_ISDIR(mode) ? 2 : 1, 0, (unsigned int)len,
		0, 0, 0, 0, (unsigned int)name_len, 0);
	fwrite(name, 1, name_len, a->f);
	pad4(a, 110 + name_len);
	fwrite(data, 1, len, a->f);
	pad4(a, len);
}

static int entry_from_file(struct archive *a, const char *name, const char *path)
{
	size_t len;
	char *data = read_file(path, &len);

	if (!data)
		return fail(-1, "%s: %s; build it with make", path, strerror(errno));
	entry(a, name, S_IFREG | 0755, data, len);
	free(data);
	return 0;
}

static void add_text(struct archive *a, const struct initramfs *in)
{
	char *text, *command = NULL;
	size_t len = 0;

	text = xasprintf("mode %s\nrecord %s\ntrace_buffer_kb %" PRIu64 "\n",
			 in->host_land ? "host" : "workload", record_mode_name(in->record),
			 in->trace_buffer_kb);
	entry(a, "dpamt/settings", S_IFREG | 0644, text, strlen(text));
	free(text);

	for (char *const *arg = in->command; *arg; arg++) {
		size_t n = strlen(*arg) + 1;

		command = xreallocarray(command, len + n, 1);
		memcpy(command + len, *arg, n);
		len += n;
	}
	entry(a, "dpamt/command", S_IFREG | 0644, command, len);
	free(command);
}

int initramfs_write(const char *path, const struct initramfs *in)
{
	static const char * const dirs[] = {
		"dev", "dpamt", "host", "proc", "results", "share", "sys", "tmp",
	};
	struct archive a = { .f = fopen(path, "we") };
	int ret = 0;

	if (!a.f)
		return fail(-1, "%s: %s", path, strerror(errno));
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		entry(&a, dirs[i], S_IFDIR | 0755, "", 0);
	if (entry_from_file(&a, "init", in->agent) ||
	    entry_from_file(&a, "dpamt/dpamt-workload", in->workload))
		ret = -1;
	add_text(&a, in);
	entry(&a, "TRAILER!!!", 0, "", 0);
	if (ferror(a.f) | fclose(a.f))
		ret = fail(-1, "%s: %s; is the disk full?", path, strerror(errno));
	return ret;
}

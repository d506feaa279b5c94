// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the VM's initramfs: the agent, the workload, what to run. cpio(1) would put inode
 * numbers and times into the archive. Its bytes must not depend on those, because the kernel
 * unpacks it in virtual time.
 *
 * Format: "New ASCII Format" of Documentation/driver-api/early-userspace/
 * buffer-format.rst: 110 bytes of header in hex, name, data, each padded to 4.
 */
#include "initramfs.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/job/spec.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/text.h"

#define NEWC_MAGIC  "070701"
#define NEWC_HEADER 110
/* Offsets of two fields of the header. */
#define NEWC_FILESIZE 54
#define NEWC_NAMESIZE 94
/* Name of the last entry. */
#define NEWC_LAST     "TRAILER!!!"

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
	fprintf(a->f, NEWC_MAGIC "%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", ++a->ino,
		mode, 0, 0, S_ISDIR(mode) ? 2 : 1, 0, (unsigned int)len, 0, 0, 0, 0,
		(unsigned int)name_len, 0);
	fwrite(name, 1, name_len, a->f);
	pad4(a, NEWC_HEADER + name_len);
	fwrite(data, 1, len, a->f);
	pad4(a, len);
}

static int entry_from_file(struct archive *a, const char *name, const char *path)
{
	size_t len;
	char *data = read_file(path, &len);

	if (!data)
		return fail("%s: %s; run `make tools`", path, strerror(errno));
	entry(a, name, S_IFREG | 0755, data, len);
	free(data);
	return 0;
}

/* The number in a field of a header: 8 digits. */
static size_t field(const char *digits)
{
	char text[9] = "";

	memcpy(text, digits, 8);
	return strtoul(text, NULL, 16);
}

/* Do the entries of @data, NUL-terminated, lead to the last one? The kernel would take a part of what was cut. */
static bool is_whole_archive(const char *data, size_t len)
{
	size_t at = 0;

	while (at + NEWC_HEADER <= len && !memcmp(data + at, NEWC_MAGIC, strlen(NEWC_MAGIC))) {
		size_t size = field(data + at + NEWC_FILESIZE);
		size_t name_len = field(data + at + NEWC_NAMESIZE);

		at += NEWC_HEADER;
		if (!strcmp(data + at, NEWC_LAST))
			return true;
		at = (at + name_len + 3) & ~(size_t)3;
		at = (at + size + 3) & ~(size_t)3;
	}
	return false;
}

/* Another archive as it is; the kernel unpacks one after the other. */
static int archive_from_file(struct archive *a, const char *path)
{
	size_t len;
	char *data = read_file(path, &len);

	if (!data)
		return fail("--root %s: %s", path, strerror(errno));
	if (!is_whole_archive(data, len)) {
		free(data);
		return fail(
			"--root %s: is no whole cpio archive; make it with `cpio -o -H newc`, not compressed",
			path);
	}
	fwrite(data, 1, len, a->f);
	pad4(a, len);
	free(data);
	return 0;
}

/* The strings of @v, NUL-terminated each, at the end of @text. */
static void add_strings(char **text, size_t *len, char *const *v)
{
	for (; v && *v; v++) {
		size_t n = strlen(*v) + 1;

		*text = xreallocarray(*text, *len + n, 1);
		memcpy(*text + *len, *v, n);
		*len += n;
	}
}

static void add_text(struct archive *a, const struct initramfs *in)
{
	static char *const end[] = { "", NULL };
	char *text, *strings = NULL;
	size_t len = 0;

	text = xasprintf("mode %s\ncommand %s\nrecord %s\ntrace_buffer_kb %" PRIu64 "\n",
			 in->host_root ? "host" : "initramfs",
			 in->is_workload ? "workload" : "program", record_mode_name(in->record),
			 in->trace_buffer_kb);
	entry(a, "dpamt/settings", S_IFREG | 0644, text, strlen(text));
	free(text);

	add_strings(&strings, &len, in->command);
	entry(a, "dpamt/command", S_IFREG | 0644, strings, len);
	free(strings);

	entry(a, "dpamt/perf", S_IFREG | 0644, in->perf ? in->perf : "",
	      in->perf ? strlen(in->perf) + 1 : 0);

	strings = NULL;
	len = 0;
	for (char *const *name = in->antagonists; name && *name; name++) {
		char **argv;

		if (!antagonist_is_program(*name))
			continue;
		argv = antagonist_argv(*name);
		add_strings(&strings, &len, argv);
		add_strings(&strings, &len, end);
		strv_free(argv);
	}
	entry(a, "dpamt/antagonists", S_IFREG | 0644, len ? strings : "", len);
	free(strings);
}

int initramfs_write(const char *path, const struct initramfs *in)
{
	static const char * const dirs[] = {
		"dev", "dpamt", "host", "proc", "results", "share", "sys", "tmp",
	};
	struct archive a = { .f = fopen(path, "we") };
	int ret = 0;

	if (!a.f)
		return fail("%s: %s", path, strerror(errno));
	/* First: what is unpacked later replaces it, so that it can be no /init. */
	if (in->root && archive_from_file(&a, in->root))
		ret = -1;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		entry(&a, dirs[i], S_IFDIR | 0755, "", 0);
	if (entry_from_file(&a, "init", in->agent) ||
	    entry_from_file(&a, "dpamt/dpamt-workload", in->workload))
		ret = -1;
	add_text(&a, in);
	entry(&a, NEWC_LAST, 0, "", 0);
	if (ferror(a.f) | fclose(a.f))
		ret = fail("%s: %s; is the disk full?", path, strerror(errno));
	return ret;
}

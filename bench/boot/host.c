// SPDX-License-Identifier: GPL-2.0
/*
 * Facts about the host machine for header.json.
 */
#include "host.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/guest/files.h"
#include "lib/file.h"
#include "lib/text.h"

char *host_cpu(const char *cpuinfo)
{
	char *text = read_file(cpuinfo, NULL), *name, *cpu = NULL;

	name = text ? strstr(text, "model name") : NULL;
	name = name ? strchr(name, ':') : NULL;
	if (name) {
		name += 1 + strspn(name + 1, " \t");
		cpu = xstrndup(name, strcspn(name, "\n"));
	}
	free(text);
	return cpu;
}

int host_sockets(const char *dir)
{
	char *pattern = xasprintf("%s/cpu[0-9]*/topology/physical_package_id", dir);
	char **seen = strv_dup(NULL);
	glob_t files = { 0 };
	int n;

	glob(pattern, 0, NULL, &files);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		char *id = first_line(files.gl_pathv[i]);
		char **s = seen;

		while (id && *s && strcmp(*s, id))
			s++;
		if (id && !*s && strcmp(id, "-1"))	/* -1: the firmware does not tell */
			seen = strv_add(seen, id);
		free(id);
	}
	n = (int)strv_len(seen);
	globfree(&files);
	strv_free(seen);
	free(pattern);
	return n;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The directory one boot leaves behind, described in RUN-DIRECTORY.md. A
 * directory under its final name is complete; a boot that was interrupted
 * leaves at most NAME.tmp, which the next run removes.
 */
#include "rundir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"

int rundir_create(struct rundir *d, const char *path)
{
	d->path = xstrdup(path);
	d->tmp = xasprintf("%s.tmp", path);
	if (remove_tree(d->tmp) || make_dirs(d->tmp)) {
		fail(0, "%s: %s; choose a writable place with --out", d->tmp, strerror(errno));
		free(d->path);
		free(d->tmp);
		memset(d, 0, sizeof(*d));
		return -1;
	}
	return 0;
}

char *rundir_file(const struct rundir *d, const char *name)
{
	return xasprintf("%s/%s", d->tmp, name);
}

int rundir_write_json(const struct rundir *d, const char *name, const json_t *json)
{
	char *path = rundir_file(d, name);
	char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
	int ret = 0;

	if (!text)
		ret = fail(-1, "%s: text that is not UTF-8 cannot become JSON", path);
	else if (write_file(path, text, strlen(text)))
		ret = fail(-1, "%s: %s; is the disk full?", path, strerror(errno));
	free(text);
	free(path);
	return ret;
}

static void rundir_forget(struct rundir *d)
{
	free(d->path);
	free(d->tmp);
	memset(d, 0, sizeof(*d));
}

int rundir_commit(struct rundir *d, const json_t *status)
{
	int ret = rundir_write_json(d, "status.json", status);

	if (!ret && (remove_tree(d->path) || rename(d->tmp, d->path)))
		ret = fail(-1, "%s: cannot take its name: %s", d->path, strerror(errno));
	rundir_forget(d);
	return ret;
}

void rundir_discard(struct rundir *d)
{
	if (d->tmp && remove_tree(d->tmp))
		fail(0, "%s: cannot remove it: %s", d->tmp, strerror(errno));
	rundir_forget(d);
}

static json_t *load(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	json_t *json = json_load_file(path, 0, NULL);

	free(path);
	return json;
}

static bool same_key(const json_t *a, const json_t *b, const char **differs)
{
	static const char * const key[] = {
		"experiment", "variant", "arm", "seed", "time_base", "command", "antagonists",
		"perf_events", "record", "cpus", "mem_mib", "kernel_cmdline",
	};
	static const char * const kernel_key[] = { "series_sha256", "build_id" };

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++) {
		const json_t *x = json_object_get(a, key[i]), *y = json_object_get(b, key[i]);

		if ((!x && !y) || json_equal(x, y))
			continue;
		*differs = key[i];
		return false;
	}
	a = json_object_get(a, "kernel");
	b = json_object_get(b, "kernel");
	for (size_t i = 0; i < sizeof(kernel_key) / sizeof(kernel_key[0]); i++) {
		const json_t *x = json_object_get(a, kernel_key[i]);
		const json_t *y = json_object_get(b, kernel_key[i]);

		if ((!x && !y) || json_equal(x, y))
			continue;
		*differs = kernel_key[i];
		return false;
	}
	return true;
}

enum rundir_state rundir_look(const char *path, const json_t *header, const char **differs)
{
	enum rundir_state state = RUNDIR_BROKEN;
	const char *unused;
	json_t *status, *old;
	char *file;

	if (!differs)
		differs = &unused;
	*differs = NULL;
	file = xasprintf("%s/status.json", path);
	if (!file_exists(file)) {
		free(file);
		/* someone's directory that is no run of ours must not be replaced */
		return file_exists(path) && rmdir(path) ? RUNDIR_BROKEN : RUNDIR_NONE;
	}
	free(file);
	status = load(path, "status.json");
	old = load(path, "header.json");
	if (status && old) {
		const char *word = json_string_value(json_object_get(status, "status"));

		if (!word)
			state = RUNDIR_BROKEN;
		else if (strcmp(word, "ok"))
			state = RUNDIR_NONE;
		else
			state = same_key(old, header, differs) ? RUNDIR_DONE : RUNDIR_OTHER;
	}
	json_decref(status);
	json_decref(old);
	return state;
}

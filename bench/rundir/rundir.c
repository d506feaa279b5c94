// SPDX-License-Identifier: GPL-2.0
/*
 * The directory one boot leaves behind, described in RUN-DIRECTORY.md. A
 * directory under its final name is complete; a boot that was interrupted
 * leaves at most one named *.tmp, which the next run removes.
 */
#include "rundir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/text.h"
#include "file_names.h"

#define HEX_DIGITS	16

/* "PATH.<hex>.tmp", which nobody else uses. */
static char *private_name(const char *path)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		exit(fail_as(EXIT_CANNOT_RUN, "getrandom: %s", strerror(errno)));
	return xasprintf("%s.%0*" PRIx64 ".tmp", path, HEX_DIGITS, number);
}

int rundir_create(struct rundir *d, const char *path, bool shared)
{
	d->path = xstrdup(path);
	d->tmp = shared ? private_name(path) : xasprintf("%s.tmp", path);
	if (remove_tree(d->tmp) || make_dirs(d->tmp)) {
		warn("%s: %s; choose a writable place with --out", d->tmp, strerror(errno));
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
		ret = fail("%s: text that is not UTF-8 cannot become JSON", path);
	else if (write_file(path, text, strlen(text)))
		ret = fail("%s: %s; is the disk full?", path, strerror(errno));
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

json_t *rundir_read_json(const char *dir, const char *name, char **why)
{
	static const struct {
		const char *name, *schema;
	} files[] = {
		{ FILE_HEADER, SCHEMA_HEADER },
		{ FILE_STATUS, SCHEMA_STATUS },
		{ FILE_RESULT, SCHEMA_RESULT },
	};
	char *path = xasprintf("%s/%s", dir, name), *unused;
	const char *schema = NULL;
	json_t *json;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!strcmp(files[i].name, name))
			schema = files[i].schema;
	json = json_read_file(path, schema, why ? why : &unused);
	if (!why)
		free(unused);
	free(path);
	return json;
}

bool rundir_is_ok(const char *path)
{
	json_t *status = rundir_read_json(path, FILE_STATUS, NULL);
	bool ok = !strcmp(json_text(status, "status", ""), "ok");

	json_decref(status);
	return ok;
}

/*
 * Remove @dir: a failed run at @path, or one that is being made for @path. Renames it first, so
 * that a directory half removed never looks like a run. If it turns out to be ok by then, it is
 * renamed back. Returns 0, also if there is no @dir, or -1 with errno set.
 */
static int remove_run(const char *dir, const char *path)
{
	char *away = private_name(path);
	int ret = 0;

	if (rename(dir, away))
		ret = -(errno != ENOENT);
	else if (strcmp(dir, path) || !rundir_is_ok(away) || rename(away, path))
		ret = remove_tree(away);
	free(away);
	return ret;
}

int rundir_commit(struct rundir *d, const json_t *status)
{
	int ret = rundir_write_json(d, FILE_STATUS, status);

	/* rename() takes the place of nothing that has files in it. */
	while (!ret && rename(d->tmp, d->path)) {
		if (errno != ENOTEMPTY && errno != EEXIST) {
			ret = fail("%s: cannot take its name: %s", d->path, strerror(errno));
		} else if (rundir_is_ok(d->path)) {
			rundir_discard(d);
			return 0;
		} else if (remove_run(d->path, d->path)) {
			ret = fail("%s: cannot be replaced: %s", d->path, strerror(errno));
		}
	}
	rundir_forget(d);
	return ret;
}

void rundir_discard(struct rundir *d)
{
	if (d->tmp && remove_tree(d->tmp))
		warn("%s: cannot remove it: %s", d->tmp, strerror(errno));
	rundir_forget(d);
}

bool rundir_is_unfinished(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && strcmp(name + n - 4, ".tmp") == 0;
}

/* Is @name "BASE.tmp" or "BASE.<hex>.tmp"? */
static bool is_of(const char *name, const char *base)
{
	size_t n = strlen(base);

	if (strncmp(name, base, n))
		return false;
	name += n;
	if (strcmp(name, ".tmp") == 0)
		return true;
	if (*name++ != '.')
		return false;
	for (n = 0; isxdigit((unsigned char)name[n]); n++)
		;
	return n == HEX_DIGITS && strcmp(name + n, ".tmp") == 0;
}

void rundir_sweep(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *parent = slash ? xstrndup(path, (size_t)(slash - path)) : xstrdup(".");
	const char *base = slash ? slash + 1 : path;
	DIR *dir = opendir(parent);
	struct dirent *e;

	while (dir && (e = readdir(dir))) {
		char *left = xasprintf("%s/%s", parent, e->d_name);

		if (is_of(e->d_name, base) && remove_run(left, path))
			warn("%s: cannot remove it: %s", left, strerror(errno));
		free(left);
	}
	if (dir)
		closedir(dir);
	free(parent);
}

/* Runs of earlier dates do not say it: they all had one node. */
static json_int_t nodes_of(const json_t *header)
{
	const json_t *nodes = json_object_get(header, "nodes");

	return nodes ? json_integer_value(nodes) : 1;
}

static bool same_key(const json_t *a, const json_t *b, const char **differs)
{
	static const char *const key[] = {
		"experiment",
		"variant",
		"arm",
		"seed",
		"time_base",
		"command",
		"antagonists",
		"perf_events",
		"record",
		"cpus",
		"mem_mib",
		"kernel_cmdline",
		"root_archive_sha256",
	};
	static const char * const kernel_key[] = { "series_sha256", "build_id" };

	for (size_t i = 0; i < ARRAY_SIZE(key); i++) {
		const json_t *x = json_object_get(a, key[i]), *y = json_object_get(b, key[i]);

		if ((!x && !y) || json_equal(x, y))
			continue;
		*differs = key[i];
		return false;
	}
	if (nodes_of(a) != nodes_of(b)) {
		*differs = "nodes";
		return false;
	}
	a = json_object_get(a, "kernel");
	b = json_object_get(b, "kernel");
	for (size_t i = 0; i < ARRAY_SIZE(kernel_key); i++) {
		const json_t *x = json_object_get(a, kernel_key[i]);
		const json_t *y = json_object_get(b, kernel_key[i]);

		if ((!x && !y) || json_equal(x, y))
			continue;
		*differs = kernel_key[i];
		return false;
	}
	return true;
}

enum rundir_state rundir_state_of(const char *path, const json_t *header, const char **differs)
{
	enum rundir_state state = RUNDIR_BROKEN;
	const char *unused;
	json_t *status, *old;
	char *file;

	if (!differs)
		differs = &unused;
	*differs = NULL;
	file = xasprintf("%s/" FILE_STATUS, path);
	if (!file_exists(file)) {
		free(file);
		/* a directory that is not a run must not be replaced */
		return file_exists(path) && rmdir(path) ? RUNDIR_BROKEN : RUNDIR_NONE;
	}
	free(file);
	status = rundir_read_json(path, FILE_STATUS, NULL);
	old = rundir_read_json(path, FILE_HEADER, NULL);
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Directories of boots that more than one machine makes: the first finished one
 * counts, and nothing unfinished ever does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/rundir.h"
#include "lib/file.h"
#include "lib/text.h"
#include "scratch.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static json_t *status_object(const char *status)
{
	return json_pack("{s:s, s:i, s:s}", "schema", SCHEMA_STATUS, "version", 1, "status", status);
}

/* Make @path with that status and a file of its own; @shared: as several machines do. */
static void make_run(const char *path, const char *status, const char *file, bool shared)
{
	json_t *json = status_object(status);
	struct rundir d;

	assert_int_equal(rundir_create(&d, path, shared), 0);
	put(d.tmp, file, "");
	assert_int_equal(rundir_commit(&d, json), 0);
	json_decref(json);
}

static bool has(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = file_exists(path);

	free(path);
	return there;
}

static void the_first_good_boot_stays(void **state)
{
	const char *dir = scratch();
	char *path = xasprintf("%s/r", dir);

	(void)state;
	make_run(path, "failed", "one", true);
	make_run(path, "ok", "two", true);
	assert_false(has(path, "one"));
	assert_true(has(path, "two"));
	make_run(path, "ok", "three", true);
	make_run(path, "failed", "four", true);
	assert_true(has(path, "two"));
	assert_false(has(path, "three"));
	assert_false(has(path, "four"));
	/* nothing else is left */
	assert_int_equal(remove_tree(path), 0);
	assert_int_equal(rmdir(dir), 0);
	free(path);
}

static void one_boot_made_twice_at_once(void **state)
{
	json_t *ok = status_object("ok");
	const char *dir = scratch();
	char *path = xasprintf("%s/r", dir);
	struct rundir a, b;

	(void)state;
	assert_int_equal(rundir_create(&a, path, true), 0);
	assert_int_equal(rundir_create(&b, path, true), 0);
	assert_string_not_equal(a.tmp, b.tmp);
	assert_true(rundir_is_unfinished(a.tmp));
	put(a.tmp, "a", "");
	put(b.tmp, "b", "");
	assert_int_equal(rundir_commit(&b, ok), 0);
	assert_int_equal(rundir_commit(&a, ok), 0);
	assert_true(has(path, "b"));
	assert_false(has(path, "a"));
	json_decref(ok);
	assert_int_equal(remove_tree(path), 0);
	assert_int_equal(rmdir(dir), 0);
	free(path);
}

/* A status.json of another format says nothing. */
static void boots_of_other_formats(void **state)
{
	static const struct {
		const char *status;
		bool ok;
	} c[] = {
		{ "{\"schema\": \"" SCHEMA_STATUS "\", \"version\": 1, \"status\": \"ok\"}", true },
		{ "{\"schema\": \"" SCHEMA_STATUS "\", \"version\": 2, \"status\": \"ok\"}", false },
		{ "{\"schema\": \"" SCHEMA_HEADER "\", \"version\": 1, \"status\": \"ok\"}", false },
		{ "{\"status\": \"ok\"}", false },
	};
	const char *dir = scratch();
	json_t *header = json_object();

	(void)state;
	put(dir, FILE_HEADER, "{\"schema\": \"" SCHEMA_HEADER "\", \"version\": 1}");
	for (size_t i = 0; i < ARRAY_SIZE(c); i++) {
		put(dir, FILE_STATUS, c[i].status);
		assert_int_equal(rundir_is_ok(dir), c[i].ok);
		assert_int_equal(rundir_state_of(dir, header, NULL), c[i].ok ? RUNDIR_DONE : RUNDIR_BROKEN);
	}
	json_decref(header);
	assert_int_equal(remove_tree(dir), 0);
}

static void what_is_swept(void **state)
{
	static const char * const leftover[] = { "r.tmp", "r.0123456789abcdef.tmp" };
	static const char * const others[] = {
		"r", "r2.tmp", "r.2.tmp", "r.0123456789abcdef", "r.0123456789abcdef0.tmp", "q.tmp",
		"r-s1.0123456789abcdef.tmp",
	};
	json_t *ok = status_object("ok");
	const char *dir = scratch();
	char *path = xasprintf("%s/r", dir);
	struct rundir late;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		put(dir, leftover[i], "");
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		put(dir, others[i], "");
	rundir_sweep(path);
	for (size_t i = 0; i < 2; i++)
		assert_false(has(dir, leftover[i]));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_true(has(dir, others[i]));

	/* One that was thought lost fails, and takes no name. */
	free(path);
	path = xasprintf("%s/late", dir);
	assert_int_equal(rundir_create(&late, path, true), 0);
	rundir_sweep(path);
	assert_int_equal(rundir_commit(&late, ok), -1);
	assert_false(file_exists(path));
	json_decref(ok);
	free(path);
	assert_int_equal(remove_tree(dir), 0);
}

/* Runs of earlier dates say nothing of nodes, and had one. */
static void nodes_are_part_of_a_boot(void **state)
{
	json_t *ok =
		json_pack("{s:s, s:i, s:s}", "schema", SCHEMA_STATUS, "version", 1, "status", "ok");
	json_t *header =
		json_pack("{s:s, s:i, s:i}", "schema", SCHEMA_HEADER, "version", 1, "seed", 1);
	const char *dir = scratch(), *differs;
	char *path = xasprintf("%s/r", dir);
	struct rundir d;

	(void)state;
	assert_int_equal(rundir_create(&d, path, false), 0);
	assert_int_equal(rundir_write_json(&d, FILE_HEADER, header), 0);
	assert_int_equal(rundir_commit(&d, ok), 0);
	json_object_set_new(header, "nodes", json_integer(1));
	assert_int_equal(rundir_state_of(path, header, &differs), RUNDIR_DONE);
	json_object_set_new(header, "nodes", json_integer(2));
	assert_int_equal(rundir_state_of(path, header, &differs), RUNDIR_OTHER);
	assert_string_equal(differs, "nodes");
	json_decref(header);
	json_decref(ok);
	free(path);
	assert_int_equal(remove_tree(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_good_boot_stays),
		cmocka_unit_test(one_boot_made_twice_at_once),
		cmocka_unit_test(boots_of_other_formats),
		cmocka_unit_test(what_is_swept),
		cmocka_unit_test(nodes_are_part_of_a_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

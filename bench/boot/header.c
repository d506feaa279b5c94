// SPDX-License-Identifier: GPL-2.0
/*
 * Writes header.json: which kernel was booted, how, and on which machine.
 *
 * Facts about the host and its clock belong here and into status.json. No other file of a
 * run directory may have them, so that boots in virtual time repeat to the byte.
 */
#include "header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/guest/kernel_state.h"
#include "bench/rundir/file_names.h"
#include "bench/rundir/perf_events.h"
#include "bench/target/target.h"
#include "lib/text.h"
#include "archive_sum.h"
#include "host.h"

static json_t *utc_now(void)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &tm));
	return json_string(text);
}

/* What a user typed; JSON cannot carry bytes that are not UTF-8. */
static json_t *utf8(const char *text)
{
	json_t *s = json_string(text);

	return s ? s : json_string("(not UTF-8)");
}

static json_t *antagonists(const struct boot_spec *s)
{
	json_t *list = json_array();

	for (char **a = s->antagonists; a && *a; a++) {
		bool program = antagonist_is_program(*a);
		char **argv = program ? antagonist_argv(*a) : NULL;
		char *command = program ? xstrdup(argv[0]) : xasprintf("--antagonist %s", *a);

		for (size_t i = 1; program && argv[i]; i++)
			command = text_add(command, argv[i], " ");
		json_array_append_new(list, json_pack("{s:o, s:o}", "name", utf8(*a),
						      "command", utf8(command)));
		free(command);
		strv_free(argv);
	}
	return list;
}

/* What perf was asked for, and where it left that. */
static void add_perf(json_t *header, const struct boot_spec *s)
{
	const struct perf_tool *tool = perf_tool_of(s->perf);

	if (!s->perf)
		return;
	json_object_set_new(header, "perf", json_string(tool ? tool->file : FILE_PERF));
	json_object_set_new(header, "perf_events", utf8(s->perf));
}

/* Which archive the command is a program of, if it is of one. */
static void add_root(json_t *header, const struct boot_spec *s)
{
	const char *sum = s->root ? archive_sum(s->root) : NULL;

	if (!s->root)
		return;
	json_object_set_new(header, "root_archive", utf8(s->root));
	json_object_set_new(header, "root_archive_sha256", sum ? json_string(sum) : json_null());
}

/* What the job file said beforehand; a single boot has no job. */
static void add_question(json_t *header, const struct boot_spec *s)
{
	if (!s->question)
		return;
	json_object_set_new(header, "question", utf8(s->question));
	json_object_set_new(header, "expected", utf8(s->expected));
	json_object_set_new(header, "refuted_by", utf8(s->refuted_by));
	if (s->compare)
		json_object_set_new(header, "compare", utf8(s->compare));
	if (!s->primary)
		return;
	json_object_set_new(header, "primary", json_array());
	for (char **name = s->primary; *name; name++)
		json_array_append_new(json_object_get(header, "primary"), utf8(*name));
}

static json_t *positive_or_null(long n)
{
	return n > 0 ? json_integer(n) : json_null();
}

static json_t *percent_or_null(int n)
{
	return n >= 0 ? json_integer(n) : json_null();
}

static json_t *text_or_null(char *text)
{
	json_t *s = text ? utf8(text) : json_null();

	free(text);
	return s;
}

static void add_host(json_t *header)
{
	json_object_set_new(header, "host_cpu", text_or_null(host_cpu("/proc/cpuinfo")));
	json_object_set_new(header, "host_cpus", positive_or_null(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(header, "host_sockets", positive_or_null(host_sockets(HOST_CPU_DIR)));
	json_object_set_new(header, "host_thp", text_or_null(chosen_word(THP_FILE)));
}

static void add_target(json_t *header, const struct target_facts *f)
{
	json_object_set_new(header, "cost", f->cost ? utf8(f->cost) : json_null());
	json_object_set_new(header, "platform", f->platform ? utf8(f->platform) : json_null());
	json_object_set_new(header, "jitter_percent", percent_or_null(f->jitter_percent));
	json_object_set_new(header, "boot_jitter_percent", percent_or_null(f->boot_jitter_percent));
	json_object_set(header, "kernel", f->kernel);
	json_object_set_new(header, "kernel_cmdline", utf8(f->cmdline));
	json_object_set_new(header, "qemu_version",
			    f->qemu_version ? json_string(f->qemu_version) : json_null());
	json_object_set_new(header, "hz", positive_or_null(f->hz));
	json_object_set_new(header, "module", json_string(f->module));
}

json_t *header_make(const struct boot_spec *s)
{
	json_t *header = json_object(), *command = json_array();
	struct target_facts facts;

	s->target->facts(s, &facts);
	for (char **arg = s->command; *arg; arg++)
		json_array_append_new(command, utf8(*arg));

	json_object_set_new(header, "schema", json_string(SCHEMA_HEADER));
	json_object_set_new(header, "version", json_integer(1));
	json_object_set_new(header, "experiment", utf8(s->experiment));
	add_question(header, s);
	json_object_set_new(header, "variant", utf8(s->variant));
	json_object_set_new(header, "arm", utf8(s->arm));
	json_object_set(header, "factors", s->factors);
	json_object_set_new(header, "seed", json_integer((json_int_t)s->seed));
	json_object_set_new(header, "time_base", json_string(facts.time_base));
	json_object_set_new(header, "target", json_string(s->target->name));
	json_object_set_new(header, "command", command);
	json_object_set_new(header, "root_fs", json_string(s->host_root ? "host" : "initramfs"));
	add_root(header, s);
	/* With two CPUs a thread of QEMU may end one's turn at a moment of host time: RUN-DIRECTORY.md. */
	json_object_set_new(header, "repeatable",
			    json_boolean(s->virtual_time && !s->host_root && s->cpus == 1));
	json_object_set_new(header, "antagonists", antagonists(s));
	add_perf(header, s);
	json_object_set_new(header, "cpus", json_integer((json_int_t)s->cpus));
	json_object_set_new(header, "mem_mib", json_integer((json_int_t)s->mem_mib));
	json_object_set_new(header, "nodes", json_integer((json_int_t)s->nodes));
	json_object_set_new(header, "record", json_string(record_mode_name(s->record)));
	add_target(header, &facts);
	add_host(header);
	json_object_set_new(header, "started_utc", utc_now());
	json_object_set_new(header, "block", json_integer(s->block));
	json_object_set_new(header, "order_in_block", json_integer(s->order_in_block));
	json_object_set_new(header, "order_seed", json_integer((json_int_t)s->order_seed));
	target_facts_free(&facts);
	return header;
}

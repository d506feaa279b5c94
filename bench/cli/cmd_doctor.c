// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench doctor: lists what this machine has and lacks, and what to do about it, as
 * text or JSON.
 */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/doctor/doctor.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/textfmt.h"
#include "verbs.h"

static const char *const states[] = {
	[FOUND_OK] = "ok", [FOUND_MISSING] = "missing", [FOUND_UNKNOWN] = "unknown",
};

static void print_text(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];

		print_keyed(stdout, 0, 9, states[x->state], "%s%s%s%s%s", x->what,
			    x->value[0] ? ": " : "", x->value, x->advice[0] ? "; " : "", x->advice);
	}
}

/* The things a target lacks, with commas; malloc'ed, NULL if it lacks nothing. */
static char *lacks(const struct findings *f, int target)
{
	char *list = NULL;

	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].needed_for & target && f->list[i].state != FOUND_OK)
			list = text_add(list, f->list[i].what, ", ");
	}
	return list;
}

static void print_target(const struct findings *f, const char *name, int target)
{
	char *list = lacks(f, target);

	if (list)
		print_para(stdout, 0, 9, "target %s cannot be used: it lacks %s", name, list);
	else
		printf("target %s can be used\n", name);
	free(list);
}

static void print_json(const struct findings *f)
{
	json_t *checks = json_array(), *all;

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];
		json_t *needed = json_array();

		if (x->needed_for & FOR_QEMU)
			json_array_append_new(needed, json_string("qemu"));
		if (x->needed_for & FOR_LOCAL)
			json_array_append_new(needed, json_string("local"));
		json_array_append_new(checks, json_pack("{s:s, s:s, s:s, s:s, s:o}",
							"what", x->what, "state", states[x->state],
							"value", x->value, "advice", x->advice,
							"needed_for", needed));
	}
	all = json_pack("{s:s, s:i, s:o, s:{s:b, s:b}}", "schema", "dpamt-bench/doctor", "version", 1,
			"checks", checks, "targets", "qemu", findings_allow(f, FOR_QEMU),
			"local", findings_allow(f, FOR_LOCAL));
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

static bool json;

static struct opt options[] = {
	OPT_FLAG("json", &json, "the same as JSON"),
	OPT_END
};

static int run(const struct call *c)
{
	struct findings f = { 0 };
	struct machine m;
	int code;

	(void)c;
	machine_read(&m);
	doctor_check_tools(&f);
	doctor_check_kernel(&f, &m);
	if (json) {
		print_json(&f);
	} else {
		print_text(&f);
		print_target(&f, "qemu", FOR_QEMU);
		print_target(&f, "local", FOR_LOCAL);
	}
	code = findings_allow(&f, FOR_QEMU) || findings_allow(&f, FOR_LOCAL) ? 0 : 1;
	findings_free(&f);
	machine_free(&m);
	return code;
}

const struct verb verb_doctor = {
	VERB_HEAD("doctor", "what this machine has and lacks, and what to do", "[options]"),
	.about =
		"What this machine has and lacks, an entry each: ok, missing or unknown, what, its value, "
		"what to do.\n\n"
		"Exit status: 0 if the target qemu or local can be used, else 1.",
	.opts = options,
	.run = run,
};

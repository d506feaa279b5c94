// SPDX-License-Identifier: GPL-2.0
/*
 * Which workloads the models can use, what for, and what their parameters mean. Nothing else of the
 * planner knows a workload. Of a boot of any other workload only what its kernel printed at boot is used.
 */
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "lib/array_size.h"
#include "lib/json_file.h"
#include "evidence.h"
#include "sizes.h"

/* The longest phase that is neither creation nor teardown of TDs: what the workload is about. */
static void read_phases(struct pl_run *r, const json_t *result)
{
	const json_t *list = json_object_get(result, "phases"), *ph;
	size_t i;

	r->phase_ns = r->destroy_phase_ns = NAN;
	json_array_foreach(list, i, ph) {
		const char *name = json_text(ph, "name", "");
		double ns = json_number(ph, "end_ns", NAN) - json_number(ph, "start_ns", NAN);

		if (!strcmp(name, "destroy"))
			r->destroy_phase_ns = ns;
		if (strcmp(name, "create") && strcmp(name, "destroy") && !(ns <= r->phase_ns))
			r->phase_ns = ns;
	}
}

static void read_teardown(struct pl_run *r, const json_t *params)
{
	const char *layout = json_text(params, "layout", "");
	const char *destroy = json_text(params, "destroy", "serial");

	r->pages_per_region = json_number(params, "pages_per_region", 1);
	if (!strcmp(layout, "dense")) {
		r->pages_per_region = PL_REGION_PAGES;
	} else if (!strcmp(layout, "sparse")) {
		r->pages_per_region = 1;
	} else if (!strcmp(layout, "frag")) {
		r->host_room = r->pages_per_region;
		r->pages_per_region = 1;
	}
	r->serial = !strcmp(destroy, "serial");
	r->at_once = !strcmp(destroy, "all-at-once");
	if (r->serial)
		r->threads = 1;
	else if (r->at_once)
		r->threads = r->tds;
	/* one more TD, of another size, which converts meanwhile */
	if (!strcmp(json_text(params, "aggressor", "off"), "on"))
		r->uses = 0;
}

/* All TDs' pages, contiguous in the guest, from a host whose regions have so many free ones. */
static void read_frag(struct pl_run *r, const json_t *params)
{
	double pages_per_td = json_number(params, "pages", NAN) / r->tds;

	r->host_room = json_number(params, "per_region", NAN);
	if (!isfinite(pages_per_td) || !isfinite(r->host_room)) {
		r->uses = 0;
		return;
	}
	r->regions = ceil(pages_per_td / PL_REGION_PAGES);
	r->pages_per_region = pages_per_td / r->regions;
	r->rounds = 1;
}

static void read_convert(struct pl_run *r, const json_t *params)
{
	r->pages_per_region = json_number(params, "pages_per_region", PL_REGION_PAGES);
	r->rounds = 1; /* of conversions; TDs are made once */
}

/*
 * A replacement that begins when the old TD is gone, or one beside a process that allocates, is about
 * something else.
 */
static void read_pressure(struct pl_run *r, const json_t *params)
{
	if (strcmp(json_text(params, "begin", ""), "memory") ||
	    strcmp(json_text(params, "victim", ""), "none"))
		r->uses = 0;
	snprintf(r->shortage, sizeof(r->shortage), "%s", json_text(params, "where", ""));
	/* while they are replaced, there are twice as many */
	r->tds = json_number(params, "tds", NAN);
}

static const struct {
	const char *workload;
	unsigned int uses;
	void (*read)(struct pl_run *r, const json_t *params);
} known[] = {
	/* makes TDs of one size and does nothing but tear them down */
	{ "teardown", PL_USE_SIZES | PL_USE_TEARDOWN, read_teardown },
	/* the same, but its teardown is not what it measures: the host's memory is taken */
	{ "frag", PL_USE_SIZES, read_frag },
	/* threads do nothing but convert: all gets and puts beyond those of the TDs' sizes are theirs */
	{ "convert", PL_USE_CALLS, read_convert },
	/* replaces TDs and records what each replacement met; its counters are of all of them together */
	{ "pressure", PL_USE_REPLACE, read_pressure },
};

void pl_workload_read(struct pl_run *r, const json_t *result)
{
	const json_t *params = json_object_get(result, "params");

	r->tds = json_number(result, "tds", NAN);
	r->vcpus = json_number(params, "vcpus", 1);
	r->rounds = json_number(params, "rounds", 1);
	r->regions = json_number(params, "mem", NAN) / 2;
	r->threads = json_number(params, "threads", 1);
	r->host_room = PL_REGION_PAGES;
	r->sept_pages = json_number(json_object_get(result, "pressure"), "sept_pages_per_td", NAN);
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strcmp(known[i].workload, r->workload))
			continue;
		r->uses = known[i].uses;
		known[i].read(r, params);
	}
	read_phases(r, result);
}

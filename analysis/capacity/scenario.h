/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_SCENARIO_H
#define PL_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/options.h"

#define PL_NAME		33	/* bytes of a TD class's or variant's name with its NUL */
#define PL_MAX_CLASSES	32
#define PL_MAX_RANGES	256

enum pl_law { PL_EXPONENTIAL, PL_FIXED, PL_LOGNORMAL, PL_WEIBULL };

/* A random time: its law, mean in seconds, and shape (lognormal: sigma of the log; Weibull: k). */
struct pl_time {
	enum pl_law law;
	double mean_s, shape;
};

struct pl_range {
	double start_bytes, end_bytes;
	int node;			/* NUMA node; -1: not known yet */
};

/*
 * How a class's pages lie in the host's 2M regions: measured (the fitted model), or assumed pages
 * per touched region, 1..512.
 */
struct pl_layout {
	bool measured;
	double pages_per_region;
};

struct pl_class {
	char name[PL_NAME];
	double count;			/* TDs alive in a plan; not used by a simulation */
	double memory_bytes;		/* private memory */
	double vcpus;
	double share_4k, share_2m, share_1g;	/* of the memory, by mapping size; sum 1 */
	double arrivals_per_day;
	struct pl_time arrival;		/* law only; the mean follows from arrivals_per_day */
	struct pl_time lifetime;
	double conversions_per_hour;	/* of one TD, each to shared or back, in turn */
	double conversion_bytes;
	struct pl_layout layout;
};

struct pl_host {
	double memory_bytes;
	double cpus;
	double numa_nodes;
	double tds_max;			/* private KeyIDs left for TDs */
	double phys_bits;		/* of an address, those of KeyIDs included */
	double keyid_bits;		/* 0: as many as tds_max needs */
	struct pl_range range[PL_MAX_RANGES];	/* physical memory, ascending, each of one node */
	size_t nr_ranges;
};

struct pl_scenario {
	struct pl_host host;
	struct pl_class td[PL_MAX_CLASSES];
	size_t nr_classes;
	char variant[PL_NAME];
	double drain_tds;		/* TDs torn down together in a maintenance drain */
	double drain_every_days;	/* 0: never */
	double hosts, days;		/* of a simulation */
	bool ranges_given;
	char host_source[160];		/* where the host comes from, "" if from the user */
};

/* The sections and keys of a scenario, for help. */
extern struct opt pl_keys[];

/* Defaults: 512 GiB, 2 nodes, 128 CPUs, no TD class, variant immediate. */
void pl_scenario_init(struct pl_scenario *s);

/*
 * Set @key of @section ("host", "td NAME", "kernel", "drain", "fleet") to @value.
 * Returns 0, or -1 with *error = what is wrong and what would be right (malloc'ed).
 */
int pl_scenario_set(struct pl_scenario *s, const char *section, const char *key,
		    const char *value, char **error);

/*
 * Set "KEY=VALUE,KEY=VALUE" of @section. With section "td", "NAME:KEY=VALUE,..." names the class.
 */
int pl_scenario_set_list(struct pl_scenario *s, const char *section, const char *list,
			 char **error);

/* Read an ini file; *error = "FILE:LINE: ...". */
int pl_scenario_load(struct pl_scenario *s, const char *path, char **error);

/*
 * Fill in the physical ranges if they are not given, and their nodes, and check the scenario: can it
 * be, and does TDX come up? @simulated: for a fleet over time, which uses arrivals and lifetimes; else
 * for TDs in place, which uses their count.
 */
int pl_scenario_check(struct pl_scenario *s, bool simulated, char **error);

/* 4K pages of one TD of @c that the TDX module tracks at 4K, guest pages only. */
double pl_class_guest_pages(const struct pl_class *c);

#endif

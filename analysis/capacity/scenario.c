// SPDX-License-Identifier: GPL-2.0
/*
 * The scenario of a plan: host, TD classes, kernel, drain, fleet. Options and ini file use the same
 * setter. A scenario that is impossible is refused with one line before anything is computed.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "lib/number.h"
#include "lib/text.h"
#include "scenario.h"
#include "sizes.h"
#include "tdmr.h"

struct opt pl_keys[] = {
	OPT_HEADING("[host]"),
	OPT_KEY("memory_gib", "RAM of the host [sum of ranges_gib]"),
	OPT_KEY("numa_nodes", "nodes the RAM is divided among, in equal parts [2]"),
	OPT_KEY("cpus", "logical CPUs [128]"),
	OPT_KEY("tds_max", "private KeyIDs for TDs [63]"),
	OPT_KEY("phys_bits", "bits of a physical address, those that KeyIDs take included [52]"),
	OPT_KEY("keyid_bits", "how many of them KeyIDs take [as many as tds_max needs]"),
	OPT_KEY("ranges_gib",
		"physical memory in GiB as START-END ... or, with nodes, START-END@NODE ... [0-2, then from 4 on]"),
	OPT_HEADING("[td NAME]"),
	OPT_KEY("count", "TDs of this class alive at once (plan) [1]"),
	OPT_KEY("memory_gib", "private memory of a TD"),
	OPT_KEY("vcpus", "vCPUs of a TD [1]"),
	OPT_KEY("percent_4k", "share of that memory mapped at 4K [100]"),
	OPT_KEY("percent_2m", "the same at 2M [0]"),
	OPT_KEY("percent_1g", "the same at 1G [0]"),
	OPT_KEY("fragmentation", "0 dense .. 1 each 4K page alone in its region, or measured"),
	OPT_KEY("pages_per_region",
		"in place of fragmentation: 4K pages per touched region, 1..512"),
	OPT_KEY("arrivals_per_day", "TDs created per host and day (fleet)"),
	OPT_KEY("arrival", "exponential|fixed: gaps between arrivals [exponential]"),
	OPT_KEY("lifetime_hours", "mean life of a TD (fleet) [24]"),
	OPT_KEY("lifetime", "exponential|fixed|lognormal|weibull [exponential]"),
	OPT_KEY("lifetime_shape", "lognormal: sigma of the log; weibull: k [1]"),
	OPT_KEY("conversions_per_hour", "conversions of a TD, to shared and back in turn [0]"),
	OPT_KEY("conversion_mib", "memory of one conversion [2]"),
	OPT_HEADING("[kernel]"),
	OPT_KEY("variant", "the variant planned for, one that the boots are of [immediate]"),
	OPT_HEADING("[drain]"),
	OPT_KEY("tds_at_once", "TDs torn down together in maintenance [all there are]"),
	OPT_KEY("every_days", "days between drains of a host; 0: never (fleet) [0]"),
	OPT_HEADING("[fleet]"),
	OPT_KEY("hosts", "hosts [1]"),
	OPT_KEY("days", "simulated days [365]"),
	OPT_END
};

#define MAX_NODE	1023

void pl_scenario_init(struct pl_scenario *s)
{
	memset(s, 0, sizeof(*s));
	s->host.numa_nodes = 2;
	s->host.cpus = 128;
	s->host.tds_max = 63;
	s->host.phys_bits = 52;
	strcpy(s->variant, "immediate");
	s->hosts = 1;
	s->days = 365;
}

static int bad(char **error, const char *key, const char *value, const char *want)
{
	*error = xasprintf("%s = %s: must be %s", key, value, want);
	return -1;
}

/* A finite number in [@min, @max]; times @factor. */
static int number(const char *key, const char *value, double min, double max, double factor,
		  double *out, char **error)
{
	char want[80], *end;
	double v;

	errno = 0;
	v = strtod(value, &end);
	if (end == value || *end || errno || !isfinite(v) || v < min || v > max) {
		snprintf(want, sizeof(want), "a number from %g to %g", min, max);
		return bad(error, key, value, want);
	}
	*out = v * factor;
	return 0;
}

static int whole(const char *key, const char *value, double min, double max, double *out,
		 char **error)
{
	char want[80];
	uint64_t v;

	if (!parse_u64(value, (uint64_t)min, (uint64_t)max, &v)) {
		snprintf(want, sizeof(want), "a whole number from %.0f to %.0f", min, max);
		return bad(error, key, value, want);
	}
	*out = (double)v;
	return 0;
}

static int law(const char *key, const char *value, bool gaps, enum pl_law *out, char **error)
{
	static const char *const names[] = { "exponential", "fixed", "lognormal", "weibull" };

	for (int i = 0; i < (gaps ? 2 : 4); i++) {
		if (!strcmp(value, names[i])) {
			*out = (enum pl_law)i;
			return 0;
		}
	}
	return bad(error, key, value, gaps ? "exponential or fixed" :
		   "exponential, fixed, lognormal or weibull");
}

/* "START-END" or "START-END@NODE" at *@p, which then points behind it. */
static bool one_range(const char **p, struct pl_range *r)
{
	char *end;

	r->start_bytes = strtod(*p, &end) * PL_1G;
	if (end == *p || *end != '-')
		return false;
	*p = end + 1;
	r->end_bytes = strtod(*p, &end) * PL_1G;
	if (end == *p)
		return false;
	r->node = -1;
	if (*end == '@') {
		char *digits = end + 1;
		long node = strtol(digits, &end, 10);

		if (end == digits || *digits == '-' || node > MAX_NODE)
			return false;
		r->node = (int)node;
	}
	*p = end;
	return (!*end || *end == ' ' || *end == '\t') && r->end_bytes > r->start_bytes &&
	       r->end_bytes <= 4096 * 1024 * PL_1G;
}

static int ranges(struct pl_scenario *s, const char *value, char **error)
{
	const char *want = "ascending START-END pairs in GiB, such as 0-2 4-514; with nodes 0-2@0 4-258@0 258-514@1";
	struct pl_host *h = &s->host;
	double last = 0;
	const char *p = value;

	h->nr_ranges = 0;
	while (*(p += strspn(p, " \t")) != '\0') {
		struct pl_range *r = &h->range[h->nr_ranges];

		if (h->nr_ranges == PL_MAX_RANGES) {
			*error = xasprintf("ranges_gib: more than %d ranges", PL_MAX_RANGES);
			return -1;
		}
		if (!one_range(&p, r) || !(r->start_bytes >= last) ||
		    (h->nr_ranges && (r->node < 0) != (h->range[0].node < 0)))
			return bad(error, "ranges_gib", value, want);
		last = r->end_bytes;
		h->nr_ranges++;
	}
	if (!h->nr_ranges)
		return bad(error, "ranges_gib", value, want);
	s->ranges_given = true;
	return 0;
}

static int set_host(struct pl_scenario *s, const char *key, const char *v, char **error)
{
	struct pl_host *h = &s->host;

	if (!strcmp(key, "memory_gib"))
		return number(key, v, 0.25, 1 << 22, PL_1G, &h->memory_bytes, error);
	if (!strcmp(key, "numa_nodes"))
		return whole(key, v, 1, 1024, &h->numa_nodes, error);
	if (!strcmp(key, "cpus"))
		return whole(key, v, 1, 8192, &h->cpus, error);
	if (!strcmp(key, "tds_max"))
		return whole(key, v, 0, 65535, &h->tds_max, error);
	if (!strcmp(key, "phys_bits"))
		return whole(key, v, 36, 52, &h->phys_bits, error);
	if (!strcmp(key, "keyid_bits"))
		return whole(key, v, 1, 15, &h->keyid_bits, error);
	if (!strcmp(key, "ranges_gib"))
		return ranges(s, v, error);
	return 1;
}

static int set_td(struct pl_class *c, const char *key, const char *v, char **error)
{
	double f;

	if (!strcmp(key, "count"))
		return whole(key, v, 0, 65535, &c->count, error);
	if (!strcmp(key, "memory_gib"))
		return number(key, v, 1.0 / 512, 1 << 20, PL_1G, &c->memory_bytes, error);
	if (!strcmp(key, "vcpus"))
		return whole(key, v, 1, 4096, &c->vcpus, error);
	if (!strcmp(key, "percent_4k"))
		return number(key, v, 0, 100, 0.01, &c->share_4k, error);
	if (!strcmp(key, "percent_2m"))
		return number(key, v, 0, 100, 0.01, &c->share_2m, error);
	if (!strcmp(key, "percent_1g"))
		return number(key, v, 0, 100, 0.01, &c->share_1g, error);
	if (!strcmp(key, "fragmentation")) {
		c->layout.measured = !strcmp(v, "measured");
		if (c->layout.measured)
			return 0;
		if (number(key, v, 0, 1, 1, &f, error))
			return -1;
		c->layout.pages_per_region = pow(PL_REGION_PAGES, 1 - f);
		return 0;
	}
	if (!strcmp(key, "pages_per_region")) {
		c->layout.measured = false;
		return number(key, v, 1, PL_REGION_PAGES, 1, &c->layout.pages_per_region, error);
	}
	if (!strcmp(key, "arrivals_per_day"))
		return number(key, v, 0, 1e6, 1, &c->arrivals_per_day, error);
	if (!strcmp(key, "arrival"))
		return law(key, v, true, &c->arrival.law, error);
	if (!strcmp(key, "lifetime_hours"))
		return number(key, v, 1e-4, 1e6, 3600, &c->lifetime.mean_s, error);
	if (!strcmp(key, "lifetime"))
		return law(key, v, false, &c->lifetime.law, error);
	if (!strcmp(key, "lifetime_shape"))
		return number(key, v, 0.05, 20, 1, &c->lifetime.shape, error);
	if (!strcmp(key, "conversions_per_hour"))
		return number(key, v, 0, 1e9, 1, &c->conversions_per_hour, error);
	if (!strcmp(key, "conversion_mib"))
		return number(key, v, 4.0 / 1024, 1 << 20, 1048576, &c->conversion_bytes, error);
	return 1;
}

static struct pl_class *class_of(struct pl_scenario *s, const char *name, char **error)
{
	struct pl_class *c;

	if (!*name || strlen(name) >= PL_NAME) {
		*error = xasprintf("td '%s': a class needs a name of 1 to %d letters", name,
				   PL_NAME - 1);
		return NULL;
	}
	for (size_t i = 0; i < s->nr_classes; i++) {
		if (!strcmp(s->td[i].name, name))
			return &s->td[i];
	}
	if (s->nr_classes == PL_MAX_CLASSES) {
		*error = xasprintf("td %s: at most %d classes", name, PL_MAX_CLASSES);
		return NULL;
	}
	c = &s->td[s->nr_classes++];
	*c = (struct pl_class){
		.count = 1, .vcpus = 1, .share_4k = 1, .conversion_bytes = PL_2M,
		.lifetime = { PL_EXPONENTIAL, 24 * 3600, 1 },
		.layout = { true, PL_REGION_PAGES },
	};
	strcpy(c->name, name);
	return c;
}

int pl_scenario_set(struct pl_scenario *s, const char *section, const char *key,
		    const char *value, char **error)
{
	int ret = 1;

	if (!strcmp(section, "host")) {
		ret = set_host(s, key, value, error);
	} else if (!strncmp(section, "td ", 3)) {
		struct pl_class *c = class_of(s, section + 3, error);

		ret = c ? set_td(c, key, value, error) : -1;
	} else if (!strcmp(section, "kernel") && !strcmp(key, "variant")) {
		if (!*value || strlen(value) >= PL_NAME)
			return bad(error, key, value, "the name of a kernel variant");
		strcpy(s->variant, value);
		return 0;
	} else if (!strcmp(section, "drain") && !strcmp(key, "tds_at_once")) {
		return whole(key, value, 1, 65535, &s->drain_tds, error);
	} else if (!strcmp(section, "drain") && !strcmp(key, "every_days")) {
		return number(key, value, 0, 1e6, 1, &s->drain_every_days, error);
	} else if (!strcmp(section, "fleet") && !strcmp(key, "hosts")) {
		return whole(key, value, 1, 10000000, &s->hosts, error);
	} else if (!strcmp(section, "fleet") && !strcmp(key, "days")) {
		return number(key, value, 1e-3, 36500, 1, &s->days, error);
	}
	if (ret <= 0)
		return ret;
	*error = xasprintf("there is no key '%s' in [%s]; `dpamt-bench help scenario` lists them",
			   key, section);
	return -1;
}

int pl_scenario_set_list(struct pl_scenario *s, const char *section, const char *list,
			 char **error)
{
	char *copy = xstrdup(list), *sec = NULL, *save, *item, *p = copy;
	int ret = 0;

	if (!strcmp(section, "td")) {
		char *colon = strchr(copy, ':');

		if (!colon) {
			*error = xasprintf("--td %s: must be NAME:KEY=VALUE,...", list);
			free(copy);
			return -1;
		}
		*colon = '\0';
		p = colon + 1;
		sec = xasprintf("td %s", copy);
	} else {
		sec = xstrdup(section);
	}
	for (item = strtok_r(p, ",", &save); item && !ret; item = strtok_r(NULL, ",", &save)) {
		char *eq = strchr(item, '=');

		if (!eq) {
			*error = xasprintf("--%s %s: '%s' is not KEY=VALUE", section, list, item);
			ret = -1;
			break;
		}
		*eq = '\0';
		ret = pl_scenario_set(s, sec, item, eq + 1, error);
	}
	free(sec);
	free(copy);
	return ret;
}

struct load {
	struct pl_scenario *s;
	char *error;
};

static int one_line(void *user, const char *section, const char *name, const char *value,
		    int line)
{
	struct load *l = user;
	char *why = NULL;

	if (l->error)
		return 0;
	if (!pl_scenario_set(l->s, section, name, value, &why))
		return 1;
	l->error = xasprintf("%d: %s", line, why);
	free(why);
	return 0;
}

/* libinih as Debian builds it does not pass the line to the handler; count it while reading. */
struct counted {
	FILE *f;
	int line;
	struct load *load;
};

static char *read_line(char *buf, int n, void *stream)
{
	struct counted *c = stream;

	c->line++;
	return fgets(buf, n, c->f);
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
	struct counted *c = user;

	return one_line(c->load, section, name, value, c->line);
}

int pl_scenario_load(struct pl_scenario *s, const char *path, char **error)
{
	struct load l = { .s = s };
	struct counted c = { .f = fopen(path, "r"), .load = &l };
	int ret;

	if (!c.f) {
		*error = xasprintf("%s: %s", path, strerror(errno));
		return -1;
	}
	ret = ini_parse_stream(read_line, &c, on_value, &c);
	fclose(c.f);
	if (l.error)
		*error = xasprintf("%s:%s", path, l.error);
	else if (ret)
		*error = xasprintf("%s:%d: not a [section] and not a KEY = VALUE", path, ret);
	free(l.error);
	return *error ? -1 : 0;
}

static void default_ranges(struct pl_host *h)
{
	double low = h->memory_bytes < 2 * PL_1G ? h->memory_bytes : 2 * PL_1G;

	h->range[0] = (struct pl_range){ 0, low, -1 };
	h->nr_ranges = 1;
	if (h->memory_bytes > low)
		h->range[h->nr_ranges++] =
			(struct pl_range){ 4 * PL_1G, 4 * PL_1G + h->memory_bytes - low, -1 };
}

static double in_ranges(const struct pl_host *h)
{
	double sum = 0;

	for (size_t i = 0; i < h->nr_ranges; i++)
		sum += h->range[i].end_bytes - h->range[i].start_bytes;
	return sum;
}

/* Give each node an equal part of the ranges: firmware gives the lowest memory to node 0. */
static int divide_among_nodes(struct pl_host *h, char **error)
{
	double part = in_ranges(h) / h->numa_nodes, below = 0;
	struct pl_range *out = xcalloc(PL_MAX_RANGES, sizeof(*out));
	size_t n = 0;
	int node = 0;

	for (size_t i = 0; i < h->nr_ranges; i++) {
		struct pl_range r = h->range[i];

		while (r.start_bytes < r.end_bytes && n < PL_MAX_RANGES) {
			double left = part * (node + 1) - below;
			double bytes = r.end_bytes - r.start_bytes;

			if (left < PL_4K && node + 1 < h->numa_nodes) {
				node++;
				continue;
			}
			if (bytes > left && node + 1 < h->numa_nodes)
				bytes = ceil(left / PL_4K) * PL_4K;
			bytes = fmin(bytes, r.end_bytes - r.start_bytes);
			out[n++] = (struct pl_range){ r.start_bytes, r.start_bytes + bytes, node };
			r.start_bytes += bytes;
			below += bytes;
		}
		if (r.start_bytes < r.end_bytes) {
			*error = xasprintf("numa_nodes = %g: that makes more than %d ranges of memory",
					   h->numa_nodes, PL_MAX_RANGES);
			free(out);
			return -1;
		}
	}
	memcpy(h->range, out, n * sizeof(*out));
	h->nr_ranges = n;
	free(out);
	return 0;
}

/* Ranges and nodes, given or by default; does TDX come up with them? */
static int check_memory(struct pl_scenario *s, char **error)
{
	struct pl_host *h = &s->host;
	double sum = in_ranges(h);
	char *why;

	if (s->ranges_given && h->memory_bytes <= 0)
		h->memory_bytes = sum;
	if (h->memory_bytes <= 0) {
		*error = xstrdup("no host memory given: --host memory_gib=N or [host] memory_gib = N");
		return -1;
	}
	/* ends that were rounded to 1 MiB do no harm */
	if (s->ranges_given &&
	    fabs(sum - h->memory_bytes) > PL_1M * (double)h->nr_ranges) {
		*error = xasprintf("ranges_gib cover %.10g GiB, %s than memory_gib = %.10g; make them agree, or leave one out",
				   sum / PL_1G, sum < h->memory_bytes ? "less" : "more",
				   h->memory_bytes / PL_1G);
		return -1;
	}
	if (!s->ranges_given)
		default_ranges(h);
	if (h->range[0].node < 0) {
		if (divide_among_nodes(h, error))
			return -1;
	} else {
		bool seen[MAX_NODE + 1] = { false };

		h->numa_nodes = 0;
		for (size_t i = 0; i < h->nr_ranges; i++) {
			h->numa_nodes += !seen[h->range[i].node];
			seen[h->range[i].node] = true;
		}
	}
	why = pl_tdx_refusal(h);
	if (why)
		*error = xasprintf("no memory is planned: %s", why);
	free(why);
	return *error ? -1 : 0;
}

static int check_class(const struct pl_host *h, const struct pl_class *c, bool simulated,
		       char **error)
{
	double sum = c->share_4k + c->share_2m + c->share_1g;

	if (c->memory_bytes <= 0) {
		*error = xasprintf("td %s: no memory_gib given", c->name);
	} else if (c->memory_bytes > h->memory_bytes) {
		*error = xasprintf("td %s: %g GiB is more than the host's %g GiB; lower memory_gib",
				   c->name, c->memory_bytes / PL_1G, h->memory_bytes / PL_1G);
	} else if (fabs(sum - 1) > 1e-9) {
		*error = xasprintf("td %s: percent_4k + percent_2m + percent_1g is %g, must be 100",
				   c->name, sum * 100);
	} else if (simulated && c->arrivals_per_day <= 0) {
		*error = xasprintf("td %s: a simulation needs arrivals_per_day above 0", c->name);
	} else if (c->conversion_bytes > c->memory_bytes) {
		*error = xasprintf("td %s: conversion_mib is more than the TD's memory", c->name);
	}
	return *error ? -1 : 0;
}

int pl_scenario_check(struct pl_scenario *s, bool simulated, char **error)
{
	struct pl_host *h = &s->host;
	double tds = 0, bytes = 0;

	if (check_memory(s, error))
		return -1;
	if (!s->nr_classes) {
		*error = xstrdup("no TDs given: --td NAME:memory_gib=N,count=N or a section [td NAME]");
		return -1;
	}
	for (size_t i = 0; i < s->nr_classes; i++) {
		if (check_class(h, &s->td[i], simulated, error))
			return -1;
		tds += s->td[i].count;
		bytes += s->td[i].count * s->td[i].memory_bytes;
	}
	if (!simulated && tds > h->tds_max)
		*error = xasprintf("%g TDs are more than the host's tds_max = %g", tds, h->tds_max);
	else if (!simulated && bytes > h->memory_bytes)
		*error = xasprintf("the TDs need %g GiB, more than the host's %g GiB; lower count or memory_gib",
				   bytes / PL_1G, h->memory_bytes / PL_1G);
	else if (!simulated && tds <= 0)
		*error = xstrdup("every class has count = 0: there is nothing to plan");
	else if (!simulated && s->drain_tds > tds)
		*error = xasprintf("[drain] tds_at_once = %g is more than the %g TDs there are",
				   s->drain_tds, tds);
	if (*error)
		return -1;
	if (!simulated && s->drain_tds <= 0)
		s->drain_tds = tds;
	return 0;
}

double pl_class_guest_pages(const struct pl_class *c)
{
	return ceil(c->memory_bytes * c->share_4k / PL_4K);
}

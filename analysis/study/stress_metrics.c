// SPDX-License-Identifier: GPL-2.0
/*
 * What stress-ng got done beside the command of a boot. Several processes of a kind, or several
 * stress-ng with the same kind of work, are added up.
 */
#include "stress_metrics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/stress_yaml.h"
#include "lib/json_file.h"
#include "lib/text.h"

static const char program[] = "stress-ng";

static void take(struct an_metrics *set, struct an_boot *b, const struct stressor *s)
{
	char *name;
	double before;
	int id;

	if (!s->ops) {
		an_missing(set, program, s->name, "not once finished with a piece of work");
		return;
	}
	name = metric_of_stressor(s->name);
	id = an_metrics_find(set, name);
	before = id < 0 ? NAN : an_boot_value(b, (size_t)id);
	an_boot_set(set, b, name, "1/s", false, s->ops_per_second + (isnan(before) ? 0 : before));
	id = an_metrics_find(set, name);
	set->m[id].better = BETTER_MORE;
	free(name);
}

static void take_file(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs,
		      unsigned int n)
{
	struct stressor *s;
	char *why, *name;
	size_t nr;

	if (!stress_yaml_read(b->run->dir, n, &s, &nr, &why)) {
		for (size_t i = 0; i < nr; i++)
			take(set, b, &s[i]);
		if (nr) {
			free(s);
			return;
		}
	}
	if (why) {
		loaded_runs_remark(runs, "%s: %s; it is left out", b->run->name, why);
		free(why);
		return;
	}
	name = stress_yaml_name(n);
	an_missing(set, program, name, "absent or without metrics");
	free(name);
}

void an_stress_measure(struct an_metrics *set, struct an_boot *b, struct loaded_runs *runs)
{
	const json_t *list = json_object_get(b->run->header, "antagonists");
	unsigned int n = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		if (!strncmp(json_text(json_array_get(list, i), "name", ""), "stress-ng:", 10))
			take_file(set, b, runs, ++n);
}

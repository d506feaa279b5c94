// SPDX-License-Identifier: GPL-2.0
/* stress-ng-1.yaml: what is read are names and numbers that a metric can have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/stress_yaml.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *dir = fuzz_dir("stress-ng-1.yaml", data, size);
	struct stressor *s;
	char *why;
	size_t n;

	if (stress_yaml_read(dir, 1, &s, &n, &why)) {
		free(why);
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (!s[i].name[0] || strpbrk(s[i].name, " ,:'\"") ||
		    !isfinite(s[i].ops_per_second) || s[i].ops_per_second < 0 ||
		    (!s[i].ops && s[i].ops_per_second > 0))
			abort();
		for (size_t k = 0; k < i; k++)
			if (!strcmp(s[i].name, s[k].name))
				abort();
	}
	free(s);
	return 0;
}

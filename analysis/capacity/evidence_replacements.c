// SPDX-License-Identifier: GPL-2.0
/* What replacements.csv says of each headroom that a boot tried. */
#include <stdlib.h>

#include "bench/rundir/file_names.h"
#include "bench/rundir/replacements_csv.h"
#include "lib/text.h"
#include "evidence.h"

static struct pl_tried *tried_at(struct pl_run *r, double kib)
{
	size_t i = 0;

	while (i < r->nr_tried && r->tried[i].kib != kib)
		i++;
	if (i == PL_MAX_TRIED)
		return NULL;
	if (i == r->nr_tried)
		r->tried[r->nr_tried++] = (struct pl_tried){ .kib = kib };
	return &r->tried[i];
}

int pl_replacements_read(const char *dir, struct pl_run *r, char **why)
{
	struct replacement *list;
	size_t n;

	r->nr_tried = 0;
	if (replacements_csv_read(dir, &list, &n, why)) {
		if (!*why)
			*why = xstrdup("there is no " FILE_REPLACEMENTS);
		return -1;
	}
	*why = n ? NULL : xstrdup(FILE_REPLACEMENTS ": no replacement is in it");
	for (size_t i = 0; i < n && !*why; i++) {
		struct pl_tried *t = tried_at(r, (double)list[i].headroom_kib);

		if (!t) {
			*why = xasprintf(FILE_REPLACEMENTS ": more than %d headrooms",
					 PL_MAX_TRIED);
			break;
		}
		t->replaced++;
		t->waited += replacement_waited(&list[i]);
	}
	free(list);
	return *why ? -1 : 0;
}

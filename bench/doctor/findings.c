// SPDX-License-Identifier: GPL-2.0
#include "doctor.h"

#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

void finding_add(struct findings *f, const char *what, enum finding_state state, char *value,
		 const char *advice, int needed_for)
{
	f->list = xreallocarray(f->list, f->n + 1, sizeof(*f->list));
	f->list[f->n++] = (struct finding){
		what, state, value ? value : xstrdup(""), advice, needed_for,
	};
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->list[i].value);
	free(f->list);
	memset(f, 0, sizeof(*f));
}

bool findings_allow(const struct findings *f, int target)
{
	for (size_t i = 0; i < f->n; i++) {
		if (f->list[i].needed_for & target && f->list[i].state != FOUND_OK)
			return false;
	}
	return true;
}

// SPDX-License-Identifier: GPL-2.0
#include "target.h"

#include <stdlib.h>
#include <string.h>

void target_facts_free(struct target_facts *f)
{
	json_decref(f->kernel);
	free(f->cmdline);
	memset(f, 0, sizeof(*f));
}

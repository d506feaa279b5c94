// SPDX-License-Identifier: GPL-2.0
/*
 * Prints lib/variants.c for the tests of the kernels: a line per variant, its name and the values of
 * spt_free, pamt_put, pamt_lock and also.
 */
#include <stdio.h>

#include "lib/variants.h"

int main(void)
{
	for (const struct variant *v = variants; v < variants + nr_variants; v++)
		printf("%s %s %s %s %s\n", v->name, v->spt_free, v->pamt_put, v->pamt_lock,
		       v->also);
	return fflush(stdout) ? 1 : 0;
}

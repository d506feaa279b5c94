// SPDX-License-Identifier: GPL-2.0
/*
 * What a machine must be booted with for the target local. local.c refuses a boot that lacks it.
 */
#include "host_boot.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

char *host_boot_never(const struct boot_spec *s, bool soft)
{
	if (s->root)
		return xstrdup("runs a program of an archive, which only the target qemu does");
	if (json_object_get(s->factors, "mem"))
		return xstrdup("varies the memory, which a machine does not");
	if (json_object_get(s->factors, "nodes"))
		return xstrdup("varies the NUMA nodes, which a machine does not");
	if (json_object_get(s->factors, "time") && s->virtual_time)
		return xstrdup("needs virtual time, which only the target qemu has");
	if (!soft && strcmp(s->cost, "mid"))
		return xasprintf(
			"needs the software TDX module, for cost %s; here is a hardware one",
			s->cost);
	if (!soft && strcmp(s->platform, "spr"))
		return xasprintf(
			"needs the software TDX module, for platform %s; here is a hardware one",
			s->platform);
	return NULL;
}

char *host_boot_arguments(const struct boot_spec *s, bool soft)
{
	char *copy = xstrdup(s->append), *save, *text;
	size_t size;
	FILE *f = xopen_memstream(&text, &size);

	fputs("kvm_intel.tdx=1", f);
	if (soft)
		fprintf(f, " soft_tdx=on" SOFT_TDX_JITTER " soft_tdx.platform=%s soft_tdx.cost=%s",
			s->platform, s->cost);
	if (json_object_get(s->factors, "cpus"))
		fprintf(f, " maxcpus=%" PRIu64, s->cpus);
	if (s->record == RECORD_NONE)
		fputs(" tdx_stats=off", f);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (soft || strncmp(w, "soft_tdx.", 9))
			fprintf(f, " %s", w);
	}
	fclose(f);
	free(copy);
	return text;
}

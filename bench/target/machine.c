// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what is known about this machine's kernel, for the target "local" and for
 * `dpamt-bench doctor`.
 */
#include "machine.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/guest/files.h"
#include "lib/array_size.h"
#include "lib/file.h"
#include "lib/number.h"
#include "lib/text.h"
#include "lib/variants.h"

#define SOFT_PARAMETERS	"/sys/module/soft_tdx/parameters/"

/* The configuration as text: /boot's, or the kernel's own copy, unpacked by a pipe. */
static FILE *open_config(bool *pipe)
{
	struct utsname u;
	char *path;
	FILE *f;

	uname(&u);
	path = xasprintf("/boot/config-%s", u.release);
	f = fopen(path, "re");
	free(path);
	*pipe = !f && access("/proc/config.gz", R_OK) == 0;
	return *pipe ? popen("zcat /proc/config.gz 2>/dev/null", "re") : f;
}

/* A line of the kernel's configuration, CONFIG_... = its value, malloc'ed; NULL if unknown. */
static char *config_value(const char *name)
{
	char line[1024], *value = NULL;
	size_t n = strlen(name);
	bool pipe;
	FILE *f = open_config(&pipe);

	while (f && fgets(line, sizeof(line), f)) {	/* to the end: a pipe wants to be read */
		if (!value && strncmp(line, name, n) == 0 && line[n] == '=') {
			line[strcspn(line, "\n")] = '\0';
			value = xstrdup(line + n + 1);
		}
	}
	if (f && pipe)
		pclose(f);
	else if (f)
		fclose(f);
	return value;
}

/* The GNU build id among the notes of the running kernel. */
static char *build_id(void)
{
	size_t len = 0, at = 0;
	char *notes = read_file("/sys/kernel/notes", &len), *id = NULL;

	while (notes && !id && at + sizeof(Elf64_Nhdr) <= len) {
		const Elf64_Nhdr *h = (const Elf64_Nhdr *)(notes + at);
		size_t name = at + sizeof(*h), desc = name + ((h->n_namesz + 3) & ~3u);

		if (desc + h->n_descsz > len)
			break;
		if (h->n_type == NT_GNU_BUILD_ID && h->n_namesz == 4 &&
		    memcmp(notes + name, "GNU", 4) == 0) {
			id = xcalloc(2 * h->n_descsz + 1, 1);
			for (size_t i = 0; i < h->n_descsz; i++)
				sprintf(id + 2 * i, "%02x", (unsigned char)notes[desc + i]);
		}
		at = desc + ((h->n_descsz + 3) & ~3u);
	}
	free(notes);
	return id;
}

static void read_policy(struct machine *m)
{
	char *text = read_file(MACHINE_POLICY, NULL);
	const struct variant *v;
	char spt_free[64] = "", pamt_put[64] = "", pamt_lock[64] = "", also[64] = "none";

	if (!text)
		return;
	sscanf(text, "spt_free %63s pamt_put %63s pamt_lock %63s also %63s", spt_free, pamt_put,
	       pamt_lock, also);
	v = variant_of_policy(spt_free, pamt_put, pamt_lock, also);
	m->variant = v ? v->name : NULL;
	for (char *c = text; *c; c++) {
		if (*c == '\n')
			*c = c[1] ? ',' : '\0';
	}
	m->policy = text;
}

static uint64_t mem_mib(void)
{
	char *text = read_file("/proc/meminfo", NULL);
	unsigned long long kib = 0;

	if (text)
		sscanf(text, "MemTotal: %llu", &kib);
	free(text);
	return kib / 1024;
}

/* The kernel lists them as "0-1" or "0,2"; without NUMA there is no such file. */
static uint64_t nodes(void)
{
	char *list = first_line("/sys/devices/system/node/has_memory"), *p = list;
	uint64_t n = 0;

	while (p && *p >= '0' && *p <= '9') {
		unsigned long from = strtoul(p, &p, 10), to = from;

		if (*p == '-')
			to = strtoul(p + 1, &p, 10);
		n += to >= from ? to - from + 1 : 0;
		p += *p == ',';
	}
	free(list);
	return n ? n : 1;
}

/* A percentage among the software module's parameters, -1 if there is none. */
static int soft_percent(const char *path)
{
	char *text = first_line(path);
	uint64_t n;
	int ret = text && parse_u64(text, 0, 100, &n) ? (int)n : -1;

	free(text);
	return ret;
}

void machine_read(struct machine *m)
{
	char *hz = config_value("CONFIG_HZ");
	struct utsname u;

	uname(&u);
	memset(m, 0, sizeof(*m));
	read_policy(m);
	m->release = xstrdup(u.release);
	m->version = xstrdup(u.version);
	m->build_id = build_id();
	m->cmdline = first_line("/proc/cmdline");
	m->soft = access(MACHINE_SOFT, F_OK) == 0;
	m->cost = m->soft ? first_line(SOFT_PARAMETERS "cost") : NULL;
	m->platform = m->soft ? first_line(SOFT_PARAMETERS "platform") : NULL;
	m->jitter_percent = m->soft ? soft_percent(SOFT_PARAMETERS "jitter") : -1;
	m->boot_jitter_percent = m->soft ? soft_percent(SOFT_PARAMETERS "boot_jitter") : -1;
	m->hz = hz ? atoi(hz) : 0;
	m->cpus = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	m->mem_mib = mem_mib();
	m->nodes = nodes();
	free(hz);
}

void machine_free(struct machine *m)
{
	free(m->policy);
	free(m->release);
	free(m->version);
	free(m->build_id);
	free(m->cmdline);
	free(m->cost);
	free(m->platform);
	memset(m, 0, sizeof(*m));
}

bool machine_has_word(const struct machine *m, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = m->cmdline; p && (p = strstr(p, word)); p += n) {
		if ((p == m->cmdline || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	}
	return false;
}

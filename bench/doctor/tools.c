// SPDX-License-Identifier: GPL-2.0
/*
 * Checks programs, files, memory and disk space, which the target qemu, some options and
 * the report need.
 */

#include <glob.h>
#include <inttypes.h>
#include <stdint.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/job/job_check.h"
#include "bench/target/qemu.h"
#include "lib/file.h"
#include "lib/paths.h"
#include "lib/text.h"
#include "doctor.h"

/* What a VM takes by default, QEMU itself included. */
#define VM_MIB		(VM_MEM_MIB + 512)
/* A few run directories with long traces; what bench/kernel/build.sh asks for. */
#define RESULTS_MIB	1024
#define BUILD_MIB	4096
#define BUILD_TEXT	TEXT_OF(BUILD_MIB)

/* The first line that @command prints, or NULL if it fails; malloc'ed. */
static char *first_line_printed_by(const char *command)
{
	char line[256] = "", *text = NULL;
	FILE *p = popen(command, "re");

	if (!p)
		return NULL;
	if (fgets(line, sizeof(line), p)) {
		line[strcspn(line, "\n")] = '\0';
		text = xstrdup(line);
	}
	while (fgets(line, sizeof(line), p))
		;
	if (pclose(p)) {
		free(text);
		return NULL;
	}
	return text;
}

static void check_program(struct findings *f, const char *what, const char *command,
			  const char *advice)
{
	char *version = first_line_printed_by(command);

	finding_add(f, what, version ? FOUND_OK : FOUND_MISSING, version, version ? "" : advice, 0);
}

static void check_memory(struct findings *f)
{
	char *text = read_file("/proc/meminfo", NULL), *p;
	unsigned long long total = 0, available = 0;
	bool enough;

	if (text) {
		sscanf(text, "MemTotal: %llu", &total);
		p = strstr(text, "MemAvailable:");
		if (p)
			sscanf(p, "MemAvailable: %llu", &available);
	}
	free(text);
	enough = available / 1024 >= VM_MIB;
	finding_add(
		f, "memory", enough ? FOUND_OK : FOUND_MISSING,
		xasprintf("%llu MiB, %llu MiB available", total / 1024, available / 1024),
		enough ? ""
		       : "a VM takes " VM_MEM_TEXT
			 " MiB unless --mem says less; one runs per core unless --jobs says fewer",
		0);
}

static void check_disk(struct findings *f, const char *what, const char *dir, uint64_t need_mib,
		       const char *advice)
{
	struct statvfs st;
	uint64_t mib;

	if (statvfs(dir, &st)) {
		finding_add(f, what, FOUND_UNKNOWN, xstrdup(dir), "its file system cannot be asked: make it readable, or write elsewhere", 0);
		return;
	}
	mib = (uint64_t)st.f_bavail * st.f_frsize / (1024 * 1024);
	finding_add(f, what, mib >= need_mib ? FOUND_OK : FOUND_MISSING,
		    xasprintf("%" PRIu64 " MiB free in %s", mib, dir), mib >= need_mib ? "" : advice, 0);
}

/* The directory of the cache; if it does not exist, the home directory or "/". */
static char *cache_dir(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	const struct passwd *account = home && *home ? NULL : getpwuid(geteuid());
	char *dir;

	if (account)
		home = account->pw_dir;
	dir = cache && *cache ? xstrdup(cache) : xasprintf("%s/.cache", home ? home : "");

	if (!file_exists(dir)) {
		free(dir);
		dir = xstrdup(home && file_exists(home) ? home : "/");
	}
	return dir;
}

static void check_build(struct findings *f, const char *name, int needed_for)
{
	char *path = path_in_build(name);
	bool built = access(path, X_OK) == 0;

	finding_add(f, name, built ? FOUND_OK : FOUND_MISSING, path, built ? "" : "run `make tools`",
		    needed_for);
}

static void check_kernels(struct findings *f)
{
	char *pattern = path_in_build("kernels/*/bzImage"), *names = NULL;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			*strrchr(g.gl_pathv[i], '/') = '\0';
			names = text_add(names, strrchr(g.gl_pathv[i], '/') + 1, " ");
		}
		globfree(&g);
	}
	finding_add(f, "kernels", names ? FOUND_OK : FOUND_MISSING, names,
		    names ? "" : "run `make kernels`", FOR_QEMU);
	free(pattern);
}

/*
 * QEMU 7.2 leaves a busy CPU of virtual time without a turn for more than 100 ms, 10.0 and 11.1 for no more
 * than a tick: tests/kernel/guest/cpu_turns.c. Versions between were not tried.
 */
static const char *qemu_advice(const char *version)
{
	return strtoul(version, NULL, 10) < 10 ? "10.0 or later shares virtual time fairly between CPUs" : "";
}

void doctor_check_tools(struct findings *f)
{
	const char *qemu = target_qemu_version();
	bool have_qemu = strcmp(qemu, "unknown");
	char *cache = cache_dir();

	finding_add(f, "CPUs", FOUND_OK, xasprintf("%u, as many VMs side by side in virtual time", cores()),
		    "", 0);
	check_memory(f);
	check_disk(f, "room for results", ".", RESULTS_MIB,
		   "free some, or write elsewhere with --out");
	check_disk(f, "room for kernels", cache, BUILD_MIB,
		   "`make kernels` wants " BUILD_TEXT " MiB; free some, or set XDG_CACHE_HOME");
	finding_add(f, "qemu", have_qemu ? FOUND_OK : FOUND_MISSING, have_qemu ? xstrdup(qemu) : NULL,
		    !have_qemu ? "run `make deps`, or install qemu-system-x86" : qemu_advice(qemu),
		    FOR_QEMU);
	check_build(f, "dpamt-agent", FOR_QEMU);
	check_build(f, "dpamt-workload", FOR_QEMU | FOR_LOCAL);
	check_kernels(f);
	check_program(
		f, "perf", "perf --version 2>/dev/null",
		"needed for --perf only: install linux-perf, one that goes with the kernel measured");
	check_program(f, "stress-ng", "stress-ng --version 2>/dev/null",
		      "needed for antagonists of that name only: install stress-ng");
	check_program(f, "gnuplot", "gnuplot --version 2>/dev/null",
		      "needed for figures: run `make deps`, or install gnuplot-nox");
	free(cache);
}

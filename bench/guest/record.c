// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's trace around the command: begin, end, and save what the ring
 * buffers hold.
 *
 * Nobody reads while the command runs: an event costs its store and nothing
 * else, and in virtual time the bytes are a function of kernel, command and
 * seed. They are saved raw, because printing a million events takes the guest
 * longer than the command did, and rounds their times to microseconds.
 *
 * This file is wrong if the kernel counts an event that is neither in trace.dat nor
 * counted there as lost. bench/boot/recording.c checks that.
 */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs.h>
#include <unistd.h>

#include "bench/rundir/file_names.h"
#include "lib/page_size.h"
#include "files.h"

#define EVENTS		"tdx"		/* the system whose events are recorded */
#define CLOCK		"mono"		/* CLOCK_MONOTONIC, the clock of the samples */

/* Options of trace.dat, from trace-cmd.dat.v6(5). */
#define OPTION_END		0
#define OPTION_CPUSTAT		2
#define OPTION_TRACECLOCK	4

struct trace_dat {
	int fd;
	off_t size;
};

static void must_set(const char *file, const char *value)
{
	if (tracefs_instance_file_write(NULL, file, value) < 0)
		die("write '%s' to %s of tracefs", value, file);
}

bool record_start(unsigned long buffer_kb)
{
	if (!tracefs_tracing_dir())
		return false;
	must_set("tracing_on", "0");
	must_set("options/overwrite", "0");
	must_set("trace_clock", CLOCK);
	if (tracefs_instance_set_buffer_size(NULL, buffer_kb, -1))
		die("make trace buffers of %lu KiB per CPU", buffer_kb);
	/* a kernel without them still records the workload's marks */
	if (tracefs_file_exists(NULL, "events/" EVENTS "/enable"))
		must_set("events/" EVENTS "/enable", "1");
	must_set("tracing_on", "1");
	return true;
}

void record_stop(void)
{
	must_set("tracing_on", "0");
}

static void append(struct trace_dat *t, const void *data, size_t len)
{
	const char *from = data;

	while (len) {
		ssize_t n = write(t->fd, from, len);

		if (n < 0)
			die("write " FILE_TRACE);
		from += n;
		len -= (size_t)n;
		t->size += n;
	}
}

static void append_u16(struct trace_dat *t, uint16_t v)
{
	append(t, &v, sizeof(v));
}

static void append_u32(struct trace_dat *t, uint32_t v)
{
	append(t, &v, sizeof(v));
}

static void append_u64(struct trace_dat *t, uint64_t v)
{
	append(t, &v, sizeof(v));
}

static char *must_read(const char *file, int *len)
{
	char *text = tracefs_instance_file_read(NULL, file, len);

	if (!text)
		die("read %s of tracefs", file);
	return text;
}

/* The file @file of tracefs, behind its size in 64 bits. */
static void append_file(struct trace_dat *t, const char *file)
{
	int len;
	char *text = must_read(file, &len);

	append_u64(t, (uint64_t)len);
	append(t, text, (size_t)len);
	free(text);
}

/* "PID COMM" lines; the library has no text for a file that is empty. */
static void append_names(struct trace_dat *t)
{
	char *text;
	int len = 0;

	text = tracefs_instance_file_read(NULL, "saved_cmdlines", &len);
	append_u64(t, text ? (uint64_t)len : 0);
	append(t, text, text ? (size_t)len : 0);
	free(text);
}

static void append_format(struct trace_dat *t, const char *system, const char *event)
{
	char *file;

	if (asprintf(&file, "events/%s/%s/format", system, event) < 0)
		die("asprintf");
	append_file(t, file);
	free(file);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void append_formats(struct trace_dat *t)
{
	char **events = tracefs_system_events(NULL, EVENTS);
	uint32_t n = 0;

	append_u32(t, 1);	/* of system ftrace: the marks */
	append_format(t, "ftrace", "print");
	while (events && events[n])
		n++;
	append_u32(t, n ? 1 : 0);
	if (n) {
		qsort(events, n, sizeof(*events), by_text);
		append(t, EVENTS, sizeof(EVENTS));
		append_u32(t, n);
	}
	for (uint32_t i = 0; i < n; i++)
		append_format(t, EVENTS, events[i]);
	tracefs_list_free(events);
}

static void append_option(struct trace_dat *t, uint16_t id, const char *text, size_t len)
{
	append_u16(t, id);
	append_u32(t, (uint32_t)len);
	append(t, text, len);
}

static void append_stats(struct trace_dat *t, int cpu)
{
	char *file, *stats, *option;
	int len;

	if (asprintf(&file, "per_cpu/cpu%d/stats", cpu) < 0)
		die("asprintf");
	stats = must_read(file, &len);
	len = asprintf(&option, "CPU: %d\n%.*s", cpu, len, stats);
	if (len < 0)
		die("asprintf");
	append_option(t, OPTION_CPUSTAT, option, (size_t)len + 1);
	free(option);
	free(stats);
	free(file);
}

/* Write all but the pages. The table with the places of the pages follows. */
static void append_head(struct trace_dat *t, int cpus)
{
	static const char magic[] = "\x17\x08\x44tracing6";	/* with its NUL */
	static const char little_endian[] = { 0, sizeof(long) };

	append(t, magic, sizeof(magic));
	append(t, little_endian, sizeof(little_endian));
	append_u32(t, PAGE_BYTES);
	append(t, "header_page", sizeof("header_page"));
	append_file(t, "events/header_page");
	append(t, "header_event", sizeof("header_event"));
	append_file(t, "events/header_event");
	append_formats(t);
	append_u32(t, 0);	/* of kallsyms */
	append_u32(t, 0);	/* of printk_formats */
	append_names(t);
	append_u32(t, (uint32_t)cpus);
	append(t, "options  ", sizeof("options  "));
	for (int cpu = 0; cpu < cpus; cpu++)
		append_stats(t, cpu);
	append_option(t, OPTION_TRACECLOCK, "[" CLOCK "]", sizeof("[" CLOCK "]"));
	append_u16(t, OPTION_END);
	append(t, "flyrecord", sizeof("flyrecord"));
}

static void append_pages(struct trace_dat *t, int cpu)
{
	struct tracefs_cpu *from = tracefs_cpu_open(NULL, cpu, true);
	static char page[PAGE_BYTES];
	int n;

	if (!from)
		die("open the trace buffer of CPU %d", cpu);
	if (tracefs_cpu_read_size(from) > (int)PAGE_BYTES) {
		errno = EFBIG;
		die("pages of %d bytes in the trace buffer", tracefs_cpu_read_size(from));
	}
	while ((n = tracefs_cpu_flush(from, page)) > 0) {
		memset(page + n, 0, sizeof(page) - (size_t)n);
		append(t, page, sizeof(page));
	}
	if (n < 0)
		die("read the trace buffer of CPU %d", cpu);
	tracefs_cpu_close(from);
}

void record_save(const char *dir)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_CONF);
	struct trace_dat t = { 0 };
	off_t table, from;
	char *path;

	if (asprintf(&path, "%s/" FILE_TRACE, dir) < 0)
		die("asprintf");
	t.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (t.fd < 0)
		die("create %s", path);
	append_head(&t, cpus);
	table = t.size;
	from = table + cpus * 2 * (off_t)sizeof(uint64_t);
	from += -from & (PAGE_BYTES - 1);
	if (ftruncate(t.fd, from) || lseek(t.fd, from, SEEK_SET) < 0)
		die("write %s", path);
	for (int cpu = 0; cpu < cpus; cpu++) {
		uint64_t place[2];

		t.size = 0;
		append_pages(&t, cpu);
		place[0] = (uint64_t)from;
		place[1] = (uint64_t)t.size;
		if (pwrite(t.fd, place, sizeof(place), table) != sizeof(place))
			die("write %s", path);
		table += (off_t)sizeof(place);
		from += t.size;
	}
	if (close(t.fd))
		die("write %s", path);
	free(path);
}

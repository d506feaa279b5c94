/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_TRACE_FILE_H
#define RUNDIR_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Reader of trace.dat: the pages of the kernel's ring buffers and the formats
 * of the events in them, trace-cmd.dat.v6(5). Streams the file, which is
 * mapped; memory does not grow with the number of events.
 */
struct trace_file;

enum trace_kind {
	TRACE_OTHER,		/* an event this version does not know */
	TRACE_MARK,		/* what a program wrote to trace_marker */
	TRACE_SEPT_RECLAIM,
	TRACE_SEPT_FREE,
	TRACE_SEPT_LEAK,
	TRACE_PAMT_ADD,
	TRACE_PAMT_REMOVE,
	TRACE_TD_CREATE,
	TRACE_TD_DESTROY,
	TRACE_CONVERT,
	TRACE_KINDS
};

enum trace_field {
	FIELD_HPA,		/* host physical address */
	FIELD_HELD_NS,		/* from RECLAIM to free */
	FIELD_HELD_PAGES,	/* S-EPT pages held after this event */
	FIELD_HELD_BACK_PAIRS,	/* PAMT pairs that only held pages need */
	FIELD_PAIRS,		/* PAMT pairs installed after this event */
	FIELD_KVM,		/* of the TD: its struct kvm, the same in all its events */
	FIELD_TDR_HPA,		/* of the TD: the page of its TDR */
	FIELD_HKID,
	FIELD_GFN,
	FIELD_PAGES,		/* 4K pages converted */
	FIELD_TO_PRIVATE,	/* 1: shared to private, 0: private to shared */
	TRACE_FIELDS
};

struct trace_event {
	uint64_t t_ns;		/* on the trace's clock, CLOCK_MONOTONIC of the guest */
	uint32_t cpu;
	int32_t pid;
	enum trace_kind kind;
	int64_t field[TRACE_FIELDS];	/* those the kind has, see trace_has() */
	const char *mark;	/* TRACE_MARK: its text, not terminated */
	size_t mark_len;
	const void *raw;	/* the record, for trace_file_print() */
	size_t raw_len;
};

/*
 * Open @path. Returns NULL with errno and *error (malloc'ed, one line) set;
 * errno is ENOENT if there is no such file, EINVAL if it is damaged or of
 * another version, for example if an event's format lacks a field.
 */
struct trace_file *trace_file_open(const char *path, char **error);
void trace_file_close(struct trace_file *t);

/*
 * The next event in order of time. Returns 1; 0 at the end; -1 if the file is
 * damaged, with trace_file_error() saying where.
 */
int trace_file_next(struct trace_file *t, struct trace_event *e);
const char *trace_file_error(const struct trace_file *t);

/* When the workload began: its mark "dpamt start". False if there is none. */
bool trace_file_start(const struct trace_file *t, uint64_t *t_ns);

uint32_t trace_file_cpus(const struct trace_file *t);

/*
 * How many events of @cpu were lost: the number in its statistics. If that is 0, the number that
 * the pages read so far show, where a page without a number counts as 1.
 */
uint64_t trace_file_lost(const struct trace_file *t, uint32_t cpu);

/* "tdx_sept_free" or the like; names of fields. */
const char *trace_kind_name(enum trace_kind kind);
const char *trace_field_name(enum trace_field field);
bool trace_field_is_hex(enum trace_field field);	/* an address */
bool trace_has(enum trace_kind kind, enum trace_field field);

/* "COMM-PID [CPU] EVENT: NAME=VALUE ...", or a mark's text; without a newline. */
void trace_file_print(struct trace_file *t, const struct trace_event *e, FILE *out);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RUNDIR_TRACE_HEAD_H
#define RUNDIR_TRACE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace_file.h"

#define TRACE_CPUS_MAX	8192u	/* as many as Linux has */

/* Where one field lies in a record. */
struct trace_place {
	uint16_t field;		/* enum trace_field */
	uint16_t offset;
	uint8_t size;		/* 1, 2, 4 or 8 */
	bool is_signed;
};

/* How to read the records of one event. */
struct trace_layout {
	uint16_t id;
	enum trace_kind kind;
	uint32_t min_len;	/* a shorter record is damage */
	uint32_t nr_places;
	struct trace_place place[TRACE_FIELDS];	/* of the fields the kind has */
	uint32_t mark_offset;	/* TRACE_MARK: where its text begins */
};

/* The pages of one CPU, and what its statistics count as lost. */
struct trace_part {
	uint64_t offset, size;	/* bytes in the file */
	uint64_t lost;
};

/* The name of a process. */
struct trace_comm {
	int32_t pid;
	char text[32];		/* printable */
};

struct trace_head {
	struct trace_comm *comm;
	size_t nr_comms;
	struct trace_layout layout[TRACE_KINDS];
	size_t nr_layouts;
	struct trace_part *part;
	uint32_t cpus;
	uint32_t page_bytes;
};

/*
 * Read the head of a trace.dat of @len bytes at @data. Returns 0, or -1 with
 * *error (malloc'ed) saying what is wrong; @h is to be freed in both cases.
 */
int trace_head_read(struct trace_head *h, const void *data, size_t len, char **error);
void trace_head_free(struct trace_head *h);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * samples.bin: what samples.csv has, as fixed rows that are read without parsing. All numbers are
 * little endian. The file is a struct samples_bin_head, names[nr_ops] of SAMPLES_BIN_NAME_BYTES
 * each (NUL-padded), and nr_rows of struct samples_bin_row, ordered as in samples.csv.
 */
#ifndef DPAMT_WORKLOADS_SAMPLES_BIN_H
#define DPAMT_WORKLOADS_SAMPLES_BIN_H

#include <stdint.h>
#include <stdio.h>

#define SAMPLES_BIN_MAGIC "DPAMTSMP" /* 8 bytes, without its NUL */
#define SAMPLES_BIN_VERSION 1
#define SAMPLES_BIN_ENDIAN 0x01020304 /* as the writer's CPU stores it */
#define SAMPLES_BIN_NAME_BYTES 40

struct samples_bin_head {
	char magic[8];
	uint32_t version;
	uint32_t endian;
	uint32_t nr_ops;
	uint32_t row_bytes; /* sizeof(struct samples_bin_row) */
	uint64_t nr_rows;
};

struct samples_bin_row {
	uint64_t start_ns; /* since the workload's start */
	uint64_t latency_ns;
	uint32_t td;
	uint32_t seq;
	uint16_t thread;
	uint16_t op; /* place in names[] */
	uint32_t zero;
};

struct samples;

/*
 * Write @s, whose operations have the names @ops (NULL-terminated), to @to; start_ns counts from
 * t0_ns. Returns 0, or -1 with errno set by the stream.
 */
int samples_write_bin(const struct samples *s, FILE *to, const char *const *ops, uint64_t t0_ns);

#endif

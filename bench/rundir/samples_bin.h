/* SPDX-License-Identifier: GPL-2.0 */
/*
 * samples.bin: what samples.csv has, as fixed rows that are read without parsing. All numbers are
 * little endian. The file is a struct samples_bin_head, names[nr_ops] of SAMPLES_BIN_NAME_BYTES
 * each (NUL-padded), and nr_rows of struct samples_bin_row, ordered as in samples.csv.
 */
#ifndef RUNDIR_SAMPLES_BIN_H
#define RUNDIR_SAMPLES_BIN_H

#include <stdint.h>

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

#endif

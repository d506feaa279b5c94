/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of the files of a run directory, and the first lines of those that are CSV. Writers and
 * readers take them from here; RUN-DIRECTORY.md describes the files.
 */
#ifndef RUNDIR_FILE_NAMES_H
#define RUNDIR_FILE_NAMES_H

#define FILE_HEADER		"header.json"
#define FILE_STATUS		"status.json"
#define FILE_RESULT		"result.json"
#define FILE_COUNTERS_BEFORE	"counters-before.txt"
#define FILE_COUNTERS_AFTER	"counters-after.txt"
#define FILE_SAMPLES_CSV	"samples.csv"
#define FILE_SAMPLES_BIN	"samples.bin"
#define FILE_REPLACEMENTS	"replacements.csv"
#define FILE_AGE		"age.csv"
#define FILE_TRACE		"trace.dat"
#define FILE_RETENTION		"retention.csv"
#define FILE_PERF		"perf-stat.json"
#define FILE_PERF_SCHED		"perf-sched.txt"
#define FILE_PERF_LOCK		"perf-lock.txt"
#define FILE_STRESS		"stress-ng-%u.yaml" /* a number from 1 */
#define FILE_NUMA		"numa.json"
#define FILE_AGENT		"agent.txt"
#define FILE_COVERAGE		"coverage.txt"
#define FILE_EXIT_STATUS	"exit_status"	/* gone when the boot ends */
#define FILE_STDOUT		"stdout.txt"
#define FILE_STDERR		"stderr.txt"
#define FILE_CONSOLE		"console.log"
#define FILE_QEMU_LOG		"qemu.log"

#define CSV_SAMPLES		"op,td,thread,seq,start_ns,latency_ns"
#define CSV_RETENTION		"t_ns,held_pages,held_back_pairs"
#define CSV_REPLACEMENTS                                                                        \
	"round,td,headroom_kib,start_ns,replace_ns,given_up,enomem,waits,oom_kills,allocstall," \
	"psi_some_us,psi_full_us"
#define CSV_AGE                                                                           \
	"lifetimes,conversions,tds,t_ns,free0,free1,free2,free3,free4,free5,free6,free7," \
	"free8,free9,free10,percpu_pages,unmovable_blocks,movable_blocks,"                \
	"reclaimable_blocks,other_blocks,huge_pages,blocked_2m,pamt_pairs,tdx_pages"

#define SCHEMA_HEADER		"dpamt-bench/run"
#define SCHEMA_STATUS		"dpamt-bench/status"
#define SCHEMA_NUMA		"dpamt-bench/numa"
#define SCHEMA_RESULT		"dpamt-bench/workload"

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#define HOST_CPU_DIR	"/sys/devices/system/cpu"

/* "model name" of @cpuinfo (/proc/cpuinfo); malloc'ed, NULL if it is not told. */
char *host_cpu(const char *cpuinfo);

/*
 * How many different physical_package_id the CPUs in @dir (HOST_CPU_DIR) have;
 * 0 if none tells (an offline CPU does not, nor do some VMs).
 */
int host_sockets(const char *dir);

#endif

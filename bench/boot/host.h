/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_HOST_H
#define BENCH_HOST_H

#define HOST_CPU_DIR	"/sys/devices/system/cpu"

/* The first "model name" in the file @cpuinfo (/proc/cpuinfo), malloc'ed; NULL if there is none. */
char *host_cpu(const char *cpuinfo);

/*
 * Count the different values of physical_package_id below @dir (HOST_CPU_DIR). Returns 0 if there are
 * none: offline CPUs and CPUs of some VMs have none.
 */
int host_sockets(const char *dir);

#endif

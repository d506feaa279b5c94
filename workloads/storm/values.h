/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The addresses, sizes and flags that the arguments of operations choose among: most make sense, some
 * are odd.
 */
#ifndef DPAMT_WORKLOADS_STORM_VALUES_H
#define DPAMT_WORKLOADS_STORM_VALUES_H

#include <stdint.h>

/* A guest physical address; low values of @arg are those of a VMM that means well. */
uint64_t storm_gpa(uint32_t arg);

/* A size in bytes. */
uint64_t storm_bytes(uint32_t arg);

/* An offset in a file or from an address, in bytes. */
uint64_t storm_offset(uint32_t arg);

/* A number of entries of a CPUID table. */
uint32_t storm_entries(uint32_t arg);

#endif

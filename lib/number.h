/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Parse a plain decimal number in [@min, @max]; the whole string must be one. */
bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *value);

/* Parse a size of memory: "4096", "4096M", "4096MiB", "4G" or "4GiB" -> MiB. */
bool parse_mib(const char *s, uint64_t *mib);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * Parses numbers. Text with anything before or behind the number is refused.
 */
#include "number.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array_size.h"

bool parse_u64(const char *s, uint64_t min, uint64_t max, uint64_t *value)
{
	unsigned long long v;
	char *end;

	if (s[0] < '0' || s[0] > '9')
		return false;
	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno || *end || v < min || v > max)
		return false;
	*value = v;
	return true;
}

bool parse_mib(const char *s, uint64_t *mib)
{
	static const struct {
		const char *suffix;
		uint64_t factor;
	} units[] = {
		{ "", 1 }, { "M", 1 }, { "MiB", 1 }, { "G", 1024 }, { "GiB", 1024 },
	};
	size_t digits = strspn(s, "0123456789");
	char number[16];
	uint64_t v;

	if (digits == 0 || digits >= sizeof(number))
		return false;
	memcpy(number, s, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(s + digits, units[i].suffix))
			continue;
		if (!parse_u64(number, 1, UINT32_MAX, &v))
			return false;
		*mib = v * units[i].factor;
		return true;
	}
	return false;
}

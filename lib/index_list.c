// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of indices.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "index_list.h"

int index_list_parse(const char *text, bool *in, uint64_t n, char **error)
{
	memset(in, 0, n * sizeof(*in));
	if (*text == '-' && (!text[1] || text[1] == '/'))
		return 0;
	for (;;) {
		char *end;
		uint64_t first = strtoull(text, &end, 10), last = first;

		if (end == text)
			break;
		if (*end == '-') {
			text = end + 1;
			last = strtoull(text, &end, 10);
			if (end == text)
				break;
		}
		if (last < first || last >= n) {
			*error = xasprintf("%" PRIu64 " to %" PRIu64 " is not below %" PRIu64,
					   first, last, n);
			return -1;
		}
		memset(in + first, 1, last - first + 1);
		if (!*end || *end == '/')
			return 0;
		if (*end != ',')
			break;
		text = end + 1;
	}
	*error = xasprintf("'%.*s' is no list, as 0-5,9", (int)strcspn(text, "/"), text);
	return -1;
}

const char *index_list_next(const char *text)
{
	const char *slash = strchr(text, '/');

	return slash ? slash + 1 : NULL;
}

char *index_list_text(const bool *in, uint64_t n)
{
	uint64_t i, last;
	size_t bytes;
	char *text;
	FILE *f = xopen_memstream(&text, &bytes);
	const char *comma = "";

	for (i = 0; i < n; i = last + 1) {
		last = i;
		if (!in[i])
			continue;
		while (last + 1 < n && in[last + 1])
			last++;
		fprintf(f, "%s%" PRIu64, comma, i);
		if (last > i)
			fprintf(f, "-%" PRIu64, last);
		comma = ",";
	}
	if (!*comma)
		fputc('-', f);
	fclose(f);
	return text;
}

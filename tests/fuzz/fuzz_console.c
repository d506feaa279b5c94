// SPDX-License-Identifier: GPL-2.0
/* console.log, which a guest in trouble may fill with anything; in pieces, as it grows. */
#include <stdlib.h>
#include <string.h>

#include "bench/boot/console.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct console_watch whole = { 0 }, pieces = { 0 };
	char *text = calloc(1, size + 1);

	memcpy(text, data, size);
	console_feed(&whole, text, size);
	for (size_t at = 0; at < size; at += 7)
		console_feed(&pieces, text + at, size - at < 7 ? size - at : 7);
	if (whole.trouble != pieces.trouble || whole.over != pieces.over ||
	    strcmp(whole.line, pieces.line))
		abort();
	free(console_excerpt(text, CONSOLE_ALL));
	free(console_excerpt(text, CONSOLE_PROGRAMS));
	free(console_agent_line(text));
	free(text);
	return 0;
}

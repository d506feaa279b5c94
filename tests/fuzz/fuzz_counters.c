// SPDX-License-Identifier: GPL-2.0
/* counters-before.txt and -after.txt (split at a NUL), and what is concluded from them. */
#include <stdlib.h>
#include <string.h>

#include "bench/boot/conservation.h"
#include "bench/boot/recording.h"
#include "bench/rundir/counters.h"
#include "lib/text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 2);
	struct conservation_report report;
	struct counters before, after;
	struct recording rec = { 0 };

	memcpy(text, data, size);
	counters_parse(text, &before, NULL);
	counters_parse(text + strnlen(text, size) + 1, &after, NULL);
	conservation_check(&before, &after, &report);
	if ((report.verdict == CONSERVATION_VIOLATED) != !!report.detail[0])
		abort();
	recording_check(&before, &after, &rec);
	if ((rec.verdict == RECORDING_VIOLATED) != (rec.detail && rec.detail[0]))
		abort();
	json_decref(recording_json(&rec));
	recording_free(&rec);
	strv_free(report.detail);
	counters_free(&before);
	counters_free(&after);
	free(text);
	return 0;
}

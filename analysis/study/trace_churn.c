// SPDX-License-Identifier: GPL-2.0
/*
 * The negative control: counts the S-EPT pages that are freed while TDs live. v7.3 frees
 * them only at teardown, so before the first td_destroy of the convert experiment there must
 * be none. The events come from trace.dat. A trace that lost events is not used.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rundir/trace_file.h"
#include "lib/text.h"
#include "trace_churn.h"

/* Count up to the limit. The trace's statistics tell whether events were lost. */
static int count(struct trace_file *f, uint64_t limit_ns, struct an_trace_churn *t)
{
	struct trace_event e;
	uint64_t start;
	int got;

	if (!trace_file_start(f, &start)) {
		t->why_not = "it has no marker \"dpamt start\"";
		return 0;
	}
	while ((got = trace_file_next(f, &e)) > 0 && (e.t_ns < start || e.t_ns - start < limit_ns))
		t->freed += e.kind == TRACE_SEPT_FREE && e.t_ns >= start;
	for (uint32_t cpu = 0; cpu < trace_file_cpus(f); cpu++) {
		if (trace_file_lost(f, cpu))
			t->why_not = "events were lost";
	}
	t->usable = !t->why_not;
	return got < 0 ? -1 : 0;
}

int an_trace_churn(const char *path, uint64_t limit_ns, struct an_trace_churn *t, char **why)
{
	struct trace_file *f;
	int ret, err;

	memset(t, 0, sizeof(*t));
	*why = NULL;
	f = trace_file_open(path, why);
	if (!f) {
		err = errno;
		if (err == ENOENT) {
			free(*why);
			*why = NULL;
		}
		errno = err;
		return -1;
	}
	ret = count(f, limit_ns, t);
	if (ret)
		*why = xstrdup(trace_file_error(f));
	trace_file_close(f);
	errno = EINVAL;
	return ret;
}

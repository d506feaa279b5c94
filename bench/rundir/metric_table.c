// SPDX-License-Identifier: GPL-2.0
/*
 * The table of metrics, in the order of the report's tables. Latencies of operations that the table
 * lacks become metrics too. analysis/README.md says what each metric means.
 */
#include "metric_table.h"

#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "perf_events.h"

#define SAMPLES { METRIC_SAMPLES, NULL, { NULL }, { NULL } }
#define GROWTH(file, a, b) { METRIC_GROWTH, file, { a, b }, { NULL } }
#define END(file, a) { METRIC_END, file, { a, NULL }, { NULL } }
#define MEAN(file, a, per_a, per_b) { METRIC_MEAN, file, { a, NULL }, { per_a, per_b } }
#define RESULT(object, key) { METRIC_RESULT, object, { key, NULL }, { NULL } }
#define NUMA                                 \
	{                                    \
		METRIC_NUMA, NULL, { NULL }, \
		{                            \
			NULL                 \
		}                            \
	}
#define RETENTION { METRIC_RETENTION, NULL, { NULL }, { NULL } }

/* name, unit, is it a latency?, better, words of an answer, source */
const struct metric metric_table[] = {
	{ "spt_held_peak_pages", "pages", false, BETTER_LESS, "S-EPT pages held at the peak are",
	  END("sept", "spt_held_peak_pages") },
	{ "spt_held_time_mean_ns", "ns", false, BETTER_LESS, "a page is held for",
	  MEAN("sept", "spt_held_page_ns", "spt_freed_pages", NULL) },
	{ "td_destroy_ns_p50", "ns", true, BETTER_LESS, "destroying a TD takes", SAMPLES },
	{ "convert_round_ns_p50", "ns", true, BETTER_LESS,
	  "a round trip private-shared-private takes", SAMPLES },
	{ "fault_ns_p50", "ns", true, BETTER_LESS, "a fault takes", SAMPLES },
	{ "fault_ns_p99", "ns", true, BETTER_LESS, "the 99th percentile of faults is", SAMPLES },
	{ "victim_fault_ns_p50", "ns", true, BETTER_LESS, "a victim's fault takes", SAMPLES },
	{ "victim_fault_ns_p99", "ns", true, BETTER_LESS,
	  "the 99th percentile of a victim's faults is", SAMPLES },
	{ "pamt_lock_wait_ns_mean", "ns", false, BETTER_LESS, "taking pamt_lock takes on average",
	  MEAN("pamt", "pamt_lock_wait_ns", "pamt_get_locked", "pamt_put_locked") },
	{ "spt_freed_during_churn_pages", "pages", false, BETTER_LESS, NULL, RETENTION },
	{ "spt_held_time_max_ns", "ns", false, BETTER_LESS, NULL,
	  END("sept", "spt_held_time_max_ns") },
	{ "spt_held_page_ns", "page_ns", false, BETTER_LESS, NULL,
	  GROWTH("sept", "spt_held_page_ns", NULL) },
	{ "spt_peak_to_zero_ns", "ns", false, BETTER_LESS, NULL, RETENTION },
	{ "retained_peak_bytes", "bytes", false, BETTER_LESS, NULL, RETENTION },
	{ "pamt_pairs_held_back_peak", "pairs", false, BETTER_LESS, NULL,
	  END("pamt", "pamt_pairs_held_back_peak") },
	{ "pamt_pairs_peak", "pairs", false, BETTER_LESS, "PAMT pairs at the peak are",
	  END("pamt", "pamt_pairs_peak") },
	{ "spt_freed_pages", "pages", false, BETTER_UNKNOWN, NULL,
	  GROWTH("sept", "spt_freed_pages", NULL) },
	{ "spt_leaked_pages", "pages", false, BETTER_LESS, NULL,
	  GROWTH("sept", "spt_leaked_pages", NULL) },
	{ "td_destroy_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "td_create_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "td_create_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "td_populate_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "td_populate_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_round_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_to_shared_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_to_shared_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_punch_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_punch_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_to_private_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_to_private_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_fault_ns_p50", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "convert_fault_ns_p99", "ns", true, BETTER_LESS, NULL, SAMPLES },
	{ "pamt_lock_wait_ns_per_call", "ns", true, BETTER_LESS, NULL,
	  MEAN("pamt", "pamt_lock_wait_ns", "pamt_get", "pamt_put") },
	{ "pamt_irqs_off_ns_mean", "ns", false, BETTER_LESS,
	  "a call turns interrupts off on average for",
	  MEAN("pamt", "pamt_irqs_off_ns", "pamt_get_locked", "pamt_put_locked") },
	{ "pamt_irqs_off_ns_max", "ns", false, BETTER_LESS, NULL,
	  END("pamt", "pamt_irqs_off_max_ns") },
	{ "pamt_lock_wait_ns_max", "ns", false, BETTER_LESS, NULL,
	  END("pamt", "pamt_lock_wait_max_ns") },
	{ "pamt_seamcall_ns_mean", "ns", true, BETTER_LESS, NULL,
	  MEAN("pamt", "pamt_seamcall_ns", "pamt_add", "pamt_remove") },
	{ "pamt_seamcall_ns_max", "ns", true, BETTER_LESS, NULL,
	  END("pamt", "pamt_seamcall_max_ns") },
	{ "pamt_total_ns_mean", "ns", true, BETTER_LESS, NULL,
	  MEAN("pamt", "pamt_total_ns", "pamt_get", "pamt_put") },
	{ "pamt_total_ns_max", "ns", true, BETTER_LESS, NULL, END("pamt", "pamt_total_max_ns") },
	{ "pamt_get_ns_mean", "ns", true, BETTER_LESS, "a get takes on average",
	  MEAN("pamt", "pamt_get_total_ns", "pamt_get", NULL) },
	{ "pamt_put_ns_mean", "ns", true, BETTER_LESS, "a put takes on average",
	  MEAN("pamt", "pamt_put_total_ns", "pamt_put", NULL) },
	{ "pamt_locked_calls", "calls", false, BETTER_LESS, "calls that take pamt_lock are",
	  GROWTH("pamt", "pamt_get_locked", "pamt_put_locked") },
	{ "pamt_getput_calls", "calls", false, BETTER_UNKNOWN, NULL,
	  GROWTH("pamt", "pamt_get", "pamt_put") },
	{ "pamt_addremove_calls", "calls", false, BETTER_UNKNOWN, NULL,
	  GROWTH("pamt", "pamt_add", "pamt_remove") },
	{ "td_replace_ns_p50", "ns", true, BETTER_LESS, "replacing a TD takes", SAMPLES },
	{ "pressure_waited", "replacements", false, BETTER_LESS,
	  "replacements that waited for memory are", RESULT("pressure", "waited") },
	{ "pressure_waits", "events", false, BETTER_LESS, "waits for memory are",
	  RESULT("pressure", "waits") },
	{ "pressure_enomem", "events", false, BETTER_LESS,
	  "replacements' attempts that got ENOMEM are", RESULT("pressure", "enomem") },
	{ "pressure_oom_kills", "events", false, BETTER_LESS, "processes killed for memory are",
	  RESULT("pressure", "oom_kills") },
	{ "pressure_given_up", "events", false, BETTER_LESS,
	  "replacements that got no memory in time are", RESULT("pressure", "given_up") },
	{ "pressure_elsewhere_pages", "pages", false, BETTER_LESS,
	  "pages that went to another node than the one they were meant for are",
	  RESULT("pressure", "elsewhere_pages") },
	{ "pressure_victim_stalls", "allocations", false, BETTER_LESS,
	  "allocations of the victim that stalled are", RESULT("pressure", "victim_stalls") },
	{ "pressure_victim_stalled_us", "us", false, BETTER_LESS, NULL,
	  RESULT("pressure", "victim_stalled_us") },
	{ "pressure_victim_refused", "writes", false, BETTER_LESS,
	  "writes of the victim that got ENOMEM are", RESULT("pressure", "victim_refused") },
	{ "pressure_victim_slept", "writes", false, BETTER_LESS,
	  "writes at which the victim slept are", RESULT("pressure", "victim_slept") },
	{ "pressure_victim_lost_pages", "pages", false, BETTER_LESS,
	  "pages of the victim's file that left the cache are",
	  RESULT("pressure", "victim_lost_pages") },
	{ "pressure_victim_dirty_peak_pages", "pages", false, BETTER_UNKNOWN, NULL,
	  RESULT("pressure", "victim_dirty_peak_pages") },
	{ "pressure_victim_writeback_peak_pages", "pages", false, BETTER_UNKNOWN, NULL,
	  RESULT("pressure", "victim_writeback_peak_pages") },
	{ "guests_up_ms", "ms", false, BETTER_LESS,
	  "from the start until all guests are up it takes", RESULT("guests", "up_ms") },
	{ "guests_gone_ms", "ms", false, BETTER_LESS, "until all guests are gone it takes",
	  RESULT("guests", "gone_ms") },
	{ "spt_freed_elsewhere_pages", "pages", false, BETTER_LESS,
	  "S-EPT pages freed by a CPU of another node than theirs are", NUMA },
	{ "spt_reclaimed_elsewhere_pages", "pages", false, BETTER_LESS,
	  "S-EPT pages reclaimed by a CPU of another node than theirs are", NUMA },
	{ "numa_miss_pages", "pages", false, BETTER_LESS,
	  "pages of the machine that went to another node than the one they were meant for are",
	  NUMA },
	{ "numa_other_node_pages", "pages", false, BETTER_LESS,
	  "pages of the machine allocated by a CPU of another node are", NUMA },
	{ "age_huge_pages", "2M pages", false, BETTER_MORE,
	  "huge pages that the host can still give are", RESULT("age", "huge_pages") },
	{ "age_free_2m_pages", "2M pages", false, BETTER_MORE,
	  "huge pages at hand without compaction are", RESULT("age", "free_2m_pages") },
	{ "age_unusable_2m_permille", "per 1000", false, BETTER_LESS,
	  "the part of free memory outside of huge pages is",
	  RESULT("age", "unusable_2m_permille") },
	{ "age_blocked_2m", "2M blocks", false, BETTER_LESS,
	  "2 MiB with a page that cannot be moved are", RESULT("age", "blocked_2m") },
	{ "age_unmovable_blocks", "2M blocks", false, BETTER_LESS,
	  "pageblocks of type unmovable are", RESULT("age", "unmovable_blocks") },
	{ "age_pairs_per_1000_pages", "per 1000", false, BETTER_LESS,
	  "PAMT pairs by pages of TDs, times 1000, are", RESULT("age", "pairs_per_1000_pages") },
	{ "age_without_tds_huge_pages", "2M pages", false, BETTER_MORE,
	  "huge pages that the host can give without TDs are",
	  RESULT("age_without_tds", "huge_pages") },
	{ "age_without_tds_blocked_2m", "2M blocks", false, BETTER_LESS, NULL,
	  RESULT("age_without_tds", "blocked_2m") },
	{ "age_without_tds_unmovable_blocks", "2M blocks", false, BETTER_LESS,
	  "pageblocks of type unmovable without TDs are",
	  RESULT("age_without_tds", "unmovable_blocks") },
	{ "psi_memory_some_us", "us", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "psi_some_us") },
	{ "psi_memory_full_us", "us", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "psi_full_us") },
	{ "vm_allocstall", "events", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "allocstall") },
	{ "vm_pgscan_direct", "pages", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "pgscan_direct") },
	{ "vm_written_pages", "pages", false, BETTER_UNKNOWN, NULL,
	  RESULT("memory_pressure", "nr_written") },
	{ "vm_throttled_written_pages", "pages", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "nr_throttled_written") },
	{ "vm_reclaim_written_pages", "pages", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "nr_vmscan_write") },
	{ "vm_compact_stall", "events", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "compact_stall") },
	{ "vm_thp_fault_fallback", "events", false, BETTER_LESS, NULL,
	  RESULT("memory_pressure", "thp_fault_fallback") },
	{ .name = "" }
};

const struct metric_quantile metric_quantiles[] = {
	{ "p50", 0.50, 1 },
	{ "p90", 0.90, 20 },
	{ "p99", 0.99, 100 },
	{ "p999", 0.999, 2000 },
	{ .name = NULL }
};

const struct metric *metric_find(const char *name)
{
	const struct metric *m;

	for (m = metric_table; *m->name; m++)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

const struct metric_node metric_node_table[NODE_METRICS] = {
	[NODE_HELD_PEAK] = { "spt_held_peak_pages", "pages", BETTER_LESS },
	[NODE_HELD_PAGE_NS] = { "spt_held_page_ns", "page_ns", BETTER_LESS },
	[NODE_FREED] = { "spt_freed_pages", "pages", BETTER_UNKNOWN },
	[NODE_PAIRS] = { "pamt_pairs_added", "pairs", BETTER_UNKNOWN },
	[NODE_FOREIGN] = { "numa_foreign_pages", "pages", BETTER_LESS },
};

#define NODE_PREFIX "node"

char *metric_of_node(int node, enum metric_of_node which)
{
	return xasprintf(NODE_PREFIX "%d_%s", node, metric_node_table[which].name);
}

static bool is_of_node(const char *name)
{
	size_t digits;

	if (strncmp(name, NODE_PREFIX, strlen(NODE_PREFIX)))
		return false;
	name += strlen(NODE_PREFIX);
	digits = strspn(name, "0123456789");
	if (!digits || name[digits] != '_')
		return false;
	for (size_t i = 0; i < NODE_METRICS; i++)
		if (!strcmp(name + digits + 1, metric_node_table[i].name))
			return true;
	return false;
}

char *metric_of_event(const char *event)
{
	return xasprintf("perf_%s", event);
}

#define STRESS_BEFORE "stress_"
#define STRESS_BEHIND "_ops_per_second"

char *metric_of_stressor(const char *stressor)
{
	return xasprintf(STRESS_BEFORE "%s" STRESS_BEHIND, stressor);
}

/* Does "stress-ng:--vm,1,--vm-bytes,16M" ask for a stressor whose metric is @name? */
static bool asks_for(const char *antagonist, const char *name)
{
	const char *at = strchr(antagonist, ':');
	bool found = false;

	while (at && !found) {
		size_t n = strcspn(++at, ",=");
		char *stressor, *metric;

		if (n > 2 && !strncmp(at, "--", 2)) {
			stressor = xstrndup(at + 2, n - 2);
			metric = metric_of_stressor(stressor);
			found = !strcmp(metric, name);
			free(metric);
			free(stressor);
		}
		at = strchr(at, ',');
	}
	return found;
}

bool metric_of_antagonist(const char *name, char *const *antagonists)
{
	for (; antagonists && *antagonists; antagonists++)
		if (asks_for(*antagonists, name))
			return true;
	return false;
}

/* Is @name a quantile or the rate of the operation that is the first @n bytes of @op? */
static bool is_of_op(const char *name, const char *op, size_t n)
{
	const struct metric_quantile *q;

	if (strncmp(name, op, n))
		return false;
	if (!strcmp(name + n, METRIC_RATE))
		return true;
	if (strncmp(name + n, "_ns_", 4))
		return false;
	for (q = metric_quantiles; q->name; q++)
		if (!strcmp(name + n + 4, q->name))
			return true;
	return false;
}

bool metric_possible(const char *name, const char *ops, const char *events)
{
	const struct metric *m = metric_find(name);
	bool found = (m && m->source.kind != METRIC_SAMPLES) || is_of_node(name);
	char **names = perf_events_names(events && !perf_tool_of(events) ? events : "");

	for (size_t n; *ops && !found; ops += n + strspn(ops + n, " ")) {
		n = strcspn(ops, " ");
		found = is_of_op(name, ops, n);
	}
	for (char **e = names; e && *e && !found; e++) {
		char *metric = metric_of_event(*e);

		found = !strcmp(metric, name);
		free(metric);
	}
	strv_free(names);
	return found;
}

size_t metric_name_length(const char *text)
{
	const char *colon = strrchr(text, ':');
	enum metric_better better;

	return colon && metric_better_parse(colon + 1, &better) ? (size_t)(colon - text) : strlen(text);
}

bool metric_better_parse(const char *text, enum metric_better *better)
{
	*better = !strcmp(text, "less") ? BETTER_LESS :
		  !strcmp(text, "more") ? BETTER_MORE : BETTER_UNKNOWN;
	return *better != BETTER_UNKNOWN;
}

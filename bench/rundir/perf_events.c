// SPDX-License-Identifier: GPL-2.0
#include "perf_events.h"

#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/array_size.h"
#include "lib/text.h"

/* Letters that perf takes as modifiers behind an event's colon. */
#define MODIFIERS "ukhvIGHpPSDWebRX"

/* Bytes up to the comma that ends the item at @p. */
static size_t item_length(const char *p)
{
	bool slashes = false;
	size_t n = 0;
	int depth = 0;

	for (; p[n]; n++) {
		if (p[n] == '/')
			slashes = !slashes;
		else if (!slashes && p[n] == '{')
			depth++;
		else if (!slashes && p[n] == '}')
			depth--;
		else if (p[n] == ',' && !slashes && depth <= 0)
			break;
	}
	return n;
}

/* The next item, without blanks around it; "" where two commas meet. NULL at the end. */
static char *next_item(const char **p)
{
	const char *start = *p, *end;
	size_t n;

	if (!*start)
		return NULL;
	n = item_length(start);
	*p = start[n] ? start + n + 1 : start + n;
	end = start + n;
	start += strspn(start, " \t\n");
	while (end > start && strchr(" \t\n", end[-1]))
		end--;
	return xstrndup(start, end > start ? (size_t)(end - start) : 0);
}

/* Is @item "{...}" or "{...}:MODIFIERS"? Then its events, and what is behind the brace. */
static bool is_group(char *item, char **inside, char **behind)
{
	char *close = strrchr(item, '}');

	if (item[0] != '{' || !close)
		return false;
	*close = '\0';
	*inside = item + 1;
	*behind = close + 1;
	return true;
}

static char **add_names(char **names, const char *list, const char *modifiers)
{
	char *item, *inside, *behind;

	while ((item = next_item(&list))) {
		if (is_group(item, &inside, &behind)) {
			names = add_names(names, inside, behind);
		} else if (*item) {
			names = strv_add(names, item);
			if (*modifiers) {
				char *full = xasprintf("%s%s", item, modifiers);

				names = strv_add(names, full);
				free(full);
			}
		}
		free(item);
	}
	return names;
}

char **perf_events_names(const char *list)
{
	return add_names(NULL, list, "");
}

static char *append(char *list, const char *before, const char *item, const char *behind)
{
	char *longer = xasprintf("%s%s%s%s%s", list ? list : "", list ? "," : "", before, item, behind);

	free(list);
	return longer;
}

char *perf_events_keep(const char *list, bool (*keep)(const char *event, void *arg), void *arg)
{
	char *kept = NULL, *item, *inside, *behind, *rest;

	while ((item = next_item(&list))) {
		if (is_group(item, &inside, &behind)) {
			rest = perf_events_keep(inside, keep, arg);
			if (rest) {
				char *end = xasprintf("}%s", behind);

				kept = append(kept, "{", rest, end);
				free(end);
			}
			free(rest);
		} else if (*item && keep(item, arg)) {
			kept = append(kept, "", item, "");
		}
		free(item);
	}
	return kept;
}

static const struct perf_tool tools[] = {
	{ "sched", FILE_PERF_SCHED, { "sched", "record", "-a" }, { "sched", "latency" } },
	{ "lock", FILE_PERF_LOCK, { "lock", "record", "-a" }, { "lock", "contention" } },
};

const struct perf_tool *perf_tool_of(const char *what)
{
	for (size_t i = 0; what && i < ARRAY_SIZE(tools); i++)
		if (!strcmp(tools[i].word, what))
			return &tools[i];
	return NULL;
}

bool perf_event_is_tracepoint(const char *event)
{
	const char *colon = strchr(event, ':');
	size_t n = colon ? strcspn(colon + 1, ":") : 0;

	return n && !strchr(event, '/') && strspn(colon + 1, MODIFIERS) < n;
}

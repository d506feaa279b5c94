// SPDX-License-Identifier: GPL-2.0
/*
 * The events of a trace.dat, one after another in order of time.
 *
 * Each CPU has its own pages. libtraceevent's kbuffer walks a page; this file merges the
 * CPUs. The library does not check the lengths in a page. With wrong ones it would read past
 * the page or loop forever, so page_ok() checks them first. Layout of a page and of the 4 bytes in front of an event: the kernel's
 * include/linux/ring_buffer.h and what events/header_page and header_event say.
 */
#include "trace_file.h"

#include <errno.h>
#include <inttypes.h>
#include <kbuffer.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/file.h"
#include "lib/text.h"
#include "trace_head.h"

#define START_MARK	"dpamt start"

/* A page: u64 time stamp, u64 flags and length of what follows. */
#define PAGE_HEAD	16u
#define LENGTH_MASK	((1u << 27) - 1)
#define SOME_MISSED	(UINT64_C(1) << 31)	/* before the page's first event */
#define COUNT_STORED	(UINT64_C(1) << 30)	/* how many, behind the last one */

/* One CPU on its way through its pages. */
struct lane {
	struct kbuffer *kbuf;
	const char *page, *end;		/* not read yet */
	const char *record;		/* of the event it stands at; NULL: it has none left */
	size_t len;
	uint64_t t_ns;
	uint64_t lost_in_pages;
};

struct trace_file {
	char *data;
	size_t len;
	struct trace_head head;
	struct lane *lane;
	uint32_t at;			/* the CPU that gave the last event */
	uint64_t at_until_ns;		/* up to there it has the oldest event of all */
	uint64_t last_ns;
	bool started;
	uint64_t start_ns;
	int8_t layout_of[UINT16_MAX + 1];	/* event id -> layout; -1: not known */
	char *error;
};

static bool page_ok(const char *page, uint32_t page_bytes)
{
	uint32_t size, at = 0, head, type, data[1];
	uint64_t flags;

	memcpy(&flags, page + 8, sizeof(flags));
	size = (uint32_t)flags & LENGTH_MASK;
	if (size > page_bytes - PAGE_HEAD || size % 4)
		return false;
	if ((flags & SOME_MISSED) && (flags & COUNT_STORED) && size + 8 > page_bytes - PAGE_HEAD)
		return false;
	page += PAGE_HEAD;
	while (at < size) {
		memcpy(&head, page + at, 4);
		type = head & 31;
		at += 4;
		if (type && type < KBUFFER_TYPE_PADDING) {
			at += type * 4;
			continue;
		}
		if (at + 4 > size)
			return false;
		memcpy(data, page + at, 4);
		if (type == 0) {		/* the length counts itself */
			if (data[0] < 4 || data[0] > size)
				return false;
			at += (data[0] + 3) & ~3u;
		} else if (type == KBUFFER_TYPE_PADDING) {
			if (data[0] < 4 || data[0] > size || data[0] % 4)
				return false;
			at += data[0];
		} else {			/* a time stamp */
			at += 4;
		}
	}
	return at == size;
}

static int damage(struct trace_file *t, const struct lane *l, const char *what)
{
	free(t->error);
	t->error = xasprintf("damaged at byte %zu, CPU %td: %s", (size_t)(l->page - t->data),
			     l - t->lane, what);
	return -1;
}

/* Take the first page that has an event. Returns 0, or -1 if it is damaged. */
static int next_page(struct trace_file *t, struct lane *l)
{
	unsigned long long t_ns;

	l->record = NULL;
	while (!l->record && l->page < l->end) {
		int missed;

		if (!page_ok(l->page, t->head.page_bytes))
			return damage(t, l, "lengths that do not fit the page");
		/* the library takes no const, and does not write */
		kbuffer_load_subbuffer(l->kbuf, (void *)l->page);
		missed = kbuffer_missed_events(l->kbuf);
		if (missed)
			l->lost_in_pages += missed > 0 ? (uint64_t)missed : 1;
		l->record = kbuffer_read_event(l->kbuf, &t_ns);
		l->t_ns = t_ns;
		l->page += t->head.page_bytes;
	}
	if (l->record)
		l->len = (size_t)kbuffer_event_size(l->kbuf);
	return 0;
}

static int advance(struct trace_file *t, struct lane *l)
{
	unsigned long long t_ns;

	l->record = kbuffer_next_event(l->kbuf, &t_ns);
	if (!l->record)
		return next_page(t, l);
	l->t_ns = t_ns;
	l->len = (size_t)kbuffer_event_size(l->kbuf);
	return 0;
}

static int rewind_all(struct trace_file *t)
{
	t->at = UINT32_MAX;
	t->at_until_ns = 0;
	t->last_ns = 0;
	for (uint32_t cpu = 0; cpu < t->head.cpus; cpu++) {
		struct lane *l = &t->lane[cpu];

		l->page = t->data + t->head.part[cpu].offset;
		l->end = l->page + t->head.part[cpu].size;
		l->lost_in_pages = 0;
		if (next_page(t, l))
			return -1;
	}
	return 0;
}

/* The CPU with the oldest event, the lowest of equals; and how long it stays that. */
static bool choose(struct trace_file *t)
{
	uint64_t oldest = UINT64_MAX, second = UINT64_MAX;
	uint32_t at = UINT32_MAX;

	for (uint32_t cpu = 0; cpu < t->head.cpus; cpu++) {
		const struct lane *l = &t->lane[cpu];

		if (!l->record)
			continue;
		if (at == UINT32_MAX || l->t_ns < oldest) {
			second = oldest;
			oldest = l->t_ns;
			at = cpu;
		} else if (l->t_ns < second) {
			second = l->t_ns;
		}
	}
	t->at = at;
	t->at_until_ns = second;
	return at != UINT32_MAX;
}

/* Little endian, as the file; sizes apart, because this is where reading a file takes its time. */
static int64_t value_at(const char *record, const struct trace_place *p)
{
	const char *at = record + p->offset;
	uint64_t v8;
	uint32_t v4;
	uint16_t v2;

	switch (p->size) {
	case 8:
		memcpy(&v8, at, 8);
		return (int64_t)v8;
	case 4:
		memcpy(&v4, at, 4);
		return p->is_signed ? (int32_t)v4 : (int64_t)v4;
	case 2:
		memcpy(&v2, at, 2);
		return p->is_signed ? (int16_t)v2 : (int64_t)v2;
	default:
		return p->is_signed ? (int8_t)*at : (int64_t)(uint8_t)*at;
	}
}

/* Returns false if the record is too short for what it says it is. */
static bool decode(const struct trace_file *t, const struct lane *l, struct trace_event *e)
{
	const struct trace_layout *layout;
	const char *end;
	uint16_t id;

	if (l->len < 8)
		return false;
	memcpy(&id, l->record, sizeof(id));
	memcpy(&e->pid, l->record + 4, sizeof(e->pid));
	e->t_ns = l->t_ns;
	e->cpu = (uint32_t)(l - t->lane);
	e->kind = TRACE_OTHER;
	e->raw = l->record;
	e->raw_len = l->len;
	if (t->layout_of[id] < 0)
		return true;
	layout = &t->head.layout[t->layout_of[id]];
	if (l->len < layout->min_len)
		return false;
	e->kind = layout->kind;
	for (uint32_t i = 0; i < layout->nr_places; i++) {
		const struct trace_place *p = &layout->place[i];

		e->field[p->field] = value_at(l->record, p);
	}
	if (e->kind == TRACE_MARK) {
		e->mark = l->record + layout->mark_offset;
		end = memchr(e->mark, '\0', l->len - layout->mark_offset);
		e->mark_len = end ? (size_t)(end - e->mark) : l->len - layout->mark_offset;
	}
	return true;
}

int trace_file_next(struct trace_file *t, struct trace_event *e)
{
	struct lane *l;

	if (t->error)
		return -1;
	if (t->at != UINT32_MAX) {
		l = &t->lane[t->at];
		if (advance(t, l))
			return -1;
	}
	if (t->at == UINT32_MAX || !l->record || l->t_ns >= t->at_until_ns) {
		if (!choose(t))
			return 0;
		l = &t->lane[t->at];
	}
	if (l->t_ns < t->last_ns)
		return damage(t, l, "time runs backwards");
	t->last_ns = l->t_ns;
	if (!decode(t, l, e))
		return damage(t, l, "an event shorter than its format");
	return 1;
}

static int find_start(struct trace_file *t)
{
	struct trace_event e;
	int ret;

	while ((ret = trace_file_next(t, &e)) > 0) {
		if (e.kind != TRACE_MARK || e.mark_len < sizeof(START_MARK) - 1 ||
		    memcmp(e.mark, START_MARK, sizeof(START_MARK) - 1))
			continue;
		t->started = true;
		t->start_ns = e.t_ns;
		break;
	}
	return ret < 0 ? -1 : rewind_all(t);
}

struct trace_file *trace_file_open(const char *path, char **error)
{
	struct trace_file *t = xcalloc(1, sizeof(*t));
	int err = EINVAL;

	t->data = map_file(path, &t->len);
	if (!t->data) {
		err = errno;
		if (err == EINVAL)
			t->error = xstrdup(t->len ? "not a file" : "empty");
		goto out_error;
	}
	if (trace_head_read(&t->head, t->data, t->len, &t->error))
		goto out_error;
	memset(t->layout_of, -1, sizeof(t->layout_of));
	for (size_t i = 0; i < t->head.nr_layouts; i++)
		t->layout_of[t->head.layout[i].id] = (int8_t)i;
	t->lane = xcalloc(t->head.cpus, sizeof(*t->lane));
	for (uint32_t cpu = 0; cpu < t->head.cpus; cpu++) {
		t->lane[cpu].kbuf = kbuffer_alloc(KBUFFER_LSIZE_8, KBUFFER_ENDIAN_LITTLE);
		if (!t->lane[cpu].kbuf) {
			err = ENOMEM;
			goto out_error;
		}
	}
	if (!rewind_all(t) && !find_start(t))
		return t;

out_error:
	*error = t->error ? t->error : xstrdup(strerror(err));
	t->error = NULL;
	trace_file_close(t);
	errno = err;
	return NULL;
}

void trace_file_close(struct trace_file *t)
{
	if (!t)
		return;
	for (uint32_t cpu = 0; t->lane && cpu < t->head.cpus; cpu++)
		kbuffer_free(t->lane[cpu].kbuf);
	free(t->lane);
	trace_head_free(&t->head);
	if (t->data)
		munmap(t->data, t->len);
	free(t->error);
	free(t);
}

const char *trace_file_error(const struct trace_file *t)
{
	return t->error ? t->error : "";
}

bool trace_file_start(const struct trace_file *t, uint64_t *t_ns)
{
	*t_ns = t->start_ns;
	return t->started;
}

uint32_t trace_file_cpus(const struct trace_file *t)
{
	return t->head.cpus;
}

uint64_t trace_file_lost(const struct trace_file *t, uint32_t cpu)
{
	uint64_t counted = t->head.part[cpu].lost, seen = t->lane[cpu].lost_in_pages;

	return counted ? counted : seen;
}

static const char *comm_of(const struct trace_file *t, int32_t pid)
{
	for (size_t i = 0; i < t->head.nr_comms; i++) {
		if (t->head.comm[i].pid == pid)
			return t->head.comm[i].text;
	}
	return pid ? "<...>" : "<idle>";
}

void trace_file_print(struct trace_file *t, const struct trace_event *e, FILE *out)
{
	fprintf(out, "%s-%" PRId32 " [%03" PRIu32 "] ", comm_of(t, e->pid), e->pid, e->cpu);
	if (e->kind == TRACE_OTHER) {
		uint16_t id;

		memcpy(&id, e->raw, sizeof(id));
		fprintf(out, "event %u, %zu bytes", id, e->raw_len);
		return;
	}
	fprintf(out, "%s:", trace_kind_name(e->kind));
	for (size_t f = 0; f < TRACE_FIELDS; f++) {
		if (trace_has(e->kind, f))
			fprintf(out, trace_field_is_hex(f) ? " %s=0x%" PRIx64 : " %s=%" PRId64,
				trace_field_name(f), e->field[f]);
	}
	if (e->kind == TRACE_MARK)
		fputc(' ', out);
	for (size_t i = 0; e->kind == TRACE_MARK && i < e->mark_len && e->mark[i] != '\n'; i++)
		fputc(e->mark[i] >= ' ' && e->mark[i] <= '~' ? e->mark[i] : '?', out);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What stands in front of the events in a trace.dat: formats, names of
 * processes, per CPU statistics and the place of its pages. The format is
 * trace-cmd.dat.v6(5); what our kernels never write (another byte order,
 * several buffers, latency traces) is refused, not guessed.
 */
#include "trace_head.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file_names.h"
#include "lib/array_size.h"
#include "lib/number.h"
#include "lib/page_size.h"
#include "lib/text.h"

#define MAX_OFFSET	PAGE_BYTES	/* of a field: no record is longer */

#define OPTION_END	0
#define OPTION_CPUSTAT	2

static const char * const field_names[TRACE_FIELDS] = {
	[FIELD_HPA] = "hpa",
	[FIELD_HELD_NS] = "held_ns",
	[FIELD_HELD_PAGES] = "held_pages",
	[FIELD_HELD_BACK_PAIRS] = "held_back_pairs",
	[FIELD_PAIRS] = "pairs",
	[FIELD_KVM] = "kvm",
	[FIELD_TDR_HPA] = "tdr_hpa",
	[FIELD_HKID] = "hkid",
	[FIELD_GFN] = "gfn",
	[FIELD_PAGES] = "pages",
	[FIELD_TO_PRIVATE] = "to_private",
};

#define BIT(f)	(1u << (f))
#define HELD	(BIT(FIELD_HPA) | BIT(FIELD_HELD_PAGES) | BIT(FIELD_HELD_BACK_PAIRS))

static const struct {
	const char *system, *name;
	unsigned int fields;
} kinds[TRACE_KINDS] = {
	[TRACE_OTHER] = { "", "other", 0 },
	[TRACE_MARK] = { "ftrace", "print", 0 },
	[TRACE_SEPT_RECLAIM] = { "tdx", "tdx_sept_reclaim", HELD },
	[TRACE_SEPT_FREE] = { "tdx", "tdx_sept_free", HELD | BIT(FIELD_HELD_NS) },
	[TRACE_SEPT_LEAK] = { "tdx", "tdx_sept_leak", HELD },
	[TRACE_PAMT_ADD] = { "tdx", "tdx_pamt_add", BIT(FIELD_HPA) | BIT(FIELD_PAIRS) },
	[TRACE_PAMT_REMOVE] = { "tdx", "tdx_pamt_remove", BIT(FIELD_HPA) | BIT(FIELD_PAIRS) },
	[TRACE_TD_CREATE] = { "tdx", "tdx_td_create", BIT(FIELD_KVM) |
					BIT(FIELD_TDR_HPA) | BIT(FIELD_HKID) },
	[TRACE_TD_DESTROY] = { "tdx", "tdx_td_destroy", BIT(FIELD_KVM) | BIT(FIELD_TDR_HPA) },
	[TRACE_CONVERT] = { "tdx", "tdx_convert", BIT(FIELD_KVM) | BIT(FIELD_GFN) |
						  BIT(FIELD_PAGES) | BIT(FIELD_TO_PRIVATE) },
};

const char *trace_kind_name(enum trace_kind kind)
{
	return kinds[kind].name;
}

const char *trace_field_name(enum trace_field field)
{
	return field_names[field];
}

bool trace_field_is_hex(enum trace_field field)
{
	return field == FIELD_HPA || field == FIELD_KVM || field == FIELD_TDR_HPA ||
	       field == FIELD_GFN;
}

bool trace_has(enum trace_kind kind, enum trace_field field)
{
	return kinds[kind].fields & BIT(field);
}

/* A place in the file. Reading past the end gives 0 and sets @bad. */
struct cursor {
	const char *data;
	size_t at, len;
	bool bad;
};

static const char *take(struct cursor *c, uint64_t n)
{
	const char *p = c->data + c->at;

	if (c->bad || n > c->len - c->at) {
		c->bad = true;
		return NULL;
	}
	c->at += n;
	return p;
}

static uint64_t take_uint(struct cursor *c, size_t bytes)
{
	const char *p = take(c, bytes);
	uint64_t v = 0;

	if (p)
		memcpy(&v, p, bytes);	/* little endian, checked by the caller */
	return v;
}

/* @text with its NUL comes next. */
static void expect(struct cursor *c, const char *text)
{
	const char *p = take(c, strlen(text) + 1);

	if (p && memcmp(p, text, strlen(text) + 1))
		c->bad = true;
}

/* A NUL-terminated string; NULL if there is none. */
static const char *take_string(struct cursor *c)
{
	const char *p = c->data + c->at;
	const char *end = c->bad ? NULL : memchr(p, '\0', c->len - c->at);

	return take(c, end ? (uint64_t)(end - p) + 1 : UINT64_MAX);
}

static int damaged(const struct cursor *c, const char *where, char **error)
{
	*error = xasprintf("damaged %s at byte %zu of %zu", where, c->at, c->len);
	return -1;
}

/* One line of a format: "\tfield:u64 hpa;\toffset:8;\tsize:8;\tsigned:0;" */
struct field_line {
	char name[64];
	uint32_t offset, size;
	int is_signed;
};

static bool parse_field(const char *line, struct field_line *f)
{
	const char *end = strchr(line, ';'), *bracket, *from;

	if (strncmp(line, "\tfield:", 7) || !end ||
	    sscanf(end, ";\toffset:%" SCNu32 ";\tsize:%" SCNu32 ";\tsigned:%d;", &f->offset, &f->size,
		   &f->is_signed) != 3)
		return false;
	bracket = memchr(line, '[', (size_t)(end - line));
	if (bracket)
		end = bracket;
	for (from = end; from > line && (isalnum((unsigned char)from[-1]) || from[-1] == '_'); from--)
		;
	snprintf(f->name, sizeof(f->name), "%.*s", (int)(end - from), from);
	return f->name[0];
}

/* The kind called @name of @system; TRACE_OTHER if this version knows none. */
static enum trace_kind kind_of(const char *system, const char *name)
{
	for (size_t kind = TRACE_MARK; kind < TRACE_KINDS; kind++) {
		if (strcmp(kinds[kind].system, system) == 0 && strcmp(kinds[kind].name, name) == 0)
			return (enum trace_kind)kind;
	}
	return TRACE_OTHER;
}

/* What every record begins with, in all formats of the kernels this reads. */
static bool common_ok(const struct field_line *f)
{
	if (strcmp(f->name, "common_type") == 0)
		return f->offset == 0 && f->size == 2;
	if (strcmp(f->name, "common_pid") == 0)
		return f->offset == 4 && f->size == 4;
	return true;
}

/* Returns false if the field cannot be where its line says. */
static bool add_field(struct trace_layout *l, const struct field_line *f)
{
	struct trace_place *p = &l->place[l->nr_places];
	size_t field = 0;

	if (!common_ok(f) || f->offset > MAX_OFFSET || f->size > MAX_OFFSET)
		return false;
	if (l->kind == TRACE_MARK && strcmp(f->name, "buf") == 0)
		l->mark_offset = l->min_len = f->offset;
	while (field < TRACE_FIELDS && (!trace_has(l->kind, field) || strcmp(field_names[field], f->name)))
		field++;
	if (field == TRACE_FIELDS)
		return true;
	for (uint32_t i = 0; i < l->nr_places; i++) {
		if (l->place[i].field == field)
			return false;
	}
	if (f->size != 1 && f->size != 2 && f->size != 4 && f->size != 8)
		return false;
	p->field = (uint16_t)field;
	p->offset = (uint16_t)f->offset;
	p->size = (uint8_t)f->size;
	p->is_signed = f->is_signed;
	l->nr_places++;
	if (f->offset + f->size > l->min_len)
		l->min_len = f->offset + f->size;
	return true;
}

static int want_all_fields(const struct trace_layout *l, char **error)
{
	for (size_t field = 0; field < TRACE_FIELDS; field++) {
		uint32_t i = 0;

		if (!trace_has(l->kind, field))
			continue;
		while (i < l->nr_places && l->place[i].field != field)
			i++;
		if (i < l->nr_places)
			continue;
		*error = xasprintf("event %s has no field %s: other patches of the kernel, or another "
				   "dpamt-bench", kinds[l->kind].name, field_names[field]);
		return -1;
	}
	if (l->kind == TRACE_MARK && l->mark_offset < 8) {
		*error = xstrdup("event print has no field buf");
		return -1;
	}
	return 0;
}

/* Parse the lines of a format, cutting @text. Returns false if it is not a format. */
static bool parse_format(char *text, const char *system, struct trace_layout *l)
{
	char *save, *line = strtok_r(text, "\n", &save), name[64];
	struct field_line f;
	uint16_t id;

	if (!line || sscanf(line, "name: %63s", name) != 1)
		return false;
	line = strtok_r(NULL, "\n", &save);
	if (!line || sscanf(line, "ID: %" SCNu16, &id) != 1)
		return false;
	*l = (struct trace_layout){ .id = id, .kind = kind_of(system, name), .min_len = 8 };
	while ((line = strtok_r(NULL, "\n", &save)) && strncmp(line, "print fmt:", 10)) {
		if (strcmp(line, "format:") && (!parse_field(line, &f) || !add_field(l, &f)))
			return false;
	}
	return line;
}

/*
 * libtraceevent can parse formats, but it also evaluates their print format as C: a damaged one made
 * version 1.7.1 divide by zero, which fuzzing found. Only the places of fields are needed, so this
 * file reads them itself.
 */
static int take_format(struct trace_head *h, struct cursor *c, const char *system, char **error)
{
	uint64_t len = take_uint(c, 8);
	const char *text = take(c, len);
	struct trace_layout l;
	bool is_format;
	char *copy;

	if (!text)
		return damaged(c, "format of an event", error);
	copy = xstrndup(text, len);
	is_format = parse_format(copy, system, &l);
	free(copy);
	if (!is_format)
		return damaged(c, "format of an event", error);
	if (l.kind == TRACE_OTHER)	/* a kernel may have others, and lack some of ours */
		return 0;
	for (size_t i = 0; i < h->nr_layouts; i++) {
		if (h->layout[i].kind == l.kind || h->layout[i].id == l.id)
			return damaged(c, "format of an event: there are two of it", error);
	}
	h->layout[h->nr_layouts++] = l;
	return want_all_fields(&l, error);
}

static int take_formats(struct trace_head *h, struct cursor *c, char **error)
{
	uint64_t n = take_uint(c, 4), systems;

	for (uint64_t i = 0; i < n && !c->bad; i++) {
		if (take_format(h, c, "ftrace", error))
			return -1;
	}
	systems = take_uint(c, 4);
	for (uint64_t s = 0; s < systems && !c->bad; s++) {
		const char *system = take_string(c);

		n = take_uint(c, 4);
		for (uint64_t i = 0; i < n && !c->bad; i++) {
			if (take_format(h, c, system, error))
				return -1;
		}
	}
	return c->bad ? damaged(c, "list of events", error) : 0;
}

static void add_comm(struct trace_head *h, const char *text, int32_t pid)
{
	struct trace_comm *comm;

	h->comm = xreallocarray(h->comm, h->nr_comms + 1, sizeof(*h->comm));
	comm = &h->comm[h->nr_comms++];
	comm->pid = pid;
	snprintf(comm->text, sizeof(comm->text), "%s", text);
	for (char *p = comm->text; *p; p++) {
		if (*p < ' ' || *p > '~')
			*p = '?';
	}
}

/* "PID COMM" lines. */
static void take_cmdlines(struct trace_head *h, const char *text, uint64_t len)
{
	char *copy = xstrndup(text, len), *save;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *comm = strchr(line, ' ');
		uint64_t pid;

		if (!comm)
			continue;
		*comm++ = '\0';
		if (parse_u64(line, 0, INT32_MAX, &pid))
			add_comm(h, comm, (int32_t)pid);
	}
	free(copy);
}

/* "CPU: 0\nentries: 5\noverrun: 0\n...": the kernel's own count of what it dropped. */
static bool take_stats(struct trace_head *h, const char *text, uint64_t len)
{
	static const char * const lost[] = { "overrun: ", "commit overrun: ", "dropped events: " };
	char *copy = xstrndup(text, len), *save;
	uint64_t cpu = UINT64_MAX, v;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "CPU: ", 5) == 0 && !parse_u64(line + 5, 0, h->cpus - 1, &cpu))
			break;
		for (size_t i = 0; i < ARRAY_SIZE(lost); i++) {
			size_t n = strlen(lost[i]);

			if (cpu < h->cpus && strncmp(line, lost[i], n) == 0 &&
			    parse_u64(line + n, 0, UINT64_MAX, &v))
				h->part[cpu].lost += v;
		}
	}
	free(copy);
	return cpu < h->cpus;
}

static int take_options(struct trace_head *h, struct cursor *c, char **error)
{
	uint32_t stats = 0;
	uint64_t id, len;

	expect(c, "options  ");
	while (!c->bad && (id = take_uint(c, 2)) != OPTION_END) {
		const char *text;

		len = take_uint(c, 4);
		text = take(c, len);
		if (text && id == OPTION_CPUSTAT)
			stats += take_stats(h, text, len);
	}
	if (c->bad)
		return damaged(c, "options", error);
	if (stats == h->cpus)
		return 0;
	*error = xasprintf("statistics of %" PRIu32 " CPUs, pages of %" PRIu32
			   ": whether events were lost cannot be said", stats, h->cpus);
	return -1;
}

static int take_parts(struct trace_head *h, struct cursor *c, char **error)
{
	expect(c, "flyrecord");
	for (uint32_t cpu = 0; cpu < h->cpus && !c->bad; cpu++) {
		struct trace_part *p = &h->part[cpu];

		p->offset = take_uint(c, 8);
		p->size = take_uint(c, 8);
		if (c->bad || p->offset % h->page_bytes || p->size % h->page_bytes) {
			c->bad = true;
		} else if (p->offset > c->len || p->size > c->len - p->offset) {
			*error = xasprintf("cut short: CPU %" PRIu32 " has its events up to byte %" PRIu64
					   ", the file has %zu", cpu, p->offset + p->size, c->len);
			return -1;
		}
	}
	return c->bad ? damaged(c, "table of CPUs", error) : 0;
}

int trace_head_read(struct trace_head *h, const void *data, size_t len, char **error)
{
	static const char magic[] = "\x17\x08\x44tracing";
	struct cursor c = { .data = data, .len = len };
	const char *text;
	uint64_t n;

	memset(h, 0, sizeof(*h));
	text = take(&c, sizeof(magic) - 1);
	if (!text || memcmp(text, magic, sizeof(magic) - 1)) {
		*error = xstrdup("not a " FILE_TRACE);
		return -1;
	}
	text = take_string(&c);
	if (!text || !parse_u64(text, 0, UINT32_MAX, &n))
		return damaged(&c, "version", error);
	if (n != 6) {
		*error = xasprintf("a " FILE_TRACE " of version %" PRIu64
				   "; this dpamt-bench reads version 6",
				   n);
		return -1;
	}
	if (take_uint(&c, 1) != 0 || take_uint(&c, 1) != 8 || c.bad) {
		*error = xstrdup("not of a little-endian kernel of 64 bits");
		return -1;
	}
	h->page_bytes = (uint32_t)take_uint(&c, 4);
	if (!c.bad && h->page_bytes != PAGE_BYTES) {
		*error = xasprintf("pages of %" PRIu32 " bytes; this dpamt-bench reads %" PRIu64,
				   h->page_bytes, PAGE_BYTES);
		return -1;
	}

	expect(&c, "header_page");
	take(&c, take_uint(&c, 8));
	expect(&c, "header_event");
	take(&c, take_uint(&c, 8));
	if (c.bad)
		return damaged(&c, "head", error);
	if (take_formats(h, &c, error))
		return -1;
	take(&c, take_uint(&c, 4));	/* kallsyms */
	take(&c, take_uint(&c, 4));	/* printk_formats */
	n = take_uint(&c, 8);
	text = take(&c, n);
	if (text)
		take_cmdlines(h, text, n);
	h->cpus = (uint32_t)take_uint(&c, 4);
	if (c.bad || !h->cpus || h->cpus > TRACE_CPUS_MAX)
		return damaged(&c, "head", error);
	h->part = xcalloc(h->cpus, sizeof(*h->part));
	return take_options(h, &c, error) || take_parts(h, &c, error) ? -1 : 0;
}

void trace_head_free(struct trace_head *h)
{
	free(h->comm);
	free(h->part);
	memset(h, 0, sizeof(*h));
}

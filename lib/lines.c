// SPDX-License-Identifier: GPL-2.0
/*
 * Text files of any size, line by line in constant memory: samples and traces of
 * one boot may have millions of lines.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lines.h"
#include "text.h"

#define BUFFER_BYTES (1 << 18)
#define LINE_BYTES 4096

struct lines {
	int fd;
	bool end;
	uint64_t number;
	size_t at, len;
	char line[LINE_BYTES + 1];
	char buf[BUFFER_BYTES];
};

struct lines *lines_open(const char *path)
{
	struct lines *l = malloc(sizeof(*l));

	if (!l)
		return NULL;
	l->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (l->fd < 0) {
		free(l);
		return NULL;
	}
	l->at = l->len = 0;
	l->end = false;
	l->number = 0;
	return l;
}

/* Refill the empty buffer. Returns false at the end of the file or on error. */
static bool refill(struct lines *l)
{
	ssize_t got;

	if (l->end)
		return false;
	do
		got = read(l->fd, l->buf, sizeof(l->buf));
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		l->end = true;
		if (!got)
			errno = 0;
		return false;
	}
	l->at = 0;
	l->len = got;
	return true;
}

char *lines_next(struct lines *l, bool *complete)
{
	size_t n = 0;

	*complete = false;
	errno = 0;
	l->number++;
	for (;;) {
		char *from, *nl;
		size_t part, room;

		if (l->at == l->len && !refill(l))
			break;
		from = l->buf + l->at;
		nl = memchr(from, '\n', l->len - l->at);
		part = nl ? (size_t)(nl - from) : l->len - l->at;
		l->at += part + !!nl;
		if (nl && !n) {
			*nl = '\0';
			if (part > LINE_BYTES)
				from[LINE_BYTES] = '\0';
			*complete = true;
			return from;
		}
		room = LINE_BYTES - n;
		if (part > room)
			part = room;
		memcpy(l->line + n, from, part);
		n += part;
		if (nl) {
			*complete = true;
			break;
		}
	}
	if (!n && !*complete)
		return NULL;
	l->line[n] = '\0';
	return l->line;
}

void lines_bad(const struct lines *l, struct damage *d)
{
	damage_at(d, l->number);
}

void lines_cut(const struct lines *l, struct damage *d)
{
	d->cut = l->number;
}

void damage_at(struct damage *d, uint64_t number)
{
	if (!d->bad++)
		d->first = number;
}

char *damage_text(const struct damage *d, const char *file, const char *form)
{
	if (d->bad > 1)
		return xasprintf("%s:%" PRIu64 ": not \"%s\" (%" PRIu64 " such lines)", file, d->first,
				 form, d->bad);
	if (d->bad)
		return xasprintf("%s:%" PRIu64 ": not \"%s\"", file, d->first, form);
	return d->cut ? xasprintf("%s:%" PRIu64 ": cut short", file, d->cut) : NULL;
}

struct lines *lines_open_table(const char *dir, const char *file, const char *header, char **why)
{
	char *path = xasprintf("%s/%s", dir, file), *line;
	struct lines *l = lines_open(path);
	bool complete;

	free(path);
	*why = NULL;
	if (!l) {
		if (errno != ENOENT)
			*why = xasprintf("%s: %s", file, strerror(errno));
		return NULL;
	}
	line = lines_next(l, &complete);
	if (line && !strcmp(line, header)) {
		if (complete)
			return l;
		*why = xasprintf("%s:1: cut short", file);
	} else {
		*why = line || !errno ? xasprintf("%s:1: not \"%s\"", file, header)
				      : xasprintf("%s: %s", file, strerror(errno));
	}
	lines_close(l);
	return NULL;
}

void lines_close(struct lines *l)
{
	if (l) {
		close(l->fd);
		free(l);
	}
}

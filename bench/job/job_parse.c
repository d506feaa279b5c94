// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the text of a job file with libinih. A line that is not understood is an error with
 * file and line: ignoring it would make another experiment than the file describes.
 */
#include "job_parse.h"

#include <ctype.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* libinih as Debian builds it cuts longer lines in two (INI_MAX_LINE 200). */
#define MAX_LINE	198

struct parser {
	FILE *f;
	struct job_text *t;
	bool (*known)(const char *key);
	unsigned int line;		/* being read now */
	unsigned int header_line;	/* of the last [section] */
	bool header_used;		/* a key of it was seen */
	bool continues;			/* the line goes on with the value before it */
};

int job_refuse(struct job_text *t, unsigned int line, const char *fmt, ...)
{
	char *what;
	va_list ap;

	if (t->error)		/* the first one counts */
		return -1;
	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	t->error = xasprintf("%s:%u: %s", t->path, line, what);
	free(what);
	return -1;
}

/* libinih silently drops what follows " ;". Levels after it would be lost. */
static bool has_inline_comment(const char *line)
{
	const char *p = line + strspn(line, " \t");

	if (*p == ';' || *p == '#')
		return false;
	for (; *p; p++) {
		if (isblank((unsigned char)p[0]) && p[1] == ';')
			return true;
	}
	return false;
}

/* libinih's fgets: counts lines and checks what libinih does not pass to the handler. */
static char *read_line(char *buf, int size, void *stream)
{
	struct parser *p = stream;
	size_t len;

	if (p->t->error || !fgets(buf, size, p->f))
		return NULL;
	p->line++;
	len = strlen(buf);
	if (len && buf[len - 1] != '\n' && !feof(p->f)) {
		job_refuse(p->t, p->line, "the line is longer than %d characters; continue it on an indented line",
			   MAX_LINE);
		return NULL;
	}
	if (has_inline_comment(buf)) {
		job_refuse(p->t, p->line, "' ;' would begin a comment; write ';' right behind the word before it, and comments on lines of their own");
		return NULL;
	}
	p->continues = isblank((unsigned char)buf[0]);
	if (buf[0] == '[') {
		if (p->header_line && !p->header_used)
			job_refuse(p->t, p->header_line, "the section is empty; give it keys or remove it");
		p->header_line = p->line;
		p->header_used = false;
	}
	return buf;
}

/* Does @text begin with "KEY =", a known key? On an indented line it would become part of a value. */
static bool looks_like_key(const struct parser *p, const char *text)
{
	size_t n = strcspn(text, " \t=");
	char *word = xstrndup(text, n);
	bool yes = text[n + strspn(text + n, " \t")] == '=' && p->known(word);

	free(word);
	return yes;
}

static struct job_section *section_for(struct parser *p, const char *name)
{
	struct job_text *t = p->t;
	struct job_section *s;

	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->section[i].name, name))
			continue;
		if (t->section[i].line == p->header_line)
			return &t->section[i];
		job_refuse(t, p->header_line, "section [%s] is there twice, first in line %u",
			   name, t->section[i].line);
		return NULL;
	}
	t->section = xreallocarray(t->section, t->n + 1, sizeof(*t->section));
	s = &t->section[t->n++];
	*s = (struct job_section){ .name = xstrdup(name), .line = p->header_line };
	return s;
}

const struct job_value *job_value_in(const struct job_section *s, const char *key)
{
	for (size_t i = 0; s && i < s->n; i++) {
		if (strcmp(s->value[i].key, key) == 0)
			return &s->value[i];
	}
	return NULL;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	struct job_section *s;
	struct job_value *v;
	char *joined;

	p->header_used = true;
	if (!section[0])
		return job_refuse(p->t, p->line, "'%s' stands before the first [section]", name), 0;
	if (!p->known(name))
		return job_refuse(p->t, p->line, "unknown key '%s'; `dpamt-bench help job` lists the keys",
				  name), 0;
	if (!value[0])
		return job_refuse(p->t, p->line, "'%s' has no value; give one or remove the line", name), 0;
	s = section_for(p, section);
	if (!s)
		return 0;
	if (p->continues && looks_like_key(p, value))
		return job_refuse(p->t, p->line, "an indented line goes on with '%s', but this one looks like a key; unindent it",
				  name), 0;
	v = (struct job_value *)job_value_in(s, name);
	if (v && !p->continues)
		return job_refuse(p->t, p->line, "'%s' is there twice, first in line %u", name, v->line), 0;
	if (v) {
		joined = xasprintf("%s %s", v->text, value);
		free(v->text);
		v->text = joined;
	} else {
		s->value = xreallocarray(s->value, s->n + 1, sizeof(*s->value));
		s->value[s->n++] = (struct job_value){ xstrdup(name), xstrdup(value), p->line };
	}
	return 1;
}

int job_text_read(FILE *f, const char *path, bool (*known)(const char *key), struct job_text *t)
{
	struct parser p = { .f = f, .t = t, .known = known };
	int bad;

	memset(t, 0, sizeof(*t));
	t->path = path;
	bad = ini_parse_stream(read_line, &p, on_key, &p);
	if (bad > 0)
		job_refuse(t, (unsigned int)bad, "neither [section] nor key = value");
	if (p.header_line && !p.header_used)
		job_refuse(t, p.header_line, "the section is empty; give it keys or remove it");
	t->lines = p.line;
	return t->error ? -1 : 0;
}

void job_text_free(struct job_text *t)
{
	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < t->section[i].n; k++) {
			free(t->section[i].value[k].key);
			free(t->section[i].value[k].text);
		}
		free(t->section[i].value);
		free(t->section[i].name);
	}
	free(t->section);
	free(t->error);
	memset(t, 0, sizeof(*t));
}

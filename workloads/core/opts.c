// SPDX-License-Identifier: GPL-2.0
/*
 * The walks over an option table: parse, help, JSON. Knows nothing of any workload.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "opts.h"

#define OPT_NAME_MAX 64

/* The i-th word of "a|b|c": its start and, in *len, its length; NULL past the last. */
static const char *choice_word(const char *choices, uint64_t i, size_t *len)
{
	while (i--) {
		choices = strchr(choices, '|');
		if (!choices)
			return NULL;
		choices++;
	}
	*len = strcspn(choices, "|");
	return choices;
}

static bool parse_choice(const struct opt *o, const char *text, uint64_t *val)
{
	const char *word;
	size_t len;

	for (*val = 0; (word = choice_word(o->choices, *val, &len)); (*val)++)
		if (strlen(text) == len && !strncmp(text, word, len))
			return true;
	return false;
}

/*
 * Decimal digits, for OPT_BYTES also one suffix. False if text is anything else or too large for 64
 * bits.
 */
static bool parse_number(const struct opt *o, const char *text, uint64_t *val)
{
	unsigned int shift = 0;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*val = strtoull(text, &end, 10);
	if (errno)
		return false;
	if (o->type == OPT_BYTES && *end) {
		const char *suffix = strchr("KMG", *end);

		if (!suffix)
			return false;
		shift = 10 * (unsigned int)(suffix - "KMG" + 1);
		end++;
	}
	if (*end || *val > UINT64_MAX >> shift)
		return false;
	*val <<= shift;
	return true;
}

static int set_value(struct opt *o, const char *text, char *err, size_t err_bytes)
{
	uint64_t val;

	switch (o->type) {
	case OPT_PATH:
	case OPT_TEXT:
		*o->path = text;
		return 0;
	case OPT_FLAG:
		*o->num = 1;
		return 0;
	case OPT_CHOICE:
		if (parse_choice(o, text, o->num))
			return 0;
		snprintf(err, err_bytes, "--%s: '%s' is not one of %s", o->name, text, o->choices);
		return -1;
	default:
		if (!parse_number(o, text, &val)) {
			snprintf(err, err_bytes, "--%s: '%s' is not a number%s", o->name, text,
				 o->type == OPT_BYTES ?
					 " of bytes (suffixes K, M, G are understood)" :
					 "");
			return -1;
		}
		if (val < o->min || val > o->max) {
			snprintf(err, err_bytes,
				 "--%s: %s is out of range, %" PRIu64 "..%" PRIu64 " is possible",
				 o->name, text, o->min, o->max);
			return -1;
		}
		*o->num = val;
		return 0;
	}
}

static int set_defaults(struct opt *o, char *err, size_t err_bytes)
{
	for (; o && o->name; o++) {
		o->given = false;
		if (o->type == OPT_PATH || o->type == OPT_TEXT)
			*o->path = o->def;
		else if (o->type == OPT_FLAG)
			*o->num = 0;
		else if (set_value(o, o->def, err, err_bytes))
			return -1;
	}
	return 0;
}

static struct opt *find(struct opt *o, const char *name, size_t len)
{
	for (; o && o->name; o++)
		if (strlen(o->name) == len && !strncmp(o->name, name, len))
			return o;
	return NULL;
}

int opts_parse(struct opt *table, struct opt *common, int argc, char **argv, char *err,
	       size_t err_bytes)
{
	int i;

	if (set_defaults(table, err, err_bytes) || set_defaults(common, err, err_bytes))
		return -1;

	for (i = 0; i < argc; i++) {
		const char *name = argv[i] + 2, *value;
		struct opt *o = NULL;
		size_t len;

		if (strncmp(argv[i], "--", 2)) {
			snprintf(err, err_bytes, "'%s' is not an option: options start with --",
				 argv[i]);
			return -1;
		}
		len = strcspn(name, "=");
		value = name[len] ? name + len + 1 : NULL;

		o = find(table, name, len);
		if (!o)
			o = find(common, name, len);
		if (!o) {
			snprintf(err, err_bytes, "unknown option --%.*s: --help lists the options",
				 (int)len, name);
			return -1;
		}
		if (o->given) {
			snprintf(err, err_bytes, "--%s is given twice", o->name);
			return -1;
		}
		if (o->type == OPT_FLAG && value) {
			snprintf(err, err_bytes, "--%s takes no value", o->name);
			return -1;
		}
		if (o->type != OPT_FLAG && !value) {
			if (++i == argc) {
				snprintf(err, err_bytes, "--%s needs a value: %s", o->name,
					 o->choices);
				return -1;
			}
			value = argv[i];
		}
		if (set_value(o, value, err, err_bytes))
			return -1;
		o->given = true;
	}
	return 0;
}

bool opt_given(const struct opt *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table->given;
	return false;
}

void opts_help(FILE *to, const struct opt *o)
{
	for (; o->name; o++) {
		fprintf(to, "  --%s%s%s\n      %s", o->name, o->choices ? " " : "",
			o->choices ? o->choices : "", o->help);
		if (o->type == OPT_UINT || o->type == OPT_BYTES)
			fprintf(to, " (%" PRIu64 "..%" PRIu64 ")", o->min, o->max);
		if (o->def)
			fprintf(to, " [%s]", o->def);
		fputc('\n', to);
	}
}

void mdoc_text(FILE *to, const char *text)
{
	/* A zero-width character keeps a word from being a macro, a dot from being a request. */
	if (*text == '.' || *text == '\'')
		fputs("\\&", to);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", to);
		else if (*text == '-')
			fputs("\\-", to);
		else
			fputc(*text, to);
	}
	fputc('\n', to);
}

void opts_mdoc(FILE *to, const struct opt *o)
{
	for (; o->name; o++) {
		fprintf(to, ".It Fl Fl %s", o->name);
		if (o->choices)
			fprintf(to, " Ar %s", o->choices);
		fputc('\n', to);
		mdoc_text(to, o->help);
		if (o->type == OPT_UINT || o->type == OPT_BYTES)
			fprintf(to, "(%" PRIu64 "..%" PRIu64 ")\n", o->min, o->max);
		if (o->def)
			fprintf(to, "[%s]\n", o->def);
	}
}

int opts_json(const struct opt *o, json_t *params)
{
	for (; o->name; o++) {
		char key[OPT_NAME_MAX];
		const char *word;
		size_t len;
		json_t *val;
		char *dash;

		if (o->type == OPT_PATH)
			continue;
		snprintf(key, sizeof(key), "%s", o->name);
		while ((dash = strchr(key, '-')))
			*dash = '_';

		if (o->type == OPT_CHOICE) {
			word = choice_word(o->choices, *o->num, &len);
			val = word ? json_stringn(word, len) : NULL;
		} else if (o->type == OPT_TEXT) {
			val = *o->path ? json_string(*o->path) : json_null();
		} else if (o->type == OPT_FLAG) {
			val = json_boolean(*o->num);
		} else {
			val = json_integer((json_int_t)*o->num);
		}
		if (json_object_set_new(params, key, val))
			return -1;
	}
	return 0;
}

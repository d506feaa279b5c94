// SPDX-License-Identifier: GPL-2.0
/*
 * Walks an option table to parse a command line, to make one, and to write JSON. options_text.c walks
 * it to print help. Neither knows any verb or workload.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "options.h"
#include "text.h"

#define OPT_NAME_MAX 64

bool opts_help_asked;

const char *opt_choice(const char *choices, uint64_t i, size_t *len)
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

	for (*val = 0; (word = opt_choice(o->choices, *val, &len)); (*val)++)
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

	if (o->type == OPT_MIB)
		return parse_mib(text, val);
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

static int set_error(char **error, char *line)
{
	*error = line;
	return -1;
}

static int set_number(struct opt *o, const char *text, char **error)
{
	const char *unit = o->type == OPT_BYTES ? " of bytes (suffixes K, M, G are understood)" :
			   o->type == OPT_MIB ? " of MiB (suffixes M, G are understood)" : "";
	uint64_t val;

	if (!parse_number(o, text, &val))
		return set_error(error,
				 xasprintf("--%s: '%s' is not a number%s", o->name, text, unit));
	if (val < o->min || val > o->max)
		return set_error(error,
				 xasprintf("--%s: %s is out of range; give %" PRIu64 "..%" PRIu64,
					   o->name, text, o->min, o->max));
	*o->num = val;
	return 0;
}

static int set_real(struct opt *o, const char *text, char **error)
{
	char *end;
	double val = strtod(text, &end);

	if (end == text || *end || !isfinite(val))
		return set_error(error, xasprintf("--%s: '%s' is not a number", o->name, text));
	if (val < o->real_min || val > o->real_max)
		return set_error(error, xasprintf("--%s: %s is out of range; give %g..%g", o->name,
						  text, o->real_min, o->real_max));
	*o->real = val;
	return 0;
}

static int set_value(struct opt *o, const char *text, char **error)
{
	char *why;
	uint64_t place;

	switch (o->type) {
	case OPT_FILE:
	case OPT_TEXT:
		*o->text = text;
		return 0;
	case OPT_FLAG:
		*o->flag = true;
		return 0;
	case OPT_LIST:
		*o->list = strv_add(*o->list, text);
		return 0;
	case OPT_CALL:
		if (!o->set(o, text, &why))
			return 0;
		set_error(error, xasprintf("--%s %s: %s", o->name, text, why));
		free(why);
		return -1;
	case OPT_CHOICE:
	case OPT_WORD:
		if (!parse_choice(o, text, &place))
			return set_error(error, xasprintf("--%s: '%s' is not one of %s", o->name,
							  text, o->choices));
		if (o->type == OPT_WORD)
			*o->text = text;
		else
			*o->num = place;
		return 0;
	case OPT_REAL:
		return set_real(o, text, error);
	default:
		return set_number(o, text, error);
	}
}

static int set_defaults(struct opt *o, char **error)
{
	for (; o && o->name; o++) {
		o->given = NULL;
		if (o->def) {
			if (set_value(o, o->def, error))
				return -1;
		} else if (o->type == OPT_FLAG) {
			*o->flag = false;
		} else if (o->type == OPT_LIST) {
			strv_free(*o->list);
			*o->list = NULL;
		} else if (o->type == OPT_REAL) {
			*o->real = NAN;
		} else if (o->type == OPT_WORD || o->type == OPT_FILE || o->type == OPT_TEXT) {
			*o->text = NULL;
		} else if (o->num && o->type != OPT_CALL) {
			*o->num = 0;
		}
	}
	return 0;
}

struct opt *opts_find(struct opt *table, struct opt *common, const char *name, size_t len)
{
	for (struct opt *o = table; o && o->name; o++)
		if (o->type != OPT_HEADING && strlen(o->name) == len &&
		    !strncmp(o->name, name, len))
			return o;
	return common ? opts_find(common, NULL, name, len) : NULL;
}

bool opt_takes_more(const struct opt *o)
{
	size_t len = o && o->type == OPT_LIST ? strlen(o->choices) : 0;

	return len > 3 && !strcmp(o->choices + len - 3, "...");
}

/* Parse the option at **arg. Moves *arg to its last word and sets *row. */
static int parse_option(struct opt *table, struct opt *common, char ***arg, struct opt **row,
			char **error)
{
	const char *name = **arg + 2, *value;
	struct opt *o;
	size_t len;

	if (!strcmp(**arg, "-h"))
		name = "help";
	else if (strncmp(**arg, "--", 2))
		return set_error(error,
				 xasprintf("'%s' is not an option: options start with --", **arg));
	len = strcspn(name, "=");
	value = name[len] ? name + len + 1 : NULL;

	o = opts_find(table, common, name, len);
	if (!o)
		return set_error(error, xasprintf("unknown option --%.*s: --help lists the options",
						  (int)len, name));
	if (o->given && o->type != OPT_LIST && o->type != OPT_CALL)
		return set_error(error, xasprintf("--%s is given twice", o->name));
	if (o->type == OPT_FLAG) {
		if (value)
			return set_error(error, xasprintf("--%s takes no value", o->name));
		value = "";
	} else if (!value) {
		value = *++*arg;
		if (!value)
			return set_error(error,
					 xasprintf("--%s needs a value: %s", o->name, o->choices));
	}
	o->given = value;
	*row = o;
	return set_value(o, value, error);
}

int opts_parse(struct opt *table, struct opt *common, char **argv, char ***command, char **error)
{
	struct opt *last = NULL;
	char **word = argv;
	int n = 0;

	if (command)
		*command = NULL;
	if (set_defaults(table, error) || set_defaults(common, error))
		return -1;

	for (char **arg = argv; *arg; arg++) {
		if (!strcmp(*arg, "--")) {
			if (command) {
				*command = arg + 1;
				break;
			}
			while (*++arg)
				word[n++] = *arg;
			break;
		}
		if ((*arg)[0] == '-' && (*arg)[1]) {
			if (parse_option(table, common, &arg, &last, error))
				return -1;
		} else if (opt_takes_more(last)) {
			set_value(last, *arg, error);
		} else {
			word[n++] = *arg;
		}
	}
	word[n] = NULL;
	return n;
}

bool opt_given(const struct opt *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table->given;
	return false;
}

const struct opt *opts_given_under(const struct opt *o, const char *heading)
{
	bool under = false;

	for (; o->name; o++) {
		if (o->type == OPT_HEADING)
			under = !strcmp(o->name, heading);
		else if (under && o->given)
			return o;
	}
	return NULL;
}

static char **add_argument(char **v, const struct opt *o, const char *value)
{
	char *path = o->type == OPT_FILE ? realpath(value, NULL) : NULL;
	char *arg = o->type == OPT_FLAG ? xasprintf("--%s", o->name) :
					  xasprintf("--%s=%s", o->name, path ? path : value);

	v = strv_add(v, arg);
	free(arg);
	free(path);
	return v;
}

char **opts_argv(char **v, const struct opt *o)
{
	for (; o->name; o++) {
		if (!o->given || o->here_only || o->type == OPT_CALL)
			continue;
		if (o->type != OPT_LIST) {
			v = add_argument(v, o, o->given);
			continue;
		}
		for (char **item = *o->list; *item; item++)
			v = add_argument(v, o, *item);
	}
	return v;
}

static json_t *value_json(const struct opt *o)
{
	const char *word;
	size_t len;

	switch (o->type) {
	case OPT_CHOICE:
		word = opt_choice(o->choices, *o->num, &len);
		return word ? json_stringn(word, len) : NULL;
	case OPT_WORD:
	case OPT_TEXT:
		return *o->text ? json_string(*o->text) : json_null();
	case OPT_FLAG:
		return json_boolean(*o->flag);
	case OPT_REAL:
		return isfinite(*o->real) ? json_real(*o->real) : json_null();
	default:
		return json_integer((json_int_t)*o->num);
	}
}

int opts_json(const struct opt *o, json_t *params)
{
	for (; o->name; o++) {
		char key[OPT_NAME_MAX];
		char *dash;

		if (o->unrecorded || o->type == OPT_FILE || o->type >= OPT_LIST)
			continue;
		snprintf(key, sizeof(key), "%s", o->name);
		while ((dash = strchr(key, '-')))
			*dash = '_';
		if (json_object_set_new(params, key, value_json(o)))
			return -1;
	}
	return 0;
}

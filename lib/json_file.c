// SPDX-License-Identifier: GPL-2.0
/*
 * Loads all JSON that the project reads.
 */
#include "json_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "text.h"

/* Why @o, read from the file @name, is not an object of @schema, malloc'ed; NULL if it is one. */
static char *refusal(const json_t *o, const char *name, const char *schema)
{
	if (!json_is_object(o))
		return xasprintf("%s:1: not a JSON object", name);
	if (!schema)
		return NULL;
	if (strcmp(json_text(o, "schema", ""), schema))
		return xasprintf("%s: its schema is not %s", name, schema);
	if (json_integer_value(json_object_get(o, "version")) != 1)
		return xasprintf("%s: its version is not 1; use the dpamt-bench that wrote it",
				 name);
	return NULL;
}

json_t *json_read_file(const char *path, const char *schema, char **why)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	json_error_t err;
	struct stat st;
	json_t *o;

	*why = NULL;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			*why = xasprintf("%s: %s", name, strerror(errno));
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = xasprintf("%s: not a regular file", name);
		return NULL;
	}
	o = json_load_file(path, JSON_REJECT_DUPLICATES, &err);
	*why = o ? refusal(o, name, schema) :
		   xasprintf("%s:%d: not JSON: %s", name, err.line, err.text);
	if (!*why)
		return o;
	json_decref(o);
	return NULL;
}

json_t *json_read_line(const char *line)
{
	json_t *o = json_loads(line, 0, NULL);

	if (json_is_object(o))
		return o;
	json_decref(o);
	return NULL;
}

const char *json_text(const json_t *object, const char *key, const char *fallback)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text && *text ? text : fallback;
}

double json_number(const json_t *object, const char *key, double fallback)
{
	const json_t *v = json_object_get(object, key);

	return json_is_number(v) ? json_number_value(v) : fallback;
}

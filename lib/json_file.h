/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_JSON_FILE_H
#define LIB_JSON_FILE_H

#include <jansson.h>

/*
 * The object in the file @path, which must be of @schema, version 1; NULL: of any. Returns NULL
 * with *why = "FILE:LINE: what is wrong", FILE without its folder, malloc'ed; *why is NULL if
 * there is no such file.
 */
json_t *json_read_file(const char *path, const char *schema, char **why);

/* The object in a line of text; NULL if it is none. */
json_t *json_read_line(const char *line);

/* Text at @key of @object, or @fallback if it is no text or empty. */
const char *json_text(const json_t *object, const char *key, const char *fallback);

/* Number at @key of @object, or @fallback if it is none. */
double json_number(const json_t *object, const char *key, double fallback);

#endif

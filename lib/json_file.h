/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_JSON_FILE_H
#define LIB_JSON_FILE_H

#include <jansson.h>

/*
 * Read the JSON object in the file @path. It must have @schema, version 1, unless @schema is NULL.
 * On failure returns NULL with *why = "FILE:LINE: what is wrong", malloc'ed, FILE without its folder.
 * If there is no such file, *why is NULL.
 */
json_t *json_read_file(const char *path, const char *schema, char **why);

/* The JSON object in a line of text; NULL if the line holds something else. */
json_t *json_read_line(const char *line);

/* Text at @key of @object; @fallback if there is no text or it is empty. */
const char *json_text(const json_t *object, const char *key, const char *fallback);

/* Number at @key of @object; @fallback if there is no number. */
double json_number(const json_t *object, const char *key, double fallback);

#endif

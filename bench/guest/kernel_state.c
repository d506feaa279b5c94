// SPDX-License-Identifier: GPL-2.0
/*
 * Reads settings that only the measured kernel knows: transparent huge pages (a small
 * VM turns them off by itself) and mitigations of CPU vulnerabilities.
 */
#include "kernel_state.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

char *chosen_word(const char *path)
{
	char *line = first_line(path), *from, *word;

	if (!line)
		return NULL;
	from = strchr(line, '[');
	from = from ? from + 1 : line;
	word = strndup(from, strcspn(from, " ]"));
	free(line);
	return word;
}

static int is_plain(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

char *mitigations(const char *dir)
{
	struct dirent **entry;
	int n = scandir(dir, &entry, is_plain, by_name);
	char *list = NULL;
	bool any = false;
	size_t size;
	FILE *f;

	if (n < 0)
		return NULL;
	f = open_memstream(&list, &size);
	if (!f)
		die("mitigations");
	for (int i = 0; i < n; i++) {
		char path[512], *text;

		snprintf(path, sizeof(path), "%s/%s", dir, entry[i]->d_name);
		text = first_line(path);
		if (text && strcmp(text, "Not affected")) {
			fprintf(f, "%s%s: %s", any ? "; " : "", entry[i]->d_name, text);
			any = true;
		}
		free(text);
		free(entry[i]);
	}
	free(entry);
	if (n && !any)
		fputs("none needed", f);
	if (fclose(f))
		die("mitigations");
	return list;
}

char *kernel_state(void)
{
	char *thp = chosen_word(THP_FILE), *list = mitigations(MITIGATIONS_DIR), *lines = NULL;
	size_t size;
	FILE *f = open_memstream(&lines, &size);

	if (!f)
		die("kernel_state");
	if (thp)
		fprintf(f, "thp %s\n", thp);
	if (list && *list)
		fprintf(f, "mitigations %s\n", list);
	if (fclose(f))
		die("kernel_state");
	free(thp);
	free(list);
	return lines;
}

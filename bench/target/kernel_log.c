// SPDX-License-Identifier: GPL-2.0
#include "kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/text.h"

char *kernel_log_text(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192], *text;
	size_t bytes;
	ssize_t n;
	FILE *f;

	if (fd < 0)
		return NULL;
	f = xopen_memstream(&text, &bytes);
	/* "PRIORITY,NUMBER,TIME,FLAGS;MESSAGE\n", then " KEY=VALUE\n"; EPIPE: records were dropped */
	while ((n = read(fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		char *message;

		if (n < 0)
			continue;
		record[n] = '\0';
		message = strchr(record, ';');
		if (message)
			fprintf(f, "%.*s\n", (int)strcspn(message + 1, "\n"), message + 1);
	}
	close(fd);
	fclose(f);
	return text;
}

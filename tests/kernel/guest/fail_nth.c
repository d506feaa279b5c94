// SPDX-License-Identifier: GPL-2.0
/* The n-th allocation of this task fails: /proc/self/fail-nth, of kernels with FAULT_INJECTION. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "books.h"
#include "fail_nth.h"

#define FAIL_NTH	"/proc/self/fail-nth"

int fail_nth_open(void)
{
	int fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		die(FAIL_NTH ": %s (is this a kernel with FAULT_INJECTION?)", strerror(errno));
	return fd;
}

unsigned long fail_nth(int fd, unsigned long n)
{
	char text[32];
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	if (len <= 0)
		die("reading " FAIL_NTH ": %s", strerror(errno));
	text[len] = '\0';
	dprintf(fd, "%lu", n);
	return strtoul(text, NULL, 10);
}

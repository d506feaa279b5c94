// SPDX-License-Identifier: GPL-2.0
/*
 * A process is killed in the middle of KVM_SET_MEMORY_ATTRIBUTES of a large range: when is it gone?
 *
 * usage: attributes_kill set|clear PAGES_LOG2
 *
 * set makes the range private, clear makes it shared while one page of it is private. One line: "set|clear
 * 2^N pages: gone N ms after SIGKILL", or "... done before SIGKILL". Exit status 0 unless the test itself
 * could not be made.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/clock.h"
#include "workloads/core/layout.h"
#include "books.h"
#include "td_steps.h"

/* From when the child is about to make the call. */
#define KILL_AFTER_MS 20

static void call(bool set, unsigned int pages_log2, int ready)
{
	struct kvm_memory_attributes range = {
		.attributes = set ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0,
		.size = PAGE_BYTES << pages_log2,
	};
	struct td td;

	steps_open(1, 1, 1);
	if (step_do(STEP_CREATE, &td) || (!set && td_set_private(&td, 0, PAGE_BYTES, true)))
		die("no TD: %s", td_failure());
	if (write(ready, "", 1) != 1)
		die("no pipe");
	ioctl(td.vm, KVM_SET_MEMORY_ATTRIBUTES, &range);
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned int pages_log2;
	uint64_t killed_ns;
	int ready[2], ended;
	char byte;
	pid_t child;
	bool set;

	if (argc != 3 || (strcmp(argv[1], "set") && strcmp(argv[1], "clear")))
		die("usage: attributes_kill set|clear PAGES_LOG2");
	set = !strcmp(argv[1], "set");
	pages_log2 = (unsigned int)strtoul(argv[2], NULL, 10);
	if (pages_log2 > 40 || pipe(ready))
		die("2^%s pages are not possible", argv[2]);
	child = fork();
	if (child == 0)
		call(set, pages_log2, ready[1]);
	close(ready[1]);
	if (child < 0 || read(ready[0], &byte, 1) != 1)
		die("no child");
	poll(NULL, 0, KILL_AFTER_MS);
	killed_ns = now_ns();
	kill(child, SIGKILL);
	if (waitpid(child, &ended, 0) != child)
		die("no child: %s", strerror(errno));
	if (WIFSIGNALED(ended))
		printf("%s 2^%u pages: gone %llu ms after SIGKILL\n", argv[1], pages_log2,
		       (unsigned long long)((now_ns() - killed_ns) / 1000000));
	else
		printf("%s 2^%u pages: done before SIGKILL\n", argv[1], pages_log2);
	return 0;
}

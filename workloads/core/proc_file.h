/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text files of the kernel that are read again and again. They stay open: at the limit of a memory cgroup,
 * opening a file is refused memory.
 */
#ifndef DPAMT_WORKLOADS_PROC_FILE_H
#define DPAMT_WORKLOADS_PROC_FILE_H

struct proc_file {
	const char *path;
	int fd; /* -1: not opened yet */
};

/*
 * Its text, valid until the next call for any file; "" if it cannot be read. What is beyond 256 KiB, on a
 * large machine, is not there.
 */
const char *proc_file_read(struct proc_file *f);

/* The line behind the one at @line, or the end of the text. */
const char *proc_next_line(const char *line);

#endif

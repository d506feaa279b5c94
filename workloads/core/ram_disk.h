/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One file on an ext2 of its own, on the kernel's RAM disk: page cache with a disk behind it, which takes no
 * host's disk and so no time but the VM's. Functions return -1 after fail().
 */
#ifndef DPAMT_WORKLOADS_RAM_DISK_H
#define DPAMT_WORKLOADS_RAM_DISK_H

#include <stdint.h>

/* Why there can be none here, or NULL. */
const char *ram_disk_unavailable(void);

/* Make an ext2 of @bytes in the file or on the block device @path, which must be zeroed. Returns 0. */
int ext2_make(const char *path, uint64_t bytes);

/*
 * Create an empty file of up to @bytes. The RAM disk must be empty, and not in use. The file system is mounted
 * nowhere, and lives as long as the file is open. Returns its descriptor.
 */
int ram_disk_file(uint64_t bytes);

/* Close the file that ram_disk_file() returned, and empty the RAM disk. Returns 0. */
int ram_disk_end(int file);

/* Pages of a file in the page cache. */
struct cached {
	uint64_t pages, dirty_pages, writeback_pages;
};

/* Look at @bytes of @file from @at. Returns 0, or -1 without fail() if the kernel does not tell. */
int file_cached(int file, uint64_t at, uint64_t bytes, struct cached *c);

#endif

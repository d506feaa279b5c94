// SPDX-License-Identifier: GPL-2.0
/*
 * An ext2 on the RAM disk; see ram_disk.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ext2fs/ext2fs.h>
#include <et/com_err.h>
#include <linux/fs.h>
#include <linux/mman.h>

#include "lib/err.h"
#include "lib/page_size.h"
#include "ram_disk.h"

#define RAM_DISK "/dev/ram0"

/* Beside the file: inodes, bitmaps, blocks that point to blocks. */
#define METADATA_BYTES (UINT64_C(512) * 1024)

/* What of the disk is looked at before it is taken; superblocks of most file systems lie there. */
#define HEAD_BYTES (64 * 1024)

const char *ram_disk_unavailable(void)
{
	char line[128];
	bool found = false;
	FILE *f;

	if (geteuid())
		return "a victim with a file takes root";
	if (access(RAM_DISK, R_OK | W_OK))
		return "a victim with a file needs " RAM_DISK " (CONFIG_BLK_DEV_RAM)";
	f = fopen("/proc/filesystems", "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = !strcmp(line, "\text2\n");
	if (f)
		fclose(f);
	return found ? NULL : "a victim with a file needs ext2 (CONFIG_EXT2_FS)";
}

static errcode_t build(ext2_filsys fs)
{
	errcode_t err = ext2fs_allocate_tables(fs);

	for (ext2_ino_t i = 1; !err && i < EXT2_FIRST_INODE(fs->super); i++)
		if (i != EXT2_ROOT_INO)
			ext2fs_inode_alloc_stats2(fs, i, +1, 0);
	return err ? err : ext2fs_mkdir(fs, EXT2_ROOT_INO, EXT2_ROOT_INO, NULL);
}

int ext2_make(const char *path, uint64_t bytes)
{
	struct ext2_super_block want = {
		.s_rev_level = EXT2_DYNAMIC_REV,
		.s_log_block_size = 2, /* 4 KiB */
		.s_log_cluster_size = 2,
		.s_inodes_count = 32,
	};
	ext2_filsys fs;
	errcode_t err;

	initialize_ext2_error_table();
	ext2fs_blocks_count_set(&want, bytes / PAGE_BYTES);
	err = ext2fs_initialize(path, EXT2_FLAG_EXCLUSIVE, &want, unix_io_manager, &fs);
	if (!err) {
		err = build(fs);
		if (err)
			ext2fs_free(fs);
		else
			err = ext2fs_close_free(&fs);
	}
	return err ? fail("%s: no ext2 can be made: %s", path, error_message(err)) : 0;
}

static int empty_disk(int disk, uint64_t size)
{
	uint64_t range[] = { 0, size };

	return ioctl(disk, BLKDISCARD, range)
		       ? fail(RAM_DISK ": it cannot be emptied: %s", strerror(errno))
		       : 0;
}

/* Refuse a disk that somebody uses, or that is too small; else take all memory from it. */
static int check_disk(int disk, uint64_t need_bytes)
{
	static char head[HEAD_BYTES];
	uint64_t size;

	if (ioctl(disk, BLKGETSIZE64, &size) || pread(disk, head, HEAD_BYTES, 0) != HEAD_BYTES)
		return fail(RAM_DISK ": %s", strerror(errno));
	if (size < need_bytes)
		return fail(RAM_DISK " has %" PRIu64 " KiB and %" PRIu64
				     " are needed: boot with brd.rd_size=%" PRIu64 " (--append)",
			    size / 1024, need_bytes / 1024, need_bytes / 1024);
	for (size_t i = 0; i < HEAD_BYTES; i++)
		if (head[i])
			return fail(RAM_DISK " has something on it: "
					     "if nobody needs that, 'blkdiscard " RAM_DISK "'");
	return empty_disk(disk, size);
}

static int open_disk(void)
{
	int disk = open(RAM_DISK, O_RDWR | O_EXCL | O_CLOEXEC);

	return disk < 0 ? fail(RAM_DISK ": %s", strerror(errno)) : disk;
}

static int mount_disk(void)
{
	int context = fsopen("ext2", FSOPEN_CLOEXEC), mounted = -1, err;

	if (context >= 0 && !fsconfig(context, FSCONFIG_SET_STRING, "source", RAM_DISK, 0) &&
	    !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		mounted = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOATIME);
	err = errno;
	if (context >= 0)
		close(context);
	return mounted < 0 ? fail(RAM_DISK ": ext2 cannot be mounted: %s", strerror(err)) : mounted;
}

int ram_disk_file(uint64_t bytes)
{
	int disk = open_disk(), mounted, file, ret;

	if (disk < 0)
		return -1;
	ret = check_disk(disk, bytes + METADATA_BYTES);
	close(disk);
	if (ret || ext2_make(RAM_DISK, bytes + METADATA_BYTES))
		return -1;
	mounted = mount_disk();
	if (mounted < 0)
		return -1;
	file = openat(mounted, "file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		fail(RAM_DISK ": no file can be created: %s", strerror(errno));
	close(mounted);
	return file;
}

int ram_disk_end(int file)
{
	uint64_t size;
	int disk, ret;

	close(file);
	disk = open_disk();
	if (disk < 0)
		return -1;
	ret = ioctl(disk, BLKGETSIZE64, &size) ? fail(RAM_DISK ": %s", strerror(errno))
					       : empty_disk(disk, size);
	close(disk);
	return ret;
}

int file_cached(int file, uint64_t at, uint64_t bytes, struct cached *c)
{
	struct cachestat_range range = { at, bytes };
	struct cachestat now;

	if (syscall(__NR_cachestat, file, &range, &now, 0))
		return -1;
	*c = (struct cached){ now.nr_cache, now.nr_dirty, now.nr_writeback };
	return 0;
}

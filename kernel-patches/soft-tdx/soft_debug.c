// SPDX-License-Identifier: GPL-2.0
/*
 * Software TDX module: what it holds and what it did, in debugfs.
 *
 * pages:  pages the module owns now, by type; what serves as PAMT apart; guest
 *         pages that TDs without KeyID still have; KeyIDs in use
 * leaves: per leaf function its number, calls, failed ones, time
 * params: how it was set up
 * inject: calls that are to fail
 */
#include <linux/array_size.h>
#include <linux/debugfs.h>
#include <linux/init.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/cpufeature.h>
#include <asm/soft_vmx.h>

#include "soft_tdx.h"

static const struct {
	enum soft_page_type type;
	const char *name;
} soft_types[] = {
	{ SOFT_PT_TDR,		"pages_tdr" },
	{ SOFT_PT_TDCX,		"pages_tdcx" },
	{ SOFT_PT_TDVPR,	"pages_tdvpr" },
	{ SOFT_PT_EPT,		"pages_sept" },
	{ SOFT_PT_REG,		"pages_guest" },
};

static int pages_show(struct seq_file *m, void *unused)
{
	long total = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(soft_types); i++)
		total += atomic_long_read(&soft_pages_owned[soft_types[i].type]);

	seq_printf(m, "pages_owned %ld\n", total);
	for (i = 0; i < ARRAY_SIZE(soft_types); i++)
		seq_printf(m, "%s %ld\n", soft_types[i].name,
			   atomic_long_read(&soft_pages_owned[soft_types[i].type]));
	seq_printf(m, "pages_pamt %ld\n", atomic_long_read(&soft_pamt_pages));
	seq_printf(m, "pages_guest_left %ld\n", atomic_long_read(&soft_pages_left));
	seq_printf(m, "keyids_used %u\n", soft_kot_used());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(pages);

static int leaves_show(struct seq_file *m, void *unused)
{
	struct soft_leaf_stat stat;

	for (int i = 0; i < SOFT_NR_LEAVES; i++) {
		if (!soft_leaf(i))
			continue;

		soft_leaf_stat_read(i, &stat);
		seq_printf(m, "%s %llu %llu %llu\n", soft_leaf(i)->name,
			   stat.calls, stat.errors, stat.ns);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(leaves);

static int params_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "vmx %s\n", soft_vmx_enabled ? "software" : "hardware");
	seq_printf(m, "dynamic_pamt %d\n", soft_dynamic_pamt);
	seq_printf(m, "keyids %u\n", soft_keyids);
	seq_printf(m, "cost %s\n", soft_cost_level);
	seq_printf(m, "jitter_percent %u\n", soft_jitter_percent);
	seq_printf(m, "boot_jitter_percent %u\n", soft_boot_jitter_percent);
	seq_printf(m, "platform %s\n", boot_cpu_has_bug(X86_BUG_TDX_PW_MCE) ? "spr" : "gnr");
	seq_printf(m, "seed %u\n", soft_seed);
	seq_printf(m, "guest %s\n", soft_guest_script.name);
	if (soft_svm_usable)
		seq_printf(m, "guest %s\n", soft_guest_code.name);
	for (int i = 0; i < SOFT_NR_LEAVES; i++) {
		if (!soft_leaf(i))
			continue;
		seq_printf(m, "cost_ns %s %llu\n", soft_leaf(i)->name, soft_cost_ns(i, false));
		seq_printf(m, "boot_cost_ns %s %llu\n", soft_leaf(i)->name, soft_cost_ns(i, true));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(params);

/* "LEAF NTH STATUS COUNT calls CALLS injected INJECTED" for what is armed. */
static int inject_show(struct seq_file *m, void *unused)
{
	struct soft_inject inject;

	for (int i = 0; i < SOFT_NR_LEAVES; i++) {
		soft_inject_read(i, &inject);
		if (inject.count)
			seq_printf(m, "%s %llu 0x%llx %llu calls %llu injected %llu\n",
				   soft_leaf(i)->name, inject.nth, inject.status,
				   inject.count, inject.calls, inject.injected);
	}
	return 0;
}

static int inject_open(struct inode *inode, struct file *file)
{
	return single_open(file, inject_show, inode->i_private);
}

static int inject_leaf(const char *name)
{
	for (int i = 0; i < SOFT_NR_LEAVES; i++) {
		if (soft_leaf(i) && !strcmp(soft_leaf(i)->name, name))
			return i;
	}

	return -EINVAL;
}

/* "LEAF NTH STATUS_HEX [COUNT]" arms that leaf, "off" disarms all. */
static ssize_t inject_write(struct file *file, const char __user *user, size_t len,
			    loff_t *pos)
{
	char *text __free(kfree) = NULL;
	u64 nth, status, count = 1;
	char name[32], extra;
	int fields, ret;

	if (len > 128)
		return -EINVAL;
	text = memdup_user_nul(user, len);
	if (IS_ERR(text))
		return PTR_ERR(no_free_ptr(text));

	if (!strcmp(strim(text), "off")) {
		soft_inject_off();
		return len;
	}

	fields = sscanf(text, "%31s %llu %llx %llu %c", name, &nth, &status, &count, &extra);
	if (fields < 3 || fields > 4)
		return -EINVAL;

	ret = inject_leaf(name);
	if (ret >= 0)
		ret = soft_inject_arm(ret, nth, count, status);
	return ret ?: len;
}

static const struct file_operations inject_fops = {
	.owner = THIS_MODULE,
	.open = inject_open,
	.read = seq_read,
	.write = inject_write,
	.llseek = seq_lseek,
	.release = single_release,
};

static int __init soft_debug_init(void)
{
	struct dentry *dir;

	if (!soft_tdx_enabled)
		return 0;

	dir = debugfs_create_dir("soft_tdx", NULL);
	debugfs_create_file("pages", 0444, dir, NULL, &pages_fops);
	debugfs_create_file("leaves", 0444, dir, NULL, &leaves_fops);
	debugfs_create_file("params", 0444, dir, NULL, &params_fops);
	debugfs_create_file("inject", 0600, dir, NULL, &inject_fops);
	return 0;
}
late_initcall(soft_debug_init);

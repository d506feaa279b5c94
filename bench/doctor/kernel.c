// SPDX-License-Identifier: GPL-2.0
/*
 * Checks this machine's own kernel, KVM and TDX module, which the target local
 * measures.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/guest/files.h"
#include "lib/file.h"
#include "lib/text.h"
#include "doctor.h"

/* Linux 6.16's <linux/kvm.h>; older headers lack them. */
#ifndef KVM_CAP_VM_TYPES
#define KVM_CAP_VM_TYPES	235
#endif
#define VM_TYPE_TDX		5	/* KVM_X86_TDX_VM */

#define KVM_TDX_PARAM		"/sys/module/kvm_intel/parameters/tdx"
#define MODULE_VERSION		"/sys/devices/faux/tdx_host/version"
#define MISC_CAPACITY		"/sys/fs/cgroup/misc.capacity"

/* The first line of the kernel's log with @text in it, from there on; NULL if there is none. */
static char *in_kernel_log(const char *text, bool *readable)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192], *found = NULL, *at;
	ssize_t n;

	*readable = fd >= 0;
	while (fd >= 0 && ((n = read(fd, record, sizeof(record) - 1)) > 0 ||
			   (n < 0 && errno == EPIPE))) {
		if (n <= 0 || found)
			continue;
		record[n] = '\0';
		at = strstr(record, text);
		if (at) {
			at[strcspn(at, "\n")] = '\0';
			found = xstrdup(at);
		}
	}
	if (fd >= 0)
		close(fd);
	return found;
}

static void check_kvm(struct findings *f)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC), types;
	const char *advice = "";
	bool tdx;

	if (fd < 0)
		advice = errno == EACCES ? "be root, or in the group kvm" :
			 "load kvm_intel, enable VT-x in the BIOS; the target qemu needs neither";
	finding_add(f, "/dev/kvm", fd >= 0 ? FOUND_OK : FOUND_MISSING,
		    fd >= 0 ? NULL : xstrdup(strerror(errno)), advice, FOR_LOCAL);
	if (fd < 0) {
		finding_add(f, "KVM's VM types", FOUND_UNKNOWN, NULL, "there is no /dev/kvm to ask",
			    FOR_LOCAL);
		return;
	}
	types = ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_VM_TYPES);
	close(fd);
	tdx = types > 0 && types & (1 << VM_TYPE_TDX);
	finding_add(f, "KVM's VM types", tdx ? FOUND_OK : FOUND_MISSING,
		    types > 0 ? xasprintf("0x%x, %s TDX", (unsigned int)types, tdx ? "with" : "without") : NULL,
		    tdx ? "" : "this KVM creates no TDs: see the lines on TDX", FOR_LOCAL);
}

static void check_kvm_param(struct findings *f)
{
	char *value = first_line(KVM_TDX_PARAM);
	bool on = value && value[0] == 'Y';

	finding_add(f, "kvm_intel.tdx", on ? FOUND_OK : FOUND_MISSING, value,
		    on ? "" : value ? "boot with kvm_intel.tdx=1" :
		    "this kernel's KVM has no TDX: CONFIG_KVM_INTEL_TDX, and load kvm_intel", FOR_LOCAL);
}

static bool have_cpu_flag(const char *flag)
{
	char *text = read_file("/proc/cpuinfo", NULL), *with = xasprintf(" %s", flag), *at = NULL;
	size_t n = strlen(with);
	bool have = false;

	for (at = text ? strstr(text, with) : NULL; at && !have; at = strstr(at + n, with))
		have = at[n] == ' ' || at[n] == '\n';
	free(with);
	free(text);
	return have;
}

/* Is it a TDX host: the CPU, and the module that runs on it? */
static void check_tdx(struct findings *f, const struct machine *m)
{
	bool cpu = have_cpu_flag("tdx_host_platform"), readable;
	char *log = in_kernel_log("TDX-Module initialized", &readable);
	char *version = first_line(MODULE_VERSION);

	finding_add(f, "TDX platform", cpu ? FOUND_OK : FOUND_MISSING,
		    cpu ? xstrdup(m->soft ? "as the software module shows it" : "tdx_host_platform") : NULL,
		    cpu ? "" : "enable TDX in the BIOS of a TDX CPU; or boot a kernel of kernel-patches/ with soft_tdx=on",
		    0);
	finding_add(f, "software TDX module", m->soft ? FOUND_OK : FOUND_MISSING,
		    m->soft ? xasprintf("cost %s, platform %s", m->cost ? m->cost : "unknown",
					m->platform ? m->platform : "unknown") : NULL,
		    m->soft ? "times are simulated" : cpu ? "not needed: this is a TDX host" :
		    "for kernels of kernel-patches/ booted with soft_tdx=on", 0);
	finding_add(f, "TDX module", log || version ? FOUND_OK : readable ? FOUND_MISSING : FOUND_UNKNOWN,
		    version ? version : log ? xstrdup("initialized") : NULL,
		    log || version ? "" : readable ? "see `dmesg | grep -i tdx`" : "only root can read the kernel's log",
		    0);
	free(log);
}

static void check_dpamt(struct findings *f, const struct machine *m)
{
	bool readable;
	char *log = in_kernel_log("Dynamic PAMT:", &readable);

	finding_add(f, "Dynamic PAMT", log ? FOUND_OK : readable ? FOUND_MISSING : FOUND_UNKNOWN, log,
		    log ? "" : !readable ? "only root can read the kernel's log" :
		    m->soft ? "boot without soft_tdx.dpamt=0" :
		    "kernel and TDX module need it; runs without it hold no PAMT pairs", 0);
}

static void check_hkids(struct findings *f)
{
	char *text = read_file(MISC_CAPACITY, NULL), *log, *at = text ? strstr(text, "tdx ") : NULL;
	bool readable;

	if (at) {
		at[strcspn(at, "\n")] = '\0';
		finding_add(f, "HKIDs", FOUND_OK, xasprintf("%s TDs at once (misc.capacity)", at + 4), "", 0);
		free(text);
		return;
	}
	free(text);
	log = in_kernel_log("private KeyID range", &readable);
	finding_add(f, "HKIDs", log ? FOUND_OK : FOUND_UNKNOWN, log,
		    log ? "" : "mount cgroup2 with the misc controller, on a machine with TDX", 0);
}

static void check_observation(struct findings *f, const struct machine *m)
{
	static const char root_only[] = "only root can look; use sudo";
	bool root = geteuid() == 0;
	bool events = access(MACHINE_TRACING "/events/tdx", F_OK) == 0;

	finding_add(f, "root", root ? FOUND_OK : FOUND_MISSING, NULL,
		    root ? "" : "the target local needs it, the target qemu does not", FOR_LOCAL);
	finding_add(f, "our counters", m->policy ? FOUND_OK : root ? FOUND_MISSING : FOUND_UNKNOWN,
		    m->policy ? xasprintf("variant %s (%s)", m->variant ? m->variant : "unknown", m->policy) : NULL,
		    m->policy ? "" : !root ? root_only :
		    "mount debugfs; boot a kernel of kernel-patches/ (see its README) without tdx_stats=off",
		    FOR_LOCAL);
	finding_add(f, "our tracepoints", events ? FOUND_OK : root ? FOUND_MISSING : FOUND_UNKNOWN,
		    events ? xstrdup(MACHINE_TRACING "/events/tdx") : NULL,
		    events ? "" : !root ? root_only :
		    "mount -t tracefs nodev " MACHINE_TRACING "; boot a kernel of kernel-patches/", FOR_LOCAL);
}

void doctor_check_kernel(struct findings *f, const struct machine *m)
{
	finding_add(f, "kernel", FOUND_OK,
		    m->hz ? xasprintf("%s, HZ=%d", m->release, m->hz) : xstrdup(m->release), "", 0);
	check_kvm(f);
	check_kvm_param(f);
	check_tdx(f, m);
	check_dpamt(f, m);
	check_hkids(f);
	check_observation(f, m);
}

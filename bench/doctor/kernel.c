// SPDX-License-Identifier: GPL-2.0
/*
 * Checks this machine's own kernel, KVM and TDX module, which the target local
 * measures.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/guest/files.h"
#include "bench/target/kernel_log.h"
#include "lib/file.h"
#include "lib/text.h"
#include "doctor.h"
#include "keyids.h"
#include "tdx_signs.h"

/* Linux 6.16's <linux/kvm.h>; older headers lack them. */
#ifndef KVM_CAP_VM_TYPES
#define KVM_CAP_VM_TYPES	235
#endif
#define VM_TYPE_TDX		5	/* KVM_X86_TDX_VM */

#define KVM_TDX_PARAM		"/sys/module/kvm_intel/parameters/tdx"
#define MODULE_VERSION		"/sys/devices/faux/tdx_host/version"

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
		finding_add(f, "KVM's VM types", FOUND_UNKNOWN, NULL, "there is no /dev/kvm to ask: see the line on it",
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

/* Off: the command line does not ask for it, or the kernel had a reason, which is quoted. */
static void check_kvm_param(struct findings *f, const struct machine *m, const char *log)
{
	char *value = first_line(KVM_TDX_PARAM), *reason = NULL;
	const char *advice = "";

	if (value && value[0] == 'Y') {
		finding_add(f, "kvm_intel.tdx", FOUND_OK, value, "", FOR_LOCAL);
		return;
	}
	if (value)
		advice = tdx_cmdline_advice(m->cmdline ? m->cmdline : "", log);
	else
		advice = "this kernel's KVM has no TDX: CONFIG_KVM_INTEL_TDX, and load kvm_intel";
	if (!advice && log) {
		reason = tdx_log_refusal(log, &advice);
		if (!reason)
			advice = "it was asked for, and the kernel's log gives no reason: see `dmesg | grep -i tdx`";
	} else if (!advice) {
		advice = "it was asked for; why it is off is in the kernel's log, which only root can read";
	}
	finding_add(f, "kvm_intel.tdx", FOUND_MISSING,
		    reason ? xasprintf("%s: %s", value, reason) : value ? xstrdup(value) : NULL, advice, FOR_LOCAL);
	free(reason);
	free(value);
}

static bool read_msr(int fd, off_t number, uint64_t *value)
{
	return pread(fd, value, sizeof(*value), number) == sizeof(*value);
}

/* TME_ACTIVATE, SEAMRR_MASK, KeyID partitioning: what the BIOS has set up. */
static void check_bios(struct findings *f, const struct machine *m)
{
	int fd = m->soft ? -1 : open("/dev/cpu/0/msr", O_RDONLY | O_CLOEXEC);
	uint64_t tme, seamrr, keyids;
	const char *advice;
	char *found;

	if (m->soft)
		return;
	if (fd < 0) {
		finding_add(f, "BIOS's TDX bits", FOUND_UNKNOWN, NULL,
			    geteuid() ? "only root can read them; use sudo" : "load the module msr: modprobe msr", 0);
		return;
	}
	/* a CPU without memory encryption has no such registers */
	if (!read_msr(fd, 0x982, &tme) || !read_msr(fd, 0x1401, &seamrr) || !read_msr(fd, 0x87, &keyids)) {
		finding_add(f, "BIOS's TDX bits", FOUND_MISSING, xstrdup("this CPU has no TDX, or the BIOS hides it"),
			    "enable TME-MT, SGX and TDX in the BIOS of a TDX CPU", 0);
	} else {
		advice = tdx_bios_advice(tme, seamrr, keyids, &found);
		finding_add(f, "BIOS's TDX bits", advice ? FOUND_MISSING : FOUND_OK, found,
			    advice ? advice : "", 0);
	}
	close(fd);
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
static void check_tdx(struct findings *f, const struct machine *m, const char *log)
{
	bool cpu = have_cpu_flag("tdx_host_platform");
	char *up = log ? tdx_log_initialized(log) : NULL, *why = NULL;
	char *version = first_line(MODULE_VERSION);
	const char *advice = "";

	finding_add(f, "TDX platform", cpu ? FOUND_OK : FOUND_MISSING,
		    cpu ? xstrdup(m->soft ? "as the software module shows it" : "tdx_host_platform") : NULL,
		    cpu ? "" : "enable TDX in the BIOS of a TDX CPU; or boot a kernel of kernel-patches/ with soft_tdx=on",
		    0);
	finding_add(f, "software TDX module", m->soft ? FOUND_OK : FOUND_MISSING,
		    m->soft ? xasprintf("cost %s, platform %s", m->cost ? m->cost : "unknown",
					m->platform ? m->platform : "unknown") : NULL,
		    m->soft ? "times are simulated" : cpu ? "not needed: this is a TDX host" :
		    "boot a kernel of kernel-patches/ with soft_tdx=on, if this machine has no TDX", 0);
	if (version || up) {
		finding_add(f, "TDX module", FOUND_OK, version ? version : xstrdup(up), "", 0);
	} else if (!log) {
		finding_add(f, "TDX module", FOUND_UNKNOWN, NULL, "only root can read the kernel's log; use sudo", 0);
	} else {
		why = tdx_log_refusal(log, &advice);
		finding_add(f, "TDX module", FOUND_MISSING, why,
			    why ? advice : cpu ? "nothing asked for it: load kvm_intel with tdx=1" :
			    "it needs a TDX platform first: see the line on it", 0);
	}
	free(up);
}

static double memory_kb(void)
{
	char *text = read_file("/proc/meminfo", NULL), *at = text ? strstr(text, "MemTotal:") : NULL;
	double kb = at ? strtod(at + strlen("MemTotal:"), NULL) : 0;

	free(text);
	return kb;
}

/* From the kernel's own line or, as merged kernels have none, from the size of the PAMT. */
static void check_dpamt(struct findings *f, const struct machine *m, const char *log)
{
	char *line = log ? tdx_log_dynamic_pamt(log) : NULL, kind = 0;
	const char *advice;

	if (log && !line)
		kind = tdx_log_pamt_kind(log, memory_kb(), &line);
	else if (line)
		kind = 'd';
	if (kind == 'd')
		advice = "";
	else if (!log)
		advice = "only root can read the kernel's log; use sudo";
	else if (kind == '?')
		advice = "compare with `dpamt-bench plan --from-host`, which has both sizes";
	else if (m->soft)
		advice = "boot without soft_tdx.dpamt=0";
	else
		advice = "boot Linux 7.4 or later on a TDX module that offers Dynamic PAMT; runs without it hold no PAMT pairs";
	finding_add(f, "Dynamic PAMT",
		    kind == 'd' ? FOUND_OK : !log || kind == '?' ? FOUND_UNKNOWN : FOUND_MISSING, line, advice, 0);
}

static void check_hkids(struct findings *f, const char *log)
{
	const char *source;
	double tds = keyids_for_tds(log, &source);

	finding_add(f, "HKIDs", tds >= 1 ? FOUND_OK : isnan(tds) ? FOUND_UNKNOWN : FOUND_MISSING,
		    isnan(tds) ? NULL : xasprintf("%g TDs at once (%s)", tds, source),
		    tds >= 1 ? "" : isnan(tds) ? "mount cgroup2 with the misc controller, on a machine with TDX" :
		    "give TDX at least 2 KeyIDs in the BIOS (TME-MT/TDX key split)", 0);
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
	char *log = kernel_log_text();

	finding_add(f, "kernel", FOUND_OK,
		    m->hz ? xasprintf("%s, HZ=%d", m->release, m->hz) : xstrdup(m->release), "", 0);
	check_kvm(f);
	check_kvm_param(f, m, log);
	check_tdx(f, m, log);
	check_bios(f, m);
	check_dpamt(f, m, log);
	check_hkids(f, log);
	free(log);
	check_observation(f, m);
}

// SPDX-License-Identifier: GPL-2.0
/* From what a kernel and a BIOS show of TDX to what its user should do. */
#include "tdx_signs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "lib/text.h"

/* The first line of @log with @text in it, whatever the case, and without @not_with (may be NULL). */
static char *find(const char *log, const char *text, const char *not_with)
{
	for (const char *l = log; l && *l; ) {
		char *line = xstrndup(l, strcspn(l, "\n")), *start;

		l += strlen(line);
		l += *l == '\n';
		start = line[0] == '[' && strstr(line, "] ") ? strstr(line, "] ") + 2 : line;
		if (strcasestr(start, text) && !(not_with && strcasestr(start, not_with))) {
			start = xstrdup(start);
			free(line);
			return start;
		}
		free(line);
	}
	return NULL;
}

char *tdx_log_initialized(const char *log)
{
	/* of 7.1 and later; of earlier kernels, two; where the log lost these, that the module got its memory */
	static const char *const words[] = {
		"TDX-Module initialized", "virt/tdx: module initialized", "TDX module initialized",
		"allocated for PAMT",
	};
	char *line = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(words) && !line; i++)
		line = find(log, words[i], "fail");
	return line;
}

char *tdx_log_dynamic_pamt(const char *log)
{
	char *line = find(log, "Dynamic PAMT", "not ");
	char *tdx = line ? line : find(log, "DPAMT enabled", NULL);

	/* "not supported", "disabled", on a command line: no sign of it */
	if (tdx && (strcasestr(tdx, "disabled") || strcasestr(tdx, "unsupported") ||
		    strcasestr(tdx, "fail") || strcasestr(tdx, "command line"))) {
		free(tdx);
		return NULL;
	}
	return tdx;
}

/*
 * Static PAMT is 16 bytes a 4K page; of Dynamic PAMT a bit a page is there from the start. Memory that is rounded up to
 * whole TDMRs of 1 GiB can only make either larger.
 */
#define STATIC_FROM_PERCENT	0.3
#define DYNAMIC_TO_PERCENT	0.05

char tdx_log_pamt_kind(const char *log, double memory_kb, char **found)
{
	/* "KBs" before 6.17 */
	char *line = find(log, "allocated for PAMT", NULL), *kb = line ? strstr(line, " KB") : NULL;
	double size = 0, percent;
	char kind = '?';

	*found = NULL;
	while (kb && kb > line && kb[-1] >= '0' && kb[-1] <= '9')
		kb--;
	if (kb)
		size = strtod(kb, NULL);
	free(line);
	if (!(size > 0) || !(memory_kb > 0))
		return 0;
	percent = 100 * size / memory_kb;
	if (percent >= STATIC_FROM_PERCENT)
		kind = 's';
	else if (percent <= DYNAMIC_TO_PERCENT)
		kind = 'd';
	*found = xasprintf("%.0f KB allocated for PAMT, %.2g %% of memory: %s", size, percent,
			   kind == 's' ? "static" : kind == 'd' ? "dynamic" : "neither static (0.4 %) nor dynamic (0.004 %)");
	return kind;
}

#define UPDATE "update the TDX module (BIOS, or the one on the EFI system partition)"

static const struct {
	const char *words, *advice;
} refusals[] = {
	{ "too few private KeyID", "give TDX at least 2 KeyIDs in the BIOS (TME-MT/TDX key split)" },
	{ "Hibernation support is enabled", "boot with nohibernate" },
	{ "reserved areas exhausted", "the memory has too many holes: `dpamt-bench plan --from-host` counts them; remove memmap= or devices that make holes, or update the BIOS" },
	{ "TDMRs exhausted", "the memory has too many ranges: `dpamt-bench plan --from-host` counts them; use fewer nodes (SNC off)" },
	{ "TDX not supported by the host platform", "enable TME-MT, SGX and TDX in the BIOS of a TDX CPU" },
	{ "MOVDIR64B is required", "boot without clearcpuid=, on a TDX CPU" },
	{ "Self-snoop is required", "boot without clearcpuid=, on a TDX CPU" },
	{ "XSAVE is required", "boot without noxsave and clearcpuid=" },
	{ "EPT is required for TDX", "load kvm_intel without ept=0" },
	{ "TDP MMU and MMIO caching", "load kvm without tdp_mmu=0 and mmio_caching=0, kvm_intel without eptad=0" },
	{ "APICv is required", "load kvm_intel without enable_apicv=0" },
	{ "MAX_VCPU_PER_TD", "boot with nr_cpus= of at most what the line says" },
	{ "NO_RBP_MOD", UPDATE " to 1.5.06 or newer" },
	{ "(RBP) clobber bug", UPDATE " to 1.5.06 or newer" },	/* 7.1 and later: the same */
	{ "module not loaded", UPDATE },
	{ "module not found", UPDATE },
	{ "module is not loaded", UPDATE },
	{ "SEAMLDR", UPDATE },
	{ "tdx_cpu_enable", "bring all CPUs online before kvm_intel is loaded" },
	/* the error that follows one of those above comes last */
	{ "module initialization failed", UPDATE ", or look for the SEAMCALL that failed in the kernel's log" },
	{ "initialization failed", UPDATE ", or look for the SEAMCALL that failed in the kernel's log" },
	{ "SEAMCALL failed", UPDATE },
	{ "Failed to enable TDX", UPDATE },
};

char *tdx_log_refusal(const char *log, const char **advice)
{
	char *line = NULL;

	*advice = "";
	for (size_t i = 0; i < ARRAY_SIZE(refusals) && !line; i++) {
		line = find(log, refusals[i].words, NULL);
		*advice = line ? refusals[i].advice : "";
	}
	return line;
}

/* kvm_intel complains of TDX only if its options ask for it; virt/tdx does at each boot. */
static bool asked_in_log(const char *log)
{
	static const char *const words[] = {
		"kvm_intel: Disable TDX", "required for TDX", "kvm_intel: TDX not supported",
	};
	bool asked = false;

	for (size_t i = 0; i < ARRAY_SIZE(words) && !asked; i++) {
		char *line = find(log, words[i], "virt/tdx:");

		asked = line;
		free(line);
	}
	return asked;
}

/* The value of the last NAME=VALUE on @cmdline; "" if NAME is there alone, NULL if it is not. */
static const char *value_of(const char *cmdline, const char *name)
{
	size_t n = strlen(name);
	const char *value = NULL;

	for (const char *p = cmdline; (p = strstr(p, name)); p += n) {
		if (p != cmdline && p[-1] != ' ')
			continue;
		if (p[n] == '=')
			value = p + n + 1;
		else if (!p[n] || p[n] == ' ')
			value = p + n;
	}
	return value;
}

const char *tdx_cmdline_advice(const char *cmdline, const char *log)
{
	const char *on = value_of(cmdline, "kvm_intel.tdx"), *ept = value_of(cmdline, "kvm_intel.ept");

	if (!on)
		on = value_of(cmdline, "kvm-intel.tdx");
	/* /etc/modprobe.d may ask for it, too */
	if (!on && !asked_in_log(log))
		return "boot with kvm_intel.tdx=1, or load kvm_intel with tdx=1";
	if (on && (*on == '0' || *on == 'n' || *on == 'N' || !strncmp(on, "off", 3)))
		return "the command line turns it off: boot with kvm_intel.tdx=1";
	if (ept && (*ept == '0' || *ept == 'n' || *ept == 'N'))
		return "boot without kvm_intel.ept=0";
	return NULL;
}

const char *tdx_bios_advice(uint64_t tme, uint64_t seamrr, uint64_t keyids, char **found)
{
	bool encrypts = tme & 2, ranges = seamrr & (1 << 11);

	*found = xasprintf("memory encryption %s, SEAM range %s, %" PRIu64 " private KeyIDs",
			   encrypts ? "on" : "off", ranges ? "on" : "off", keyids >> 32);
	if (!encrypts)
		return "enable TME and TME-MT in the BIOS";
	if (!ranges)
		return "enable TDX and the SEAM loader in the BIOS";
	if (keyids >> 32 < 2)
		return "give TDX at least 2 KeyIDs in the BIOS (TME-MT/TDX key split)";
	return NULL;
}

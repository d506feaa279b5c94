// SPDX-License-Identifier: GPL-2.0
/* What doctor makes of the words of kernels, and of a BIOS's bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array_size.h"
#include "bench/doctor/keyids.h"
#include "bench/doctor/tdx_signs.h"

#include <cmocka.h>

static void initialized(void **state)
{
	static const char *const up[] = {
		"virt/tdx: TDX-Module initialized\n",				/* 7.1 and later */
		"virt/tdx: 1050644 KB allocated for PAMT\nvirt/tdx: module initialized\n",	/* before */
		"[   24.1] virt/tdx: module initialized",
		"virt/tdx: 262668 KBs allocated for PAMT\n",
	};
	static const char *const down[] = {
		"", "virt/tdx: module initialization failed (-22)\n",
		"virt/tdx: TDX-Module initialization failed (-28)\n",
		"virt/tdx: BIOS enabled: private KeyID range [32, 64)\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(up); i++) {
		char *line = tdx_log_initialized(up[i]);

		assert_non_null(line);
		assert_null(strchr(line, '\n'));
		assert_int_equal(strncmp(line, "virt/tdx: ", 10), 0);
		free(line);
	}
	for (size_t i = 0; i < ARRAY_SIZE(down); i++)
		assert_null(tdx_log_initialized(down[i]));
}

static void dynamic_pamt(void **state)
{
	static const char *const on[] = {
		"virt/tdx: Dynamic PAMT: 132 KB of refcounts\n", "virt/tdx: Enable Dynamic PAMT\n",
		"virt/tdx: dynamic PAMT enabled\n",
	};
	static const char *const off[] = {
		"", "virt/tdx: Dynamic PAMT not supported\n", "virt/tdx: Dynamic PAMT disabled\n",
		"virt/tdx: module initialized\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(on); i++) {
		char *line = tdx_log_dynamic_pamt(on[i]);

		assert_non_null(line);
		free(line);
	}
	for (size_t i = 0; i < ARRAY_SIZE(off); i++)
		assert_null(tdx_log_dynamic_pamt(off[i]));
}

/* Merged Dynamic PAMT has no line of its own: the size of the PAMT tells it. */
static void kind_of_pamt(void **state)
{
	static const struct {
		const char *log;
		double memory_kb;
		char kind;
	} tests[] = {
		{ "virt/tdx: 262668 KB allocated for PAMT\n", 65e6, 's' },		/* tdx.rst: 64 GiB */
		{ "[   20.4] virt/tdx: 8396820 KBs allocated for PAMT\n", 2111e6, 's' },	/* 6.16; 2 TiB */
		{ "virt/tdx: 2572 KB allocated for PAMT\nvirt/tdx: TDX-Module initialized\n", 65e6, 'd' },
		{ "virt/tdx: 84000 KB allocated for PAMT\n", 2111e6, 'd' },
		{ "virt/tdx: 132 KB allocated for PAMT\n", 700e3, 'd' },	/* a small VM: whole TDMRs */
		{ "virt/tdx: 4116 KB allocated for PAMT\n", 700e3, 's' },
		{ "virt/tdx: 65000 KB allocated for PAMT\n", 65e6, '?' },
		{ "virt/tdx: KB allocated for PAMT\n", 65e6, 0 },
		{ "virt/tdx: TDX-Module initialized\n", 65e6, 0 },
		{ "virt/tdx: 2572 KB allocated for PAMT\n", 0, 0 },	/* memory is not known */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		char *found, kind = tdx_log_pamt_kind(tests[i].log, tests[i].memory_kb, &found);

		if (kind != tests[i].kind)
			fail_msg("%s: %c", tests[i].log, kind ? kind : '0');
		if (kind)
			assert_non_null(strstr(found, kind == 's' ? ": static" : kind == 'd' ? ": dynamic" : ": neither"));
		else
			assert_null(found);
		free(found);
	}
}

static void refusals(void **state)
{
	static const struct {
		const char *log, *line, *advice;
	} tests[] = {
		{ "virt/tdx: initialization failed: TDMR [0x40000000, 0x80000000): reserved areas exhausted.\nvirt/tdx: module initialization failed (-28)\n",
		  "reserved areas exhausted", "too many holes" },
		{ "virt/tdx: initialization failed: Hibernation support is enabled\n", "Hibernation", "nohibernate" },
		{ "virt/tdx: initialization failed: too few private KeyIDs available.\n", "too few", "KeyIDs in the BIOS" },
		{ "kvm_intel: TDX not supported by the host platform\n", "kvm_intel: TDX not", "BIOS" },
		{ "kvm_intel: TDP MMU and MMIO caching and EPT A/D bit is required for TDX\n", "TDP MMU", "without tdp_mmu=0" },
		{ "kvm_intel: Disable TDX: MAX_VCPU_PER_TD (8) smaller than number of logical CPUs (16).\n", "MAX_VCPU", "nr_cpus=" },
		{ "virt/tdx: SEAMCALL (33) failed: 0xc0000\nvirt/tdx: module initialization failed (-5)\n", "module initialization failed (-5)", "update the TDX module" },
		{ "virt/tdx: frame pointer (RBP) clobber bug present, upgrade TDX module\nvirt/tdx: TDX-Module initialization failed (-22)\n",
		  "clobber bug", "1.5.06" },
		{ "virt/tdx: module not loaded\nvirt/tdx: TDX-Module initialization failed (-19)\n", "module not loaded", "update the TDX module" },
	};
	const char *advice;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		char *line = tdx_log_refusal(tests[i].log, &advice);

		assert_non_null(line);
		assert_non_null(strstr(line, tests[i].line));
		assert_non_null(strstr(advice, tests[i].advice));
		free(line);
	}
	assert_null(tdx_log_refusal("virt/tdx: TDX-Module initialized\n", &advice));
}

static void command_lines(void **state)
{
	(void)state;
	assert_non_null(strstr(tdx_cmdline_advice("ro quiet", NULL), "boot with kvm_intel.tdx=1"));
	assert_non_null(strstr(tdx_cmdline_advice("ro kvm_inte.tdx=1", NULL), "boot with kvm_intel.tdx=1"));
	assert_non_null(strstr(tdx_cmdline_advice("kvm_intel.tdx=1 kvm_intel.tdx=0", NULL), "turns it off"));
	assert_non_null(strstr(tdx_cmdline_advice("kvm_intel.tdx=off", NULL), "turns it off"));
	assert_null(tdx_cmdline_advice("ro kvm_intel.tdx=1 nohibernate", NULL));
	assert_null(tdx_cmdline_advice("kvm-intel.tdx=Y", NULL));
	assert_non_null(strstr(tdx_cmdline_advice("kvm_intel.tdx=1 kvm_intel.ept=0", NULL), "without kvm_intel.ept=0"));
	/* asked for in /etc/modprobe.d, which the command line does not show */
	assert_null(tdx_cmdline_advice("ro quiet", "kvm_intel: TDX not supported by the host platform\n"));
	assert_null(tdx_cmdline_advice("ro", "[ 3.1] kvm_intel: XSAVE is required for TDX\n"));
	/* said at each boot, asked for or not */
	assert_non_null(tdx_cmdline_advice("ro", "virt/tdx: TDX not supported by the host platform\n"));
	assert_non_null(tdx_cmdline_advice("ro", "virt/tdx: XSAVE is required for TDX\n"));
	assert_non_null(tdx_cmdline_advice("ro", "virt/tdx: initialization failed: Hibernation support is enabled\n"));
	assert_non_null(strstr(tdx_cmdline_advice("kvm_intel.tdx=0", "kvm_intel: XSAVE is required for TDX\n"),
			       "turns it off"));
}

static void check_bios(uint64_t tme, uint64_t seamrr, uint64_t keyids, const char *advice)
{
	char *found;
	const char *got = tdx_bios_advice(tme, seamrr, keyids << 32, &found);

	assert_non_null(strstr(found, "memory encryption "));
	free(found);
	if (advice)
		assert_non_null(strstr(got, advice));
	else
		assert_null(got);
}

static void bios(void **state)
{
	(void)state;
	check_bios(3, 1 << 11, 32, NULL);
	check_bios(1, 1 << 11, 32, "TME");
	check_bios(2, 0, 32, "SEAM");
	check_bios(2, 1 << 11, 1, "KeyIDs");
}

static void keyids(void **state)
{
	(void)state;
	assert_true(keyids_from_log("virt/tdx: BIOS enabled: private KeyID range [32, 64)\n") == 31);
	assert_true(isnan(keyids_from_log("private KeyID range [64, 32)\n")));
	assert_true(isnan(keyids_from_log("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initialized), cmocka_unit_test(dynamic_pamt), cmocka_unit_test(kind_of_pamt), cmocka_unit_test(refusals),
		cmocka_unit_test(command_lines), cmocka_unit_test(bios), cmocka_unit_test(keyids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

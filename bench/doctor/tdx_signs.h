/* SPDX-License-Identifier: GPL-2.0 */
#ifndef BENCH_TDX_SIGNS_H
#define BENCH_TDX_SIGNS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * What a kernel's log says of TDX, in the words of kernels since 6.16. All take the log as text, a line
 * a message, and return a line of it, malloc'ed, without the time before it; NULL if there is none.
 */
char *tdx_log_initialized(const char *log);	/* the module is up */
char *tdx_log_dynamic_pamt(const char *log);	/* the kernel uses Dynamic PAMT */

/*
 * Which PAMT the kernel gave to the module, going by the size it prints and the machine's @memory_kb: merged Dynamic
 * PAMT has no line of its own. 'd' dynamic (0.004 % of memory), 's' static (0.4 %), '?' neither, 0 if no size
 * is printed. *found gets the size and its share in words, malloc'ed; NULL with 0.
 */
char tdx_log_pamt_kind(const char *log, double memory_kb, char **found);

/* Why TDX is off: the first line with a reason. *advice gets what to do about it, a static text. */
char *tdx_log_refusal(const char *log, const char **advice);

/*
 * What to do if kvm_intel.tdx is off, going by the command line; NULL if that or, as @log shows (may be
 * NULL), the options of kvm_intel ask for TDX.
 */
const char *tdx_cmdline_advice(const char *cmdline, const char *log);

/*
 * What the BIOS must change, going by MSRs: @tme 0x982, @seamrr 0x1401, @keyids 0x87. NULL if they allow
 * TDX. *found gets which bits there are, malloc'ed.
 */
const char *tdx_bios_advice(uint64_t tme, uint64_t seamrr, uint64_t keyids, char **found);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Software TDX module: the partial-write erratum of the platform.
 *
 * A host with it clears each page that comes back from the TDX module.  An
 * emulator's time for that says nothing, so it is made to take what it should.
 */
#ifndef _SOFT_CLEAR_H
#define _SOFT_CLEAR_H

#include <linux/types.h>

#ifdef CONFIG_SOFT_TDX_MODULE
bool soft_tdx_pw_erratum(void);
bool soft_tdx_clear(u64 hpa, u64 bytes);
#else
static inline bool soft_tdx_pw_erratum(void) { return false; }
static inline bool soft_tdx_clear(u64 hpa, u64 bytes) { return false; }
#endif

#endif /* _SOFT_CLEAR_H */

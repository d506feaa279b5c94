/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_PAGE_SIZE_H
#define LIB_PAGE_SIZE_H

#include <stdint.h>

/* A page of memory of x86. An S-EPT page is one, and a page of the kernel's trace buffer. */
#define PAGE_BYTES	UINT64_C(4096)
/* A PAMT pair: two pages, which track one region of 2 MiB. */
#define PAMT_PAIR_BYTES	(2 * PAGE_BYTES)

#endif

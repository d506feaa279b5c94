/* SPDX-License-Identifier: GPL-2.0 */
#ifndef LIB_ARRAY_SIZE_H
#define LIB_ARRAY_SIZE_H

/* How many elements the array @a has; not for pointers. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef GUEST_KERNEL_STATE_H
#define GUEST_KERNEL_STATE_H

#define THP_FILE	"/sys/kernel/mm/transparent_hugepage/enabled"
#define MITIGATIONS_DIR	"/sys/devices/system/cpu/vulnerabilities"

/*
 * The value of a setting in sysfs or tracefs: "mono" of "local [mono]", "7" of
 * "7 (expanded: 1408)". malloc'ed; NULL if the file cannot be read.
 */
char *chosen_word(const char *path);

/*
 * Every file of @dir that does not say "Not affected", as "NAME: TEXT; NAME: TEXT",
 * by name; "none needed" if all say so. malloc'ed; NULL if @dir cannot be read.
 */
char *mitigations(const char *dir);

/*
 * The lines "thp VALUE" and "mitigations LIST" of agent.txt, malloc'ed. A value that the
 * kernel does not show has no line.
 */
char *kernel_state(void);

#endif

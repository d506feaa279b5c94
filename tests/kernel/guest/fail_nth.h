/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_FAIL_NTH_H
#define TESTS_FAIL_NTH_H

/* Open the file by which an allocation of this task can be made to fail, or die. */
int fail_nth_open(void);

/* Arm, or with 0 disarm; what is left of the count: 0 if the fault happened. */
unsigned long fail_nth(int fd, unsigned long n);

#endif

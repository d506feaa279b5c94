/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a sequence as a C program that needs nothing but libc and the kernel's headers.
 */
#ifndef DPAMT_WORKLOADS_STORM_C_PROGRAM_H
#define DPAMT_WORKLOADS_STORM_C_PROGRAM_H

#include <stdio.h>

#include "sequence.h"

/*
 * Write the steps of which @in is true (NULL: all), @title as the comment at its head. The program plays
 * them one after the other, whatever --threads said, and ends with 1 if they fail as a storm does.
 */
void storm_program(FILE *to, const char *title, const struct storm_step *steps, unsigned int n,
		   const bool *in);

#endif

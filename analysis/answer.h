/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_ANSWER_H
#define AN_ANSWER_H

#include <stdio.h>

#include "study.h"

/* Print the question and the answer the numbers give, or say why they give none. */
void an_answer_print(FILE *f, const struct an_study *study);

/*
 * Print what the conversions say about the negative control: no S-EPT page is freed while TDs
 * live.
 */
void an_control_print(FILE *f, const struct an_study *study);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_MAIL_H
#define AN_MAIL_H

#include <jansson.h>

#include "analysis/study/study.h"

/*
 * Add what a mail to a list says beside table and figure as object "mail" to @doc: arrays "setup" and
 * "limits" of lines of text, and "reproduce", a line for a shell.
 */
void an_add_mail(json_t *doc, const struct an_study *study);

#endif

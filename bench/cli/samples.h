/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_CMD_SAMPLES_H
#define AN_CMD_SAMPLES_H

/* The verb "samples"; argv from its own name on. Returns the exit status. */
int cmd_samples(int argc, char **argv);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_COMPARE_H
#define AN_COMPARE_H

/*
 * The verb `compare [--by WHAT] [--format F] RUNS...`: compare sets of boots, from one machine or
 * several, and print what differs in their headers and in their metrics. @argv[0] is "compare".
 * Exit status: 0; 1 if something could not be read or nothing can be compared; 127 for a wrong
 * command line.
 */
int cmd_compare(int argc, char **argv);

#endif

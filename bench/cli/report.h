/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_REPORT_H
#define AN_REPORT_H

/*
 * The verb `report [--format F] DIR`: read DIR/runs, write DIR/report.txt, .json, .html and
 * DIR/plots, print one of them. @argv[0] is "report". Exit status: 0; 1 if something
 * could not be read, drawn or written or no boot counts; 127 for a wrong command line.
 */
int cmd_report(int argc, char **argv);

#endif

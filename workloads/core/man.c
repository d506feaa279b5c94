// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the manual page; see man.h. What is said of a workload comes from its struct workload.
 */
#include "workloads/antagonists/antagonist.h"
#include "man.h"
#include "workload.h"

static void print_workload(FILE *to, const struct workload *w)
{
	size_t i;

	fprintf(to, ".Ss %s\n", w->name);
	mdoc_text(to, w->question);
	fputs(".Bl -tag -width Exercises\n.It Exercises\n", to);
	mdoc_text(to, w->exercises);
	fputs(".It Verifies\n", to);
	mdoc_text(to, w->verify);
	fputs(".It Times\n", to);
	for (i = 0; w->ops[i]; i++)
		fprintf(to, "%s%s", i ? ", " : "", w->ops[i]);
	fputs("\n.El\n.Pp\nOptions (range) [default]:\n.Bl -tag -width Ds\n", to);
	opts_mdoc(to, w->opts);
	fputs(".El\n", to);
}

void man_print(FILE *to, const struct opt *common)
{
	const struct antagonist *a;
	const struct workload *w;

	fputs(".\\\" SPDX-License-Identifier: GPL-2.0\n"
	      ".Dd November 22, 2026\n.Dt DPAMT-WORKLOAD 1\n.Os\n"
	      ".Sh NAME\n.Nm dpamt-workload\n.Nd churn TDs through KVM's TDX interface\n"
	      ".Sh SYNOPSIS\n"
	      ".Nm\n.Ar workload\n.Op Ar options\n"
	      ".Nm\n.Ar workload\n.Fl Fl help\n"
	      ".Nm\n.Cm LIST\n"
	      ".Nm\n.Cm LIST-ANTAGONISTS\n"
	      ".Nm\n.Cm antagonist\n.Ar name\n"
	      ".Nm\n.Cm man\n"
	      ".Sh DESCRIPTION\n"
	      "Runs one workload on this machine's KVM and prints what came of it.\n"
	      "Results go to standard output, samples to the file named, all else to\n"
	      "standard error.\n"
	      ".Pp\nOptions of every workload:\n.Bl -tag -width Ds\n",
	      to);
	opts_mdoc(to, common);
	fputs(".El\n.Sh WORKLOADS\n", to);
	for (w = workload_next(NULL); w; w = workload_next(w))
		print_workload(to, w);

	fputs(".Sh ANTAGONISTS\n"
	      "With\n.Fl Fl antagonist\nthey run during the measured phases of a workload;\n"
	      "with the verb\n.Cm antagonist\none runs alone until SIGTERM and then prints its\n"
	      "iterations.\n.Bl -tag -width Ds\n",
	      to);
	for (a = antagonists; a->name; a++) {
		fprintf(to, ".It %s\n", a->name);
		mdoc_text(to, a->what);
	}
	fputs(".El\n.Sh EXIT STATUS\n"
	      "0 the run passed, 1 it failed, 2 the command line is wrong, 77 it cannot run on\n"
	      "this machine; one line on standard error says why.\n",
	      to);
}

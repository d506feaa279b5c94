// SPDX-License-Identifier: GPL-2.0
/*
 * dpamt-bench: the one command. Each verb is in a file of its own; lib/program.c runs it.
 */
#include "bench/job/job.h"
#include "lib/err.h"
#include "lib/version.h"
#include "verbs.h"

static const struct verb *const verbs[] = {
	&verb_run,   &verb_report,     &verb_compare,	  &verb_samples, &verb_trace, &verb_plan,
	&verb_fleet, &verb_contention, &verb_list,	  &verb_doctor,	 &verb_host,  &verb_shrink,
	&topic_job,  &topic_scenario,  &topic_parameters, NULL
};

const struct verb topic_job = {
	.name = "job",
	.help = "the keys of a job file",
	.about = "A job file has a section [global] with defaults and one section per experiment. A line "
		 "that begins with a blank goes on with the value before it. Keys:",
	.opts = job_keys,
};

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "dpamt-bench",
		.version = version,
		.date = version_date,
		.what = "compare ways to free Dynamic PAMT memory in the kernel",
		.usage = "VERB [ARGS...] | VERB --help | help [VERB] | --version",
		.kind = "verb",
		.about = "Boots kernels with different ways to free the memory of Dynamic PAMT and S-EPT, "
			 "runs workloads on them, and compares what was measured.",
		.exits = "Of run: that of the command; 126 if a boot failed, 130 after an interrupt. Of the "
			 "others: 0, or 1 if something could not be read, written or compared.\n\n"
			 "Of all: 127 for a wrong command line, or if nothing could run; one line on standard "
			 "error says why.",
		.see_also = "dpamt-workload",
		.verbs = verbs,
		.usage_status = EXIT_CANNOT_RUN,
	};

	return program_main(&program, argc, argv);
}

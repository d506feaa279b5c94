// SPDX-License-Identifier: GPL-2.0
/*
 * A guest that has no reason to leave for longer than the software TDX module lets it: what does KVM make
 * of the interrupt that takes it out?
 *
 * usage: long_script
 *
 * One page is accepted and touched by a script of so many operations, after one script without any, which
 * maps the script's page, and before another one. A line for each: "operations N done N | EXIT, port |
 * entries N", then "warnings N".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <linux/kvm.h>

#include "workloads/core/layout.h"
#include "workloads/core/td_script.h"
#include "books.h"
#include "td_steps.h"

#define REGIONS	 1
#define NOT_DONE UINT64_MAX
/* The module's SCRIPT_OPS_PER_ENTRY, and one. */
#define LONG	 17

static int64_t entries(void)
{
	return counter("soft_tdx/leaves", "VP.ENTER");
}

/* Let the vCPU accept a page and touch it, in @ops operations, and say how that ended. */
static void script_run(struct td *td, unsigned int ops)
{
	const struct kvm_run *run = td->run[0];
	struct td_script *s = td->script;
	int64_t before = entries();
	unsigned int done = 0;

	for (unsigned int i = 0; i < ops; i++)
		s->op[i] = (struct script_op){
			.code = i ? SCRIPT_TOUCH : SCRIPT_ACCEPT,
			.gpa = TD_GPA,
			.status = NOT_DONE,
		};
	s->op[ops] = (struct script_op){ .code = SCRIPT_END };
	s->magic = SCRIPT_MAGIC;
	while (ioctl(td->vcpu[0], KVM_RUN, 0))
		if (errno != EINTR && errno != EAGAIN)
			die("KVM_RUN failed: %s", strerror(errno));
	for (unsigned int i = 0; i < ops; i++)
		done += !s->op[i].status;
	printf("operations %u done %u | ", ops, done);
	if (run->exit_reason == KVM_EXIT_IO)
		printf("KVM_EXIT_IO, port 0x%x", run->io.port);
	else
		printf("exit reason %u", run->exit_reason);
	printf(" | entries %" PRId64 "\n", entries() - before);
}

int main(void)
{
	struct td td;

	steps_open(REGIONS, 1, 1);
	if (step_do(STEP_CREATE, &td) || step_do(STEP_FINALIZE, &td) || step_do(STEP_POPULATE, &td))
		die("no TD: %s", td_failure());
	warnings_start();
	script_run(&td, 0);
	script_run(&td, LONG);
	script_run(&td, 0);
	printf("warnings %u\n", warnings_seen());
	return step_do(STEP_DESTROY, &td) ? 1 : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A thread that makes TDs is moved between CPUs all the time: does KVM_TDX_INIT_VCPU survive a
 * migration between TDH.VP.INIT, which associates the vCPU with a CPU, and the TDH.VP.WR after it?
 *
 * usage: vcpu_migrate TDS VCPUS
 *
 * Wrong is: a TD that cannot be made, or a warning. The ioctl itself does not tell: a failing VP.WR
 * kills the VM, and the next ioctl fails. Stops at the first, and says at which vCPU.
 *
 * One line: vCPUs made, migrations asked for. Exit status 1 if one failed.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "books.h"
#include "td_steps.h"

#define REGIONS	1

static atomic_bool done;
static atomic_ulong moves;
static pid_t creator;

static void put(pid_t thread, long cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(thread, sizeof(set), &set))
		die("sched_setaffinity: %s", strerror(errno));
}

/*
 * Take turns with the creator on two CPUs: it moves to the CPU of this thread, which then leaves that to
 * it. One that is only sent around would wait behind this thread there, and run on the other CPU always.
 */
static void *move(void *unused)
{
	for (long cpu = 0; !done; cpu = !cpu) {
		put(creator, cpu);
		put(0, !cpu);
		moves++;
	}
	return unused;
}

int main(int argc, char **argv)
{
	unsigned long tds, vcpus, made = 0, warnings = 0;
	pthread_t mover;
	struct td first, td;

	if (argc != 3)
		die("usage: vcpu_migrate TDS VCPUS");
	tds = strtoul(argv[1], NULL, 10);
	vcpus = strtoul(argv[2], NULL, 10);
	if (sysconf(_SC_NPROCESSORS_ONLN) < 2)
		die("needs two CPUs");
	creator = (pid_t)syscall(SYS_gettid);
	steps_open(REGIONS, 1, (unsigned int)vcpus);

	/*
	 * One TD stays. The first VM to come and the last to go change the kernel's code (the
	 * static key of preempt notifiers), which QEMU's parallel CPUs do not always survive.
	 */
	if (step_do(STEP_CREATE, &first))
		die("the first TD: %s", td_failure());
	warnings_start();
	if (pthread_create(&mover, NULL, move, NULL))
		die("no thread");

	for (unsigned long i = 0; i < tds && !warnings && !strcmp(td_failure(), "-"); i++) {
		if (!step_do(STEP_CREATE, &td) && !step_do(STEP_FINALIZE, &td))
			made += vcpus;
		step_do(STEP_DESTROY, &td);
		warnings = warnings_seen();
	}
	done = true;
	pthread_join(mover, NULL);
	printf("%lu vCPUs made, %lu migrations, first failure %s, warnings %lu\n", made, moves,
	       td_failure(), warnings);
	return warnings || strcmp(td_failure(), "-");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The files that the operations of a storm share.
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/err.h"
#include "values.h"
#include "state.h"

int storm_state_init(struct storm_state *s)
{
	unsigned int i;

	for (i = 0; i < STORM_VMS; i++)
		s->vm[i] = -1;
	for (i = 0; i < STORM_VCPUS; i++)
		s->vcpu[i] = -1;
	for (i = 0; i < STORM_GMEMS; i++)
		s->gmem[i] = -1;
	s->shared = mmap(NULL, STORM_SHARED_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->shared == MAP_FAILED)
		return fail("no memory for the storm's memory slots: %s", strerror(errno));
	return 0;
}

int storm_put(atomic_int *place, int fd)
{
	int old = atomic_exchange(place, fd);

	return old < 0 ? 0 : close(old);
}

void storm_close_all(struct storm_state *s)
{
	unsigned int i;

	for (i = 0; i < STORM_VCPUS; i++)
		storm_put(&s->vcpu[i], -1);
	for (i = 0; i < STORM_GMEMS; i++)
		storm_put(&s->gmem[i], -1);
	for (i = 0; i < STORM_VMS; i++)
		storm_put(&s->vm[i], -1);
}

int storm_dead_vm(struct storm_state *s)
{
	unsigned int i;

	for (i = 0; i < STORM_VMS; i++)
		if (s->vm[i] >= 0 && ioctl(s->vm[i], KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY) < 0)
			return errno;
	return 0;
}

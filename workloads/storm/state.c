// SPDX-License-Identifier: GPL-2.0
/*
 * The files that the operations of a storm share.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/err.h"
#include "state.h"

#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY 1027 /* of Linux 6.10 and later: are both the same file? */
#endif

static void empty(struct storm_files *f)
{
	unsigned int i;

	for (i = 0; i < STORM_VMS; i++)
		f->vm[i] = -1;
	for (i = 0; i < STORM_VCPUS; i++)
		f->vcpu[i] = -1;
	for (i = 0; i < STORM_GMEMS; i++)
		f->gmem[i] = -1;
}

int storm_state_init(struct storm_state *s)
{
	unsigned int i;

	empty(&s->f);
	for (i = 0; i < STORM_HOARD; i++)
		s->hoard[i] = -1;
	for (i = 0; i < STORM_HOLDERS; i++) {
		s->holder[i] = s->talk[i] = -1;
		empty(&s->held[i]);
	}
	for (i = 0; i < STORM_KINDS; i++)
		if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
			       s->channel[i]))
			return fail("no socket for the storm's files: %s", strerror(errno));
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

int storm_keep(atomic_int *place, int fd)
{
	if (fd < 0)
		return -1;
	storm_put(place, fd);
	return 0;
}

int storm_close(atomic_int *place)
{
	return close(atomic_exchange(place, -1));
}

void storm_close_all(struct storm_state *s)
{
	unsigned int i;

	for (i = 0; i < STORM_VCPUS; i++)
		storm_put(&s->f.vcpu[i], -1);
	for (i = 0; i < STORM_GMEMS; i++)
		storm_put(&s->f.gmem[i], -1);
	for (i = 0; i < STORM_VMS; i++)
		storm_put(&s->f.vm[i], -1);
	for (i = 0; i < STORM_HOARD; i++)
		storm_put(&s->hoard[i], -1);
	for (i = 0; i < STORM_HOLDERS; i++)
		storm_put(&s->talk[i], -1);
}

int storm_terminated(struct storm_state *s, int ret)
{
	if (!ret)
		s->terminated++;
	return ret;
}

bool storm_is_dead(int fd)
{
	return ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY) < 0 && errno == EIO;
}

unsigned int storm_dead_vms(struct storm_state *s)
{
	unsigned int n = 0, i, j;

	for (i = 0; i < STORM_VMS; i++) {
		if (s->f.vm[i] < 0 || !storm_is_dead(s->f.vm[i]))
			continue;
		for (j = 0; j < i && fcntl(s->f.vm[j], F_DUPFD_QUERY, s->f.vm[i]) != 1; j++)
			;
		n += j == i;
	}
	return n;
}

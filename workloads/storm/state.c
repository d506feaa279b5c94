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

bool storm_is_dead(int fd)
{
	return ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_USER_MEMORY) < 0 && errno == EIO;
}

/*
 * What marks the file of a VM that was terminated. KVM does not look at this flag, which all copies of a file
 * share: in other places, in other processes and under way in sockets.
 */
#define TERMINATED O_NONBLOCK

/* Terminate the VM of @vm, a file that no other thread closes. */
static int terminate(struct storm_state *s, int vm, const void *cmd)
{
	bool dead = storm_is_dead(vm), before = s->terminated;
	int ret, err;

	/* Before it is done: other threads meet a dead VM at once. */
	if (!dead) {
		fcntl(vm, F_SETFL, TERMINATED);
		s->terminated = true;
	}
	ret = ioctl(vm, KVM_MEMORY_ENCRYPT_OP, cmd);
	err = errno;
	if (ret && !dead) {
		fcntl(vm, F_SETFL, 0);
		s->terminated = before;
	}
	errno = ret && err == EIO && !dead ? EPROTO : err;
	return ret;
}

int storm_terminate_vm(struct storm_state *s, const atomic_int *place, const void *cmd)
{
	int vm = dup(*place), ret, err;

	if (vm < 0)
		return -1;
	ret = terminate(s, vm, cmd);
	err = errno;
	close(vm);
	errno = err;
	return ret;
}

bool storm_vm_died(struct storm_state *s)
{
	bool died = false;
	unsigned int i;

	/* Of copies: other threads may put another VM into the place between the two looks. */
	for (i = 0; i < STORM_VMS; i++) {
		int vm = dup(s->f.vm[i]);

		if (vm < 0)
			continue;
		died |= storm_is_dead(vm) && !(fcntl(vm, F_GETFL) & TERMINATED);
		close(vm);
	}
	return died;
}

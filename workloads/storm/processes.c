// SPDX-License-Identifier: GPL-2.0
/*
 * Files in other processes, and files that are in no process for a while.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "processes.h"

int storm_kill_holder(struct storm_state *s, unsigned int holder)
{
	pid_t pid = atomic_exchange(&s->holder[holder], -1);

	if (pid < 0) {
		errno = ESRCH;
		return -1;
	}
	/* A signal of the storm may come meanwhile; the child ends all the same, and with it its files. */
	return kill(pid, SIGKILL) || TEMP_FAILURE_RETRY(waitpid(pid, NULL, 0)) < 0 ? -1 : 0;
}

int storm_fork_holder(struct storm_state *s, unsigned int holder)
{
	pid_t parent = getpid(), pid;

	storm_kill_holder(s, holder);
	s->held[holder] = s->f;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	s->holder[holder] = pid;
	return 0;
}

/* Room for one file in a message's control part. */
union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int storm_send(struct storm_state *s, enum storm_kind kind, int fd)
{
	union control control = { .head = {
		.cmsg_len = CMSG_LEN(sizeof(int)),
		.cmsg_level = SOL_SOCKET,
		.cmsg_type = SCM_RIGHTS,
	} };
	struct iovec byte = { &(char){ 0 }, 1 };
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	return sendmsg(s->channel[kind][0], &msg, 0) < 0 ? -1 : 0;
}

int storm_receive(struct storm_state *s, enum storm_kind kind, atomic_int *place)
{
	union control control = { .head = { 0 } };
	struct iovec byte = { &(char){ 0 }, 1 };
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	int fd;

	if (recvmsg(s->channel[kind][1], &msg, 0) < 0)
		return -1;
	if (msg.msg_controllen < CMSG_LEN(sizeof(int))) { /* no memory for the file */
		errno = ENOMEM;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return storm_keep(place, fd);
}

int storm_steal(struct storm_state *s, unsigned int holder, int fd, atomic_int *place)
{
	int pidfd = (int)syscall(SYS_pidfd_open, s->holder[holder], 0), err;
	int ret;

	if (pidfd < 0)
		return -1;
	ret = storm_keep(place, (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0));
	err = errno;
	close(pidfd);
	errno = err;
	return ret;
}

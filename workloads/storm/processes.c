// SPDX-License-Identifier: GPL-2.0
/*
 * Other processes with the storm's files, and files that are in no process for a while.
 */
#include <errno.h>
#include <pthread.h>
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

/* What a holder is asked for, and what it answers. It has the same code at the same addresses. */
struct question {
	storm_held_call *call;
	uint32_t arg[STORM_HELD_ARGS];
};

struct answer {
	int ret, err;
	struct storm_files files; /* that it has now */
};

/*
 * One thread at a time asks or forks. So the other end of a holder's socket is in no process but the
 * holder, and the socket says so when that ends.
 */
static pthread_mutex_t talking = PTHREAD_MUTEX_INITIALIZER;

/* What a holder does: what it is asked for, with the files that it has. */
__attribute__((noreturn)) static void hold(struct storm_state *s, int socket)
{
	struct question q;
	struct answer a;

	while (TEMP_FAILURE_RETRY(recv(socket, &q, sizeof(q), 0)) == (ssize_t)sizeof(q)) {
		a.ret = q.call(s, q.arg);
		a.err = errno;
		a.files = s->f;
		/* Who asked waits for this answer, or for this process's end. */
		if (TEMP_FAILURE_RETRY(send(socket, &a, sizeof(a), MSG_NOSIGNAL)) < 0)
			break;
	}
	_exit(0);
}

static int fork_holder(struct storm_state *s, unsigned int holder)
{
	pid_t parent = getpid(), pid;
	int ends[2], err;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -1;
	s->held[holder] = s->f;
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		if (getppid() != parent)
			_exit(0);
		hold(s, ends[1]);
	}
	err = errno;
	close(ends[1]);
	storm_put(&s->talk[holder], ends[0]);
	s->holder[holder] = pid;
	errno = err;
	return pid < 0 ? -1 : 0;
}

int storm_fork_holder(struct storm_state *s, unsigned int holder)
{
	int ret, err;

	storm_kill_holder(s, holder);
	pthread_mutex_lock(&talking);
	ret = fork_holder(s, holder);
	err = errno;
	pthread_mutex_unlock(&talking);
	errno = err;
	return ret;
}

/*
 * A holder gets no question or gives no answer; @n is what send() or recv() returned, with errno. If its socket
 * is closed, it ends: if it was killed, there is none; if it ended otherwise, that is a bug.
 */
static int silent_errno(pid_t pid, ssize_t n)
{
	siginfo_t end = { .si_pid = 0 };

	if (n < 0 && errno != EPIPE && errno != ECONNRESET)
		return errno;
	if (TEMP_FAILURE_RETRY(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT)))
		return ESRCH; /* another thread has waited for it */
	return end.si_code == CLD_KILLED && end.si_status == SIGKILL ? ESRCH : EPROTO;
}

static int ask(struct storm_state *s, unsigned int holder, const struct question *q)
{
	pid_t pid = s->holder[holder];
	struct answer a;
	ssize_t n;

	if (pid < 0) {
		errno = ESRCH;
		return -1;
	}
	/* Each message goes as a whole or not at all. */
	n = TEMP_FAILURE_RETRY(send(s->talk[holder], q, sizeof(*q), MSG_NOSIGNAL));
	if (n > 0)
		n = TEMP_FAILURE_RETRY(recv(s->talk[holder], &a, sizeof(a), 0));
	if (n <= 0) {
		errno = silent_errno(pid, n);
		return -1;
	}
	s->held[holder] = a.files;
	errno = a.err;
	return a.ret;
}

int storm_in_holder(struct storm_state *s, unsigned int holder, storm_held_call *call,
		    const uint32_t arg[STORM_HELD_ARGS])
{
	struct question q = { .call = call };
	int ret, err;

	memcpy(q.arg, arg, sizeof(q.arg));
	pthread_mutex_lock(&talking);
	ret = ask(s, holder, &q);
	err = errno;
	pthread_mutex_unlock(&talking);
	errno = err;
	return ret;
}

int storm_held_result(int ret, const int *errnos, unsigned int n)
{
	int err = errno;
	bool expected = err == ESRCH || err == EBADF || err == ENOMEM || err == ENOBUFS ||
			err == ENOTTY || err == ENODEV;
	unsigned int i;

	for (i = 0; i < n; i++)
		expected |= err == errnos[i];
	errno = ret < 0 && !expected ? EPROTO : err;
	return ret;
}

int storm_refused(int ret)
{
	if (ret >= 0)
		errno = EPROTO;
	return -1;
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

// SPDX-License-Identifier: GPL-2.0
/*
 * The played KVM; see fake_kvm.h. ioctl(), open(), close() and fallocate() are wrapped by the
 * linker.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "fake_kvm.h"

#include <cmocka.h>

#define KVM_FD		100000
#define FIRST_FD	100001	/* a TD's descriptors: FIRST_FD + 16 * td + kind */
enum { VM, GMEM, VCPU }; /* VCPU + i */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
struct fake_td fake[MAX_TDS];
unsigned int nr_made, most_alive, alive;
bool interrupt;
unsigned int pages_left;
int refusal;
static unsigned int calls;

int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_close(int fd);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t len);
int __wrap_open(const char *path, int flags, ...);
int __real_close(int fd);
int __real_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
	return strcmp(path, "/dev/kvm") ? __real_open(path, flags) : KVM_FD;
}

static int new_fd(unsigned int td, unsigned int kind)
{
	fake[td].open_fds++;
	return (int)(FIRST_FD + 16 * td + kind);
}

static int refuse(int err)
{
	errno = err;
	return -1;
}

static int pre_fault(struct fake_td *t, struct kvm_pre_fault_memory *range)
{
	uint64_t first = (range->gpa - TD_GPA) / PAGE_BYTES, n = range->size / PAGE_BYTES, i;

	if (!t->finalised)
		return refuse(EOPNOTSUPP);
	if (interrupt && ++calls % 3 == 0)
		return refuse(calls % 2 ? EINTR : EAGAIN);
	for (i = first; i < first + n; i++) {
		if (!t->private[i]) {
			range->size = (first + n - i) * PAGE_BYTES;
			range->gpa = TD_GPA + i * PAGE_BYTES;
			return i == first ? refuse(EFAULT) : 0;
		}
		if (!t->mapped[i]) {
			if (!pages_left) {
				range->size = (first + n - i) * PAGE_BYTES;
				range->gpa = TD_GPA + i * PAGE_BYTES;
				return i == first ? refuse(refusal) : 0;
			}
			pages_left--;
			t->faulted[i]++;
		}
		t->backed[i] = t->mapped[i] = true;
		if (interrupt) {
			i++;
			break;
		}
	}
	range->size = (first + n - i) * PAGE_BYTES;
	range->gpa = TD_GPA + i * PAGE_BYTES;
	return 0;
}

static int set_attributes(struct fake_td *t, const struct kvm_memory_attributes *attr)
{
	uint64_t first = (attr->address - TD_GPA) / PAGE_BYTES, i;

	for (i = first; i < first + attr->size / PAGE_BYTES; i++) {
		t->private[i] = attr->attributes == KVM_MEMORY_ATTRIBUTE_PRIVATE;
		if (!t->private[i] && t->mapped[i])
			t->zapped[i]++;
		t->mapped[i] = t->mapped[i] && t->private[i];
	}
	return 0;
}

static int tdx_command(struct fake_td *t, unsigned int kind, const struct kvm_tdx_cmd *cmd)
{
	switch (cmd->id) {
	case KVM_TDX_INIT_VM:
		if (kind != VM || t->initialised || cmd->hw_error)
			return refuse(EINVAL);
		t->initialised = true;
		return 0;
	case KVM_TDX_INIT_VCPU:
		return kind >= VCPU && t->initialised && !t->finalised ? 0 : refuse(EINVAL);
	case KVM_TDX_FINALIZE_VM:
		if (kind != VM || !t->initialised || t->finalised)
			return refuse(EINVAL);
		t->finalised = true;
		return 0;
	default:
		return refuse(EINVAL);
	}
}

static int on_kvm(unsigned long request, void *arg)
{
	switch (request) {
	case KVM_CREATE_VM:
		if (nr_made == MAX_TDS)
			return refuse(ENOSPC);
		if (++alive > most_alive)
			most_alive = alive;
		return new_fd(nr_made++, VM);
	case KVM_GET_SUPPORTED_CPUID:
		((struct kvm_cpuid2 *)arg)->nent = 1;
		((struct kvm_cpuid2 *)arg)->entries[0].function = 1;
		return 0;
	default:
		return refuse(ENOTTY);
	}
}

static int on_td(unsigned int td, unsigned int kind, unsigned long request, void *arg)
{
	struct fake_td *t = &fake[td];

	switch (request) {
	case KVM_CHECK_EXTENSION:
		return 2; /* KVM_CAP_MAX_VCPUS */
	case KVM_ENABLE_CAP:
		return 0;
	case KVM_CREATE_VCPU:
		return t->initialised ? new_fd(td, VCPU + (unsigned int)(uintptr_t)arg) :
					refuse(EIO);
	case KVM_SET_CPUID2:
		return ((struct kvm_cpuid2 *)arg)->entries[0].ecx & 1 << 21 ? 0 : refuse(EINVAL);
	case KVM_CREATE_GUEST_MEMFD:
		return new_fd(td, GMEM);
	case KVM_SET_USER_MEMORY_REGION2:
		return 0;
	case KVM_MEMORY_ENCRYPT_OP:
		return tdx_command(t, kind, arg);
	case KVM_SET_MEMORY_ATTRIBUTES:
		return kind == VM ? set_attributes(t, arg) : refuse(ENOTTY);
	case KVM_PRE_FAULT_MEMORY:
		return kind >= VCPU ? pre_fault(t, arg) : refuse(ENOTTY);
	default:
		return refuse(ENOTTY);
	}
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;
	int ret;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	pthread_mutex_lock(&lock);
	ret = fd == KVM_FD ? on_kvm(request, arg) :
			     on_td((unsigned int)(fd - FIRST_FD) / 16,
				   (unsigned int)(fd - FIRST_FD) % 16, request, arg);
	pthread_mutex_unlock(&lock);
	return ret;
}

int __wrap_close(int fd)
{
	struct fake_td *t;

	if (fd < KVM_FD)
		return __real_close(fd);
	if (fd == KVM_FD)
		return 0;
	pthread_mutex_lock(&lock);
	t = &fake[(fd - FIRST_FD) / 16];
	if (!--t->open_fds)
		alive--;
	pthread_mutex_unlock(&lock);
	return 0;
}

int __wrap_fallocate(int fd, int mode, off_t offset, off_t len)
{
	struct fake_td *t = &fake[(fd - FIRST_FD) / 16];
	off_t i;

	if ((fd - FIRST_FD) % 16 != GMEM || mode != (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
		return refuse(EOPNOTSUPP);
	pthread_mutex_lock(&lock);
	for (i = offset / (off_t)PAGE_BYTES; i < (offset + len) / (off_t)PAGE_BYTES; i++)
		t->backed[i] = t->mapped[i] = false;
	pthread_mutex_unlock(&lock);
	return 0;
}

json_t *result;

int run_words(const char *name, const char *words)
{
	const struct workload *w = workload_next(NULL);
	static struct run run;
	struct needs needs = { 0 };
	char text[256], *argv[32], *save = NULL, *word, *error = NULL;
	json_t *params = json_object();
	int argc = 0, ret;

	while (w && strcmp(w->name, name))
		w = workload_next(w);
	assert_non_null(w);
	nr_made = most_alive = alive = calls = 0;
	memset(fake, 0, sizeof(fake));
	if (!refusal)
		pages_left = UINT_MAX;
	json_decref(result);
	result = NULL;
	snprintf(text, sizeof(text), "%s", words);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	if (opts_parse(w->opts, NULL, argv, NULL, &error) || w->needs(&needs)) {
		free(error);
		json_decref(params);
		return 2;
	}
	assert_int_equal(opts_json(w->opts, params), 0);
	assert_int_equal(run_prepare(&run, w, 7, true, &needs), 0);
	/* The KVM_CREATE_VM that asked for the number of vCPUs has been closed again. */
	assert_int_equal(alive, 0);
	nr_made = most_alive = 0;
	ret = run_workload(&run);
	result = run_result(&run, &needs, params);
	assert_non_null(result);
	json_decref(params);
	samples_free(&run.samples);
	return ret;
}

json_int_t op_count(const char *op)
{
	json_t *o = json_object_get(json_object_get(result, "ops"), op);

	assert_non_null(o);
	return json_integer_value(json_object_get(o, "count"));
}

unsigned int mapped_pages(const struct fake_td *t)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_PAGES; i++)
		n += t->mapped[i];
	return n;
}

/* A workload runs once in a process and leaves its memory to exit; these tests run many. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

void assert_refused(const char *const *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *blank = strchr(lines[i], ' ');
		char name[16];

		snprintf(name, sizeof(name), "%.*s", (int)(blank - lines[i]), lines[i]);
		if (run_words(name, blank + 1) != 2)
			fail_msg("not refused: %s", lines[i]);
	}
}

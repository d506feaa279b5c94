// SPDX-License-Identifier: GPL-2.0
/*
 * Whole workloads against a KVM played by this file: which pages are private, backed and mapped is
 * tracked per TD, and every call that a real KVM would refuse fails here too. Shows that the
 * workloads issue the calls they promise, each on the right piece of memory, whatever the number of
 * threads. Shows nothing about TDX itself.
 */
#include <errno.h>
#include <fcntl.h>
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

/* Before cmocka.h, which has a macro fail(). */
#include "layout.h"
#include "workload.h"

#include <cmocka.h>

#define KVM_FD		100000
#define FIRST_FD	100001	/* a TD's descriptors: FIRST_FD + 16 * td + kind */
#define MAX_TDS		64
#define MAX_PAGES	4096
enum { VM, GMEM, VCPU }; /* VCPU + i */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fake_td {
	unsigned int open_fds;
	bool initialised, finalised;
	bool private[MAX_PAGES], backed[MAX_PAGES], mapped[MAX_PAGES];
	unsigned int zapped[MAX_PAGES]; /* times a mapped page was taken away by an attribute */
} fake[MAX_TDS];
static unsigned int nr_made, most_alive, alive, calls;
static bool interrupt;	   /* every third pre-fault meets a signal or maps but one page */
static const char *broken; /* the request that fails, or NULL */

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
		memset(&fake[nr_made], 0, sizeof(fake[0]));
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
		if (broken)
			return refuse(ENOMEM);
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
	for (i = offset / 4096; i < (offset + len) / 4096; i++)
		t->backed[i] = false;
	pthread_mutex_unlock(&lock);
	return 0;
}

static json_t *result;

/*
 * Run a workload with a command line of words; returns what the run returned, or 2 if the plan was
 * refused.
 */
static int run_words(const struct workload *w, const char *words)
{
	static struct run run;
	struct plan plan = { 0 };
	char text[256], err[256], *argv[32], *save = NULL, *word;
	json_t *params = json_object();
	int argc = 0, ret;

	nr_made = most_alive = alive = calls = 0;
	json_decref(result);
	result = NULL;
	snprintf(text, sizeof(text), "%s", words);
	for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	if (opts_parse(w->opts, NULL, argc, argv, err, sizeof(err)) || w->plan(&plan)) {
		json_decref(params);
		return 2;
	}
	assert_int_equal(opts_json(w->opts, params), 0);
	assert_int_equal(run_prepare(&run, w, 7, &plan), 0);
	/* The KVM_CREATE_VM that asked for the number of vCPUs has been closed again. */
	assert_int_equal(alive, 0);
	nr_made = most_alive = 0;
	ret = run_workload(&run);
	result = run_result(&run, &plan, params);
	assert_non_null(result);
	json_decref(params);
	samples_free(&run.samples);
	return ret;
}

static json_int_t op_count(const char *op)
{
	json_t *o = json_object_get(json_object_get(result, "ops"), op);

	assert_non_null(o);
	return json_integer_value(json_object_get(o, "count"));
}

static unsigned int mapped_pages(const struct fake_td *t)
{
	unsigned int i, n = 0;

	for (i = 0; i < MAX_PAGES; i++)
		n += t->mapped[i];
	return n;
}

static void teardown_layouts(void **state)
{
	(void)state;
	assert_int_equal(run_words(&teardown_workload, "--tds 3 --mem 8"), 0);
	assert_int_equal(most_alive, 3);
	assert_int_equal(alive, 0);
	assert_int_equal(mapped_pages(&fake[2]), 2048);
	assert_int_equal(op_count("td_destroy"), 3);
	assert_int_equal(json_integer_value(json_object_get(result, "sept_pages_expected")), 3 * 6);

	assert_int_equal(run_words(&teardown_workload, "--tds 1 --sept-pages 8 --layout sparse"),
			 0);
	assert_int_equal(mapped_pages(&fake[0]), 8);
	assert_true(fake[0].mapped[512] && !fake[0].mapped[513]);

	assert_int_equal(run_words(&teardown_workload,
				   "--tds 1 --mem 16 --layout per-region --pages-per-region 5"),
			 0);
	assert_int_equal(mapped_pages(&fake[0]), 40);
}

static void teardown_threads(void **state)
{
	(void)state;
	assert_int_equal(run_words(&teardown_workload,
				   "--tds 9 --mem 2 --destroy all-at-once --rounds 2 --vcpus 2"),
			 0);
	assert_int_equal(most_alive, 9);
	assert_int_equal(alive, 0);
	assert_int_equal(op_count("td_close_vm"), 18);
	assert_int_equal(json_array_size(json_object_get(result, "phases")), 6);

	assert_int_equal(
		run_words(
			&teardown_workload,
			"--tds 9 --mem 2 --destroy parallel --threads 4 --order shuffled --gap-us 50"),
		0);
	assert_int_equal(op_count("td_destroy"), 9);
	assert_int_equal(alive, 0);
}

/*
 * In order and once around: each page of each TD is taken away exactly once, however threads and
 * TDs divide.
 */
static void convert_covers(void **state)
{
	static const char *const words[] = {
		"--tds 1 --threads 1 --mem 4",
		"--tds 3 --threads 2 --mem 4 --size 64K",
		"--tds 2 --threads 5 --mem 4 --vcpus 2",
		"--tds 3 --threads 3 --mem 4 --size 2M",
	};
	static const unsigned int tds[] = { 1, 3, 2, 3 };
	unsigned int i, td, page;

	(void)state;
	for (i = 0; i < 4; i++) {
		assert_int_equal(run_words(&convert_workload, words[i]), 0);
		assert_string_equal(json_string_value(json_object_get(result, "verify")), "ok");
		for (td = 0; td < tds[i]; td++) {
			assert_int_equal(mapped_pages(&fake[td]), 1024);
			for (page = 0; page < 1024; page++)
				assert_int_equal(fake[td].zapped[page], 1);
		}
		assert_int_equal(alive, 0);
	}
}

static void convert_patterns(void **state)
{
	unsigned int page, total = 0;

	(void)state;
	assert_int_equal(run_words(&convert_workload, "--tds 1 --mem 4 --ops 101 --pattern random"),
			 0);
	assert_int_equal(op_count("convert_round"), 101);
	assert_int_equal(op_count("convert_fault"), 101);
	assert_int_equal(
		run_words(&convert_workload,
			  "--tds 1 --threads 1 --mem 4 --ops 50 --pattern hot --hot-percent 1"),
		0);
	for (page = 0; page < 11; page++)
		total += fake[0].zapped[page];
	assert_int_equal(total, 50);
}

/* Interrupted and partial pre-faults are taken up again where the ABI says so. */
static void interrupted(void **state)
{
	(void)state;
	interrupt = true;
	assert_int_equal(run_words(&convert_workload, "--tds 2 --mem 4 --size 16K"), 0);
	assert_int_equal(mapped_pages(&fake[1]), 1024);
	interrupt = false;
}

static void refused_plans(void **state)
{
	(void)state;
	assert_int_equal(run_words(&teardown_workload, "--mem 3"), 2);
	assert_int_equal(run_words(&convert_workload, "--size 5000"), 2);
}

/* Last: the first failure of a process stays its verdict. */
static void failing_call(void **state)
{
	(void)state;
	broken = "KVM_PRE_FAULT_MEMORY";
	assert_int_equal(run_words(&teardown_workload, "--tds 2 --mem 2"), -1);
	broken = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(teardown_layouts), cmocka_unit_test(teardown_threads),
		cmocka_unit_test(convert_covers),   cmocka_unit_test(convert_patterns),
		cmocka_unit_test(interrupted),	    cmocka_unit_test(refused_plans),
		cmocka_unit_test(failing_call),
	};

	return cmocka_run_group_tests_name("workloads on a played KVM", tests, NULL, NULL);
}

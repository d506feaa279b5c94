// SPDX-License-Identifier: GPL-2.0
/*
 * Guests that run: writing the script, KVM_RUN, and serving its exits.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kvm.h>
#include <linux/kvm_para.h>

#include "lib/err.h"
#include "td_code.h"
#include "td_guest.h"
#include "layout.h"
#include "td_script.h"

/* Scripts lie in a slot of their own, without private memory, below the TD's memory. */
#define SCRIPT_SLOT	1
#define SCRIPT_GPA	(UINT64_C(1) << 20)

_Static_assert(TD_GUEST_MAX_PAGES + 3 <= SCRIPT_MAX_OPS, "two MapGPA, the pages, and the end must fit");

static enum td_guest_kind guest_kind;

const char *td_guest_unavailable(enum td_guest_kind kind)
{
	const char *wanted = kind == TD_GUEST_CODE ? "guest code\n" : "guest script\n";
	char line[64] = "";
	FILE *f = fopen("/sys/kernel/debug/soft_tdx/params", "re");
	bool found = false;

	if (!f)
		return "guests that run need the software TDX module (and debugfs mounted)";
	while (!found && fgets(line, sizeof(line), f))
		found = !strcmp(line, wanted);
	fclose(f);
	if (found)
		return NULL;
	return kind == TD_GUEST_CODE
		       ? "this machine executes no TDs: needs a software TDX module that does, and SVM"
		       : "this software TDX module runs no scripted guests";
}

void td_guest_choose(enum td_guest_kind kind)
{
	guest_kind = kind;
}

uint64_t td_guest_rcx(unsigned int vcpu)
{
	uint64_t gpa = SCRIPT_GPA + vcpu * PAGE_BYTES;

	return guest_kind == TD_GUEST_CODE ? gpa : gpa | SHARED_BIT;
}

static int guest_fail(const struct td *td, const char *what)
{
	return fail("TD %u: %s failed: %s", td->id, what, strerror(errno));
}

static int map_vcpus(struct td *td, unsigned int vcpus, int run_bytes)
{
	unsigned int i;

	for (i = 0; i < vcpus; i++) {
		void *run = mmap(NULL, (size_t)run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
				 td->vcpu[i], 0);

		if (run == MAP_FAILED)
			return guest_fail(td, "mapping a vCPU");
		td->run[i] = run;
		td->run_bytes = (size_t)run_bytes;
	}
	return 0;
}

int td_guest_attach(struct td *td, unsigned int vcpus)
{
	struct kvm_enable_cap map_gpa = {
		.cap = KVM_CAP_EXIT_HYPERCALL, .args = { 1ULL << KVM_HC_MAP_GPA_RANGE }
	};
	struct kvm_userspace_memory_region2 slot = {
		.slot = SCRIPT_SLOT,
		.guest_phys_addr = SCRIPT_GPA,
		.memory_size = vcpus * PAGE_BYTES,
	};
	int run_bytes = td_vcpu_mmap_bytes();

	if (run_bytes <= 0)
		return guest_fail(td, "KVM_GET_VCPU_MMAP_SIZE");
	td->script = mmap(NULL, slot.memory_size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (td->script == MAP_FAILED) {
		td->script = NULL;
		return guest_fail(td, "memory for scripts");
	}
	slot.userspace_addr = (uintptr_t)td->script;
	if (ioctl(td->vm, KVM_ENABLE_CAP, &map_gpa))
		return guest_fail(td, "KVM_ENABLE_CAP(KVM_CAP_EXIT_HYPERCALL)");
	if (ioctl(td->vm, KVM_SET_USER_MEMORY_REGION2, &slot))
		return guest_fail(td, "KVM_SET_USER_MEMORY_REGION2 of the scripts");
	if (guest_kind == TD_GUEST_CODE && td_code_add(td))
		return -1;
	return map_vcpus(td, vcpus, run_bytes);
}

void td_guest_detach(struct td *td, unsigned int vcpus)
{
	unsigned int i;

	for (i = 0; i < vcpus; i++) {
		if (td->run[i])
			munmap(td->run[i], td->run_bytes);
		td->run[i] = NULL;
	}
	if (td->script)
		munmap(td->script, vcpus * PAGE_BYTES);
	td->script = NULL;
}

static void write_script(struct td_script *s, uint64_t offset, uint64_t bytes)
{
	struct script_op *op = s->op;
	uint64_t gpa = TD_GPA + offset, at;

	*op++ = (struct script_op){ .code = SCRIPT_MAP_GPA, .gpa = gpa | SHARED_BIT, .arg = bytes };
	*op++ = (struct script_op){ .code = SCRIPT_MAP_GPA, .gpa = gpa, .arg = bytes };
	for (at = 0; at < bytes; at += PAGE_BYTES)
		*op++ = (struct script_op){ .code = SCRIPT_ACCEPT, .gpa = gpa + at };
	*op = (struct script_op){ .code = SCRIPT_END };
	s->magic = SCRIPT_MAGIC;
}

/* An operation that the module or the host refused, after the script ran. */
static int check_script(const struct td *td, const struct td_script *s)
{
	const struct script_op *op;

	for (op = s->op; op->code != SCRIPT_END; op++)
		if (op->status)
			return fail("TD %u: the guest's operation %" PRIu64 " at GPA 0x%" PRIx64
				    " ended with status 0x%" PRIx64,
				    td->id, op->code, op->gpa, op->status);
	return 0;
}

static int serve_map_gpa(struct td *td, struct kvm_run *run, td_map_gpa_fn *map_gpa, void *arg)
{
	if (run->hypercall.nr != KVM_HC_MAP_GPA_RANGE)
		return fail("TD %u: the guest made hypercall %" PRIu64, td->id,
			    (uint64_t)run->hypercall.nr);
	run->hypercall.ret = 0;
	return map_gpa(td, run->hypercall.args[0] - TD_GPA, run->hypercall.args[1] * PAGE_BYTES,
		       run->hypercall.args[2] & KVM_MAP_GPA_RANGE_ENCRYPTED, arg);
}

int td_guest_convert(struct td *td, unsigned int vcpu, uint64_t offset, uint64_t bytes,
		     td_map_gpa_fn *map_gpa, void *arg)
{
	struct td_script *s = td->script + vcpu;
	struct kvm_run *run = td->run[vcpu];

	write_script(s, offset, bytes);
	for (;;) {
		if (ioctl(td->vcpu[vcpu], KVM_RUN, 0)) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			return guest_fail(td, "KVM_RUN");
		}
		switch (run->exit_reason) {
		case KVM_EXIT_HYPERCALL:
			if (serve_map_gpa(td, run, map_gpa, arg))
				return -1;
			break;
		case KVM_EXIT_IO:
			if (run->io.port == SCRIPT_PORT)
				return check_script(td, s);
			/* fall through */
		default:
			return fail("TD %u: the vCPU left with KVM exit reason %u", td->id,
				    run->exit_reason);
		}
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the means of error_paths.c share: noting an outcome, VMs before KVM_TDX_INIT_VM, failing leaf
 * functions.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/kvm.h>

#include "lib/err.h"
#include "../books.h"
#include "../td_steps.h"
#include "paths.h"

#define INJECT	    "/sys/kernel/debug/soft_tdx/inject"
#define IOAPIC_PINS 24

#define VCPUS	  1
#define TIMEOUT_S 20

void attempt_timeout(void)
{
	alarm(TIMEOUT_S);
}

void attempt_open(unsigned int regions, unsigned int pages)
{
	steps_open(regions, pages, VCPUS);
	err_keep_first(true);
}

void attempt_note(struct attempt *attempt, const char *ioctl_name, int ret)
{
	if (ret < 0 && !strcmp(attempt->outcome, "-"))
		snprintf(attempt->outcome, sizeof(attempt->outcome), "%s %s", ioctl_name,
			 strerrorname_np(errno));
}

void attempt_add(struct attempt *attempt, const char *text)
{
	size_t len = strlen(attempt->outcome);

	snprintf(attempt->outcome + len, sizeof(attempt->outcome) - len, ", %s", text);
}

void td_none(struct td *td)
{
	*td = (struct td){ .vm = -1, .gmem = -1, .code_gmem = -1 };
	for (unsigned int i = 0; i < TD_MAX_VCPUS; i++)
		td->vcpu[i] = -1;
}

void td_bare(struct td *td, bool irqchip)
{
	struct kvm_enable_cap split = { .cap = KVM_CAP_SPLIT_IRQCHIP, .args = { IOAPIC_PINS } };

	td_none(td);
	td->vm = ioctl(td_kvm_fd(), KVM_CREATE_VM, KVM_X86_TDX_VM);
	if (td->vm < 0)
		die("KVM_CREATE_VM failed: %s", strerror(errno));
	if (irqchip && ioctl(td->vm, KVM_ENABLE_CAP, &split))
		die("KVM_CAP_SPLIT_IRQCHIP failed: %s", strerror(errno));
}

int tdx_command(int fd, uint32_t id, uint32_t flags, void *data)
{
	struct kvm_tdx_cmd cmd = { .id = id, .flags = flags, .data = (uintptr_t)data };

	return ioctl(fd, KVM_MEMORY_ENCRYPT_OP, &cmd);
}

void inject(const char *leaf, unsigned int nth, uint64_t status, unsigned int count)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %u 0x%" PRIx64 " %u", leaf, nth, status, count);
	put_file(INJECT, text);
}

unsigned int inject_off(void)
{
	char line[256], *said = NULL;
	unsigned int n = 0;
	FILE *f = fopen(INJECT, "re");

	if (f && fgets(line, sizeof(line), f))
		said = strstr(line, "injected ");
	if (!said || sscanf(said, "injected %u", &n) != 1)
		die("%s does not say how often a leaf failed", INJECT);
	fclose(f);
	put_file(INJECT, "off");
	return n;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * An error exit reached by a leaf function of the software TDX module that fails in one step of a TD's
 * life.
 */
#include <stdio.h>
#include <string.h>

#include "lib/array_size.h"
#include "../td_steps.h"
#include "paths.h"

#define REGIONS 4

/* Statuses by the name that the kernel or SOFT-TDX.md gives them. */
static const struct status {
	const char *name;
	uint64_t value;
} statuses[] = {
	{ "OPERAND_BUSY", 0x8000020000000000 },
	{ "RND_NO_ENTROPY", 0x8000020300000000 },
	{ "OPERAND_INVALID", 0xc000010000000001 },
	{ "PAGE_METADATA_INCORRECT", 0xc000030000000000 },
	{ "FLUSHVP_NOT_DONE", 0x8000082400000000 },
	{ "INTERRUPTED_RESUMABLE", 0x8000000300000000 },
	{ "NO_HKID_READY_TO_WBCACHE", 0x0000082100000000 },
	{ "VCPU_NOT_ASSOCIATED", 0x8000070200000000 },
};

static const struct status *status_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (!strcmp(statuses[i].name, name))
			return &statuses[i];
	return NULL;
}

bool leaf_by_words(const char *words, struct attempt *attempt)
{
	char step_name[32], leaf[64], status_name[64];
	const struct status *status;
	unsigned int nth, count, pages = 1, injected = 0;
	enum step fails;

	if (sscanf(words, "%31s %63s %u %u %63s %u", step_name, leaf, &nth, &count, status_name,
		   &pages) < 5)
		return false;
	fails = step_find(step_name);
	status = status_find(status_name);
	if (fails == STEP_NR || !status)
		return false;
	attempt_open(REGIONS, pages);
	/* What a step survived, the rest of the life must not notice. The caller destroys, unless that fails. */
	for (enum step step = STEP_CREATE; step < STEP_DESTROY || step == fails; step++) {
		int ret;

		if (step == fails)
			inject(leaf, nth, status->value, count);
		ret = step_do(step, &attempt->td);
		if (step == fails)
			injected = inject_off();
		if (ret)
			break;
	}
	snprintf(attempt->outcome, sizeof(attempt->outcome), "%s", td_failure());
	if (injected != count)
		attempt_add(attempt, "the leaf was not called so often");
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The addresses, sizes and numbers that arguments choose among. 0 chooses what a VMM uses.
 */
#include "lib/array_size.h"
#include "workloads/core/layout.h"
#include "workloads/core/td.h"
#include "workloads/core/td_script.h"
#include "state.h"
#include "values.h"

/* The first address that is too wide for a TD, and the first that KVM refuses for any VM. */
#define TD_GPA_END  (UINT64_C(1) << 48)
#define MAX_GPA_END (UINT64_C(1) << 52)

#define PICK(list, arg) ((list)[(arg) % ARRAY_SIZE(list)])

uint64_t storm_gpa(uint32_t arg)
{
	static const uint64_t gpas[] = {
		TD_GPA,
		TD_GPA,
		TD_GPA,
		TD_GPA + PAGE_BYTES,
		TD_GPA + 3 * PAGE_BYTES,
		TD_GPA + REGION_BYTES - PAGE_BYTES,
		TD_GPA + REGION_BYTES,
		TD_GPA + STORM_MEM_BYTES - PAGE_BYTES,
		TD_GPA + STORM_MEM_BYTES,
		TD_GPA - PAGE_BYTES,
		TD_GPA + 1,
		0,
		UINT64_C(1) << 47,
		(UINT64_C(1) << 47) + TD_GPA,
		MAX_GPA_END,
		UINT64_MAX - PAGE_BYTES + 1,
		TD_GPA_END,
	};

	return PICK(gpas, arg);
}

uint64_t storm_bytes(uint32_t arg)
{
	static const uint64_t sizes[] = {
		STORM_MEM_BYTES, STORM_MEM_BYTES, PAGE_BYTES, PAGE_BYTES, 2 * PAGE_BYTES,
		16 * PAGE_BYTES, REGION_BYTES, REGION_BYTES - PAGE_BYTES, REGION_BYTES + PAGE_BYTES,
		STORM_MEM_BYTES + PAGE_BYTES, 0, 1, PAGE_BYTES + 1, UINT64_C(1) << 63,
		UINT64_MAX - PAGE_BYTES + 1,
	};

	return PICK(sizes, arg);
}

uint64_t storm_offset(uint32_t arg)
{
	static const uint64_t offsets[] = {
		0, 0, 0, PAGE_BYTES, 2 * PAGE_BYTES, REGION_BYTES, REGION_BYTES - PAGE_BYTES, 1,
		STORM_MEM_BYTES - PAGE_BYTES, STORM_MEM_BYTES, UINT64_C(1) << 62,
	};

	return PICK(offsets, arg);
}

uint32_t storm_entries(uint32_t arg)
{
	static const uint32_t entries[] = { 256, 256, 0, 1, 255, 257, UINT32_MAX };

	return PICK(entries, arg);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Operations of operation_table.c that another process does, with the files that it inherited or was sent. KVM
 * lets it have a guest_memfd, and none of the ioctls of a VM or vCPU that is not its own.
 */
#include "lib/array_size.h"
#include "calls.h"
#include "operations.h"
#include "processes.h"

/* Most often holder 0, which many TDs are built with. */
#define HOLDER(arg)    ((arg) % 4 == 3)
#define OPERATION(arg) ((arg) / 4)

/* A program has a function for the call, which the holder has, too. */
static void write_in_holder(struct storm_state *s, unsigned int holder,
			    const struct storm_operation *op, const uint32_t arg[STORM_ARGS])
{
	static unsigned int n;
	FILE *text = storm_text;

	storm_text = storm_functions;
	fprintf(storm_text,
		"static int call_%u(struct storm_state *state, const uint32_t *arg)\n{\n"
		"\t(void)state, (void)arg;\n\treturn ",
		++n);
	op->call(s, arg);
	fprintf(storm_text, ";\n}\n\n");
	storm_text = text;
	fprintf(storm_text, "storm_in_holder(&s, %u, call_%u, (uint32_t[STORM_HELD_ARGS]){ 0 })",
		holder, n);
}

/* Operation @code of a holder. Its arguments are the rest of @arg, the last one made of the one before. */
static int in_holder(struct storm_state *s, enum storm_code code, const uint32_t arg[STORM_ARGS])
{
	const struct storm_operation *op = &storm_table[code];
	const uint32_t inner[STORM_ARGS] = { arg[1], arg[2], arg[3], arg[3] / 64 };

	if (!storm_text)
		return storm_in_holder(s, HOLDER(arg[0]), op->call, inner);
	write_in_holder(s, HOLDER(arg[0]), op, inner);
	return 0;
}

int storm_child(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const enum storm_code codes[] = {
		STORM_PUNCH,	    STORM_ALLOCATE, STORM_PUNCH,      STORM_RECEIVE_FILE,
		STORM_RECEIVE_FILE, STORM_PUNCH,    STORM_SEND_FILE,  STORM_DUP,
		STORM_CLOSE_GMEM,   STORM_CLOSE_VM, STORM_CLOSE_VCPU,
	};
	enum storm_code code = codes[OPERATION(arg[0]) % ARRAY_SIZE(codes)];
	const int *errnos = storm_table[code].errnos;
	unsigned int i;
	int ret;

	/* This operation's line allows the errnos of all of them: look at the line of the one. */
	storm_made("storm_held_result(");
	ret = in_holder(s, code, arg);
	if (storm_made(", (const int[]){ "))
		return storm_held_result(ret, errnos, STORM_ERRNOS);
	for (i = 0; i < STORM_ERRNOS; i++)
		fprintf(storm_text, "%d, ", errnos[i]);
	fprintf(storm_text, "}, %d)", STORM_ERRNOS);
	return 0;
}

/* In v7.3 it is the first thing that KVM looks at: virt/kvm/kvm_main.c:4485 and 5225. */
int storm_child_ioctl(struct storm_state *s, const uint32_t arg[STORM_ARGS])
{
	static const enum storm_code codes[] = {
		STORM_ATTRIBUTES,  STORM_SET_SLOT, STORM_PRE_FAULT,   STORM_RUN,
		STORM_INIT_VM,	   STORM_FINALIZE, STORM_CREATE_VCPU, STORM_INIT_VCPU,
		STORM_CREATE_GMEM, STORM_MSRS,	   STORM_MSI,	      STORM_INIT_MEM_REGION,
		STORM_VCPU_STATE,  STORM_VM_STATE, STORM_ENABLE_CAP,  STORM_CAPABILITIES,
	};
	int ret;

	storm_made("storm_refused(");
	ret = in_holder(s, codes[OPERATION(arg[0]) % ARRAY_SIZE(codes)], arg);
	return storm_made(")") ? storm_refused(ret) : 0;
}

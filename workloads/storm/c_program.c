// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a sequence as a C program. The files of this folder that the operations use at run time are the
 * program's, too: their text is part of this binary.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "calls.h"
#include "c_program.h"

#define DIR "workloads/storm/"

/* The text of a file, as the symbol part_NAME. */
#define PART(name, file)                          \
	extern const char part_##name[];          \
	__asm__(".section .rodata\n"              \
		".global part_" #name "\n"        \
		"part_" #name ":\n"               \
		".incbin \"" file "\"\n.byte 0\n" \
		".previous\n")

PART(head, DIR "program_head.txt");
PART(tail, DIR "program_tail.txt");
PART(state_h, DIR "state.h");
PART(state_c, DIR "state.c");
PART(interrupt_h, DIR "interrupt.h");
PART(interrupt_c, DIR "interrupt.c");
PART(processes_h, DIR "processes.h");
PART(processes_c, DIR "processes.c");
PART(limits_h, DIR "limits.h");
PART(limits_c, DIR "limits.c");
PART(allocations_h, DIR "allocations.h");
PART(allocations_c, DIR "allocations.c");
PART(complaints_h, DIR "complaints.h");
PART(complaints_c, DIR "complaints.c");
PART(script_h, "workloads/core/td_script.h");
PART(enter_h, DIR "enter.h");
PART(enter_c, DIR "enter.c");

/* Less the lines that mean nothing outside this project. */
static void write_part(FILE *to, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (strncmp(text, "#include \"", 10) && strncmp(text, "// SPDX", 7) &&
		    strncmp(text, "/* SPDX", 7))
			fprintf(to, "%.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
	fputc('\n', to);
}

static void write_errnos(FILE *to, const struct storm_operation *op)
{
	unsigned int i;
	int err;

	fprintf(to, "\"ENOMEM");
	for (err = 1; err < STORM_MAX_ERRNO; err++)
		if (err != ENOMEM && storm_allows_failed(op, err))
			fprintf(to, " %s", strerrorname_np(err));
	if (op->needs != NEEDS_NOTHING)
		fprintf(to, " EBADF");
	for (i = 0; i < STORM_ERRNOS && op->errnos[i]; i++)
		fprintf(to, " %s", strerrorname_np(op->errnos[i]));
	fprintf(to, "\"");
}

/*
 * "step(3, "punch", "ENOMEM ENOBUFS EBADF EINVAL", fallocate(...));", a line each; malloc'ed. @functions are those that
 * the steps call; malloc'ed.
 */
static char *steps_text(const struct storm_step *steps, unsigned int n, const bool *in,
			char **functions)
{
	static struct storm_state state; /* its addresses are names in the text */
	size_t bytes, functions_bytes;
	char *text;
	unsigned int i;

	state.shared = (uint8_t *)(UINTPTR_MAX / 2);
	storm_text = xopen_memstream(&text, &bytes);
	storm_functions = xopen_memstream(functions, &functions_bytes);
	for (i = 0; i < n; i++) {
		const struct storm_operation *op = &storm_table[steps[i].code];

		if (in && !in[i])
			continue;
		fprintf(storm_text, "\tstep(%u, \"%s\", ", i, op->name);
		write_errnos(storm_text, op);
		fprintf(storm_text, ",\n\t     ");
		op->call(&state, steps[i].arg);
		fprintf(storm_text, ");\n");
	}
	fclose(storm_text);
	fclose(storm_functions);
	storm_text = storm_functions = NULL;
	return text;
}

void storm_program(FILE *to, const char *title, const struct storm_step *steps, unsigned int n,
		   const bool *in)
{
	char *functions, *text = steps_text(steps, n, in, &functions);
	bool enters = strstr(text, "storm_enter(") || strstr(functions, "storm_enter("),
	     processes = strstr(text, "_holder(") || strstr(text, "storm_send(") ||
			 strstr(text, "storm_receive(") || strstr(text, "storm_steal(");

	fprintf(to,
		"// SPDX-License-Identifier: GPL-2.0\n/*\n * %s\n *\n"
		" * Needs root and v7.3's headers: gcc -static -isystem HEADERS -o program program.c\n */\n",
		title);
	write_part(to, part_head);
	write_part(to, part_state_h);
	write_part(to, part_state_c);
	write_part(to, part_interrupt_h);
	write_part(to, part_interrupt_c);
	write_part(to, part_limits_h);
	write_part(to, part_limits_c);
	write_part(to, part_allocations_h);
	write_part(to, part_allocations_c);
	write_part(to, part_complaints_h);
	write_part(to, part_complaints_c);
	if (processes) {
		write_part(to, part_processes_h);
		write_part(to, part_processes_c);
	}
	if (enters) {
		write_part(to, part_script_h);
		write_part(to, part_enter_h);
		write_part(to, part_enter_c);
	}
	write_part(to, part_tail);
	fprintf(to, "%sstatic void play(void)\n{\n%s}\n", functions, text);
	free(functions);
	free(text);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a program's verbs, and prints what its tables say: help, manual page, completion.
 */
#include "program.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array_size.h"
#include "err.h"
#include "text.h"
#include "textfmt.h"

static const struct program *program;
static struct opt only_help[] = { OPT_HELP, OPT_END };

static const struct verb verb_help, verb_man, verb_complete;
static const struct verb *const builtin[] = { &verb_help, &verb_man, &verb_complete };

/* The i-th verb from 0: the program's, then those of every program; NULL past the last. */
static const struct verb *nth_verb(size_t i)
{
	size_t n = 0;

	while (program->verbs[n])
		n++;
	if (i < n)
		return program->verbs[i];
	return i - n < ARRAY_SIZE(builtin) ? builtin[i - n] : NULL;
}

static const struct verb *find_verb(const char *name)
{
	const struct verb *v;

	for (size_t i = 0; (v = nth_verb(i)); i++)
		if (!strcmp(v->name, name))
			return v;
	return NULL;
}

/* The options behind a verb's own. */
static struct opt *common_of(const struct verb *v)
{
	if (v->common)
		return v->common;
	return opts_find(v->opts, NULL, "help", 4) ? NULL : only_help;
}

/* Call @print for each piece of @text between two @gap. */
static void each_piece(FILE *to, const char *text, const char *gap,
		       void (*print)(FILE *to, const char *piece))
{
	while (text) {
		const char *end = strstr(text, gap);
		char *piece = end ? xstrndup(text, (size_t)(end - text)) : xstrdup(text);

		print(to, piece);
		free(piece);
		text = end ? end + strlen(gap) : NULL;
	}
}

/* The next line of usage, malloc'ed; NULL at the end. @forms: a line each, without names. */
static char *next_usage(const char *verb, const char **forms)
{
	size_t len = *forms ? strcspn(*forms, "\n") : 0;
	char *line;

	if (!*forms)
		return NULL;
	line = xasprintf("%s%s%s%s%.*s", program->name, verb[0] ? " " : "", verb, len ? " " : "",
			 (int)len, *forms);
	*forms = (*forms)[len] ? *forms + len + 1 : NULL;
	return line;
}

/* --- help --- */

static void print_paragraph(FILE *to, const char *text)
{
	print_para(to, 0, 0, "%s", text);
	fputc('\n', to);
}

static void print_usage_lines(FILE *to, const char *verb, const char *forms)
{
	const char *lead = "usage:";
	char *line;

	for (; (line = next_usage(verb, &forms)); free(line), lead = "")
		print_keyed(to, 0, 7, lead, "%s", line);
}

static void print_verb(FILE *to, const struct verb *v)
{
	if (v->run) {
		print_usage_lines(to, v->name, v->args);
		fputc('\n', to);
	}
	each_piece(to, v->about, "\n\n", print_paragraph);
	if (v->run)
		fputs("Options (range) [default]:\n", to);
	opts_help(to, v->opts);
	opts_help(to, v->run ? common_of(v) : NULL);
}

static void print_usage(FILE *to)
{
	const struct verb *v;

	print_usage_lines(to, "", program->usage);
	fputc('\n', to);
	for (size_t i = 0; (v = nth_verb(i)); i++)
		if (v->help)
			fprintf(to, "  %s%-*s %s\n", v->run ? "" : "help ", v->run ? 16 : 11,
				v->name, v->help);
}

static int no_verb(const char *name)
{
	return fail_as(program->usage_status, "there is no %s '%s'; `%s help` lists them",
		       program->kind, name, program->name);
}

static int run_help(const struct call *c)
{
	const struct verb *v = c->n ? find_verb(c->word[0]) : NULL;

	if (!c->n)
		print_usage(stdout);
	else if (!v)
		return no_verb(c->word[0]);
	else
		print_verb(stdout, v);
	return 0;
}

static void print_verb_names(FILE *to)
{
	const struct verb *v;

	for (size_t i = 0; (v = nth_verb(i)); i++)
		if (v->help)
			fprintf(to, "%s\n", v->name);
}

static const struct verb verb_help = {
	.name = "help",
	.help = "this list, or what --help of one of them prints",
	.args = "[NAME]",
	.about = "Lists the verbs, or prints the help of one.",
	VERB_WORDS("NAME", 0, 1),
	.values = print_verb_names,
	.run = run_help,
};

/* --- manual page --- */

static void mdoc_paragraph(FILE *to, const char *text)
{
	fputs(".Pp\n", to);
	mdoc_text(to, text);
}

static void mdoc_usage_lines(FILE *to, const char *verb, const char *forms)
{
	char *line;

	for (; (line = next_usage(verb, &forms)); free(line)) {
		mdoc_text(to, line);
		fputs(".br\n", to);
	}
}

static void mdoc_verb(FILE *to, const struct verb *v)
{
	struct opt *common = common_of(v);

	fprintf(to, ".Ss %s\n", v->name);
	if (v->run)
		mdoc_usage_lines(to, v->name, v->args);
	each_piece(to, v->about, "\n\n", mdoc_paragraph);
	if (common == program->common || common == only_help || !v->run)
		common = NULL;
	if (v->run && (v->opts || common))
		fputs(".Pp\nOptions (range) [default]:\n", to);
	opts_mdoc(to, v->opts);
	opts_mdoc(to, common);
}

static int run_man(const struct call *c)
{
	const struct verb *v;
	FILE *to = stdout;

	(void)c;
	fputs(".\\\" SPDX-License-Identifier: GPL-2.0\n.Dd ", to);
	fprintf(to, "%s\n.Dt ", program->date);
	for (const char *p = program->name; *p; p++)
		fputc(toupper(*p), to);
	fprintf(to, " 1\n.Os %s\n.Sh NAME\n.Nm %s\n.Nd ", program->version, program->name);
	mdoc_text(to, program->what);
	fputs(".Sh SYNOPSIS\n", to);
	mdoc_usage_lines(to, "", program->usage);
	fputs(".Sh DESCRIPTION\n.nh\n", to);	/* no word is broken: it may be a path */
	each_piece(to, program->about, "\n\n", mdoc_paragraph);
	if (program->common) {
		fprintf(to, ".Pp\n%s:\n", program->common_title);
		opts_mdoc(to, program->common);
	}
	fputs(".Sh COMMANDS\n", to);
	for (size_t i = 0; (v = nth_verb(i)); i++)
		if (v->help)
			mdoc_verb(to, v);
	fputs(".Sh EXIT STATUS\n", to);
	each_piece(to, program->exits, "\n\n", mdoc_paragraph);
	fprintf(to, ".Sh SEE ALSO\n.Xr %s 1\n", program->see_also);
	return 0;
}

static const struct verb verb_man = {
	.name = "man", .help = "the manual page, for `man -l -`", .args = "",
	.about = "Prints the manual page, made of the same tables as --help: `man -l -` shows it.",
	.run = run_man,
};

/* --- completion --- */

static int run_complete(const struct call *c)
{
	char **word = c->command;
	const struct verb *v;

	if (!word || !word[0])
		return 0;
	if (!word[1]) {
		print_verb_names(stdout);
		puts("--help\n--version");
		return 0;
	}
	v = find_verb(word[0]);
	if (!v || !v->run)
		return 0;
	for (char **w = word + 1; *w && v->complete_command; w++) {
		if (!strcmp(*w, "--") && w[1]) {
			v->complete_command(stdout, w + 1);
			return 0;
		}
	}
	if (!opts_complete(stdout, v->opts, common_of(v), word + 1) && v->values)
		v->values(stdout);
	return 0;
}

/* Behind "--" stand the words of another command line, which need no candidates. */
static void no_candidates(FILE *to, char **words)
{
	(void)to;
	(void)words;
}

static const struct verb verb_complete = {
	.name = "complete", .args = "-- [WORDS...]",
	.about = "Prints what the last of WORDS may be, for completion in a shell.",
	.complete_command = no_candidates, .run = run_complete,
};

/* --- running --- */

static int run_verb(const struct verb *v, char **argv)
{
	struct call c = { .verb = v, .word = argv };
	char *error;
	int n, code;

	if (v->init)
		v->init();
	n = opts_parse(v->opts, common_of(v), argv, v->complete_command ? &c.command : NULL,
		       &error);
	if (n < 0) {
		code = fail_as(program->usage_status, "%s: %s", v->name, error);
		free(error);
		return code;
	}
	c.n = (size_t)n;
	if (c.n > v->max_words)
		return fail_as(program->usage_status,
			       "%s: unexpected word '%s'; `%s %s --help` shows what it takes",
			       v->name, argv[v->max_words], program->name, v->name);
	if (v->check && v->check(v))
		return program->usage_status;
	if (opts_help_asked) { /* after the checks: "... --help" then checks a command line */
		print_verb(stdout, v);
		return 0;
	}
	if (c.n < v->min_words)
		return fail_as(program->usage_status, "%s: %s is missing; `%s %s --help` shows what it takes",
			       v->name, v->word, program->name, v->name);
	return v->run(&c);
}

static int run_program(char **argv)
{
	const struct verb *v;

	if (!argv[0]) {
		print_usage(stderr);
		return program->usage_status;
	}
	if (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")) {
		print_usage(stdout);
		return 0;
	}
	if (!strcmp(argv[0], "--version") && !argv[1]) {
		printf("%s %s\n", program->name, program->version);
		return 0;
	}
	v = find_verb(argv[0]);
	return v && v->run ? run_verb(v, argv + 1) : no_verb(argv[0]);
}

int program_main(const struct program *p, int argc, char **argv)
{
	int code;

	program = p;
	program_invocation_short_name = (char *)p->name;
	code = run_program(argv + (argc ? 1 : 0));
	if ((fflush(stdout) || ferror(stdout)) && code == 0)
		code = fail_as(p->usage_status, "stdout: %s", strerror(errno));
	return code;
}

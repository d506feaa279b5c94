// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the data files of figures and calls gnuplot. The data files have every number that
 * is drawn; the scripts compute nothing.
 *
 * Names of experiments and variants need no quoting: bench/rundir/loaded_run.c takes
 * only letters, digits and "._+-".
 */
#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/stats/quantile.h"
#include "lib/array_size.h"
#include "lib/err.h"
#include "lib/text.h"
#include "lib/variants.h"
#include "figdata.h"

extern char **environ;

/* The first column of a variant has that variant's style; another build of it (VARIANT+FLAVOUR) has not. */
static bool has_own_style(const struct an_group *g, size_t v)
{
	const struct variant *known = variant_find(g->variant[v]);

	for (size_t u = 0; known && u < v; u++) {
		if (variant_find(g->variant[u]) == known)
			return false;
	}
	return known;
}

static bool is_shown(const struct an_group *g, const struct variant *variant)
{
	for (size_t v = 0; v < g->nr_variants; v++) {
		if (variant_find(g->variant[v]) == variant)
			return true;
	}
	return false;
}

/*
 * Colour, dash and point of each column. One without a style of its own takes that of a variant from
 * the end of the list which is not shown.
 */
static const struct variant *style_of(const struct an_group *g, size_t v)
{
	size_t taken = 0;

	if (has_own_style(g, v))
		return variant_find(g->variant[v]);
	for (size_t u = 0; u < v; u++)
		taken += !has_own_style(g, u);
	for (size_t i = nr_variants; i--;) {
		if (!is_shown(g, &variants[i]) && !taken--)
			return &variants[i];
	}
	return &variants[nr_variants - 1 - v % nr_variants];
}

static void write_styles(FILE *f, const struct an_group *g)
{
	size_t v;

	fprintf(f, "colours = '");
	for (v = 0; v < g->nr_variants; v++)
		fprintf(f, "%s%s", v ? " " : "", style_of(g, v)->colour);
	fprintf(f, "'\ndashes = '");
	for (v = 0; v < g->nr_variants; v++)
		fprintf(f, "%s%s", v ? " " : "", style_of(g, v)->dash);
	fprintf(f, "'\npoint_types = '");
	for (v = 0; v < g->nr_variants; v++)
		fprintf(f, "%s%d", v ? " " : "", style_of(g, v)->point);
	fprintf(f, "'\n");
}

/* Names and boots of the columns, in their order. */
static void write_columns(FILE *f, const struct an_group *g)
{
	size_t v;

	fprintf(f, "nr_variants = %zu\nvariants = '", g->nr_variants);
	for (v = 0; v < g->nr_variants; v++)
		fprintf(f, "%s%s", v ? " " : "", g->variant[v]);
	fprintf(f, "'\nboots = '");
	for (v = 0; v < g->nr_variants; v++)
		fprintf(f, "%s%zu", v ? " " : "", an_group_boots(g, v));
	fprintf(f, "'\n");
	write_styles(f, g);
}

/* NAME = 'TEXT', a quote in the text doubled. */
static void write_text(FILE *f, const char *name, const char *text)
{
	fprintf(f, "%s = '", name);
	for (; *text; text++)
		fputs(*text == '\'' ? "''" : (char[]){ *text, '\0' }, f);
	fputs("'\n", f);
}

int an_fig_create(struct an_fig *fig, const char *dir, const char *name)
{
	char *path;

	memset(fig, 0, sizeof(*fig));
	fig->name = xstrdup(name);
	fig->base = xasprintf("%s/data/%s", dir, name);
	path = xasprintf("%s.dat", fig->base);
	fig->dat = fopen(path, "we");
	if (fig->dat) {
		free(path);
		path = xasprintf("%s.set", fig->base);
		fig->set = fopen(path, "we");
	}
	if (!fig->set) {
		fail("cannot write %s: %s", path, strerror(errno));
		if (fig->dat)
			fclose(fig->dat);
		an_fig_free(fig);
	}
	free(path);
	return fig->set ? 0 : -1;
}

int an_fig_open_named(struct an_fig *fig, const char *dir, const char *kind, const char *label,
		      const struct an_group *g, const char *title, const char *how)
{
	char *name = xasprintf("%s-%s", kind, label);
	int ret = an_fig_create(fig, dir, name);

	free(name);
	if (ret)
		return -1;
	fig->title = xasprintf("%s, experiment %s", title, label);
	fig->caption = xasprintf("time: %s; %s", g->time_base, how);
	fprintf(fig->set, "label = '%s'\n", label);
	write_text(fig->set, "fig_title", fig->title);
	write_text(fig->set, "caption", fig->caption);
	write_columns(fig->set, g);
	return 0;
}

int an_fig_open(struct an_fig *fig, const char *dir, const char *kind, const struct an_group *g,
		const char *title, const char *how)
{
	return an_fig_open_named(fig, dir, kind, g->label, g, title, how);
}

void an_fig_end_block(struct an_fig *fig, bool empty, const char *unseen)
{
	fprintf(fig->dat, "%s\n\n", empty ? unseen : "");
}

int an_fig_close(struct an_fig *fig)
{
	int err = ferror(fig->dat) | ferror(fig->set);

	err |= fclose(fig->dat);
	err |= fclose(fig->set);
	fig->dat = fig->set = NULL;
	return err ? fail("report: cannot write %s.dat or .set; is the disk full?", fig->base)
		   : 0;
}

void an_fig_free(struct an_fig *fig)
{
	free(fig->name);
	free(fig->base);
	free(fig->title);
	free(fig->caption);
	memset(fig, 0, sizeof(*fig));
}

/* The environment without what a user sets for gnuplot: terminal, fonts, folders. */
static char **plain_environment(void)
{
	char **plain = NULL;

	for (char **e = environ; *e; e++) {
		if (strncmp(*e, "GNU", 3) && strncmp(*e, "GDFONTPATH=", 11))
			plain = strv_add(plain, *e);
	}
	return plain;
}

/*
 * Run gnuplot in the folder of the scripts; its own messages go to stderr. -d: without ~/.gnuplot,
 * whose terminal a server may not have.
 */
static int run_gnuplot(const char *scripts, const char *commands, const char *name)
{
	char *argv[] = { "gnuplot", "-d", "-e", (char *)commands, NULL }, **env = plain_environment();
	posix_spawn_file_actions_t actions;
	int err, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, scripts);
	err = posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, env);
	strv_free(env);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		return fail("report: cannot run gnuplot in %s: %s; install the package gnuplot-nox",
			    scripts, strerror(err));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail("report: waiting for gnuplot: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return fail("report: gnuplot failed to draw %s with %s (its message is above)",
			    name, scripts);
	return 0;
}

/* @path for gnuplot, which runs in another folder: absolute, in single quotes. */
static char *quoted(const char *path)
{
	char *cwd = *path == '/' ? xstrdup("") : getcwd(NULL, 0), *out, *p;
	char *full = xasprintf("%s%s%s", cwd ? cwd : "", *path == '/' ? "" : "/", path);

	out = p = xcalloc(2 * strlen(full) + 3, 1);
	*p++ = '\'';
	for (const char *c = full; *c; c++) {
		if (*c == '\'')
			*p++ = '\'';
		*p++ = *c;
	}
	*p = '\'';
	free(full);
	free(cwd);
	return out;
}

/* Once: a gnuplot without its terminal pngcairo draws everything but PNG. */
static void tell_of_png(const char *dir, const char *name)
{
	static bool told;
	char *png = xasprintf("%s/%s.png", dir, name);

	if (!told && access(png, F_OK)) {
		warn("this gnuplot draws no PNG (it has no pngcairo): %s has the figures as SVG", dir);
		told = true;
	}
	free(png);
}

int an_fig_draw(const struct an_fig *fig, const char *dir, const char *scripts, const char *kind)
{
	/* format of the script; where and as what the file is kept */
	static const struct {
		const char *format, *folder, *suffix;
	} made[] = {
		/* see-through ones first: a background once set stays with gnuplot */
		{ "wide", "data/", "-wide.svg" },
		{ "narrow", "data/", "-narrow.svg" },
		{ "png", "", ".png" },
		{ "svg", "", ".svg" },
		{ "text", "", ".txt" },
	};
	char *commands = xstrdup(""), *data = quoted(fig->base);
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(made); i++) {
		bool png = !strcmp(made[i].format, "png");
		char *out, *file, *more;

		out = xasprintf("%s/%s%s%s", dir, made[i].folder, fig->name, made[i].suffix);
		file = quoted(out);
		more = xasprintf("%s%sreset; call '%s.gp' '%s' %s %s; unset output; %s", commands,
				 png ? "if (strstrt(GPVAL_TERMINALS, 'pngcairo')) { " : "", kind,
				 made[i].format, file, data, png ? "} ; " : "");
		free(commands);
		commands = more;
		free(out);
		free(file);
	}
	err = run_gnuplot(scripts, commands, fig->name);
	if (!err)
		tell_of_png(dir, fig->name);
	free(commands);
	free(data);
	return err;
}

struct an_band an_band(double *v, size_t n)
{
	if (!n)
		return (struct an_band){ 0 };
	an_sort(v, n);
	return (struct an_band){ an_quantile(v, n, 0.5), v[0], v[n - 1] };
}

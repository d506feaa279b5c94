// SPDX-License-Identifier: GPL-2.0
/*
 * Between the analysis and gnuplot: data files that hold every number drawn, so
 * that the scripts compute nothing, and the call of gnuplot itself.
 *
 * Names of experiments and variants are letters, digits and "._-" only (rundir.c),
 * so they need no quoting.
 */
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../bench/util.h"
#include "figdata.h"
#include "quantile.h"

extern char **environ;

/* Boots of each variant, in the order of the variants. */
static void write_boots(FILE *f, const struct an_group *g)
{
	size_t i, v;

	fprintf(f, "boots = '");
	for (v = 0; v < g->nr_variants; v++) {
		size_t n = 0;

		for (i = 0; i < g->nr_boots; i++)
			n += !strcmp(g->boot[i]->variant, g->variant[v]);
		fprintf(f, "%s%zu", v ? " " : "", n);
	}
	fprintf(f, "'\n");
}

int an_fig_open(struct an_fig *fig, const char *dir, const char *kind, const struct an_group *g,
		const char *how)
{
	char *path;
	size_t v;

	memset(fig, 0, sizeof(*fig));
	fig->name = xasprintf("%s-%s", kind, g->label);
	fig->base = xasprintf("%s/data/%s", dir, fig->name);
	path = xasprintf("%s.dat", fig->base);
	fig->dat = fopen(path, "we");
	if (fig->dat) {
		free(path);
		path = xasprintf("%s.set", fig->base);
		fig->set = fopen(path, "we");
	}
	if (!fig->dat || !fig->set) {
		fail(-1, "report: cannot write %s: %s", path, strerror(errno));
		if (fig->dat)
			fclose(fig->dat);
		free(path);
		an_fig_free(fig);
		return -1;
	}
	free(path);
	fprintf(fig->set, "label = '%s'\nnr_variants = %zu\nvariants = '", g->label,
		g->nr_variants);
	for (v = 0; v < g->nr_variants; v++)
		fprintf(fig->set, "%s%s", v ? " " : "", g->variant[v]);
	fprintf(fig->set, "'\ncaption = 'time: %s; %s'\n", g->time_base, how);
	write_boots(fig->set, g);
	return 0;
}

int an_fig_close(struct an_fig *fig)
{
	int err = ferror(fig->dat) | ferror(fig->set);

	err |= fclose(fig->dat);
	err |= fclose(fig->set);
	fig->dat = fig->set = NULL;
	return err ? fail(-1, "report: cannot write %s.dat or .set; is the disk full?", fig->base)
		   : 0;
}

void an_fig_free(struct an_fig *fig)
{
	free(fig->name);
	free(fig->base);
	memset(fig, 0, sizeof(*fig));
}

/* Run gnuplot in the folder of the scripts; its own messages go to stderr. */
static int run_gnuplot(const char *scripts, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int err, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, scripts);
	err = posix_spawnp(&pid, "gnuplot", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		return fail(-1,
			    "report: cannot run gnuplot in %s: %s; install the package gnuplot-nox",
			    scripts, strerror(err));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fail(-1, "report: waiting for gnuplot: %s", strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return fail(-1,
			    "report: gnuplot failed to draw %s with %s/%s (its message is above)",
			    argv[4], scripts, argv[2]);
	return 0;
}

/* A path gnuplot can use from another folder. */
static char *absolute(const char *path)
{
	char cwd[PATH_MAX];

	if (*path == '/' || !getcwd(cwd, sizeof(cwd)))
		return xstrdup(path);
	return xasprintf("%s/%s", cwd, path);
}

int an_fig_draw(const struct an_fig *fig, const char *dir, const char *scripts, const char *kind,
		const char *format)
{
	char *script = xasprintf("%s.gp", kind), *base = absolute(fig->base),
	     *folder = absolute(dir);
	char *out =
		xasprintf("%s/%s.%s", folder, fig->name, !strcmp(format, "text") ? "txt" : format);
	char *argv[] = { "gnuplot", "-c", script, (char *)format, out, base, NULL };
	int err = run_gnuplot(scripts, argv);

	if (err)
		unlink(out);
	free(script);
	free(base);
	free(folder);
	free(out);
	return err;
}

struct an_band an_band(double *v, size_t n)
{
	if (!n)
		return (struct an_band){ 0 };
	an_sort(v, n);
	return (struct an_band){ an_quantile(v, n, 0.5), v[0], v[n - 1] };
}

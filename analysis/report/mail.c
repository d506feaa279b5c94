// SPDX-License-Identifier: GPL-2.0
/*
 * What a mail says beside table and figure: on what was measured, what that cannot say, and how to
 * make a boot of it. Short, and without links.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/json_file.h"
#include "lib/text.h"
#include "answer.h"
#include "doc.h"
#include "facts.h"
#include "mail.h"
#include "setup.h"

static void add_line(json_t *lines, char *text)
{
	json_array_append_new(lines, json_string(text));
	free(text);
}

/* The different values of a fact of all boots, ", " between them; malloc'ed. */
static char *all_values(const struct an_boot *const *boot, size_t n, const char *name)
{
	const struct an_fact *fact = an_condition;
	struct an_distinct *d;
	size_t values, i;
	char *all = NULL;

	while (strcmp(fact->name, name))
		fact++;
	d = an_collect(boot, n, fact, &values);
	for (i = 0; i < values; i++)
		all = text_add(all, d[i].value, ", ");
	an_distinct_free(d, values);
	return all ? all : xstrdup("unknown");
}

/* Values of a text of the headers, ", " between them; malloc'ed, NULL if no boot has one. */
static char *header_values(const struct an_boot *const *boot, size_t n, const char *key)
{
	char *all = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *text = json_text(boot[i]->run->header, key, NULL);

		if (text && (!all || !an_has_word(all, text)))
			all = text_add(all, text, ", ");
	}
	return all;
}

static char *variants_of(const struct an_study *s)
{
	char *all = NULL;

	for (size_t i = 0; i < s->nr_groups; i++)
		for (size_t v = 0; v < s->group[i].nr_variants; v++)
			if (!all || !an_has_word(all, s->group[i].variant[v]))
				all = text_add(all, s->group[i].variant[v], ", ");
	return all ? all : xstrdup("none");
}

static bool compares_variants(const struct an_study *s)
{
	for (size_t i = 0; i < s->nr_groups; i++)
		if (!an_by_variant(&s->group[i]))
			return false;
	return true;
}

static void add_setup(json_t *lines, const struct an_study *s, const struct an_boot *const *boot,
		      size_t n)
{
	char *kernel = all_values(boot, n, "kernel"), *source = all_values(boot, n, "source");
	char *guest = all_values(boot, n, "guest"), *hz = all_values(boot, n, "HZ");
	char *qemu = header_values(boot, n, "qemu_version"), *cpu = all_values(boot, n, "host CPU");
	char *module = header_values(boot, n, "module"), *cost = header_values(boot, n, "cost");
	char *platform = header_values(boot, n, "platform"), *variants = variants_of(s);
	char *time = all_values(boot, n, "time base"), *own;
	char *kernels = compares_variants(s) ? NULL : header_values(boot, n, "variant");

	add_line(lines, xasprintf("Kernel: %s (%s) + dpamt-bench", kernel, source));
	own = an_own_variants(s);
	add_line(lines, xasprintf("%s: %s%s%s%s%s", kernels ? "Compared" : "Variants", variants,
				  kernels ? "; variants: " : "", kernels ? kernels : "",
				  own ? "; " : "", own ? own : ""));
	free(kernels);
	free(own);
	add_line(lines, xasprintf("TDX module: %s%s%s%s%s", module ? module : "unknown",
				  cost ? ", assumed costs " : "", cost ? cost : "",
				  platform ? ", platform " : "", platform ? platform : ""));
	add_line(lines, xasprintf("Machine: %s, HZ %s%s%s, on %s", guest, hz, qemu ? ", QEMU " : "",
				  qemu ? qemu : "", cpu));
	add_line(lines, xasprintf("Time: %s", time));
	free(time);
	free(variants);
	free(platform);
	free(cost);
	free(module);
	free(cpu);
	free(qemu);
	free(hz);
	free(guest);
	free(source);
	free(kernel);
}

static bool any_base(const struct an_study *s, const char *start)
{
	for (size_t i = 0; i < s->nr_groups; i++)
		if (!strncmp(s->group[i].time_base, start, strlen(start)))
			return true;
	return false;
}

static void add_limits(json_t *lines, const struct an_study *s)
{
	if (!any_base(s, "simulated")) {
		add_line(lines, xstrdup("The numbers hold for this machine and this build of the "
					"kernels."));
		return;
	}
	add_line(
		lines,
		xstrdup("The TDX module is simulated and its costs are assumed: counts and the order of "
			"events are KVM's own, ratios may carry over, times do not. No caches, TLBs, "
			"NUMA."));
	add_line(lines, xstrdup("Intervals hold for one build of each kernel on one QEMU."));
	if (any_base(s, "simulated-virtual"))
		add_line(lines, xstrdup("In virtual time CPUs take turns: nothing on contention."));
	if (any_base(s, "simulated-wall"))
		add_line(lines,
			 xstrdup("In wall time emulation slows the kernel, but not SEAMCALLs."));
}

void an_add_mail(json_t *doc, const struct an_study *s)
{
	json_t *setup = json_array(), *limits = json_array();
	size_t n;
	const struct an_boot **boot = an_counting_boots(s, &n);
	size_t g = 0;
	char *reproduce;

	while (g + 1 < s->nr_groups && an_answered_elsewhere(s, &s->group[g]))
		g++;
	reproduce = n ? an_reproduce_line(s->group[g].boot[0]) : xstrdup("");

	if (n) {
		add_setup(setup, s, boot, n);
		add_limits(limits, s);
	}
	json_object_set_new(doc, "mail",
			    json_pack("{s:o, s:o, s:s}", "setup", setup, "limits", limits,
				      "reproduce", reproduce));
	free(reproduce);
	free(boot);
}

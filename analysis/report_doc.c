// SPDX-License-Identifier: GPL-2.0
/*
 * The frame of a report: question and answer first, then the controls, the conditions,
 * the tables, what was assumed, and how to do it again.
 */
#include <stdlib.h>
#include <string.h>

#include "../bench/util.h"
#include "answer.h"
#include "doc.h"
#include "facts.h"
#include "reading.h"
#include "report_doc.h"
#include "report_rows.h"
#include "setup.h"

static void figures_tell(json_t *items, const struct an_figure_list *list, size_t group)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct an_figure *f = &list->figure[i];

		if (f->group == group)
			an_doc_figure(items, f->name, f->title, f->caption, f->in_text);
	}
}

/* What the job file said beforehand, if the boots know it. */
static void question_tell(json_t *items, const struct an_group *g)
{
	static const char *const keys[][2] = {
		{ "question", "question" },
		{ "expected", "expected" },
		{ "refuted_by", "refuted by" },
	};
	size_t i;

	for (i = 0; i < 3; i++) {
		const char *text = an_json_text(g->boot[0]->header, keys[i][0], NULL);

		if (text)
			an_doc_field(items, keys[i][1], "%s", text);
	}
}

static void groups_tell(json_t *doc, const struct an_study *s, const struct an_figure_list *figures)
{
	size_t i;

	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];
		json_t *items = an_doc_section(doc, "Experiment %s%s%s (%s)", g->experiment,
					       *g->levels ? ", " : "", g->levels, g->time_base);

		/* levels of an experiment follow each other */
		if (!i || strcmp(g->experiment, s->group[i - 1].experiment))
			question_tell(items, g);
		an_group_tell(items, s, g);
		if (figures)
			figures_tell(items, figures, i);
		an_doc_table(items, g->label);
	}
}

static void figure_names(json_t *doc, const struct an_figure_list *list)
{
	json_t *names = json_object_get(doc, "figures");
	size_t i;

	for (i = 0; i < list->n; i++)
		json_array_append_new(names, json_pack("{s:s, s:s, s:s}", "name",
						       list->figure[i].name, "kind",
						       list->figure[i].kind, "caption",
						       list->figure[i].caption));
}

json_t *an_report_doc(const struct an_study *s, const struct an_figure_list *figures)
{
	json_t *doc = an_doc_new("report"), *items;

	an_rows_add(doc, s);
	figure_names(doc, figures);
	items = an_doc_section(doc, "%s", "");
	an_answer_tell(doc, items, s);
	items = an_doc_section(doc, "A/A control: one variant against itself");
	an_aa_tell(doc, items, s);
	items = an_doc_section(doc, "Does it depend on the assumed costs?");
	an_sensitivity_tell(doc, items, s);
	figures_tell(items, figures, AN_FIG_SENSITIVITY);
	items = an_doc_section(doc, "Conditions");
	an_setup_tell(items, s);
	groups_tell(doc, s, figures);
	if (an_figures_of(figures, AN_FIG_SWEEP)) {
		items = an_doc_section(doc, "Over the levels of a factor");
		figures_tell(items, figures, AN_FIG_SWEEP);
	}
	items = an_doc_section(doc, "Negative control");
	an_control_tell(items, s);
	items = an_doc_section(doc, "Boots");
	an_boots_tell(items, s);
	items = an_doc_section(doc, "How to read the numbers");
	an_statistics_tell(items, s);
	items = an_doc_section(doc, "What was assumed, and what these numbers cannot say");
	an_limits_tell(items, s);
	items = an_doc_section(doc, "How to reproduce");
	an_doc_para(items, "`make report` in a checkout runs the default experiment. One boot:");
	an_reproduce_tell(items, s);
	an_doc_para(items, "Raw data: runs/. Numbers for scripts: report.json. Figures: plots/.");
	return doc;
}

/* What the compared sets have in common, and in what they differ. */
static void differences_tell(json_t *doc, json_t *items, const struct an_study *s)
{
	static const struct an_fact facts[] = {
		{ "host CPU", .header_key = "host_cpu" },
		{ "host CPUs", .text = an_fact_host_cpus },
		{ "target", .header_key = "target" },
		{ "QEMU", .header_key = "qemu_version" },
		{ "TDX module", .text = an_fact_module },
		{ "time base", .text = an_fact_time },
		{ "guest", .text = an_fact_guest },
		{ "HZ", .header_key = "hz" },
		{ "variant", .header_key = "variant" },
		{ "kernel", .kernel_key = "kernel_release", AN_TEXT_DIGITS },
		{ "source sha256", .kernel_key = "source_sha256", AN_SUM_DIGITS },
		{ "config sha256", .kernel_key = "config_sha256", AN_SUM_DIGITS },
		{ "series sha256", .kernel_key = "series_sha256", AN_SUM_DIGITS },
		{ "compiler", .kernel_key = "compiler", AN_TEXT_DIGITS },
		{ "kernel args", .text = an_fact_args },
		{ "mitigations", .text = an_fact_mitigations },
		{ "THP", .text = an_fact_thp },
		{ "recorded", .header_key = "record" },
		{ "antagonists", .text = an_fact_antagonists },
	};
	const struct an_boot **boot = xcalloc(s->runs.nr_boots + 1, sizeof(*boot));
	json_t *list = json_array();
	size_t i, j, n = 0, values;
	char *same = NULL;

	for (i = 0; i < s->runs.nr_boots; i++)
		if (!s->runs.boot[i].excluded)
			boot[n++] = &s->runs.boot[i];
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		struct an_distinct *d = an_collect(boot, n, &facts[i], &values);

		if (values == 1)
			same = an_add_word(same, facts[i].name, ", ");
		else if (values > 1)
			an_fact_tell(items, boot, n, &facts[i]);
		for (j = 0; values > 1 && j < values; j++)
			json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "fact",
							      facts[i].name, "value", d[j].value,
							      "of", d[j].variants));
		an_distinct_free(d, values);
	}
	json_object_set_new(doc, "header_differences", list);
	if (n)
		an_doc_para(items, "The same in all: %s.", same ? same : "nothing");
	free(same);
	free(boot);
}

json_t *an_compare_doc(const struct an_study *s, const char *by)
{
	json_t *doc = an_doc_new("compare"), *items;
	size_t i, pairs = 0;

	json_object_set_new(doc, "by", json_string(by));
	an_rows_add(doc, s);
	items = an_doc_section(doc, "%s", "");
	for (i = 0; i < s->nr_groups; i++)
		pairs += s->group[i].nr_variants - 1;
	an_doc_para(items, "Runs compared by %s. %s", by,
		    pairs ? "" : "Nothing can be compared: no experiment has boots that count in two "
				 "of them, with the same factor levels and time base.");
	for (i = 0; i < s->runs.nr_sources; i++)
		an_doc_entry(items, "%s", s->runs.source[i]);
	items = an_doc_section(doc, "What differs in the headers");
	differences_tell(doc, items, s);
	for (i = 0; i < s->nr_groups; i++) {
		const struct an_group *g = &s->group[i];

		items = an_doc_section(doc, "Experiment %s%s%s (%s)", g->experiment,
				       *g->levels ? ", " : "", g->levels, g->time_base);
		if (g->nr_variants < 2)
			an_doc_para(items, "Only %s has boots of it.", g->variant[0]);
		an_doc_table(items, g->label);
	}
	items = an_doc_section(doc, "A/A control: one variant against itself");
	an_aa_tell(doc, items, s);
	items = an_doc_section(doc, "Boots");
	an_boots_tell(items, s);
	items = an_doc_section(doc, "How to read the numbers");
	an_statistics_tell(items, s);
	return doc;
}

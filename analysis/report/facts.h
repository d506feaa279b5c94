/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_FACTS_H
#define AN_FACTS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "analysis/study/measured_boot.h"

/*
 * Twelve digits tell checksums apart and fit a line, as in git; other texts are kept as they
 * are.
 */
#define AN_SUM_DIGITS 12
#define AN_TEXT_DIGITS 300

/* A fact about a boot. One of kernel_key, header_key and text is set. */
struct an_fact {
	const char *name;			/* in the report */
	const char *kernel_key;			/* text in the kernel's description */
	int digits;				/* ... cut to this */
	const char *header_key;			/* text or number in the header */
	char *(*text)(const struct an_boot *);	/* malloc'ed */
	const char *untold; /* not reported if it is this in all boots; may be NULL */
};

/* One value of a fact and who has it: columns (variants) and experiments, ", " between them. */
struct an_distinct {
	char *value, *variants, *experiments;
	size_t n;				/* boots */
};

/* The different values of @fact in @n boots; their number in *count. */
struct an_distinct *an_collect(const struct an_boot *const *boot, size_t n,
			       const struct an_fact *fact, size_t *count);
void an_distinct_free(struct an_distinct *d, size_t n);
/* True if each column (or experiment) has only one of the @n values, so that its name identifies it. */
bool an_identifies_value(const struct an_distinct *d, size_t n, const struct an_boot *const *boot,
			 size_t nr_boots, bool column);

/* Append @fact of the boots as fields: one if it is the same in all, else one per value. */
void an_add_fact(json_t *items, const struct an_boot *const *boot, size_t nr_boots,
		 const struct an_fact *fact);

/*
 * The same for a blank-separated list of patches: first those that all kernels share (if
 * @shared_too), then what each variant adds. If all kernels have the same list: its length and last
 * patch, or (if @shared_too) all of it.
 */
void an_add_patches(json_t *items, const struct an_boot *const *boot, size_t nr_boots,
		    const struct an_fact *fact, bool shared_too);

/* Texts of a boot, malloc'ed. */
char *an_fact_guest(const struct an_boot *b);
char *an_fact_time(const struct an_boot *b);
char *an_fact_module(const struct an_boot *b);
char *an_fact_platform(const struct an_boot *b);	/* with what it means for pages */
char *an_fact_costs(const struct an_boot *b);		/* what a simulated SEAMCALL takes */
char *an_fact_args(const struct an_boot *b);		/* kernel arguments but the module's */
char *an_fact_command(const struct an_boot *b);		/* without the seed */
char *an_fact_root(const struct an_boot *b);		/* the archive of --root, "none" without */
char *an_fact_antagonists(const struct an_boot *b);
char *an_fact_mitigations(const struct an_boot *b);	/* of the kernel measured */
char *an_fact_thp(const struct an_boot *b);		/* of the kernel measured and of the host */
char *an_fact_host_cpus(const struct an_boot *b);
char *an_fact_patch_ids(const struct an_boot *b);
char *an_fact_patches(const struct an_boot *b);
/* The integer at @key of the header as text, "unknown" if there is none. */
char *an_number_text(const struct an_boot *b, const char *key);

/* Is @word in the list? */
bool an_has_word(const char *list, const char *word);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stress-ng-N.yaml: what the N-th stress-ng beside a boot, from 1, counted of its own work
 * (`stress-ng --metrics --yaml`). Of its YAML only this form is understood:
 *
 *	---
 *	...
 *	metrics:
 *	    - stressor: NAME
 *	      KEY: VALUE
 *	...
 */
#ifndef RUNDIR_STRESS_YAML_H
#define RUNDIR_STRESS_YAML_H

#include <stddef.h>
#include <stdint.h>

/* A kind of work, all its processes together. */
struct stressor {
	char name[40];	       /* "memthrash" */
	uint64_t ops;	       /* "bogo ops" that it finished */
	double ops_per_second; /* of the guest's time; 0 if it finished none */
};

/* The file's name; malloc'ed. */
char *stress_yaml_name(unsigned int n);

/*
 * Read file @n of the run directory @dir into *s, malloc'ed, *nr of them. Returns 0, or -1 with *why =
 * "FILE:LINE: what is wrong" (malloc'ed); *why is NULL if there is no such file. *s is NULL after -1.
 */
int stress_yaml_read(const char *dir, unsigned int n, struct stressor **s, size_t *nr, char **why);

#endif

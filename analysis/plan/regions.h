/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_REGIONS_H
#define PL_REGIONS_H

#include <stddef.h>

/*
 * Expected number of 2M regions that @pages 4K pages touch in a host of @regions: the pages come in
 * clusters of @k contiguous ones (1..512), each cluster in a place of its own, any place as likely
 * as any other. @k = 512 is the packed bound, pages / 512; @k = 1 pages strewn at random.
 */
double pl_regions_touched(double pages, double k, double regions);

/* Bounds that hold for any placement. */
double pl_regions_packed(double pages);
double pl_regions_apart(double pages, double regions);

/* One measurement: @pages lay in @touched of @regions regions. */
struct pl_region_point {
	double pages, touched, regions;
};

/* touched = open + pl_regions_touched(pages, k, regions) */
struct pl_region_fit {
	double k;		/* pages per touched region while regions are plenty: contiguity */
	double open;		/* regions begun and not full, whatever the number of pages */
	double rms_relative;	/* residuals of the fit, relative to the measured value */
	double max_relative;
	/* leave-one-out: residual of each point in a fit without it */
	double held_out_rms_relative;
	/* the same of the larger half of the points, where one region more or less is little */
	double held_out_large_rms_relative;
	size_t n;
};

/* Fit @n >= 3 points of at least two sizes. Returns 0, or -1 if they do not determine it. */
int pl_regions_fit(const struct pl_region_point *p, size_t n, struct pl_region_fit *fit);

/* The fitted value. */
double pl_regions_predict(const struct pl_region_fit *fit, double pages, double regions);

#endif

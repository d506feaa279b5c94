/* SPDX-License-Identifier: GPL-2.0 */
#ifndef PL_REGIONS_H
#define PL_REGIONS_H

#include <stddef.h>

/*
 * Expected number of 2M regions that @pages 4K pages touch in a host of @regions, each with room
 * for @room pages (512, or fewer where the host's free memory is fragmented): the pages come in
 * clusters of @k contiguous ones (1..@room), each cluster in a place of its own, any place as
 * likely as any other. @k = @room is the packed bound, pages / room; @k = 1 pages strewn at random.
 */
double pl_regions_touched(double pages, double k, double room, double regions);

/* Bounds that hold for any placement. */
double pl_regions_packed(double pages);
double pl_regions_apart(double pages, double regions);

/*
 * One measurement: @tracked pages, @pages with what lies between them and needs no pair, in a host
 * of @regions regions with @room free pages each, needed @touched pairs.
 */
struct pl_region_point {
	double tracked, pages, room, touched, regions;
};

/*
 * touched = open + share * pl_regions_touched(pages, contiguity * room, room, regions), where
 * share = 1 - (1 - tracked / pages)^k of the regions have a tracked page among their k.
 */
struct pl_region_fit {
	double contiguity;	/* 0..1: 1 packs the room there is */
	double open;		/* regions begun and not full, whatever the number of pages */
	size_t fragmented;	/* points with less room than 512 */
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

/* The fitted value of a point (its @touched is not used). */
double pl_regions_predict(const struct pl_region_fit *fit, const struct pl_region_point *p);

#endif

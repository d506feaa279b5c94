/* SPDX-License-Identifier: GPL-2.0 */
#ifndef AN_STRESS_METRICS_H
#define AN_STRESS_METRICS_H

#include "metrics.h"

/*
 * Read what each stress-ng beside @boot counted of its own work (stress-ng-N.yaml): its stressors become
 * metrics "stress_NAME_ops_per_second". One that finished nothing, or left no metrics, has no value (it is
 * not 0) and is added to set->missing.
 */
void an_stress_measure(struct an_metrics *set, struct an_boot *boot, struct loaded_runs *runs);

#endif

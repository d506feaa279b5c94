# SPDX-License-Identifier: GPL-2.0
#
# What the victims' operations cost against the number of aggressors beside them.
# usage: gnuplot -c victim-aggressors.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = x_name eq 'aggressors' ? 'aggressors beside the victim' : 'aggressors (' . x_name . ')'
first_variant = 1
# of p50, p99 and p99.9 the one that aggressors move first
text_panel = nr_panels > 1 ? 2 : 1
load 'sweep.gp'

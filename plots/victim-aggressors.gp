# SPDX-License-Identifier: GPL-2.0
#
# What the victims' operations cost against the number of aggressors beside them.
# usage: gnuplot -c victim-aggressors.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = 'aggressors (' . x_name . ')'
first_variant = 1
load 'sweep.gp'

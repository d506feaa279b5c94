# SPDX-License-Identifier: GPL-2.0
#
# Does the difference between variants depend on the assumed cost of a SEAMCALL? Ratio of the
# medians to those of the first variant, by cost level; 1 is no difference.
# usage: gnuplot -c sensitivity.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = 'assumed cost'
first_variant = 2
load 'sweep.gp'

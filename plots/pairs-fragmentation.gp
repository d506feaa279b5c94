# SPDX-License-Identifier: GPL-2.0
#
# How many DPAMT page pairs the same memory needs, against how it is spread over 2 MiB regions.
# usage: gnuplot -c pairs-fragmentation.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = 'spread (' . x_name . ')'
first_variant = 1
load 'sweep.gp'

# SPDX-License-Identifier: GPL-2.0
#
# How many DPAMT page pairs the same memory needs, against how it is spread over 2 MiB regions.
# usage: gnuplot -c pairs-fragmentation.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = strstrt(x_name, 'per-region') ? 'pages of the TD in each 2 MiB region (' . x_name . ')' : \
	'how pages spread over 2 MiB regions (' . x_name . ')'
if (is_narrow && strstrt(x_name, 'per-region')) { x_label = 'pages in each 2 MiB region' }
first_variant = 1
load 'sweep.gp'

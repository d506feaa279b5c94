# SPDX-License-Identifier: GPL-2.0
#
# The primary metrics against the levels of a factor.
# usage: gnuplot -c factor.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = x_name
first_variant = 1
load 'sweep.gp'

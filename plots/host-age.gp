# SPDX-License-Identifier: GPL-2.0
#
# In which pieces the memory of a host is, by lifetimes of TDs.
# usage: gnuplot -c host-age.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = 'lifetimes of TDs so far'
first_variant = 1
load 'sweep.gp'

# SPDX-License-Identifier: GPL-2.0
#
# How long destroying a TD takes against how many TDs there are.
# usage: gnuplot -c destroy-tds.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
x_label = 'TDs'
first_variant = 1
load 'sweep.gp'

# SPDX-License-Identifier: GPL-2.0
#
# What each design of tdx_pamt_get() buys over the merged one, against vCPUs.
# usage: gnuplot -c plan-contention-gain.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

d = data . '.dat'
set logscale xy
set xlabel 'vCPUs at work at the same time (log)'
set ylabel 'throughput over that of immediate (log)'
set yrange [0.8:*]
set title "What a design buys\n" . caption
set key outside right top vertical
plot for [i = 1:blocks] d index i - 1 using 1:2:4 with filledcurves fillstyle transparent solid 0.12 noborder linecolor rgb word(colours, i) notitle, \
     for [i = 1:blocks] d index i - 1 using 1:3 with linespoints pointtype i linewidth 2 linecolor rgb word(colours, i) title word(designs, i)

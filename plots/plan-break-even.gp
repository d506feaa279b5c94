# SPDX-License-Identifier: GPL-2.0
#
# PAMT memory against the share of RAM in TDs, for layouts from dense to one page per region.
# usage: gnuplot -c plan-break-even.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

set title "PAMT memory, dynamic against static: below the line Dynamic PAMT pays\n" . caption
set xlabel 'share of RAM in TDs [%]'
set ylabel 'PAMT [% of RAM]'
set xrange [0:100]
set yrange [0:*]
colours = '#0072b2 #56b4e9 #009e73 #e69f00 #d55e00'
plot data . '.dat' using 1:2 with lines linewidth 2.5 linecolor rgb '#000000' title 'static', \
     for [i = 1:words(layouts)] data . '.dat' using 1:(column(i + 2)) with lines linewidth 1.8 \
	linecolor rgb word(colours, i) dashtype i title word(layouts, i) . ' pages/region'

# SPDX-License-Identifier: GPL-2.0
#
# S-EPT pages held between RECLAIM and free, over time.
# usage: gnuplot -c retention.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)
#
# The page axis is asinh: 0 is on it, single pages are apart, thousands fit.
# Immediate holds one page where rcu holds thousands; a plain linear axis would
# show one of them only.

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

set xlabel 'time since the first TD destroy began [' . time_unit . ']'
set xrange [x_min:x_max]
set nonlinear y via asinh(y) inverse sinh(y)
set yrange [0:y_max * 1.6]
set ytics (0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000, 300000, 1000000)

if (is_text) {
	set ytics (0, 1, 10, 100, 1000, 10000, 100000)
	set key under horizontal
	set title 'S-EPT pages held (0, then log): ' . label
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:2 with points \
		pointtype word(letters, i) title key_text(i)
} else {
	set ylabel is_narrow ? 'pages held' : 'pages held (asinh axis)'
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:3:4 with filledcurves \
		fillcolor rgb fill(i) notitle, \
	     for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:2 with lines linewidth 1.8 \
		linecolor rgb colour(i) dashtype dash(i) title key_text(i)
}

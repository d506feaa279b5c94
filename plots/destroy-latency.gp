# SPDX-License-Identifier: GPL-2.0
#
# How long destroying a TD takes: share of destroys finished by then.
# usage: gnuplot -c destroy-latency.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

set xlabel 'latency of td_destroy [' . time_unit . '], axis not from 0'
set ylabel is_narrow ? 'done by then [%]' : 'destroys done by then [%]'
set yrange [0:102]
if (log_x) { set logscale x }
set xrange [x_min:x_max]

if (is_text) {
	set title fig_title
	set ylabel ''
	set key under horizontal
	plot for [i = 1:nr_variants] data . '.dat' index 2 * i - 2 using 2:1 with points title key_text(i)
} else {
	plot for [i = 1:nr_variants] data . '.dat' index 2 * i - 1 using 2:1 with filledcurves closed \
		fillcolor rgb fill(i) notitle, \
	     for [i = 1:nr_variants] data . '.dat' index 2 * i - 2 using 2:1 with lines linewidth 2 \
		linecolor rgb colour(i) dashtype dash(i) title key_text(i)
}

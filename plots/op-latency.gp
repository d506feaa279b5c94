# SPDX-License-Identifier: GPL-2.0
#
# How long each operation takes that is repeated often, by percentile: one panel per
# operation, the same latency axis in all of them.
# usage: gnuplot -c op-latency.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

# a phone has room for one column, a terminal for one panel: the last
columns = is_narrow ? 1 : 2
# one more panel than operations, for the key
rows = is_narrow ? nr_ops + 1 : (nr_ops + 2) / 2
if (is_narrow) { eval terminal(380, 200 + 190 * nr_ops) }
if (format eq 'wide') { eval terminal(900, 240 * rows) }
if (has_title) { eval terminal(1000, 60 + 240 * rows) }
set logscale x
set xrange [1:x_max * 1.1]
set yrange [y_min:y_max]
set xtics ('50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)
set xlabel 'percentile'
set ylabel 'latency [' . time_unit . ']'
if (log_y) {
	set logscale y
	if (y_max / y_min > 100) {
		set ytics (0.1, 1, 10, 100, '1e3' 1e3, '1e4' 1e4, '1e5' 1e5, '1e6' 1e6)
	} else {
		set ytics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)
	}
}

if (is_text) {
	set title fig_title . ': ' . word(ops, nr_ops)
	set key under horizontal
	plot for [i = 1:nr_variants] data . '.dat' index (nr_ops - 1) * nr_variants + i - 1 using 1:2 \
		with points title key_text(i)
} else {
	if (has_title) {
		set multiplot layout rows, columns title fig_title . "\n" . caption
	} else {
		set multiplot layout rows, columns
	}
	unset key
	do for [s = 1:nr_ops] {
		set title word(ops, s)
		plot for [i = 1:nr_variants] data . '.dat' index (s - 1) * nr_variants + i - 1 using 1:3:4 \
			with filledcurves fillcolor rgb fill(i), \
		     for [i = 1:nr_variants] data . '.dat' index (s - 1) * nr_variants + i - 1 using 1:2 with lines \
			linewidth 1.8 linecolor rgb colour(i) dashtype dash(i)
	}

	set key center center vertical
	unset title
	unset border
	unset tics
	unset grid
	unset xlabel
	unset ylabel
	unset logscale
	set xrange [0:1]
	set yrange [0:1]
	plot for [i = 1:nr_variants] NaN with lines linewidth 1.8 linecolor rgb colour(i) dashtype dash(i) \
		title key_text(i)
	unset multiplot
}

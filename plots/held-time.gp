# SPDX-License-Identifier: GPL-2.0
#
# How long a page is held between RECLAIM and free.
# usage: gnuplot -c held-time.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

set xlabel is_narrow ? 'time from RECLAIM to free' : \
	'time from RECLAIM to free (log2 buckets of the kernel, bars of a bucket side by side)'
set ylabel 'share of a boot''s pages [%]'
set logscale x
set xrange [x_min / 2:x_max * 2]
set yrange [0:105]
if (is_narrow) {
	set xtics ('1 ns' 1, '100 ns' 100, '10 us' 1e4, '1 ms' 1e6, '100 ms' 1e8, '10 s' 1e10)
} else {
	set xtics ('1 ns' 1, '10 ns' 10, '100 ns' 100, '1 us' 1e3, '10 us' 1e4, '100 us' 1e5, '1 ms' 1e6, \
		   '10 ms' 1e7, '100 ms' 1e8, '1 s' 1e9, '10 s' 1e10)
}
set style fill transparent solid 0.45 border

if (is_text) {
	set title fig_title
	set ylabel ''
	set xlabel 'time from RECLAIM to free; share of pages [%]'
	set key under horizontal
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using (sqrt($1 * $2)):3 with impulses \
		title key_text(i)
} else {
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:3:1:2:(0):3 with boxxyerror \
		linewidth 1.5 linecolor rgb colour(i) title key_text(i)
}

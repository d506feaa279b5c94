# SPDX-License-Identifier: GPL-2.0
#
# The first primary metric of each boot, by the block in which it was made.
# usage: gnuplot -c drift.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

set xlabel 'block of boots'
set ylabel metric . (unit eq '' ? '' : ' [' . unit . ']')
set xrange [0.5:x_max]
set yrange [y_min:y_max]
if (is_text) {
	set title fig_title
	set ylabel ''
	set key under horizontal
}
plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:2 with points \
	linecolor rgb colour(i) pointtype point(i) pointsize 1.1 title key_text(i)

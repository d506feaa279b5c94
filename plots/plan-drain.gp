# SPDX-License-Identifier: GPL-2.0
#
# S-EPT memory held at most, against the rate at which TDs are torn down.
# usage: gnuplot -c plan-drain.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

set title "S-EPT memory held back at most, against drain rate\n" . caption
set xlabel 'TDs torn down per second (log)'
set ylabel 'held at peak [MiB] (log)'
set logscale xy
d = data . '.dat'
if (points > 0) {
	plot d index 0 using 2:3 with linespoints linewidth 1.8 pointtype 7 pointsize 0.5 linecolor rgb '#d55e00' title 'modelled, median course', \
	     d index 0 using 2:4 with lines linewidth 1.2 dashtype '-' linecolor rgb '#d55e00' title 'modelled, 99th percentile', \
	     d index 1 using 2:3 with points pointtype 5 linecolor rgb '#0072b2' title 'measured'
} else {
	plot d index 0 using 2:3 with linespoints linewidth 1.8 pointtype 7 pointsize 0.5 linecolor rgb '#d55e00' title 'modelled, median course', \
	     d index 0 using 2:4 with lines linewidth 1.2 dashtype '-' linecolor rgb '#d55e00' title 'modelled, 99th percentile'
}

# SPDX-License-Identifier: GPL-2.0
#
# S-EPT pages held at most, against the rate at which they are torn down.
# usage: gnuplot -c plan-drain.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

set title "S-EPT pages held back at most, against drain rate\n" . caption
set xlabel 'S-EPT pages torn down per second (log)'
set ylabel 'pages held at peak (log)'
set logscale xy
set offsets graph 0.05, graph 0.05, graph 0.05, graph 0.05
d = data . '.dat'
if (points > 0) {
	plot d index 0 using 2:3 with linespoints linewidth 1.8 pointtype 7 pointsize 0.6 linecolor rgb '#d55e00' title 'plan, modelled: median', \
	     d index 0 using 2:4 with lines linewidth 1.2 dashtype '-' linecolor rgb '#d55e00' title 'plan, modelled: p99', \
	     d index 1 using 2:4:5:6 with yerrorbars pointtype 2 pointsize 1.2 linecolor rgb '#009e73' title 'boots, modelled: p1, median, p99', \
	     d index 1 using 2:3 with points pointtype 6 pointsize 1.3 linecolor rgb '#0072b2' title 'boots, measured'
} else {
	plot d index 0 using 2:3 with linespoints linewidth 1.8 pointtype 7 pointsize 0.6 linecolor rgb '#d55e00' title 'plan, modelled: median', \
	     d index 0 using 2:4 with lines linewidth 1.2 dashtype '-' linecolor rgb '#d55e00' title 'plan, modelled: p99'
}

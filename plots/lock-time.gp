# SPDX-License-Identifier: GPL-2.0
#
# Where the time of a PAMT get or put goes: waiting for the lock, of those that take it, the SEAMCALLs, all of it.
# usage: gnuplot -c lock-time.gp png|svg|text|wide|narrow OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'

set xrange [0.4:3.6]
set yrange [y_min[1]:y_max[1]]
if (y_log[1]) { set logscale y }
set ylabel 'time [us]'
set xtics ('wait, of calls that take the lock' 1, 'per SEAMCALL' 2, 'total per get, put' 3)
if (is_narrow) { set xtics ('lock wait' 1, 'SEAMCALL' 2, 'total' 3) }

if (is_text) {
	set title fig_title . ' [us]'
	set ylabel ''
	set key under horizontal
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:2 with points title key_text(i)
} else {
	plot for [i = 1:nr_variants] data . '.dat' index i - 1 using 1:2:3:4 with yerrorbars linewidth 1.8 \
		linecolor rgb colour(i) pointtype point(i) pointsize 1.1 title key_text(i)
}

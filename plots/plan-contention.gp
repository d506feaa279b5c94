# SPDX-License-Identifier: GPL-2.0
#
# Throughput, waits and interrupts-off time of pamt_lock against contending vCPUs.
# usage: gnuplot -c plan-contention.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

d = data . '.dat'
# designs may coincide: the earlier one is drawn wider
width(i) = i < 6 ? 6.5 - i : 1
set logscale xy
set xlabel 'contending vCPUs (log)'
set multiplot layout 1, 2 title "tdx_pamt_get() and tdx_pamt_put() under contention\n" . caption
set key inside left top vertical
set ylabel 'calls per second (log)'
if (points > 0) {
	plot for [i = 1:blocks] d index i - 1 using 1:2 with lines linewidth width(i) linecolor rgb word(colours, i) title word(designs, i) . ', modelled', \
	     for [i = 1:blocks] d index i - 1 using 1:8 with lines linewidth 1 dashtype '.' linecolor rgb word(colours, i) notitle, \
	     d index blocks using 1:2 with points pointtype 6 pointsize 1.4 linecolor rgb '#d55e00' title 'measured'
} else {
	plot for [i = 1:blocks] d index i - 1 using 1:2 with lines linewidth width(i) linecolor rgb word(colours, i) title word(designs, i) . ', modelled', \
	     for [i = 1:blocks] d index i - 1 using 1:8 with lines linewidth 1 dashtype '.' linecolor rgb word(colours, i) notitle
}
set ylabel 'ns (log; solid: wait p99, dashed: IRQs off p99.9)'
set yrange [10:*]
plot for [i = 1:blocks] d index i - 1 using 1:($3 > 0 ? $3 : 1/0) with lines linewidth width(i) linecolor rgb word(colours, i) title word(designs, i), \
     for [i = 1:blocks] d index i - 1 using 1:($4 > 0 ? $4 : 1/0) with lines linewidth 1.2 dashtype '-' linecolor rgb word(colours, i) notitle
unset multiplot

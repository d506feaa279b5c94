# SPDX-License-Identifier: GPL-2.0
#
# Memory besides the TDs' own, against TDs, under both PAMT modes.
# usage: gnuplot -c plan-memory.gp png|svg OUTPUT DATA   (DATA.dat and DATA.set)

format = ARG1; output = ARG2; data = ARG3
load 'style.gp'
load data . '.set'

set title "Memory that TDs cost beyond their own\n" . caption
set xlabel 'TDs alive'
set ylabel 'GiB'
set xrange [0:x_max]
set yrange [0:*]
set style fill solid 0.75 noborder
set key outside right center vertical
d = data . '.dat'
# stacked from the bottom: tables, control, PAMT at boot and refcounts, pairs, spare pages
plot d using 1:($8+$9+$3+$5+$7) with filledcurves x1 linecolor rgb '#d55e00' title 'DPAMT: pairs, spare pages', \
     d using 1:($8+$9+$3) with filledcurves x1 linecolor rgb '#e69f00' title 'DPAMT: at boot, refcounts', \
     d using 1:($8+$9) with filledcurves x1 linecolor rgb '#56b4e9' title 'control, spare pages (both)', \
     d using 1:8 with filledcurves x1 linecolor rgb '#009e73' title 'S-EPT and mirror (both)', \
     d using 1:($8+$9+$2) with lines linewidth 2 linecolor rgb '#000000' title 'static PAMT, in all', \
     d using 1:($8+$9+$3+$4+$7) with lines linewidth 1 dashtype '-' linecolor rgb '#555555' title 'DPAMT, packed', \
     d using 1:($8+$9+$3+$6+$7) with lines linewidth 1 dashtype '.' linecolor rgb '#555555' title 'DPAMT, page per region'

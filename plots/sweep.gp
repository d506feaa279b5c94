# SPDX-License-Identifier: GPL-2.0
#
# What the figures against the levels of a factor share: one panel per metric, medians over
# boots with their intervals, lines between the levels of one variant. Loaded by them after
# style.gp; they set x_label, and first_variant (2 for ratios, which the first one has not).

set xrange [x_min:x_max]
eval 'set xtics (' . x_tics . ')'
if (x_log) { set logscale x }
set xlabel x_label

rows = is_narrow ? nr_panels : (nr_panels + 2) / 3
columns = is_narrow ? 1 : (nr_panels + rows - 1) / rows
if (is_narrow) { set terminal svg noenhanced size 380, 70 + 260 * nr_panels dynamic font 'sans-serif,12' }

if (is_text) {
	# a terminal has room for one panel: the first metric
	set title panel[1] . ': ' . label
	set yrange [y_min[1]:y_max[1]]
	if (y_log[1]) { set logscale y }
	set key under horizontal
	plot for [i = first_variant:nr_variants] data . '.dat' index i - 1 using 1:2 with points \
		title key_text(i)
} else {
	if (has_title) {
		set multiplot layout rows, columns title fig_title . "\n" . caption
	} else {
		set multiplot layout rows, columns
	}
	do for [s = 1:nr_panels] {
		set title panel[s]
		set yrange [y_min[s]:y_max[s]]
		if (y_log[s]) { set logscale y } else { unset logscale y }
		if (s == 1) { set key inside vertical; if (is_ratio) { set key center right } else { set key bottom right } } else { unset key }
		set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead linestyle 100 dashtype '-'
		if (!is_ratio) { unset arrow 1 }
		plot for [i = first_variant:nr_variants] data . '.dat' \
			index (s - 1) * nr_variants + i - 1 using 1:2 with lines linewidth 1.2 \
			linecolor rgb colour(i) dashtype dash(i) notitle, \
		     for [i = first_variant:nr_variants] data . '.dat' \
			index (s - 1) * nr_variants + i - 1 using 1:2:3:4 with yerrorbars linewidth 1.5 \
			linecolor rgb colour(i) pointtype point(i) pointsize 0.9 title key_text(i)
	}
	unset multiplot
}

# SPDX-License-Identifier: GPL-2.0
#
# What the figures against the levels of a factor share: one panel per metric, medians over
# boots with their intervals, lines between the levels of one variant. Loaded by them after
# style.gp; they set x_label, and first_variant (2 for ratios, which the first one has not).
#
# The .set file has, of the x axis (analysis/figures/axis.c): x_tics, labels and places; x_labels, the
# labels alone; x_longest, the characters of the longest; x_chars, for how many characters the axis needs
# room if the labels stand beside each other.

set xrange [x_min:x_max]
if (x_log) { set logscale x }
set xlabel x_label

rows = is_narrow ? nr_panels : (nr_panels + 2) / 3
columns = is_narrow ? 1 : (nr_panels + rows - 1) / rows
# room in pixels: titles above, tics, x label and the rows of the key below; SVG has taller lines
line = format eq 'png' ? 19.0 : is_narrow ? 18.0 : 22.0
char = is_narrow ? 7.7 : 9.0
key_rows = is_narrow ? nr_variants - first_variant + 1 : (nr_variants - first_variant) / 3 + 1
left = has_title ? 70.0 : 62.0
right = 20.0
gap_x = is_narrow ? 0.0 : 75.0
width = is_narrow ? 380.0 : has_title ? 1000.0 : 900.0
axis = (width - left - right - gap_x * (columns - 1)) / columns

# Labels that have no room beside each other stand upright, below one another in a terminal.
is_crowded = is_text ? x_chars > 60 : x_chars * char > axis
below = 0.0
if (is_crowded && !is_text) {
	below = char * x_longest
	axis = words(x_labels) * line > axis ? words(x_labels) * line : axis
	width = left + right + axis * columns + gap_x * (columns - 1)
}
eval 'set xtics ' . (is_crowded ? 'rotate by 90 right ' : '') . '(' . x_tics . ')'

head = line * (has_title ? 5 : 2.5)
foot = line * (3.6 + key_rows) + below
gap_y = line * 5.5 + below
height = is_narrow ? head + foot + 200 * nr_panels + gap_y * (nr_panels - 1) : \
	 (has_title ? 600 : 460) + below * rows
if (is_narrow || (is_crowded && !is_text)) { eval terminal(width, height) }
if (is_crowded && is_text) {
	eval terminal(75, 22 + words(x_labels))
	unset xtics
	do for [i = 1:words(x_labels)] {
		set xtics add (sprintf('%d', i) i)
		x_label = x_label . "\n" . sprintf('%d: %-' . x_longest . 's', i, word(x_labels, i))
	}
	set xlabel x_label
}

if (is_text) {
	# a terminal has room for one panel: the first metric
	set title panel[1] . ': ' . label
	set yrange [y_min[1]:y_max[1]]
	if (y_log[1]) { set logscale y }
	set key under horizontal
	plot for [i = first_variant:nr_variants] data . '.dat' \
		index i - 1 using 1:2 with points title key_text(i)
} else {
	if (has_title) {
		set multiplot layout rows, columns title fig_title . "\n" . caption \
			margins left / width, 1 - right / width, foot / height, 1 - head / height \
			spacing gap_x / width, gap_y / height
	} else {
		set multiplot layout rows, columns \
			margins left / width, 1 - right / width, foot / height, 1 - head / height \
			spacing gap_x / width, gap_y / height
	}
	do for [s = 1:nr_panels] {
		set title panel[s]
		unset logscale y	# of the panel before: a range from 0 does not go with it
		set yrange [y_min[s]:y_max[s]]
		if (y_log[s]) { set logscale y }
		set ytics auto
		# powers of ten alone leave an axis of two decades almost without numbers
		if (y_log[s] && y_max[s] / y_min[s] < 1000) {
			set ytics (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, \
				   100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000)
		}
		if (s == 1) {
			set key at screen 0.5, 6.0 / height center bottom vertical maxrows key_rows
		} else {
			unset key
		}
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

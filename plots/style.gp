# SPDX-License-Identifier: GPL-2.0
#
# What all figures share: terminal, fonts, frame, one colour per variant.
# Loaded by the figures' scripts after they set: format, output, data.
#
# format: png, svg: for a folder or a slide, with title and caption.
#         text: 75 columns, for report.txt and a terminal.
#         wide, narrow: for report.html, on a screen and on a phone; see-through, without
#         title and caption, which the page has as text.
#
# A variant has the same colour, dash and point in every figure.

is_text = (format eq 'text')
is_narrow = (format eq 'narrow')
has_title = (format eq 'png' || format eq 'svg')
# the command that sets the terminal of a figure of w x h pixels, of a text of w x h characters
terminal(w, h) = 'set terminal ' . ( \
	format eq 'png' ? sprintf("pngcairo noenhanced size %d, %d font 'sans,11' background '#ffffff'", w, h) : \
	format eq 'svg' ? sprintf("svg noenhanced size %d, %d dynamic font 'sans-serif,14' background '#ffffff'", w, h) : \
	is_text ? sprintf('dumb noenhanced size %d, %d', w, h) : \
	sprintf("svg noenhanced size %d, %d dynamic font 'sans-serif,%d'", w, h, is_narrow ? 12 : 14))
if (is_text) { eval terminal(75, 22) }
if (has_title) { eval terminal(1000, 600) }
if (format eq 'wide') { eval terminal(900, 460) }
if (is_narrow) { eval terminal(380, 400) }
set output output
load data . '.set'

# The data's .set gives each column its colour, dash and point (lib/variants.c).
colour(i) = word(colours, i)
# bands: the variant's colour, see-through
fill(i) = '#c0' . colour(i)[2:]
dash(i) = (d = word(dashes, i), d eq 'solid' ? ' ' : d)
point(i) = int(word(point_types, i))
# what the key says about column i; n counts boots
key_text(i) = word(variants, i) . ' n=' . word(boots, i)

set style line 100 linecolor rgb '#666666' linewidth 1
set style line 101 linecolor rgb '#dddddd' linewidth 0.7
if (!is_text) {
	set border 3 linestyle 100
	set tics nomirror
	set grid back linestyle 101
	set key outside top center horizontal reverse Left samplen 4
}
if (is_narrow) { set key maxcols 2 samplen 2 }
if (has_title && exists('fig_title')) { set title fig_title . "\n" . caption }

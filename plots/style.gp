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
# Colours: Okabe and Ito, "Color Universal Design" (2008), and Tol's muted olive and wine:
# told apart with any common colour blindness. A variant has the same colour in every
# figure; its dash type and its point tell it apart in print without colours.

is_text = (format eq 'text')
is_narrow = (format eq 'narrow')
has_title = (format eq 'png' || format eq 'svg')
if (format eq 'png') { set terminal pngcairo noenhanced size 1000, 600 font 'sans,11' background '#ffffff' }
if (format eq 'svg') { set terminal svg noenhanced size 1000, 600 dynamic font 'sans-serif,14' background '#ffffff' }
if (format eq 'wide') { set terminal svg noenhanced size 900, 460 dynamic font 'sans-serif,14' }
if (is_narrow) { set terminal svg noenhanced size 380, 400 dynamic font 'sans-serif,12' }
if (is_text) { set terminal dumb noenhanced size 75, 22 }
set output output
load data . '.set'

known = 'immediate rcu immediate-irqsave rcu-page rcu-naive immediate-fastpath immediate-hashed immediate-septremove rcu-septremove'
colours = '#0072b2 #d55e00 #56b4e9 #e69f00 #cc79a7 #009e73 #999933 #aa4466 #888888'
# place of column i's name among the known ones; others get the colours from the end on
rank(i) = (p = 0, sum [k = 1:words(known)] (word(known, k) eq word(variants, i) ? (p = k) : 0), p)
place(i) = rank(i) > 0 ? rank(i) : words(colours) - (i - 1) % words(colours)
colour(i) = word(colours, place(i))
# bands: the variant's colour, see-through
fill(i) = '#c0' . colour(i)[2:]
dashes = 'solid -- _. .. -.. -. _- ._. _..'
dash(i) = (d = word(dashes, place(i)), d eq 'solid' ? ' ' : d)
point(i) = int(word('7 5 9 11 13 15 4 6 8', place(i)))
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

# SPDX-License-Identifier: GPL-2.0
#
# What all figures share: terminal, fonts, frame, one colour per variant.
# Loaded by the figures' scripts after they set: format, output.
#
# Colours: Okabe and Ito, "Color Universal Design" (2008), told apart with any
# common colour blindness. A variant has the same colour in every figure; its
# dash type tells it apart in print without colours.

is_text = (format eq 'text')
if (format eq 'png') { set terminal pngcairo noenhanced size 1000, 600 font 'sans,11' background '#ffffff' }
if (format eq 'svg') { set terminal svg noenhanced size 1000, 600 dynamic font 'sans-serif,14' background '#ffffff' }
if (is_text) { set terminal dumb noenhanced size 75, 22 }
set output output

variant_colour(v) = v eq 'immediate'         ? '#0072b2' : \
                    v eq 'rcu'               ? '#d55e00' : \
                    v eq 'immediate-irqsave' ? '#56b4e9' : \
                    v eq 'rcu-page'          ? '#e69f00' : \
                    v eq 'rcu-naive'         ? '#cc79a7' : '#009e73'
variant_dash(v) = v eq 'immediate' ? ' ' : v eq 'rcu' ? '_ ' : v eq 'immediate-irqsave' ? '_.' : '-'
# what the key says about variant i; n counts boots
key_text(i) = word(variants, i) . ' n=' . word(boots, i)
# bands: the variant's colour, see-through
variant_fill(v) = '#c0' . variant_colour(v)[2:]

set style line 100 linecolor rgb '#666666' linewidth 1
set style line 101 linecolor rgb '#dddddd' linewidth 0.7
if (!is_text) {
	set border 3 linestyle 100
	set tics nomirror
	set grid back linestyle 101
	set key outside top center horizontal reverse Left samplen 4
}

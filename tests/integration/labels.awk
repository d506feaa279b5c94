# SPDX-License-Identifier: GPL-2.0
#
# Which texts of a figure lie on each other?
# usage: awk -f labels.awk FIGURE.svg...   (as gnuplot writes them)
#
# Prints each such pair; exit status 1 if there is one. Texts are taken as 0.55 of the font's size wide for a
# character, and 0.8 high: numbers of a common font.

function attribute(name,	at) {
	at = index($0, name "=\"")
	return at ? substr($0, at + length(name) + 2) : ""
}

FNR == 1 {
	n = 0
}

/<g transform="translate\(/ {
	split(substr($0, index($0, "translate(") + 10), place, /[,)]/)
	size = attribute("font-size") + 0
	anchor = attribute("text-anchor")
	upright = /rotate\((-90|270)\)/
}

/<text>/ {
	text = $0
	gsub(/.*<text>|<\/text>.*|^ +/, "", text)
	gsub(/^ +| +$/, "", text)
	if (text == "")
		next
	long = 0.55 * size * length(text)
	from = anchor ~ /^middle/ ? -long / 2 : anchor ~ /^end/ ? -long : 0
	n++
	what[n] = text
	if (upright) {
		left[n] = place[1] - 0.8 * size
		right[n] = place[1]
		top[n] = place[2] - from - long
		bottom[n] = place[2] - from
	} else {
		left[n] = place[1] + from
		right[n] = place[1] + from + long
		top[n] = place[2] - 0.8 * size
		bottom[n] = place[2]
	}
	for (i = 1; i < n; i++)
		if (left[i] < right[n] && left[n] < right[i] && top[i] < bottom[n] && top[n] < bottom[i]) {
			print FILENAME ": \"" what[i] "\" and \"" text "\" lie on each other"
			bad = 1
		}
}

END {
	if (!n)
		print FILENAME ": no text found"
	exit bad || !n
}

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The compiler of build.sh: gcc through ccache, but not for assembler files. Some of those take in
# other files with .incbin, which ccache does not notice where the compiler lists the headers
# (CCACHE_DEPEND), nor with what it stored so: a kernel whose compressed size is that of an earlier
# one would be that earlier one, because piggy.S does not differ.
for arg; do
	case $arg in
	*.S) exec gcc "$@" ;;
	esac
done
exec ccache gcc "$@"

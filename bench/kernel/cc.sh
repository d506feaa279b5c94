#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The compiler of build.sh: gcc through ccache, except for assembler files. Some of these include
# other files with .incbin. With CCACHE_DEPEND ccache does not notice those files: if a kernel's
# compressed size equals that of an earlier one, piggy.S is the same, and ccache would return the
# object of the earlier kernel.
for arg; do
	case $arg in
	*.S) exec gcc "$@" ;;
	esac
done
exec ccache gcc "$@"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Measures what is left of the accounting with tdx_stats=off: the merged design with its hooks, which do nothing
# then, against the same kernel without a hook; and the same with the fast path. Builds all four, and reports.
#
# usage: tests/measure/accounting-cost.sh [OUT_DIR]
set -eu
cd "$(dirname "$0")/../.."
out=${1:-results/accounting-cost}
make --no-print-directory kernels \
	VARIANTS="immediate bare immediate-fastpath bare-fastpath" PATCH_bare=tests/measure/no-accounting.patch \
	PATCH_bare-fastpath=tests/measure/no-accounting.patch BASE_bare-fastpath=immediate-fastpath
make --no-print-directory -s tools
build/dpamt-bench run tests/measure/accounting-cost.job --out "$out"
build/dpamt-bench report "$out"

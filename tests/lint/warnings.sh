#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Compiles every C file with warnings as errors, into build/obj-lint: a build that exists shows the
# warnings of a file once only, and goes on.
set -eu
cd "$(dirname "$0")/../.."

# The programs for the VM need a kernel's headers.
[ -n "${KHDR:-}" ] || [ -d build/kernels/headers ] || {
	echo "lint: there is no build/kernels/headers; run 'make kernels' first, or give KHDR=DIR" >&2
	exit 1
}

# The kernel's makefiles build the stand-in.
find lib bench analysis workloads tests -name '*.c' ! -path 'tests/td-guests/stand-in/*' -printf 'build/obj-lint/%p\n' |
	sed 's/\.c$/.o/' | xargs make --no-print-directory -s -k -j"$(nproc)" OBJ=build/obj-lint WERROR=1

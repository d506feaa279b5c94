#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Compiles every C file with warnings as errors, into build/obj-lint: a build that exists shows the
# warnings of a file once only, and goes on.
set -eu
cd "$(dirname "$0")/../.."

# The kernel's makefiles build the stand-in.
find lib bench analysis workloads tests -name '*.c' ! -path 'tests/td-guests/stand-in/*' -printf 'build/obj-lint/%p\n' |
	sed 's/\.c$/.o/' | xargs make --no-print-directory -s -k -j"$(nproc)" OBJ=build/obj-lint WERROR=1

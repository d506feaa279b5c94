#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tests/measure/compare-outputs.sh finds no difference between a build and itself, and names the
# difference of two builds in a message, an exit status or a figure. Boots nothing.
set -u
cd "$(dirname "$0")/../.." || exit 1

. tests/work.sh

build=$(realpath "${BUILD:-build}")
make -s build/tests/make_runs >"$work/stderr" 2>&1 || failed "make build/tests/make_runs"
mkdir -p "$work/other"
cat >"$work/list" <<'LIST'
fixture one pages=20 rounds=5
bench report one
bench help 'no such verb'
workload LIST
LIST
# compare BUILD BUILD : its status in $status
compare() { tests/measure/compare-outputs.sh "$1" "$2" "$work/list" >"$work/stderr" 2>&1; status=$?; }

compare "$build" "$build"
[ $status -eq 0 ] || failed "a build and itself: status $status"
[ "$(cat "$work/stderr")" = "3 command lines, 0 of them differ; figures are the same" ] || failed "a build and itself differ"

# A build with another message, another status and another figure.
ln -s "$build/dpamt-workload" "$work/other/dpamt-workload"
cat >"$work/other/dpamt-bench" <<OTHER
#!/bin/sh
"$build/dpamt-bench" "\$@"
status=\$?
case \$1 in
report) echo >>one/plots/data/\$(ls one/plots/data | head -n 1) ;;
help) echo "another message" >&2; status=3 ;;
esac
exit \$status
OTHER
chmod +x "$work/other/dpamt-bench"
compare "$build" "$work/other"
[ $status -eq 1 ] || failed "another build: status $status, not 1"
for line in "== bench help no such verb" "+another message" "+3" "== figures (< old, > new)" \
	    "3 command lines, 1 of them differ; figures differ"; do
	grep -qxF -- "$line" "$work/stderr" || failed "no line '$line'"
done

compare "$build" "$work/nothing"
[ $status -eq 2 ] || failed "a build that is not there: status $status, not 2"
exit 0

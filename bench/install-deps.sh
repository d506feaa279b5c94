#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Install the missing Debian packages for building and running; uses sudo unless run as
# root.
#
# usage: install-deps.sh [tests]    tests: what only tests need as well
set -eu

# to build the kernel; to build tools and tests; to run boots and reports
packages="
gcc make git flex bison bc libelf-dev libssl-dev xz-utils ccache
libc6-dev libjansson-dev libinih-dev libgsl-dev libcmocka-dev libnuma-dev libext2fs-dev
libtraceevent-dev libtracefs-dev
qemu-system-x86 cpio gnuplot-nox jq
"

# tests/integration: deb.sh makes packages, slurm.sh starts a cluster of its own, lint.sh runs the
# checkers, around.sh wants perf and stress-ng, recording.sh another reader of traces.
for_tests="
munge slurmctld slurmd slurm-client
cppcheck shellcheck man-db clang-format perl
linux-perf stress-ng trace-cmd
"
[ "${1:-}" != tests ] || packages="$packages $for_tests"

command -v dpkg-query >/dev/null || {
	echo "deps: this is not Debian; install the equivalents of:" $packages >&2
	exit 1
}

missing=
for p in $packages; do
	case $(dpkg-query -W -f '${Status}' "$p" 2>/dev/null) in
	*" installed") ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || {
		echo "deps: not root and no sudo here; as root: apt-get install$missing" >&2
		exit 1
	}
	sudo=sudo
fi

log=$(mktemp)
policy=
trap 'rm -f "$log"; [ -z "$policy" ] || $sudo rm -f "$policy"' EXIT
trap 'exit 1' INT TERM
# Installing packages for tests must start no daemon. (After a reboot munged may start; Slurm's
# daemons do not without /etc/slurm/slurm.conf.)
if [ "${1:-}" = tests ] && [ ! -e /usr/sbin/policy-rc.d ]; then
	policy=/usr/sbin/policy-rc.d
	printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
	$sudo chmod 755 "$policy"
fi
echo "installing$missing" >&2
$sudo apt-get -q update >"$log" 2>&1 || {
	tail -n 15 "$log" >&2
	echo "deps: apt-get update failed; repair that, then try again" >&2
	exit 1
}
LC_ALL=C $sudo apt-get -q --assume-no --no-install-recommends install $missing 2>/dev/null |
	grep -E '^(Need to get|After this operation)' >&2 || :
$sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing >"$log" 2>&1 || {
	tail -n 15 "$log" >&2
	echo "deps: apt-get could not install$missing" >&2
	exit 1
}

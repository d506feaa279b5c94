# SPDX-License-Identifier: GPL-2.0
#
# Sourced: apt-get with state and suites of its own, for Debian packages that the machine's own
# apt does not offer. The mirror is the one that the machine's configuration names for Debian's
# main archive. apt checks the archive's signature; the system's configuration and package lists
# stay as they are.

apt_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# private_apt_init DIR SUITE... : read the lists of these suites. On failure $apt_error says why; apt's own
# messages are in $apt_log.
private_apt_init() {
	apt_dir=$1
	shift
	apt_log=$apt_dir/fetch.log
	apt_error=
	command -v apt-get >/dev/null || { apt_error="no apt-get here"; return 1; }
	[ -r "$apt_keyring" ] || {
		apt_error="$apt_keyring is missing; install debian-archive-keyring"
		return 1
	}

	# A target whose origin and label are Debian's own and whose component is main.
	apt_mirror=$(apt-get indextargets \
		--format '$(CREATED_BY) $(ORIGIN) $(LABEL) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
		awk '$1 == "Packages" && $2 == "Debian" && $3 == "Debian" && $4 == "main" { print $5; exit }')
	[ -n "$apt_mirror" ] || {
		apt_error="apt knows no Debian mirror here; run 'apt-get update'"
		return 1
	}

	mkdir -p "$apt_dir/lists/partial" "$apt_dir/archives/partial" "$apt_dir/parts"
	for suite; do
		printf 'deb [signed-by=%s] %s %s main\n' "$apt_keyring" "$apt_mirror" "$suite"
	done >"$apt_dir/sources.list"
	: >"$apt_dir/status"
	private_apt update >"$apt_log" 2>&1 || {
		apt_error="apt could not read suite $* (its messages are in $apt_log)"
		return 1
	}
	# apt exits 0 on a transient failure and keeps going with old lists.
	if grep -q '^[EW]: Failed' "$apt_log" && ! ls "$apt_dir"/lists/*Packages* >/dev/null 2>&1; then
		apt_error="apt could not read suite $* (its messages are in $apt_log)"
		return 1
	fi
}

# The rest of the system's apt.conf, for example proxies, stays in force. Messages are English.
private_apt() {
	LC_ALL=C apt-get -q \
		-o Dir::Etc::sourcelist="$apt_dir/sources.list" -o Dir::Etc::sourceparts="$apt_dir/parts" \
		-o Dir::Etc::preferencesparts="$apt_dir/parts" -o Dir::Etc::preferences=/dev/null \
		-o Dir::State::lists="$apt_dir/lists" -o Dir::State::status="$apt_dir/status" \
		-o Dir::Cache::archives="$apt_dir/archives" \
		-o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
		-o APT::Sandbox::User=root -o Acquire::Languages=none \
		-o APT::Update::Post-Invoke-Success::= "$@"
}

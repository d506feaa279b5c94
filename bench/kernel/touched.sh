# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the scripts of this folder: only some files of the source, without its other 90 000.
#
# Extracting them takes longer than everything else, so they are cached. Uses $cache, $here,
# $source_id, key_of and source.sh.

# Print a directory with the FILEs of the source; those that do not exist are left out.
source_files() { # FILE...
	local dir new
	dir=$cache/touched/$({ echo "$source_id"; printf '%s\n' "$@"; cat "$here"/{touched,source}.sh; } | key_of)
	if [ ! -d "$dir" ]; then
		mkdir -p "$cache/touched"
		find "$cache/touched" -mindepth 1 -maxdepth 1 -mtime +7 -exec rm -rf {} +
		new=$(mktemp -d "$cache/touched/new.XXXXXX")
		source_unpack_files "$new" "$@" || { rm -rf "$new"; return 1; }
		mv -T "$new" "$dir" 2>/dev/null || rm -rf "$new"
	fi
	echo "$dir"
}

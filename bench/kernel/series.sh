# SPDX-License-Identifier: GPL-2.0
#
# Sourced by the scripts of this folder: reading a series and its patches.
#
# kernel-patches/README.md describes the format. Uses $patches, die.

list_lines() { sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$1"; }

# The patches of a variant in order: those that all variants share, then its own.
base_series() { list_lines "$patches/base"; }
policy_series() { list_lines "$patches/series/$1"; }
series_patches() { base_series; policy_series "$1"; } # VARIANT

# The files that a patch adds to the kernel, as paths there.
patch_new_files() { # PATCH
	sed -n '/^---$/,/^diff /s/^new file: //p' "$patches/$1"
}

# Where kernel-patches/ keeps a file that a patch adds: beside the patch, under its own name.
new_file_place() { # PATCH PATH_IN_KERNEL
	echo "$(dirname "$1")/${2##*/}"
}

# Fail unless all files that a series names exist.
series_check() { # VARIANT
	local p f place seen=' '
	for p in $(series_patches "$1"); do
		[ -r "$patches/$p" ] || die "kernel-patches/$p is in the series of $1 but does not exist"
		for f in $(patch_new_files "$p"); do
			place=$(new_file_place "$p" "$f")
			[ -s "$patches/$place" ] ||
				die "kernel-patches/$place is a new file of $p but is missing or empty"
			[ -z "$(tail -c 1 "$patches/$place")" ] ||
				die "kernel-patches/$place does not end in a newline"
			case $seen in
			*" $place "*) die "kernel-patches/$place is a new file of two patches" ;;
			esac
			seen+="$place "
		done
	done
}

# The diff that adds a file.
new_file_diff() { # FILE PATH_IN_KERNEL
	printf 'diff --git a/%s b/%s\nnew file mode 100644\n--- /dev/null\n+++ b/%s\n@@ -0,0 +1,%s @@\n' \
		"$2" "$2" "$2" "$(wc -l <"$1")"
	sed 's/^/+/' "$1"
}

# The whole mail of a patch, for git am: its message, its new files, its hunks.
patch_mail() { # PATCH
	local f
	# Diffs follow each other directly: git patch-id takes text between two for a new patch.
	sed '/^new file: /d' "$patches/$1"
	for f in $(patch_new_files "$1"); do
		new_file_diff "$patches/$(new_file_place "$1" "$f")" "$f"
	done
}

# The patches without their messages: what the built kernel depends on.
patch_contents() { local p; for p; do patch_mail "$p" | sed '1,/^---$/d'; done; }

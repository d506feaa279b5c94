# SPDX-License-Identifier: GPL-2.0
#
# Sourced by build.sh: put the text and data of KVM and of the TDX code elsewhere, drawn by a build seed.
#
# What runs is the same; where it lies relative to cache lines and pages is not. VARIANT+layoutSEED is such a kernel.

# The seed in a flavour's name, 0 to 999999999; fails if it is none. bench/target/qemu_kernels.c knows the form, too.
layout_seed() { # FLAVOUR
	[[ $1 =~ ^layout(0|[1-9][0-9]{0,8})$ ]] && echo "${BASH_REMATCH[1]}"
}

# Append padding to each C file that some patch of the project adds or changes: less than a page of text in
# steps of 16 bytes, to which functions are aligned, and of data and bss in steps of 8.
layout_apply() { # TREE SEED
	local f h
	while read -r f; do
		h=$(printf '%s %s' "$2" "$f" | sha256sum)
		cat >>"$1/$f" <<-EOI

		asm(".pushsection .text; .skip $((0x${h:0:2} * 16)), 0xcc; .popsection");
		asm(".pushsection .data; .skip $((0x${h:2:3} % 512 * 8)); .popsection");
		asm(".pushsection .bss; .skip $((0x${h:5:3} % 512 * 8)); .popsection");
		EOI
	done < <(git -C "$1" ls-files '*.c')
}

# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash for dpamt-bench and dpamt-workload. Their verb `complete` prints the candidates
# for a word, from the tables of options.

_dpamt() {
	local word cur=${COMP_WORDS[COMP_CWORD]}

	[ "$cur" != = ] || cur=
	COMPREPLY=()
	while read -r word; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done < <("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

# If the program prints no candidates, bash completes files.
complete -o default -F _dpamt dpamt-bench dpamt-workload

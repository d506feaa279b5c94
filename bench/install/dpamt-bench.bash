# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash for dpamt-bench and dpamt-workload. The words come from the programs' own help,
# so that a new verb or option needs no line here.

# The options that a help text on stdin has in its first column.
_dpamt_options() { sed -nE 's/^ +(--[a-z0-9-]+).*/\1/p'; }
# The first words of indented lines.
_dpamt_names() { sed -nE 's/^  ([a-z][a-z0-9-]*) .*/\1/p'; }

_dpamt_bench() {
	local words cur=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$("$1" help | _dpamt_names) --help --version"
	elif [[ $cur == -* ]]; then
		words="$("$1" "$verb" --help 2>/dev/null | _dpamt_options) --help"
	elif [ "$COMP_CWORD" -eq 2 ] && [ "$verb" = help ]; then
		words="$("$1" help | _dpamt_names) job"
	elif [ "${COMP_WORDS[COMP_CWORD - 1]}" = --variant ]; then
		words=$("$1" list 2>/dev/null | sed -n '/^kernels/,$s/^  //p')
	elif { [ "$COMP_CWORD" -eq 2 ] && [[ $verb == run || $verb == list ]]; } ||
	     [ "${COMP_WORDS[COMP_CWORD - 1]}" = --experiment ]; then
		words=$("$1" list 2>/dev/null | sed -nE '/^workloads/q; s/^  ([^ :]+):.*/\1/p')
	else
		return	# files, by -o default
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

_dpamt_workload() {
	local words cur=${COMP_WORDS[COMP_CWORD]}

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$("$1" LIST | cut -f1) LIST LIST-ANTAGONISTS antagonist man --help --version"
	elif [ "${COMP_WORDS[1]}" = antagonist ]; then
		words=$("$1" LIST-ANTAGONISTS | cut -f1)
	elif [[ $cur == -* ]]; then
		words=$("$1" "${COMP_WORDS[1]}" --help 2>/dev/null | _dpamt_options)
	else
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -o default -F _dpamt_bench dpamt-bench
complete -o default -F _dpamt_workload dpamt-workload

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tests/kernel/ERROR-PATHS.md has a row for each error exit of KVM's TDX code, in the functions that set
# up, map and tear down, and none that the source does not have. The source is that of the series
# immediate; nothing is compiled.
. "${0%/*}/../kernel-checkout.sh"

table=$OLDPWD/tests/kernel/ERROR-PATHS.md
git init -q . && echo /build >.git/info/exclude
kernel_source
bench/kernel/tree.sh immediate >stdout 2>stderr || failed "tree.sh immediate"

# Not in the table: what only looks things up or emulates exits of a guest that runs.
cat >functions <<EOF
tdh_vp_rd_failed tdh_vp_wr_failed init_kvm_tdx_caps __tdx_reclaim_page tdx_reclaim_page
tdx_reclaim_control_page tdx_flush_vp tdx_flush_vp_on_cpu tdx_disable_virtualization_cpu
smp_func_do_phymem_cache_wb tdx_mmu_release_hkid tdx_reclaim_td_control_pages tdx_vm_destroy
tdx_do_tdh_mng_key_config tdx_vm_init tdx_vcpu_create tdx_vcpu_load tdx_vcpu_free tdx_load_mmu_pgd
tdx_mem_page_add tdx_mem_page_aug tdx_spte_to_sept_pt tdx_topup_external_cache tdx_sept_pamt_get
tdx_sept_map_nonleaf_spte tdx_sept_map_leaf_spte tdx_track tdx_sept_remove_leaf_spte
tdx_sept_set_private_spte tdx_sept_reclaim_private_spt tdx_sept_free_private_spt tdx_get_capabilities
setup_tdparams_eptp_controls setup_tdparams_cpuids setup_tdparams __tdx_td_init
tdx_td_metadata_field_read tdx_read_cpuid tdx_acquire_vm_state_locks tdx_release_vm_state_locks
tdx_td_init tdx_td_finalize tdx_get_cmd tdx_vm_ioctl tdx_td_vcpu_init tdx_vcpu_get_cpuid_leaf
tdx_vcpu_get_cpuid tdx_vcpu_init tdx_vcpu_reset tdx_gmem_post_populate tdx_vcpu_init_mem_region
tdx_vcpu_unlocked_ioctl tdx_vcpu_ioctl tdx_hardware_unsetup __tdx_hardware_setup tdx_hardware_setup
EOF
# Each of them is there: a new name would be a function nobody looked at.
source=build/kernel-tree/immediate/arch/x86/kvm/vmx/tdx.c

# exits FILE : "FUNCTION EXIT #N", #N where a function has it more than once. An exit is a goto, a return
# of an error or from the midst of a function, a *_BUG_ON() whose result nobody asks for, an error number
# that is returned later. One that precedes a goto is part of it.
exits() {
	awk -v functions="$(cat functions)" '
	BEGIN { n = split(functions, list); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
	function flush_errno() { if (errno) add(errno); errno = "" }
	# The last statement of a function, or before its labels, is the way out of others.
	function flush_return() { if (passed && $0 !~ /^(}|[a-z_]+:)/) add(passed); passed = "" }
	function add(text) { site[++sites] = name " " text; count[name " " text]++ }
	/^[a-z].*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name); found[name] = 1 }
	/[^ \t]/ { flush_return() }
	/^}/ { flush_errno(); name = "" }
	name in wanted {
		text = $0; gsub(/^[ \t]+/, "", text); sub(/;.*/, "", text)
		if (text ~ /^(ret|r) = (-E|gmem_ret)/) {
			flush_errno(); errno = text
		} else if (text ~ /^goto /) {
			code = errno; sub(/.*= /, "", code)
			add((code ? code " " : "") text); errno = ""
		} else if (text == "}" || text == "break") {
			flush_errno()
		} else if (text == "return" || text ~ /^return (-E|NULL|!|PTR_ERR)/) {
			add(text)
		} else if (text ~ /^return (ret|r)$/) {
			passed = text
		} else if (text ~ /^(TDX|KVM)_BUG_ON.*\)$/ && $0 ~ /;$/) {
			sub(/\(.*/, "", text); add(text)
		}
	}
	END {
		for (i = 1; i <= sites; i++) {
			s = site[i]
			print s (count[s] > 1 ? " #" ++nth[s] : "")
		}
		for (f in wanted) if (!(f in found)) print "no function " f
	}' "$1"
}
exits "$source" | sort >in-source
! grep '^no function' in-source >stderr || failed "functions of the list that the source has not"
[ "$(wc -l <in-source)" -gt 100 ] || failed "the source has $(wc -l <in-source) exits only"
sed -n 's/^| \([a-z_]*\) | `\([^`]*\)` |.*/\1 \2/p' "$table" | sort -u >in-table
diff in-source in-table >stderr || failed "exits of the source (<) and rows of tests/kernel/ERROR-PATHS.md (>) differ; add or rename rows"
# A row that is not tested says why.
grep -n '| - | *| *| *|$' "$table" | grep -v '| [^|]*[a-z][^|]* | - |' >stderr && failed "rows without a test and a reason"
exit 0

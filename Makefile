# SPDX-License-Identifier: GPL-2.0
#
# dpamt-bench. `make help` lists the targets.

# Patches of one's own: PATCH_NAME makes NAME of VARIANTS from BASE_NAME; PATCH does for "mine".
ifneq ($(PATCH),)
BASE       ?= immediate
PATCH_mine ?= $(PATCH)
BASE_mine  ?= $(BASE)
VARIANTS   ?= $(BASE) mine
endif
EXPERIMENT ?= quick
# The kernels that the experiment compares.
JOB        := $(firstword $(wildcard bench/experiments/$(EXPERIMENT).job $(EXPERIMENT)))
VARIANTS   ?= $(or $(if $(JOB),$(shell bench/kernel/job-variants.sh '$(JOB)')),immediate rcu)
OWN := $(filter $(patsubst PATCH_%,%,$(filter PATCH_%,$(.VARIABLES))), \
	$(sort $(foreach v,$(VARIANTS),$(firstword $(subst +, ,$v)))))
VARIANT    ?= immediate
ALL_VARIANTS := $(notdir $(wildcard kernel-patches/series/*))
# Kernels that a machine boots from its disk, with the software TDX module or for the machine's own.
HOST_CONFIG_soft     := bench/install/host.config
HOST_CONFIG_hardware := bench/install/host.config bench/install/hardware.config
ifneq ($(HOST_TDX),)
HOST_CONFIG := $(or $(HOST_CONFIG_$(HOST_TDX)),$(error HOST_TDX=$(HOST_TDX) is not known; give soft or hardware))
endif
STAMP      := $(shell date -u +%Y%m%dT%H%M%SZ)
RESULTS    ?= results/$(STAMP)

# Say so at once where nothing can be built: the first that is missing of what a target writes to.
unwritable = $(shell d='$(1)'; while [ ! -e "$$d" ]; do d=$$(dirname "$$d"); done; [ -w "$$d" ] || echo "$$d")
GOALS := $(filter-out help deps uninstall $(if $(wildcard build/dpamt-bench),install),$(MAKECMDGOALS))
ifneq ($(GOALS),)
NOT_OURS := $(or $(call unwritable,build),$(if $(filter report,$(GOALS)),$(call unwritable,$(RESULTS))))
ifneq ($(NOT_OURS),)
$(error $(abspath $(NOT_OURS)) cannot be written to, and `make $(GOALS)` writes there; make it writable, \
or work on a copy: cp -r '$(CURDIR)' DIR && make -C DIR $(MAKECMDGOALS))
endif
endif

.DELETE_ON_ERROR:
.PHONY: help report check check-kernel check-unit check-boot soak lint unit-tests kernels control-kernels coverage-kernel kernel-tree kernel-refresh mails tools td-guests deps clean

help:
	@echo 'make report         everything, from packages to results/latest/report.txt'
	@echo '                    EXPERIMENT=$(EXPERIMENT)  a job of bench/experiments'
	@echo '                    PATCH=FILE  your own patch on BASE=immediate, beside it'
	@echo 'make check          everything needed, then all tests'
	@echo 'make check-kernel   every variant, on debug kernels too (long)'
	@echo 'make kernels        build the kernels of'
	@echo '                    VARIANTS="$(VARIANTS)"'
	@echo '                    KERNEL_TARBALL=FILE or KERNEL_TREE=DIR: own v7.3.y source'
	@echo '                    KERNEL_CONFIG=FILE: Kconfig fragment to merge at last'
	@echo '                    PATCH_NAME=FILE BASE_NAME=VARIANT: own patch as variant NAME'
	@echo 'make coverage-kernel'
	@echo '                    kernels that say which code a boot reached'
	@echo '                    (bench/kernel/coverage-report.sh)'
	@echo 'make kernel-tree VARIANT=$(VARIANT)'
	@echo '                    build/kernel-tree/: a git tree, one commit a patch'
	@echo 'make kernel-refresh VARIANT=$(VARIANT)'
	@echo '                    write its commits back to kernel-patches/'
	@echo 'make mails VARIANT=$(VARIANT)'
	@echo '                    build/mails/: the whole series for git am'
	@echo 'make tools          build build/dpamt-bench and what runs inside the VM'
	@echo 'make check-unit     unit tests only; SANITIZE=address,undefined: with sanitizers'
	@echo 'make check-boot     tests that boot the kernels only'
	@echo 'make soak HOURS=N   storm and workloads with new seeds on the kernels built,'
	@echo '                    or on KERNELS="..."; results/soak'
	@echo 'make lint           warnings, cppcheck, shellcheck, checkpatch, format of'
	@echo '                    changed lines (LINT_BASE=COMMIT: since then)'
	@echo 'make fuzz           fuzz all readers of files, FUZZ_SECONDS=$(FUZZ_SECONDS) each (with clang)'
	@echo 'make install        programs, built kernels and td-guests, experiments, manual pages;'
	@echo '                    PREFIX=$(PREFIX) DESTDIR='
	@echo 'make uninstall      with the same PREFIX and DESTDIR'
	@echo 'make deps           install missing Debian packages'
	@echo 'make deb            Debian packages: programs, DEB_KERNELS="immediate rcu" as well;'
	@echo '                    HOST_TDX=soft or hardware: kernels that boot from a disk'
	@echo 'make td-guests      build/td-guests.cpio: QEMU, OVMF and Linux of Debian, which'
	@echo '                    the experiment real-guests runs as TDs (150 MB fetched)'
	@echo 'make clean          remove build/ but build/kernel-tree; results/, cache stay'

# Steps that need what an earlier step installed run in a make of their own, which looks for
# files and programs again.
report:
	@bench/install-deps.sh
	@$(MAKE) --no-print-directory kernels
	@$(MAKE) --no-print-directory -s tools
	@build/dpamt-bench run $(EXPERIMENT) $(if $(OWN),--variants "$(VARIANTS)") --out $(RESULTS)
	@ln -sfn $(notdir $(RESULTS)) $(dir $(RESULTS))latest
	@build/dpamt-bench report $(RESULTS)

# rcu-naive is a bug: it runs on a kernel with lockdep only.
SOUND_VARIANTS := $(filter-out rcu-naive,$(ALL_VARIANTS))
CHECK_KERNELS := $(SOUND_VARIANTS) immediate+kunit rcu-naive+kunit

check:
	@bench/install-deps.sh tests
	@$(MAKE) --no-print-directory kernels VARIANTS="$(CHECK_KERNELS)"
	@$(MAKE) --no-print-directory -s tools
	@tests/td-guests/root.sh firmware >/dev/null || echo 'check: goes on without; td-firmware.sh skips' >&2
	@tests/run.sh all

# Every variant, also with debug options: takes much longer.
check-kernel:
	@bench/install-deps.sh
	@$(MAKE) --no-print-directory kernels \
		VARIANTS="$(CHECK_KERNELS) $(addsuffix +debug,$(SOUND_VARIANTS))"
	@$(MAKE) --no-print-directory control-kernels
	@$(MAKE) --no-print-directory -s tools
	@tests/td-guests/root.sh firmware >/dev/null || echo 'check-kernel: goes on without; td-firmware.sh skips' >&2
	@VARIANTS="$(SOUND_VARIANTS)" tests/run.sh kernel

check-unit: tools
	@tests/run.sh unit

lint:
	@tests/lint/run.sh

check-boot: tools
	@tests/run.sh boot

soak: tools
	@HOURS='$(HOURS)' $(if $(KERNELS),KERNELS='$(KERNELS)') tests/soak.sh

# One fragment of an absolute path: the build changes its directory.
kernels:
	@$(if $(HOST_CONFIG)$(KERNEL_CONFIG),mkdir -p build && \
	cat $(HOST_CONFIG) $(if $(KERNEL_CONFIG),'$(KERNEL_CONFIG)') >build/own.config && \
	export KERNEL_CONFIG='$(CURDIR)/build/own.config' && )bench/kernel/clock.sh $(if $(OWN),bench/kernel/own.sh \
		$(foreach n,$(OWN),--own $n $(or $(BASE_$n),immediate) '$(PATCH_$n)') --,bench/kernel/build.sh) $(VARIANTS)

# Kernels with a bug that tests/kernel/controls.sh must see.
CONTROLS := $(basename $(notdir $(wildcard tests/kernel/controls/*.patch)))
# It takes lockdep to see a lock that is dropped too early.
LOCKDEP_CONTROLS := early-unlock
control-kernels:
	@bench/kernel/own.sh $(foreach c,$(CONTROLS),--own $c immediate tests/kernel/controls/$c.patch) -- \
		$(filter-out $(LOCKDEP_CONTROLS),$(CONTROLS)) $(addsuffix +kunit,$(LOCKDEP_CONTROLS))

coverage-kernel:
	@bench/kernel/coverage.sh immediate rcu

kernel-tree:
	@bench/kernel/tree.sh $(VARIANT)

kernel-refresh:
	@bench/kernel/refresh.sh $(VARIANT)

mails:
	@bench/kernel/mails.sh $(VARIANT)

deps:
	@bench/install-deps.sh

tools: build/dpamt-bench build/dpamt-agent build/dpamt-workload
	@:

td-guests:
	@root=$$(tests/td-guests/root.sh linux) && mkdir -p build && tests/td-guests/archive.sh "$$root" build/td-guests.cpio

# A kernel tree may hold work that kernel-refresh has not written back.
clean:
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name kernel-tree -exec rm -rf {} +

include lib/flags.mk
include bench/rules.mk
include workloads/rules.mk
include bench/install/rules.mk
include tests/rules.mk

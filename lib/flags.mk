# SPDX-License-Identifier: GPL-2.0
#
# Compiles every C file of the project. CC, CFLAGS, CPPFLAGS and LDFLAGS belong to the user.
#
# WERROR=1    warnings are errors; set where CI is set
# SANITIZE=   sanitizers for all programs that are not static: address,undefined
# KHDR        user-space headers of a kernel that knows KVM_X86_TDX_VM (`make headers` in its tree
#             makes usr/include). Empty: the installed headers, if they are new enough.

CFLAGS ?= -O2 -g
WERROR ?= $(if $(CI),1)
KHDR ?= $(wildcard build/kernels/headers)

SANITIZE_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer)
# For clang: KVM's structs end in an array, and some of ours have members behind them. gcc does not mind, and
# takes any -Wno-.
OUR_CFLAGS = -std=gnu11 -Wall -Wextra $(if $(WERROR),-Werror) -pthread -D_GNU_SOURCE -I. \
	-Wno-gnu-variable-sized-type-not-at-end -Wno-unknown-warning-option \
	-isystem /usr/include/tracefs -isystem /usr/include/traceevent $(SANITIZE_FLAGS) \
	$(if $(SANITIZE),-Wno-maybe-uninitialized -Wno-format-truncation)

# Objects with sanitizers have a directory of their own. Programs do not: when SANITIZE changes, they
# are linked again. Static programs cannot have sanitizers; a make without SANITIZE builds them.
OBJ := build/obj$(if $(SANITIZE),-sanitize)
build/sanitize: $(if $(STATIC_ONLY),,always)
	@mkdir -p $(@D)
	@echo '$(SANITIZE)' | cmp -s - $@ || echo '$(SANITIZE)' >$@
MAKE_STATIC = +$(MAKE) --no-print-directory SANITIZE= STATIC_ONLY=1 $@

COMPILE = $(CC) $(OUR_CFLAGS) $(KHDR_FLAGS) $(CPPFLAGS) $(CFLAGS)
LINK = $(CC) $(SANITIZE_FLAGS) $(CFLAGS) $(LDFLAGS) -pthread

# build/version changes only when the version does, so programs are linked again only then.
VERSION := $(or $(shell git describe --always --dirty 2>/dev/null),$(shell cat VERSION 2>/dev/null),unknown)
VERSION_DATE := $(or $(shell git log -1 --format=%cd --date="format:%B %e, %Y" 2>/dev/null),$(shell LC_ALL=C date "+%B %e, %Y"))
build/version: always
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@

.PHONY: always
$(OBJ)/lib/version.o build/obj/lib/version.o: build/version
$(OBJ)/lib/version.o build/obj/lib/version.o: OUR_CFLAGS += -DDPAMT_VERSION='"$(VERSION)"' \
	-DDPAMT_VERSION_DATE='"$(VERSION_DATE)"'

$(OBJ)/%.o: %.c lib/flags.mk
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

$(OBJ)/%.o: %.S lib/flags.mk
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# SPDX-License-Identifier: GPL-2.0
#
# make install and make uninstall. The programs go to LIBDIR, next to the kernels, as in build/;
# BINDIR gets links to them. DATADIR has files under their paths in the checkout. lib/paths.c finds
# both. make uninstall removes LIBDIR and DATADIR as a whole.

PREFIX  ?= /usr/local
# Quoted where they are used, for blanks. umask: others are to read what is installed.
PREFIX_DIR := $(DESTDIR)$(PREFIX)
BINDIR  := $(DESTDIR)$(PREFIX)/bin
LIBDIR  := $(DESTDIR)$(PREFIX)/lib/dpamt-bench
DATADIR := $(DESTDIR)$(PREFIX)/share/dpamt-bench
MANDIR  := $(DESTDIR)$(PREFIX)/share/man/man1
COMPDIR := $(DESTDIR)$(PREFIX)/share/bash-completion/completions

INSTALLED_DATA := $(wildcard bench/experiments/*.job plots/*.gp kernel-patches/series/* kernel-patches/config/* \
	analysis/capacity/reference.json)
# Found by bench/experiments/real-guests.job under the same path as in a checkout.
INSTALLED_GUESTS := $(wildcard build/td-guests.cpio)
INSTALLED_KERNELS := $(patsubst build/kernels/%/bzImage,%,$(wildcard build/kernels/*/bzImage))
COMMANDS := dpamt-bench dpamt-workload

# The manual pages are made of the tables of verbs and options: `man build/dpamt-bench.1`.
$(COMMANDS:%=build/%.1): build/%.1: build/%
	$< man >$@

install: tools $(COMMANDS:%=build/%.1)
	umask 022; install -d -m 755 "$(BINDIR)" "$(LIBDIR)" "$(DATADIR)" "$(MANDIR)" "$(COMPDIR)"
	install -m 755 build/dpamt-bench build/dpamt-agent build/dpamt-workload bench/install/host-boot \
		bench/install/host-go-on "$(LIBDIR)"
	for c in $(COMMANDS); do ln -sf ../lib/dpamt-bench/$$c "$(BINDIR)"/$$c; done
	umask 022; for f in $(INSTALLED_DATA); do install -D -m 644 $$f "$(DATADIR)"/$$f || exit 1; done
	umask 022; for f in $(INSTALLED_GUESTS); do \
		install -D -m 644 $$f "$(DATADIR)"/build/td-guests.cpio || exit 1; done
	umask 022; for k in $(INSTALLED_KERNELS); do install -d "$(LIBDIR)"/kernels/$$k && \
		for f in build/kernels/$$k/*; do \
			[ ! -f $$f ] || install -m 644 $$f "$(LIBDIR)"/kernels/$$k || exit 1; \
		done; done
	install -m 644 $(COMMANDS:%=build/%.1) "$(MANDIR)"
	install -m 644 bench/install/dpamt-bench.bash "$(COMPDIR)"/dpamt-bench
	ln -sf dpamt-bench "$(COMPDIR)"/dpamt-workload

uninstall:
	for c in $(COMMANDS); do rm -f "$(BINDIR)"/$$c "$(MANDIR)"/$$c.1 "$(COMPDIR)"/$$c; done
	rm -rf "$(LIBDIR)" "$(DATADIR)"
	-@for d in "$(BINDIR)" "$(MANDIR)" "$(COMPDIR)" "$(PREFIX_DIR)/lib" "$(PREFIX_DIR)/share"; do \
		rmdir -p --ignore-fail-on-non-empty "$$d" 2>/dev/null || :; \
	done

# Debian packages in build/deb: the programs, and DEB_KERNELS="immediate rcu", which are built if need be.
# The kernels come first: the programs are built with their headers.
deb:
	$(if $(DEB_KERNELS),@$(MAKE) --no-print-directory kernels VARIANTS="$(DEB_KERNELS)")
	@$(MAKE) --no-print-directory -s tools $(COMMANDS:%=build/%.1)
	@bench/install/deb.sh $(DEB_KERNELS)

.PHONY: install uninstall deb

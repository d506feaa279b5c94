# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-workload: one static binary with all workloads.
#
# Needs libjansson-dev, libnuma-dev and libext2fs-dev (they have the static libraries).

WORKLOAD_LIBS := -ljansson -lnuma -lext2fs -lcom_err -lm
WORKLOAD_SOURCES := $(sort $(filter-out workloads/core/main.c,$(wildcard workloads/*.c workloads/*/*.c)))
WORKLOAD_OBJECTS := $(WORKLOAD_SOURCES:%.c=$(OBJ)/%.o) $(OBJ)/workloads/core/td_payload.o

$(OBJ)/workloads/%.o build/obj/workloads/%.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))

# Without a built kernel its headers are not there, and those of Debian 12 and 13 know no TDs.
ifeq ($(KHDR),)
$(WORKLOAD_OBJECTS) $(OBJ)/workloads/core/main.o: | kernel-headers
endif
.PHONY: kernel-headers
kernel-headers:
	@printf '%s\n' '#include <linux/kvm.h>' 'int type = KVM_X86_TDX_VM;' | \
		$(CC) -fsyntax-only -xc - 2>/dev/null || { echo \
		"make: the headers of the installed kernel know no TDs, and build/kernels has none yet; first: make kernels" >&2; exit 1; }

# --no-warnings: the linker warns that a static program cannot call getaddrinfo(), which libnuma does
# for network addresses. No workload uses those.
ifdef SANITIZE
build/dpamt-workload: always | build/dpamt-agent
	$(MAKE_STATIC)
else
build/dpamt-workload: $(WORKLOAD_OBJECTS) $(OBJ)/workloads/core/main.o $(OBJ)/lib/version.o $(LIBDPAMT)
	$(LINK) -static -Wl,--no-warnings -o $@ $^ $(WORKLOAD_LIBS)
endif

# The text of these is part of it.
$(OBJ)/workloads/storm/c_program.o: $(wildcard workloads/storm/*.txt) workloads/core/td_script.h \
	$(foreach part,state interrupt processes limits allocations complaints enter,workloads/storm/$(part).h workloads/storm/$(part).c)

include $(wildcard $(WORKLOAD_OBJECTS:.o=.d) $(OBJ)/workloads/core/main.d)

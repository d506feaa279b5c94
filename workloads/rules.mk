# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-workload: one static binary with all workloads.
#
# Needs libjansson-dev and libnuma-dev (they have the static libraries).

WORKLOAD_LIBS := -ljansson -lnuma -lm
WORKLOAD_SOURCES := $(sort $(filter-out workloads/core/main.c,$(wildcard workloads/*.c workloads/*/*.c)))
WORKLOAD_OBJECTS := $(WORKLOAD_SOURCES:%.c=$(OBJ)/%.o)

$(OBJ)/workloads/%.o: KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))

# Refuses headers without KVM's TDX, before the compiler does with a page of errors.
.PHONY: kvm-headers
kvm-headers:
	@$(if $(shell $(CC) $(KHDR:%=-isystem %) -E -dM -include asm/kvm.h -x c /dev/null 2>&1 | grep -w KVM_X86_TDX_VM),:,\
		$(error $(or $(KHDR),/usr/include) has no KVM headers that know TDX; run `make kernels` first))
$(WORKLOAD_OBJECTS): | kvm-headers

# --no-warnings: the linker warns that a static program cannot call getaddrinfo(), which libnuma does
# for network addresses. No workload uses those.
ifdef SANITIZE
build/dpamt-workload: always | build/dpamt-agent
	$(MAKE_STATIC)
else
build/dpamt-workload: $(WORKLOAD_OBJECTS) $(OBJ)/workloads/core/main.o $(OBJ)/lib/version.o $(LIBDPAMT)
	$(LINK) -static -Wl,--no-warnings -o $@ $^ $(WORKLOAD_LIBS)
endif

include $(wildcard $(WORKLOAD_OBJECTS:.o=.d) $(OBJ)/workloads/core/main.d)

# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-workload: one static binary with all workloads. To be included by the top Makefile.
#
# KHDR  user-space headers of a kernel that knows KVM_X86_TDX_VM (`make headers` in its tree makes usr/include).
#       Empty: the installed headers, if they are new enough. td.c says so in one line if they are not.
# Needs libjansson-dev and libnuma-dev (they have the static libraries).

KHDR ?=
WORKLOAD_CC_FLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wfatal-errors -pthread -D_GNU_SOURCE
WORKLOAD_KHDR_FLAGS = $(if $(KHDR),-isystem $(KHDR))
WORKLOAD_LIBS := -ljansson -lnuma -lm
# libnuma can ask for the node of a network address (getaddrinfo), which a static program cannot; nobody does.
WORKLOAD_LD_FLAGS := -Wl,--no-warnings
WORKLOAD_SOURCES := $(sort $(wildcard workloads/*.c))
WORKLOAD_OBJECTS := $(WORKLOAD_SOURCES:workloads/%.c=build/workloads/%.o)

build/dpamt-workload: $(WORKLOAD_OBJECTS)
	$(CC) -static -pthread $(WORKLOAD_LD_FLAGS) -o $@ $^ $(WORKLOAD_LIBS)

# The manual page, from the option tables: `man build/dpamt-workload.1`.
build/dpamt-workload.1: build/dpamt-workload
	$< man > $@

build/workloads/%.o: workloads/%.c workloads/rules.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOAD_CC_FLAGS) $(WORKLOAD_KHDR_FLAGS) -MMD -MP -c -o $@ $<

-include $(WORKLOAD_OBJECTS:.o=.d)

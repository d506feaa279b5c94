# SPDX-License-Identifier: GPL-2.0
#
# build/tests/kernel/*: programs that the tests of the kernels run inside the VM, static. To be
# included by the top Makefile, after workloads/rules.mk.

KERNEL_TEST_LIB := build/tests/kernel/books.o build/tests/kernel/td_steps.o \
	build/workloads/td.o build/workloads/td_guest.o build/workloads/err.o
KERNEL_TEST_SOURCES := $(filter-out %/books.c %/td_steps.c,$(wildcard tests/kernel/guest/*.c))
KERNEL_TEST_PROGRAMS := $(KERNEL_TEST_SOURCES:tests/kernel/guest/%.c=build/tests/kernel/%)

build/tests/kernel/%.o: tests/kernel/guest/%.c tests/kernel/programs.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOAD_CC_FLAGS) $(WORKLOAD_KHDR_FLAGS) -Iworkloads -MMD -MP -c -o $@ $<

$(KERNEL_TEST_PROGRAMS): build/tests/kernel/%: build/tests/kernel/%.o $(KERNEL_TEST_LIB)
	$(CC) -static -pthread -o $@ $^

.PHONY: kernel-test-programs
.SECONDARY: $(KERNEL_TEST_SOURCES:tests/kernel/guest/%.c=build/tests/kernel/%.o)
kernel-test-programs: $(KERNEL_TEST_PROGRAMS)

-include $(wildcard build/tests/kernel/*.d)

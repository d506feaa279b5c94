# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of workloads/ (cmocka). Include after workloads/rules.mk. `make check-unit-workloads` runs them all.
# test_workload_td links every workload against a KVM that is played by the test: ioctl(), close() and
# fallocate() are wrapped.

WORKLOAD_TESTS := build/tests/test_workload_opts build/tests/test_workload_samples build/tests/test_workload_td
WORKLOAD_LIB_OBJECTS := $(filter-out build/workloads/main.o,$(WORKLOAD_OBJECTS))

build/tests/test_workload_%: tests/unit/test_workload_%.c $(WORKLOAD_LIB_OBJECTS) tests/unit/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOAD_CC_FLAGS) $(WORKLOAD_KHDR_FLAGS) -Iworkloads -o $@ $< $(WORKLOAD_LIB_OBJECTS) \
		$(WORKLOAD_TEST_LINK) -lcmocka $(WORKLOAD_LIBS)

build/tests/test_workload_td: WORKLOAD_TEST_LINK = -Wl,--wrap=ioctl,--wrap=close,--wrap=fallocate,--wrap=open

.PHONY: check-unit-workloads
check-unit-workloads: $(WORKLOAD_TESTS)
	@set -e; for t in $^; do ./$$t; done

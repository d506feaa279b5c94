# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of workloads/ (cmocka). Include after workloads/rules.mk. `make check-unit-workloads` runs them all.
# Those that link fake_kvm.c run whole workloads on a KVM that is played by it: ioctl(), open(), close() and
# fallocate() are wrapped. test_workload_arrivals plays the clock.

WORKLOAD_TESTS := $(addprefix build/tests/test_workload_,opts samples divide arrivals td churn)
WORKLOAD_LIB_OBJECTS := $(filter-out build/workloads/main.o,$(WORKLOAD_OBJECTS))
FAKE_KVM_TESTS := build/tests/test_workload_td build/tests/test_workload_churn

build/tests/test_workload_%: tests/unit/test_workload_%.c $(WORKLOAD_LIB_OBJECTS) tests/unit/workloads.mk
	@mkdir -p $(@D)
	$(CC) $(WORKLOAD_CC_FLAGS) $(WORKLOAD_KHDR_FLAGS) -Iworkloads -Itests/unit -o $@ $(filter %.c,$^) \
		$(WORKLOAD_LIB_OBJECTS) $(WORKLOAD_TEST_LINK) -lcmocka $(WORKLOAD_LIBS)

$(FAKE_KVM_TESTS): tests/unit/fake_kvm.c tests/unit/fake_kvm.h
$(FAKE_KVM_TESTS): WORKLOAD_TEST_LINK = -Wl,--wrap=ioctl,--wrap=close,--wrap=fallocate,--wrap=open
build/tests/test_workload_arrivals: WORKLOAD_TEST_LINK = -Wl,--wrap=clock_gettime,--wrap=clock_nanosleep

.PHONY: check-unit-workloads
check-unit-workloads: $(WORKLOAD_TESTS)
	@set -e; for t in $^; do ./$$t; done

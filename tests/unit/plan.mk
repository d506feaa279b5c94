# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of analysis/plan/ (cmocka). Include after bench.mk. `make check-unit-plan` runs them all.

PLAN_TEST_SOURCES := $(sort $(wildcard tests/unit/test_plan_*.c))
PLAN_TESTS := $(PLAN_TEST_SOURCES:tests/unit/%.c=build/tests/%)
PLAN_LIB_OBJECTS := $(filter build/obj/analysis/%,$(BENCH_OBJECTS)) $(BENCH_LIB_OBJECTS)

build/tests/test_plan_%: tests/unit/test_plan_%.c $(PLAN_LIB_OBJECTS) tests/unit/plan.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -Ianalysis/plan -o $@ $< $(PLAN_LIB_OBJECTS) -lcmocka $(BENCH_LIBS)

.PHONY: check-unit-plan
check-unit-plan: $(PLAN_TESTS)
	@set -e; for t in $^; do ./$$t; done

# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-bench (bench/*.c, analysis/*.c, analysis/plan/*.c) and build/dpamt-agent (static,
# /init of the VM). To be included by the top Makefile.
#
# Needs libjansson-dev, libinih-dev, libgsl-dev.

BENCH_CC_FLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_GNU_SOURCE
BENCH_SOURCES := $(sort $(wildcard bench/*.c analysis/*.c analysis/plan/*.c))
BENCH_OBJECTS := $(BENCH_SOURCES:%.c=build/obj/%.o)
BENCH_LIBS := -ljansson -linih -lgsl -lgslcblas -lm -pthread

build/dpamt-bench: $(BENCH_OBJECTS)
	$(CC) -o $@ $^ $(BENCH_LIBS)

build/obj/bench/%.o: bench/%.c bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -MMD -MP -c -o $@ $<

build/obj/analysis/%.o: analysis/%.c bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -MMD -MP -c -o $@ $<

build/dpamt-agent: bench/guest/agent.c bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) -static -o $@ $<

-include $(BENCH_OBJECTS:.o=.d)

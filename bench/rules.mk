# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-bench (bench/*.c, analysis/*.c, analysis/plan/*.c, bench/guest/*.c but the agent) and
# build/dpamt-agent (bench/guest/*.c, static, /init of the VM). To be included by the top Makefile.
#
# Needs libjansson-dev, libinih-dev, libgsl-dev, libtraceevent-dev, libtracefs-dev.

BENCH_CC_FLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -D_GNU_SOURCE
BENCH_SOURCES := $(sort $(wildcard bench/*.c analysis/*.c analysis/plan/*.c) \
	$(filter-out bench/guest/agent.c,$(wildcard bench/guest/*.c)))
BENCH_OBJECTS := $(BENCH_SOURCES:%.c=build/obj/%.o)
TRACE_CFLAGS := -isystem /usr/include/tracefs -isystem /usr/include/traceevent
BENCH_LIBS := -ltracefs -ltraceevent -ljansson -linih -lgsl -lgslcblas -lm -pthread

build/dpamt-bench: $(BENCH_OBJECTS)
	$(CC) -o $@ $^ $(BENCH_LIBS)

build/obj/bench/%.o: bench/%.c bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) $(TRACE_CFLAGS) -MMD -MP -c -o $@ $<

build/obj/analysis/%.o: analysis/%.c bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) $(TRACE_CFLAGS) -MMD -MP -c -o $@ $<

AGENT_SOURCES := $(sort $(wildcard bench/guest/*.c)) bench/record_mode.c

# -w: libtraceevent could load plug-ins, for which a static program is warned of; none is.
build/dpamt-agent: $(AGENT_SOURCES) $(wildcard bench/guest/*.h) bench/record_mode.h bench/rules.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CC_FLAGS) $(TRACE_CFLAGS) -static -Wl,-w -o $@ $(AGENT_SOURCES) -ltracefs -ltraceevent

-include $(BENCH_OBJECTS:.o=.d)

# SPDX-License-Identifier: GPL-2.0
#
# Fuzz targets: every reader of files of a run directory and of job files, with
# libFuzzer and the address and undefined behaviour sanitizers. `make fuzz`
# (FUZZ_SECONDS for each target); tests/run.sh runs each for a few seconds where
# clang is installed. To be included after bench/rules.mk.

FUZZ_CC ?= clang
FUZZ_SECONDS ?= 60
FUZZ_FLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer $(TRACE_CFLAGS)
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,build/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJECTS := $(patsubst build/obj/%,build/fuzz/obj/%,$(filter-out build/obj/bench/main.o,$(BENCH_OBJECTS))) \
	build/fuzz/obj/fuzz.o

build/fuzz/obj/fuzz.o: tests/fuzz/fuzz.c tests/fuzz/rules.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

build/fuzz/obj/%.o: %.c tests/fuzz/rules.mk
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(FUZZ_TARGETS): build/fuzz/%: tests/fuzz/%.c $(FUZZ_OBJECTS)
	$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -Wl,--wrap=fail -o $@ $^ $(BENCH_LIBS)

.PHONY: fuzz fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)

fuzz: fuzz-targets build/tests/make_runs
	@tests/fuzz/run.sh $(FUZZ_SECONDS)

-include $(FUZZ_OBJECTS:.o=.d)

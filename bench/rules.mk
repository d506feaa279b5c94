# SPDX-License-Identifier: GPL-2.0
#
# build/dpamt-bench, and build/dpamt-agent: /init of the VM, static. Both are linked with
# libdpamt.a, which has all of lib/, bench/ and analysis/ but what has a main(), and the version.
#
# Needs libjansson-dev, libinih-dev, libgsl-dev, libtraceevent-dev, libtracefs-dev.

BENCH_LIBS := -ltracefs -ltraceevent -ljansson -linih -lgsl -lgslcblas -lm
LIB_SOURCES := $(sort $(filter-out bench/cli/main.c bench/guest/agent.c lib/version.c,\
	$(wildcard lib/*.c bench/*/*.c analysis/*/*.c)))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(OBJ)/%.o)
LIBDPAMT := $(OBJ)/libdpamt.a

$(LIBDPAMT): $(LIB_OBJECTS) build/sanitize
	@rm -f $@
	$(AR) rcs $@ $(LIB_OBJECTS)

# The whole archive: no code names the files of figures; FIGURE() puts them on a list.
build/dpamt-bench: $(OBJ)/bench/cli/main.o $(OBJ)/lib/version.o $(LIBDPAMT)
	$(LINK) -o $@ $(OBJ)/bench/cli/main.o $(OBJ)/lib/version.o -Wl,--whole-archive $(LIBDPAMT) \
		-Wl,--no-whole-archive $(BENCH_LIBS)

# -w: the linker warns that a static program cannot load the plug-ins of libtraceevent. None is used.
ifdef SANITIZE
build/dpamt-agent: always
	$(MAKE_STATIC)
else
build/dpamt-agent: build/obj/bench/guest/agent.o build/obj/lib/version.o build/obj/libdpamt.a
	$(LINK) -static -Wl,-w -o $@ $^ $(BENCH_LIBS)
endif

include $(wildcard $(LIB_OBJECTS:.o=.d) $(OBJ)/bench/cli/main.d build/obj/bench/guest/agent.d)

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls with one input after another. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A file with these bytes, in memory, for readers that want a path; it is the
 * same file each time. Ends the program if there can be none.
 */
const char *fuzz_file(const uint8_t *data, size_t size);

/* A directory that has it under @name. */
const char *fuzz_dir(const char *name, const uint8_t *data, size_t size);

#endif

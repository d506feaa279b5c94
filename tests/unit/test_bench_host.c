// SPDX-License-Identifier: GPL-2.0
/*
 * What the host and the measured kernel tell of themselves, from made-up sysfs
 * trees: a wrong number of sockets or a mitigation left out would be believed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array_size.h"
#include "bench/boot/host.h"
#include "bench/guest/kernel_state.h"
#include "lib/file.h"
#include "lib/text.h"

#include <cmocka.h>	/* last: it has a fail() of its own */

static char dir[] = "/tmp/dpamt-host.XXXXXX";

static int make(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int drop(void **state)
{
	(void)state;
	return remove_tree(dir);
}

/* malloc'ed path below the test's folder */
static char *path(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void put_file(const char *name, const char *text)
{
	char *file = path(name), *slash = strrchr(file, '/');

	*slash = '\0';
	assert_int_equal(make_dirs(file), 0);
	*slash = '/';
	assert_int_equal(write_file(file, text, strlen(text)), 0);
	free(file);
}

static void sockets_are_counted_once(void **state)
{
	static const char * const id[] = { "0", "0", "1", "10", "1", "-1" };
	char *cpus = path("cpu"), *none = path("nowhere");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(id); i++) {
		char *name = xasprintf("cpu/cpu%zu/topology/physical_package_id", i);
		char *text = xasprintf("%s\n", id[i]);

		put_file(name, text);
		free(name);
		free(text);
	}
	put_file("cpu/cpufreq/topology/physical_package_id", "7\n");
	put_file("cpu/cpu7/online", "0\n");	/* offline: it has no topology */
	assert_int_equal(host_sockets(cpus), 3);
	assert_int_equal(host_sockets(none), 0);
	free(cpus);
	free(none);
}

static void cpu_has_a_name(void **state)
{
	char *file = path("cpuinfo"), *cpu;

	(void)state;
	put_file("cpuinfo", "processor\t: 0\nmodel\t\t: 143\nmodel name\t: Some CPU @ 2 GHz\nx\t: y\n");
	cpu = host_cpu(file);
	assert_string_equal(cpu, "Some CPU @ 2 GHz");
	free(cpu);
	put_file("cpuinfo", "processor : 0\n");
	assert_null(host_cpu(file));
	free(file);
}

static void settings_are_read(void **state)
{
	static const char * const text[][2] = {
		{ "always [madvise] never\n", "madvise" }, { "[always] madvise never\n", "always" },
		{ "7 (expanded: 1408)\n", "7" }, { "1\n", "1" },
	};
	char *file = path("setting");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(text); i++) {
		char *word;

		put_file("setting", text[i][0]);
		word = chosen_word(file);
		assert_string_equal(word, text[i][1]);
		free(word);
	}
	unlink(file);
	assert_null(chosen_word(file));
	free(file);
}

static void mitigations_are_listed(void **state)
{
	char *weak = path("weak"), *strong = path("strong"), *none = path("nowhere"), *list;

	(void)state;
	put_file("weak/spectre_v2", "Mitigation: Retpolines; STIBP: disabled\n");
	put_file("weak/mds", "Vulnerable\n");
	put_file("weak/l1tf", "Not affected\n");
	list = mitigations(weak);
	assert_string_equal(list, "mds: Vulnerable; spectre_v2: Mitigation: Retpolines; STIBP: disabled");
	free(list);
	put_file("strong/l1tf", "Not affected\n");
	list = mitigations(strong);
	assert_string_equal(list, "none needed");
	free(list);
	assert_null(mitigations(none));
	free(weak);
	free(strong);
	free(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_are_counted_once),
		cmocka_unit_test(cpu_has_a_name),
		cmocka_unit_test(settings_are_read),
		cmocka_unit_test(mitigations_are_listed),
	};

	return cmocka_run_group_tests(tests, make, drop);
}

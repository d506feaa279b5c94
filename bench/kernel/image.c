// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the kernel to boot and reads info.json, which the build wrote beside it. info.json
 * goes into the header of every run, so that a number can be traced to the patches.
 */
#include "image.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/err.h"
#include "lib/file.h"
#include "lib/json_file.h"
#include "lib/paths.h"
#include "lib/text.h"

static int config_hz(const char *path)
{
	char *text = read_file(path, NULL);
	const char *p;
	int hz = 0;

	if (!text)
		return 0;
	p = strstr(text, "\nCONFIG_HZ=");
	if (p)
		hz = atoi(p + strlen("\nCONFIG_HZ="));
	free(text);
	return hz;
}

static char *built_image(const char *variant)
{
	char *name = xasprintf("kernels/%s/bzImage", variant);
	char *path = path_in_build(name);

	free(name);
	return path;
}

bool kernel_is_built(const char *variant)
{
	char *path = built_image(variant);
	bool built = access(path, R_OK) == 0;

	free(path);
	return built;
}

char *kernel_base(const char *variant)
{
	char *name = xasprintf("kernels/%s/info.json", variant), *path = path_in_build(name), *why,
	     *base;
	json_t *info = json_read_file(path, NULL, &why);
	const char *text = info ? json_string_value(json_object_get(info, "base")) : NULL;

	base = text ? xstrdup(text) : NULL;
	json_decref(info);
	free(why);
	free(path);
	free(name);
	return base;
}

int kernel_find(const char *variant, const char *image, struct kernel *k)
{
	char *copy, *dir, *path, *why;

	memset(k, 0, sizeof(*k));
	if (image) {
		k->image = realpath(image, NULL);
		if (!k->image)
			return fail("kernel %s: %s", image, strerror(errno));
	} else {
		k->image = built_image(variant);
	}
	if (access(k->image, R_OK)) {
		warn("no kernel of variant %s: %s: %s; run `make kernels VARIANTS=%s`",
		     variant, k->image, strerror(errno), variant);
		kernel_free(k);
		return -1;
	}
	copy = xstrdup(k->image);
	dir = dirname(copy);

	path = xasprintf("%s/config", dir);
	k->hz = config_hz(path);
	free(path);

	path = xasprintf("%s/info.json", dir);
	k->info = json_read_file(path, NULL, &why);
	if (why) {
		warn("%s/%s; rebuild the kernel", dir, why);
		free(why);
		free(path);
		free(copy);
		kernel_free(k);
		return -1;
	}
	if (!k->info)
		k->info = json_pack("{s:s}", "variant", variant);
	free(path);
	free(copy);
	return 0;
}

void kernel_free(struct kernel *k)
{
	free(k->image);
	json_decref(k->info);
	memset(k, 0, sizeof(*k));
}

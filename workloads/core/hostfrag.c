// SPDX-License-Identifier: GPL-2.0
/*
 * Takes whole 2 MiB regions of the host and gives chosen pages of each back; see hostfrag.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include <linux/falloc.h>
#include <linux/kvm.h>

#include "lib/err.h"
#include "hostfrag.h"
#include "kstats.h"
#include "layout.h"
#include "td.h"

/* Taken at once, between looks at how many regions are complete. */
#define STEP_BYTES	(UINT64_C(32) << 20)
#define STEP_PAGES	(STEP_BYTES / PAGE_BYTES)
/* Free memory that is left to the rest of the machine: 64 MiB and a 32nd of all. */
#define SPARE_BYTES	(UINT64_C(64) << 20)
#define SPARE_SHARE	32
/*
 * Regions given back whole, besides: 64 MiB and a 64th of all memory. Where the filler took the
 * zone down to its watermark, this lifts it, or the allocator would turn to the next zone.
 */
#define CUSHION_BYTES	(UINT64_C(64) << 20)
#define CUSHION_SHARE	64
#define PAIR_PAGES	2
/* What a vCPU's caches hold: 40 pages each for spt and external_spt, spare pairs, some slabs. */
#define PAGES_PER_TD	128
/* Regions beyond the arithmetic, so that the last pages are still single ones. */
#define SPARE_REGIONS_PERCENT 5
/*
 * Regions that a few pages may come from before and beside the chosen ones: what the allocator's
 * lists held in small blocks.
 */
#define EDGE_REGIONS	8

/*
 * x86 keeps memory below 4 GiB in zones of its own. The allocator exhausts the top zone before it
 * turns to them, so all chosen regions lie in the top zone.
 */
#define REGIONS_BELOW_4G ((UINT64_C(4) << 30) / REGION_BYTES)

#define PAGEMAP_PRESENT	(UINT64_C(1) << 63)
#define PAGEMAP_PFN	((UINT64_C(1) << 55) - 1)

/* Where a host region's pages lie in the filler, as page number + 1; 0: not ours. */
struct region {
	uint32_t page[REGION_PAGES];
	unsigned int nr;
};

static struct region **map; /* by the region's number in the host */
static uint64_t map_len, nr_complete; /* complete ones in the top zone */
static bool above_4g;		      /* the top zone: memory above 4 GiB, if there is any */
static int vm = -1, gmem = -1, pagemap = -1;
static uint64_t gmem_pages, taken_pages;
static cpu_set_t allowed;

static struct {
	struct hostfrag asked;
	uint64_t released, regions;
	bool known;		/* pairs were counted */
	int64_t pairs_before, pairs;
} done;

/* PAMT pairs that what is asked for should need. */
static uint64_t pairs_of(const struct hostfrag *h)
{
	return (h->tdx_pages + h->per_region - 1) / h->per_region;
}

uint64_t hostfrag_released(const struct hostfrag *h)
{
	uint64_t pages = h->per_region + PAIR_PAGES +
			 (h->per_region * h->other_pages + h->tdx_pages / 2) / h->tdx_pages;

	if (h->at_most)
		return h->per_region;
	return pages < REGION_PAGES ? pages : REGION_PAGES;
}

uint64_t hostfrag_regions(const struct hostfrag *h)
{
	uint64_t pages = h->tdx_pages + h->other_pages + PAIR_PAGES * pairs_of(h) +
			 PAGES_PER_TD * h->nr_tds;
	uint64_t released = hostfrag_released(h);
	uint64_t regions = (pages + released - 1) / released;

	return regions + (regions * SPARE_REGIONS_PERCENT + 99) / 100;
}

uint64_t hostfrag_page(uint64_t r, uint64_t released)
{
	return r * REGION_PAGES / released;
}

const char *hostfrag_unavailable(void)
{
	uint64_t entry = 0;
	const char *why = NULL;
	void *here = &entry;
	int fd;

	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return "/dev/kvm cannot be opened";
	if (!(ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_GUEST_MEMFD_FLAGS) & GUEST_MEMFD_FLAG_MMAP))
		why = "fragmenting host memory needs guest_memfd that can be mapped (Linux 6.18)";
	close(fd);
	if (why)
		return why;
	fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return "fragmenting host memory needs /proc/self/pagemap (CONFIG_PROC_PAGE_MONITOR)";
	if (pread(fd, &entry, sizeof(entry), (off_t)((uintptr_t)here / PAGE_BYTES * 8)) !=
		    sizeof(entry) || !(entry & PAGEMAP_PFN))
		why = "fragmenting host memory takes root: /proc/self/pagemap hides addresses";
	close(fd);
	return why;
}

static int filler_open(uint64_t pages)
{
	struct kvm_create_guest_memfd args = {
		.size = pages * PAGE_BYTES,
		.flags = GUEST_MEMFD_FLAG_MMAP | GUEST_MEMFD_FLAG_INIT_SHARED,
	};

	vm = ioctl(td_kvm_fd(), KVM_CREATE_VM, KVM_X86_DEFAULT_VM);
	if (vm < 0)
		return fail("the VM for the filler failed: KVM_CREATE_VM: %s", strerror(errno));
	gmem = ioctl(vm, KVM_CREATE_GUEST_MEMFD, &args);
	if (gmem < 0)
		return fail("the filler failed: KVM_CREATE_GUEST_MEMFD: %s", strerror(errno));
	pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (pagemap < 0)
		return fail("/proc/self/pagemap: %s", strerror(errno));
	gmem_pages = pages;
	return 0;
}

static bool in_top_zone(uint64_t r)
{
	return !above_4g || r >= REGIONS_BELOW_4G;
}

/* Note that filler page `page` is host page `pfn`. */
static int note(uint64_t pfn, uint64_t page)
{
	uint64_t r = pfn / REGION_PAGES;

	if (r >= map_len) {
		uint64_t len = (r + 1) * 2;
		struct region **bigger = realloc(map, len * sizeof(*map));

		if (!bigger)
			return fail("no memory for a table of %" PRIu64 " regions", len);
		memset(bigger + map_len, 0, (len - map_len) * sizeof(*map));
		map = bigger;
		map_len = len;
	}
	if (!map[r])
		map[r] = calloc(1, sizeof(**map));
	if (!map[r])
		return fail("no memory for a table of regions");
	map[r]->page[pfn % REGION_PAGES] = (uint32_t)page + 1;
	if (r >= REGIONS_BELOW_4G && !above_4g) {
		above_4g = true;
		nr_complete = 0;
	}
	nr_complete += ++map[r]->nr == REGION_PAGES && in_top_zone(r);
	return 0;
}

/* Ask the kernel where the pages of a mapped stretch of the filler are. */
static int note_host_pages(const char *at, uint64_t first)
{
	static uint64_t entries[STEP_PAGES];
	uint64_t i;

	if (pread(pagemap, entries, sizeof(entries), (off_t)((uintptr_t)at / PAGE_BYTES * 8)) !=
	    sizeof(entries))
		return fail("/proc/self/pagemap cannot be read: %s", strerror(errno));
	for (i = 0; i < STEP_PAGES; i++) {
		if (!(entries[i] & PAGEMAP_PRESENT) || !(entries[i] & PAGEMAP_PFN))
			return fail("/proc/self/pagemap does not tell where a page is: be root");
		if (note(entries[i] & PAGEMAP_PFN, first + i))
			return -1;
	}
	return 0;
}

static int take_step(void)
{
	char *at;
	int ret;

	at = mmap(NULL, STEP_BYTES, PROT_READ, MAP_SHARED, gmem, (off_t)(taken_pages * PAGE_BYTES));
	if (at == MAP_FAILED)
		return fail("the filler cannot be mapped: %s", strerror(errno));
	if (madvise(at, STEP_BYTES, MADV_POPULATE_READ))
		ret = fail("the filler cannot be populated: %s: give the machine more memory",
			   strerror(errno));
	else
		ret = note_host_pages(at, taken_pages);
	munmap(at, STEP_BYTES);
	taken_pages += STEP_PAGES;
	return ret;
}

/* Bytes the filler may take, and how many of the regions it takes are the cushion. */
static uint64_t room(uint64_t *cushion)
{
	struct sysinfo si;
	uint64_t free_bytes, total_bytes, spare;

	if (sysinfo(&si))
		return 0;
	free_bytes = (uint64_t)si.freeram * si.mem_unit;
	total_bytes = (uint64_t)si.totalram * si.mem_unit;
	spare = SPARE_BYTES + total_bytes / SPARE_SHARE;
	*cushion = (CUSHION_BYTES + total_bytes / CUSHION_SHARE) / REGION_BYTES;
	return free_bytes > spare ? free_bytes - spare : 0;
}

static int take_regions(uint64_t regions, uint64_t bytes)
{
	uint64_t pages = bytes / STEP_BYTES * STEP_PAGES;

	if (pages < regions * REGION_PAGES)
		return fail("%" PRIu64 " regions of 2 MiB must be fragmented, but only %"
			    PRIu64 " fit in memory: use fewer pages, more per region, or a machine with more memory",
			    regions, pages / REGION_PAGES);
	if (filler_open(pages))
		return -1;
	while (nr_complete < regions) {
		if (taken_pages == gmem_pages)
			return fail("%" PRIu64 " MiB of memory have %" PRIu64
				    " regions of 2 MiB that can be fragmented, %" PRIu64
				    " are needed: use fewer pages, or a machine with more memory%s",
				    taken_pages * PAGE_BYTES / MIB_BYTES, nr_complete, regions,
				    above_4g ? " above 4 GiB" : "");
		if (take_step())
			return -1;
	}
	return 0;
}

static int give_back(const struct region *r, uint64_t released)
{
	uint64_t i;

	for (i = 0; i < released; i++) {
		uint64_t page = r->page[hostfrag_page(i, released)] - 1;

		if (fallocate(gmem, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      (off_t)(page * PAGE_BYTES), PAGE_BYTES))
			return fail("the filler cannot be punched: %s", strerror(errno));
	}
	return 0;
}

int hostfrag_take(const struct hostfrag *h)
{
	uint64_t r, cushion = 0, bytes = room(&cushion), left;
	cpu_set_t here;

	memset(&done, 0, sizeof(done));
	done.asked = *h;
	done.released = hostfrag_released(h);
	done.regions = hostfrag_regions(h);
	left = done.regions + cushion;

	CPU_ZERO(&here);
	CPU_SET((size_t)sched_getcpu(), &here);
	if (sched_getaffinity(0, sizeof(allowed), &allowed) ||
	    sched_setaffinity(0, sizeof(here), &here))
		return fail("the thread cannot be bound to its CPU: %s", strerror(errno));
	if (take_regions(left, bytes))
		return -1;
	for (r = map_len; r-- && left;) {
		if (!map[r] || map[r]->nr < REGION_PAGES || !in_top_zone(r))
			continue;
		if (give_back(map[r], left > done.regions ? REGION_PAGES : done.released))
			return -1;
		left--;
	}
	done.known = kstat("pamt", "pamt_pairs", &done.pairs_before);
	return 0;
}

int hostfrag_settle(unsigned int tolerance_percent)
{
	int64_t asked = (int64_t)pairs_of(&done.asked), off;

	sched_setaffinity(0, sizeof(allowed), &allowed);
	done.known = done.known && kstat("pamt", "pamt_pairs", &done.pairs);
	if (!done.known)
		return 0;
	done.pairs -= done.pairs_before;
	off = done.pairs > asked ? done.pairs - asked : asked - done.pairs;
	if (done.asked.at_most && done.pairs > asked)
		return 0;
	if (off > EDGE_REGIONS && off * 100 > asked * (int64_t)tolerance_percent)
		return fail("%" PRIu64 " pages at %" PRIu64 " per 2 MiB of the host should need %"
			    PRId64 " PAMT pairs, they got %" PRId64
			    ": the host's memory did not get into the state asked for",
			    done.asked.tdx_pages, done.asked.per_region, asked, done.pairs);
	return 0;
}

void hostfrag_release(void)
{
	uint64_t r;

	for (r = 0; r < map_len; r++)
		free(map[r]);
	free(map);
	map = NULL;
	map_len = nr_complete = taken_pages = 0;
	above_4g = false;
	if (pagemap >= 0)
		close(pagemap);
	if (gmem >= 0)
		close(gmem);
	if (vm >= 0)
		close(vm);
	pagemap = gmem = vm = -1;
}

json_t *hostfrag_json(void)
{
	uint64_t tdx_pages = done.asked.tdx_pages;
	json_t *f = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			      "asked_pages_per_region", (json_int_t)done.asked.per_region,
			      "released_pages_per_region", (json_int_t)done.released,
			      "regions", (json_int_t)done.regions,
			      "taken_mib", (json_int_t)(taken_pages * PAGE_BYTES / MIB_BYTES),
			      "tdx_pages", (json_int_t)tdx_pages,
			      "asked_pairs", (json_int_t)pairs_of(&done.asked));

	json_object_set_new(f, "pamt_pairs", known_json(done.known, done.pairs));
	json_object_set_new(f, "pages_per_pair",
			    done.known && done.pairs > 0 ?
				    json_real((double)tdx_pages / (double)done.pairs) :
				    json_null());
	json_object_set_new(f, "pairs_per_page",
			    done.known ? json_real((double)done.pairs / (double)tdx_pages) :
					 json_null());
	return f;
}

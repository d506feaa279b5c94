/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tdx

#if !defined(_TRACE_TDX_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_TDX_H

#include <linux/tracepoint.h>

struct kvm;

DECLARE_EVENT_CLASS(tdx_sept_held,
	TP_PROTO(u64 hpa, long held_pages, long held_back_pairs),
	TP_ARGS(hpa, held_pages, held_back_pairs),

	TP_STRUCT__entry(
		__field(u64,	hpa)
		__field(long,	held_pages)
		__field(long,	held_back_pairs)
	),

	TP_fast_assign(
		__entry->hpa			= hpa;
		__entry->held_pages		= held_pages;
		__entry->held_back_pairs	= held_back_pairs;
	),

	TP_printk("hpa=0x%llx held_pages=%ld held_back_pairs=%ld",
		  __entry->hpa, __entry->held_pages, __entry->held_back_pairs)
);

/* The TDX module gave an S-EPT page back; the kernel still holds it. */
DEFINE_EVENT(tdx_sept_held, tdx_sept_reclaim,
	TP_PROTO(u64 hpa, long held_pages, long held_back_pairs),
	TP_ARGS(hpa, held_pages, held_back_pairs)
);

/* The TDX module did not give it back; it is never used again. */
DEFINE_EVENT(tdx_sept_held, tdx_sept_leak,
	TP_PROTO(u64 hpa, long held_pages, long held_back_pairs),
	TP_ARGS(hpa, held_pages, held_back_pairs)
);

/* A reclaimed S-EPT page is free again, @held_ns after it was reclaimed. */
TRACE_EVENT(tdx_sept_free,
	TP_PROTO(u64 hpa, u64 held_ns, long held_pages, long held_back_pairs),
	TP_ARGS(hpa, held_ns, held_pages, held_back_pairs),

	TP_STRUCT__entry(
		__field(u64,	hpa)
		__field(u64,	held_ns)
		__field(long,	held_pages)
		__field(long,	held_back_pairs)
	),

	TP_fast_assign(
		__entry->hpa			= hpa;
		__entry->held_ns		= held_ns;
		__entry->held_pages		= held_pages;
		__entry->held_back_pairs	= held_back_pairs;
	),

	TP_printk("hpa=0x%llx held_ns=%llu held_pages=%ld held_back_pairs=%ld",
		  __entry->hpa, __entry->held_ns, __entry->held_pages,
		  __entry->held_back_pairs)
);

DECLARE_EVENT_CLASS(tdx_pamt_pair,
	TP_PROTO(u64 hpa, long pairs),
	TP_ARGS(hpa, pairs),

	TP_STRUCT__entry(
		__field(u64,	hpa)
		__field(long,	pairs)
	),

	TP_fast_assign(
		__entry->hpa	= hpa;
		__entry->pairs	= pairs;
	),

	TP_printk("hpa=0x%llx pairs=%ld", __entry->hpa, __entry->pairs)
);

/* A 2M region got its PAMT page pair, or lost it. */
DEFINE_EVENT(tdx_pamt_pair, tdx_pamt_add,
	TP_PROTO(u64 hpa, long pairs),
	TP_ARGS(hpa, pairs)
);

DEFINE_EVENT(tdx_pamt_pair, tdx_pamt_remove,
	TP_PROTO(u64 hpa, long pairs),
	TP_ARGS(hpa, pairs)
);

/* A TD got its TDR page and HKID. */
TRACE_EVENT(tdx_td_create,
	TP_PROTO(const struct kvm *kvm, u64 tdr_hpa, int hkid),
	TP_ARGS(kvm, tdr_hpa, hkid),

	TP_STRUCT__entry(
		__field(const void *,	kvm)
		__field(u64,		tdr_hpa)
		__field(int,		hkid)
	),

	TP_fast_assign(
		__entry->kvm		= kvm;
		__entry->tdr_hpa	= tdr_hpa;
		__entry->hkid		= hkid;
	),

	TP_printk("kvm=%p tdr_hpa=0x%llx hkid=%d",
		  __entry->kvm, __entry->tdr_hpa, __entry->hkid)
);

/* The TDX module gave a TD's last page back, the TDR. */
TRACE_EVENT(tdx_td_destroy,
	TP_PROTO(const struct kvm *kvm, u64 tdr_hpa),
	TP_ARGS(kvm, tdr_hpa),

	TP_STRUCT__entry(
		__field(const void *,	kvm)
		__field(u64,		tdr_hpa)
	),

	TP_fast_assign(
		__entry->kvm		= kvm;
		__entry->tdr_hpa	= tdr_hpa;
	),

	TP_printk("kvm=%p tdr_hpa=0x%llx", __entry->kvm, __entry->tdr_hpa)
);

/* User space converted a range; once per memslot that it touches. */
TRACE_EVENT(tdx_convert,
	TP_PROTO(const struct kvm *kvm, u64 gfn, u64 pages, bool to_private),
	TP_ARGS(kvm, gfn, pages, to_private),

	TP_STRUCT__entry(
		__field(const void *,	kvm)
		__field(u64,		gfn)
		__field(u64,		pages)
		__field(bool,		to_private)
	),

	TP_fast_assign(
		__entry->kvm		= kvm;
		__entry->gfn		= gfn;
		__entry->pages		= pages;
		__entry->to_private	= to_private;
	),

	TP_printk("kvm=%p gfn=0x%llx pages=%llu to_%s", __entry->kvm, __entry->gfn,
		  __entry->pages, __entry->to_private ? "private" : "shared")
);

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH asm/trace/
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tdx
#endif /* _TRACE_TDX_H */

/* This part must be outside protection */
#include <trace/define_trace.h>

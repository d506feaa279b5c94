// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of dividing memory among threads; see share.h.
 */
#include "share.h"

struct share share_of(uint64_t thread, uint64_t threads, uint64_t tds, uint64_t pieces_per_td)
{
	struct share s = { .step = threads, .sharers = 1 };

	s.first_td = thread % tds;
	s.rank = thread / tds;
	if (threads > tds)
		s.sharers = (threads - 1 - s.first_td) / tds + 1;
	s.nr_tds = (tds - 1 - s.first_td) / s.step + 1;
	s.pieces = (pieces_per_td - 1 - s.rank) / s.sharers + 1;
	return s;
}

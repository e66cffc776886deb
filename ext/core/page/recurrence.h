/* Lines that recur over the pages of one outlet: what nearly always is boilerplate.  A first pass counts, the
   analysis asks. */
#ifndef QL_RECURRENCE_H
#define QL_RECURRENCE_H

#include "quotelens.h"

/* Of letters and digits alone, ASCII ones case-folded, so that "Read more:" and "READ MORE" are one line.  Of a
   line longer than 200 bytes: of its start and its length. */
uint32_t ql_line_hash(const char *bytes, size_t n_bytes);

uint64_t ql_outlet_hash(const char *outlet, size_t n_bytes);

/* Does a line of this hash and length in words stand on other pages of the outlet too?  A whole sentence has to stand
   on more of them, and versions of one story count as one page. */
bool ql_line_recurs(const ql_line_counts *counts, uint64_t outlet, uint32_t line, int32_t n_words);

#endif

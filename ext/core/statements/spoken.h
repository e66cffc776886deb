/* The chance that the words of a pair of marks are somebody's. */
#ifndef QL_SPOKEN_H
#define QL_SPOKEN_H

#include "statements/draft.h"

/* `owner` is the draft that has the pair, `chance` what the reader says of it.  1 for more than a few words.  False
   without memory. */
bool ql_weigh_marked(ql_drafts *d, int32_t pair, int32_t owner, float chance, float *spoken);

#endif

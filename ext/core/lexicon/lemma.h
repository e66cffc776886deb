/* Lemmas of English words, as the UD treebanks of English give them: rules for the endings, and the exceptions of
   ext/data/lemma.tsv.  No model, no memory, no state. */
#ifndef QL_LEMMA_H
#define QL_LEMMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quotelens.h"

/* The lemma of a folded word (lower case, straight apostrophe) that is read as `tag`, into `out`: returns its length
   in bytes, and writes no NUL.  0 if it does not fit into `capacity`, and for an empty word.  A lemma is at most
   QL_LEMMA_GROWTH bytes longer than its word.  Names, numbers, marks and words without a tag are their own lemmas.
   Any bytes have an answer; `out` must not overlap the word. */
size_t ql_lemma(const char *folded, size_t n_bytes, uint8_t tag, char *out, size_t capacity);

enum { QL_LEMMA_GROWTH = 4 };

/* Is the noun another than its lemma, as plurals are ("men", "votes"; not "series", "news", "media")?  No
   word of more than 64 bytes is. */
bool ql_is_plural(const char *folded, size_t n_bytes);

#endif

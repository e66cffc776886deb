/* Other spellings, contractions and number words: what each is written as when texts are compared. */
#ifndef QL_SPELLING_H
#define QL_SPELLING_H

#include <stddef.h>

typedef struct ql_spelling {
    const char *from, *to, *and; /* `and` is NULL where the word becomes one word */
} ql_spelling;

/* The spelling of a folded word, or NULL. */
const ql_spelling *ql_spelling_of(const char *folded, size_t n_bytes);

#endif

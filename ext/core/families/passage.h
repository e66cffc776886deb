/* Where the words of a quotation stand in some texts: word for word, and where something like them does.

     ql_passages_new, ql_passages_add for each text, then ql_passages_find and ql_passages_near.

   Words are compared in their normal form (words.h): case, marks, dashes, blanks and spellings make no difference,
   nor do ellipses and brackets.  Every word is indexed, however common it is, so what is there is found.  Texts are
   counted from 0 in the order in which they were added, and need not stay: places are code points, half-open. */
#ifndef QL_PASSAGE_H
#define QL_PASSAGE_H

#include "quotelens.h"

typedef struct ql_passages ql_passages;

/* In all texts, where a function asks for the number of one. */
enum { QL_ANY_TEXT = -1 };

enum { QL_MOST_STRETCHES = 4 };

typedef struct ql_passage {
    int32_t text, start, end;
} ql_passage;

/* A stretch of a text that has words of a quotation, in order, close together. */
typedef struct ql_stretch {
    ql_passage around; /* with some words before and after it */
    int32_t shared;    /* what the words tell that both have, in hundredths of a nat */
    int32_t n_shared;  /* how many these are */
    float similarity;  /* how much that is of what the quotation tells: 0 to 1 */
} ql_stretch;

ql_status ql_passages_new(ql_passages **out);
void ql_passages_free(ql_passages *passages); /* NULL is fine */

/* Add a text.  Any bytes will do.  Fails with QL_NO_MEMORY, and with QL_TOO_LONG for a text, or texts together, of
   more than 2 G; then the passages are only good for freeing. */
ql_status ql_passages_add(ql_passages *passages, const char *text, size_t n_bytes, ql_error *error);

/* Every place where the words of a quotation stand in this order, and no others between them: at most `most` of
   them, those of the first texts, in *out, which is valid until the next call.  None for a quotation without words.
   `within` is the number of a text, or QL_ANY_TEXT.  Fails with QL_NO_MEMORY and QL_TOO_LONG.  Not to be called from
   two threads at a time. */
ql_status ql_passages_find(ql_passages *passages, const char *quote, size_t n_bytes, int32_t within, size_t most,
                           const ql_passage **out, size_t *n, ql_error *error);

/* The stretches that share most with a quotation, at most QL_MOST_STRETCHES, the nearest first.  Otherwise like
   ql_passages_find. */
ql_status ql_passages_near(ql_passages *passages, const char *quote, size_t n_bytes, int32_t within,
                           ql_stretch out[QL_MOST_STRETCHES], size_t *n, ql_error *error);

#endif

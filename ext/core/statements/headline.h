/* Whose words a headline with a colon gives, if anybody's. */
#ifndef QL_HEADLINE_H
#define QL_HEADLINE_H

#include "statements/statements.h"

typedef enum ql_side {
    QL_SIDE_NONE = 0, /* "Analysis: why the deal failed" */
    QL_SIDE_BEFORE,   /* "Minister: no new taxes" */
    QL_SIDE_AFTER     /* "Storm kills two: report" */
} ql_side;

/* A headline with a colon, and who could speak in it. */
typedef struct ql_headline {
    int32_t first, colon, end; /* its tokens are [first, end) */
    int32_t before, after;     /* the mention on each side of the colon, or QL_NONE */
} ql_headline;

/* The side whose mention speaks.  False without memory. */
bool ql_choose_side(ql_document *doc, const ql_headline *headline, ql_side *side);

#endif

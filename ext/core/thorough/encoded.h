/* What the thorough reader makes of a document: the stage `encode` writes it. */
#ifndef QL_ENCODED_H
#define QL_ENCODED_H

#include "base/vec.h"

/* Tokens that are read together: whole paragraphs, as many as fit. */
typedef struct ql_window {
    int32_t first, end;
} ql_window;

VEC_DEFINE(ql_windows, ql_window)
VEC_DEFINE(ql_floats, float)
VEC_DEFINE(ql_octets, uint8_t)

typedef struct ql_encoded {
    ql_windows windows;
    ql_octets vectors; /* of each token the vectors of its first and last piece, rounded */
    ql_floats scales;  /* of each token's vectors */
    ql_floats told;    /* of each token the outputs of the matrix of that name */
    ql_octets states;  /* of each token: ql_mark_state */
    ql_octets room;    /* working memory */
} ql_encoded;

void ql_encoded_clear(ql_encoded *encoded);
void ql_encoded_free(ql_encoded *encoded);

#endif

/* Words as pieces of the encoder's vocabulary (WordPiece), after the same clean-up as BERT's: lower case, no accents,
   punctuation by itself. */
#ifndef QL_PIECES_H
#define QL_PIECES_H

#include "thorough/encoder.h"

enum {
    QL_PIECE_UNKNOWN = 100, /* numbers of the vocabulary */
    QL_PIECE_FIRST,         /* of a window */
    QL_PIECE_LAST,
    QL_LAST_SPECIAL = QL_PIECE_LAST,
    QL_MOST_PIECES = 6 /* of a word; what is after them is left out */
};

/* A table of hashes over the vocabulary, which the caller frees; NULL without memory. */
uint32_t *ql_vocabulary_slots(const ql_encoder *encoder);

/* The pieces of a word into `out`; how many, at least one. */
int32_t ql_pieces_of(const ql_encoder *encoder, const char *bytes, int32_t n_bytes, int32_t out[QL_MOST_PIECES]);

/* What a word looks like: 1 marks, 2 a number, 3 letters and digits, 4 lower case, 5 to 7 capitals (one letter at the
   start of a sentence, one elsewhere, several), 8 and 9 a capital and then lower case (at the start, elsewhere), 10
   and 11 anything else (with a capital first, without). */
uint8_t ql_shape_of(const char *bytes, int32_t n_bytes, bool is_first);

#endif

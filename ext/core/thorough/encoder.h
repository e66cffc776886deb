/* The encoder of the thorough reader: its weights as they are in a file, and what is computed with them.

   A piece of a word begins as a row of a table; each layer looks at all pieces of the window (attention) and then at
   each piece alone.  Matrices are integers of 8 bits with a scale for each output; what goes into a product is made
   integers of 8 bits with a scale for each piece, and products are added up as integers of 32 bits.  All between is
   computed in single precision by additions, multiplications, divisions and square roots in a fixed order, which
   every processor rounds alike. */
#ifndef QL_ENCODER_H
#define QL_ENCODER_H

#include "base/status.h"

enum {
    QL_LANES = 64,          /* outputs of a layer that are computed together */
    QL_HEAD = 32,           /* width of a head of attention */
    QL_WINDOW = 224,        /* pieces of a window at most */
    QL_WINDOW_PIECES = 232, /* and those at its ends, rounded up */
    QL_MOST_LAYERS = 24,
    QL_SHAPES = 12, /* of words, see pieces.h */
    QL_STATES = 4,  /* of quotation marks, see read.h */
    QL_LABELS = 4,  /* none, content, source, cue */
    QL_KEYS = 128,  /* numbers that a word asks, or answers, for each label; after all of them a bias for each */
    QL_ASKED = QL_LABELS * QL_KEYS + QL_LABELS,
    QL_TOLD = 8, /* of a token: how likely it is an anchor, and its acts */
    QL_AWAY = 20 /* words: further away is as far */
};

/* [outputs / lanes][inputs / 4][lanes][4] */
typedef struct ql_matrix {
    const int8_t *weights;
    const int32_t *shifts; /* -128 times the sum of an output's weights: inputs are 128 too large */
    const float *scales, *biases;
    int32_t n_in, n_out; /* n_out: a multiple of the lanes */
} ql_matrix;

typedef struct ql_norm {
    const float *scales, *biases;
} ql_norm;

typedef struct ql_encoder_layer {
    ql_matrix attention; /* queries, keys, values */
    ql_matrix mix;       /* what the heads of attention give */
    ql_norm mixed;
    ql_matrix inner, outer;
    ql_norm left;
} ql_encoder_layer;

typedef struct ql_encoder {
    int32_t width, inner, n_layers, n_heads, n_words;
    const int32_t *word_starts; /* into word_letters, and their end */
    const char *word_letters;
    int32_t longest_word; /* in bytes */
    uint32_t *slots;      /* words of the vocabulary by their hash, plus 1 */
    const int8_t *rows;
    const float *row_scales;
    const float *positions, *shapes, *states;
    ql_norm embedded;
    ql_encoder_layer layers[QL_MOST_LAYERS];
    ql_matrix told, key, query; /* of a word: its first and its last piece */
    const float *distance, *sentence, *place;
    const struct ql_path *path;
} ql_encoder;

/* Open weights in `bytes`, which begin at a multiple of 64, stay the caller's and must outlive the encoder.
   QL_BAD_INPUT if they are damaged or not weights, QL_NO_MEMORY.  On failure there is nothing to close. */
ql_status ql_encoder_open(const uint8_t *bytes, size_t n_bytes, ql_encoder *out, ql_error *error);
void ql_encoder_close(ql_encoder *encoder);

/* The pieces of a window. */
typedef struct ql_window_pieces {
    int32_t n;
    int32_t words[QL_WINDOW_PIECES]; /* in the vocabulary */
    uint8_t shapes[QL_WINDOW_PIECES], states[QL_WINDOW_PIECES];
} ql_window_pieces;

/* One way to compute; all give the same bits.  `room` is of room_for bytes, at a multiple of 64. */
typedef struct ql_path {
    const char *name;
    size_t (*room_for)(const ql_encoder *encoder);

    /* [n][width] into `out`. */
    void (*encode)(const ql_encoder *encoder, const ql_window_pieces *pieces, void *room, float *out);

    /* [n][n_in] as integers of 8 bits, 128 too large, with a scale for each row. */
    void (*round)(const float *in, int32_t n, int32_t n_in, uint8_t *out, float *scales);

    /* [n][matrix->n_out] into `out`. */
    void (*apply)(const ql_matrix *matrix, const uint8_t *in, const float *scales, int32_t n, float *out);
} ql_path;

/* Paths by number, the plain one first; NULL for one that this processor cannot take. */
enum { QL_PATHS = 3 };
const ql_path *ql_path_at(int number);

#endif

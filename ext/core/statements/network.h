/* The reader's network: whole numbers from end to end, so that every machine gives the same answer.

   A token begins as the sum of the rows of its inputs.  Each block looks at its neighbours, one weight a place and
   lane (a depthwise convolution), and at its head in the tree, and adds a step through a hidden layer with a
   rectifier.  An anchor is scored from its vector alone; a token beside an anchor by the products of the anchor's
   queries with the token's keys, one of each a role, and by rows of how the two stand to each other.

   A value v stands as v * 2^8, a weight as w * 2^12, and a sum of products as 2^20. */
#ifndef QL_NETWORK_H
#define QL_NETWORK_H

#include "statements/reader.h"

enum {
    QL_MOST_WIDTH = 128,
    QL_MOST_HIDDEN = 192,
    QL_MOST_BLOCKS = 6,
    QL_MOST_KEYS = 32,
    QL_MOST_SPAN = 9,
    QL_SCORED = QL_PARTS - 1 /* content, source, cue; none is nought */
};

/* Weights, a pair of inputs at a time: [n_in / 2][stride][2], and a bias for each output.  What lies between n_out
   and stride, a multiple of 16, is nought. */
typedef struct ql_layer {
    const int16_t *weights;
    const int32_t *biases;
    int32_t n_in, n_out, stride;
} ql_layer;

typedef struct ql_block {
    const int16_t *around; /* [span][width] */
    const int32_t *around_biases;
    ql_layer inner, over, outer;
} ql_block;

struct ql_network {
    int32_t width, hidden, n_blocks, n_keys, span;
    const int8_t *rows;        /* of all inputs, one table after another */
    uint32_t bases[QL_INPUTS]; /* where each table begins, in rows */
    uint8_t shifts[QL_INPUTS]; /* its rows are so many bits too small */
    ql_block blocks[QL_MOST_BLOCKS];
    ql_layer anchor;          /* one for the anchor, one for each act after it */
    ql_layer query, key;      /* for each role its keys; after them, one number for each role */
    const int32_t *relatives; /* [rows][QL_SCORED], as 2^16 */
    uint32_t relative_bases[QL_RELATIVES];
    void *unpacked;
};

/* Open weights in `bytes`, which stay the caller's and must outlive the network.  QL_BAD_INPUT if they are not
   weights, QL_NO_MEMORY.  On failure there is nothing to close. */
ql_status ql_network_open(const uint8_t *bytes, size_t n_bytes, ql_network *out, ql_error *error);
void ql_network_close(ql_network *network);

/* The weights that are compiled in. */
const uint8_t *ql_network_bytes(size_t *n_bytes);

/* The scores of an anchor, and after it those of the acts. */
typedef struct ql_anchor {
    int32_t sums[QL_ACTS];
} ql_anchor;

typedef struct ql_desk ql_desk;

/* What the network makes of a document; ql_vectors_free gives it back. */
typedef struct ql_vectors {
    const ql_network *network;
    int16_t *block;        /* room for the vectors before and after a block of the network */
    int16_t *tokens;       /* [n][width], within it */
    ql_desk *desk;         /* what is between two layers */
    int32_t *slots;        /* of each token that is a head: where its sums are on the desk */
    struct ql_asked *keys; /* of each token, once it was asked for, */
    uint8_t *is_known;     /* which this says */
    ql_anchor *anchors;    /* of each token */
    int32_t n;
} ql_vectors;

bool ql_vectors_new(const ql_network *network, const ql_reading *reading, ql_vectors *out);
void ql_vectors_free(ql_vectors *vectors);

/* The chance that a statement is anchored at token i, and its likeliest act. */
float ql_anchor_chance(const ql_vectors *vectors, int32_t i, ql_act *act);

/* The logits of the roles of the tokens [first, end) in a statement anchored at `anchor`, against none. */
void ql_score_roles(ql_vectors *vectors, int32_t anchor, int32_t first, int32_t end, const ql_relatives *relatives,
                    float (*out)[QL_SCORED]);

#endif

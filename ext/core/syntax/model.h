/* The trained weights of tagger and parser: a block of bytes that is compiled in (ext/model), and looked up in place.

   A feature is a 64-bit hash.  Its weights stand in one of the four slots of one bucket; eight further bits of the
   hash, the check, tell the slots apart, so that of the features never seen in training all but 1.6 % find nothing.
   Rows that are too long for a slot follow the buckets, whose slots have their numbers then. */
#ifndef QL_MODEL_H
#define QL_MODEL_H

#include <string.h>

#include "quotelens.h"

enum {
    QL_MODEL_SLOTS = 4,
    QL_NARROW = 3, /* weights of a narrow row: transitions, verb forms */
    QL_WIDE = 15,  /* weights of a wide row: tags */
    QL_LONG = 48,  /* weights of a long row: names of relations */
    QL_MOST_VALUES = 512,
    QL_TAG_PAIRS = 2 * QL_TAGS * QL_TAGS
};

/* How a bucket of four slots is laid out. */
typedef enum ql_layout {
    QL_LAYOUT_NARROW = 0, /* 4 x (check, 3 weights): 16 bytes */
    QL_LAYOUT_WIDE,       /* 4 x (15 weights, check): 64 bytes, a cache line */
    QL_LAYOUT_LONG        /* 4 x (check, number of a row in 24 bits): 16 bytes, in memory; see model.c for the file */
} ql_layout;

typedef struct ql_rows {
    const uint8_t *buckets;
    uint32_t n_buckets;
    ql_layout layout;
    const int8_t *rows; /* of the long layout; row 0 is all nought */
    uint32_t n_rows;
} ql_rows;

/* What training knows of a word form: see lexeme.c. */
typedef struct ql_known_word {
    uint8_t class; /* number of the set of tags it had; 0 for an unknown word */
    uint8_t sole;  /* its only tag, QL_TAG_NONE if it has several */
} ql_known_word;

/* What is looked up by a hash as it is: 2^bits slots, each a key of four bytes, two values of which the first is not
   nought, and two bytes unused.  Lower bits of the hash are the key, upper ones the place, or one of the next. */
enum { QL_SLOT = 8, QL_MOST_STEPS = 32 /* from its place */ };
typedef struct ql_slots {
    const uint8_t *bytes;
    int bits;
} ql_slots;

typedef struct ql_model {
    ql_slots words;   /* class and sole tag of a word */
    ql_slots certain; /* one more than the decision, by where it is certain: ql_model_certain */
    const uint8_t
        *sole_names; /* by head's tag, dependent's tag, and whether the head comes before: its only relation */
    ql_rows tags, forms, moves, names;
    uint64_t values[QL_MOST_VALUES]; /* a well mixed value for each small number */
    void *unpacked;                  /* buckets and rows of names */
} ql_model;

/* Open the weights in `bytes`, which stay the caller's and must outlive the model.  QL_BAD_INPUT if they are not
   weights; QL_NO_MEMORY.  On failure there is nothing to close. */
ql_status ql_model_open(const uint8_t *bytes, size_t n_bytes, ql_model *out, ql_error *error);
void ql_model_close(ql_model *model);

/* The weights that are compiled in (model_data.c). */
const uint8_t *ql_model_bytes(size_t *n_bytes);

ql_known_word ql_model_word(const ql_model *model, uint64_t hash);

/* The move or name that the weights chose again and again in training where this stood, and hardly ever another; -1
   where they have to be asked. */
int ql_model_certain(const ql_model *model, uint64_t context);

size_t ql_bucket_size(ql_layout layout);

/* The bucket of a feature by the upper half of its hash, its check by what is below. */
static inline size_t ql_row_bucket(uint64_t hash, uint32_t n_buckets) {
    return (size_t)((hash >> 32) * n_buckets >> 32);
}
static inline uint8_t ql_row_check(uint64_t hash) {
    uint8_t check = (uint8_t)(hash >> 24);
    return check != 0 ? check : 1; /* 0 marks an empty slot */
}

/* How many buckets a byte of the header stands for: a power of two in its lower five bits, and in the upper three as
   many more eighths of it. */
static inline uint32_t ql_n_buckets(uint8_t byte) {
    return (uint32_t)((UINT64_C(8) + (byte >> 5)) << (byte & 31) >> 3);
}

static inline int ql_tag_pair(uint8_t head, uint8_t dependent, bool head_before) {
    return (head * QL_TAGS + dependent) * 2 + head_before;
}

/* The sums of the weights of `n` features, 255 at most: of tags, of names. */
void ql_sum_wide(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_WIDE + 1]);
void ql_sum_long(const ql_rows *rows, const uint64_t *features, int n, int16_t out[QL_LONG]);
/* Of moves or verb forms, for several runs of features, which may be empty: run i ends at ends[i]. */
void ql_sum_narrow(const ql_rows *rows, const uint64_t *features, const int *ends, int n_runs,
                   int16_t (*out)[QL_NARROW]);

/* Ask for what ql_model_certain looks up. */
void ql_fetch_certain(const ql_model *model, uint64_t context);
/* Ask for the rows of `n` features before they are summed, so that other work can be done until they are there. */
void ql_fetch_rows(const ql_rows *rows, const uint64_t *features, int n);

/* Fill model->values; ql_model_open does so. */
void ql_model_fill_values(ql_model *model);

/* ------------------------------------------------------------------------------------------------ hashing */

#define QL_MIX UINT64_C(0x9FB21C651E98DF25)

static inline uint64_t ql_turn(uint64_t x, int by) {
    return x << by | x >> (64 - by);
}
/* A well mixed value for a small number or another hash. */
static inline uint64_t ql_scatter(uint64_t x) {
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

#endif

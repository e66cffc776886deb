/* The reader's network: the layout of its weights, and the sums.  Numbers of several bytes are little-endian.

     "QLR1"
     width, hidden, blocks, keys, span      one byte each
     shifts of the tables of inputs         one byte each
     nothing up to byte 32
     the rows of inputs                     one byte a lane
     of each block: around [span][width], inner [hidden][width], over [hidden][width], outer [width][hidden] in two
         bytes each, then the biases of around, inner and outer in four
     anchor and acts [1 + acts][width], their biases
     query [roles * keys + roles][width], biases; key, the same
     relatives [rows][roles]                four bytes each */
#include "statements/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/status.h"

static const char MAGIC[4] = {'Q', 'L', 'R', '1'};
enum { HEADER = 32, SHAPE_AT = 4, SHIFTS_AT = 9, UNIT = 1 << 8, WEIGHT_BITS = 12, MOST_VALUE = 4095, MOST_SHIFT = 6 };

/* A logit of -12, below which a chance is nought. */
enum { LEAST_ANCHOR = -12 * (1 << (8 + WEIGHT_BITS)) };

/* The weights of an output may not add up to more, nor its bias be larger: no sum can overflow then. */
enum { MOST_SUM = 120000, MOST_BIAS = INT32_MAX / 4 };

/* ------------------------------------------------------------------------------------------------ opening */

/* What is left of the bytes, and of the room they are unpacked into. */
typedef struct source {
    const uint8_t *at, *end;
    char *room;
    bool fine;
} source;

static int16_t load2(const uint8_t *b) {
    return (int16_t)(uint16_t)(b[0] | b[1] << 8);
}

static bool has(source *from, size_t n) {
    if ((size_t)(from->end - from->at) < n) from->fine = false;
    return from->fine;
}

static void *take_room(source *from, size_t size) {
    void *given = from->room;
    from->room += (size + 63) / 64 * 64;
    return given;
}

static const int16_t *take_halves(source *from, size_t n) {
    int16_t *out = take_room(from, n * sizeof *out);
    if (!has(from, 2 * n)) return out;
    for (size_t i = 0; i < n; i++, from->at += 2) out[i] = load2(from->at);
    return out;
}

static const int32_t *take_words(source *from, size_t n) {
    int32_t *out = take_room(from, n * sizeof *out);
    if (!has(from, 4 * n)) return out;
    for (size_t i = 0; i < n; i++, from->at += 4) out[i] = (int32_t)ql_load4(from->at);
    return out;
}

/* [n_out][n_in] as it is in the file, in pairs of inputs in memory. */
static void take_weights(source *from, int32_t n_in, int32_t n_out, ql_layer *out) {
    int32_t stride = (n_out + 15) / 16 * 16;
    int16_t *weights = take_room(from, (size_t)n_in * (size_t)stride * sizeof *weights);
    *out = (ql_layer){.weights = weights, .n_in = n_in, .n_out = n_out, .stride = stride};
    if (!has(from, 2 * (size_t)n_in * (size_t)n_out)) return;
    for (int32_t o = 0; o < n_out; o++) {
        int64_t sum = 0;
        for (int32_t i = 0; i < n_in; i++, from->at += 2) {
            int16_t weight = load2(from->at);
            weights[(i / 2 * stride + o) * 2 + i % 2] = weight;
            sum += abs(weight);
        }
        if (sum > MOST_SUM) from->fine = false;
    }
}

static void take_biases(source *from, ql_layer *out) {
    out->biases = take_words(from, (size_t)out->n_out);
    for (int32_t o = 0; o < out->n_out && from->fine; o++)
        if (out->biases[o] > MOST_BIAS || out->biases[o] < -MOST_BIAS) from->fine = false;
}

static void take_block(source *from, const ql_network *network, ql_block *out) {
    int32_t width = network->width, hidden = network->hidden;
    out->around = take_halves(from, (size_t)(network->span * width));
    take_weights(from, width, hidden, &out->inner);
    take_weights(from, width, hidden, &out->over);
    take_weights(from, hidden, width, &out->outer);
    ql_layer around = {.n_out = width};
    take_biases(from, &around);
    out->around_biases = around.biases;
    take_biases(from, &out->inner);
    take_biases(from, &out->outer);
    out->over.biases = out->inner.biases; /* the sums of a head are what those of its dependents begin with */
}

static size_t relative_rows(ql_network *network) {
    uint32_t n = 0;
    for (int k = 0; k < QL_RELATIVES; k++) network->relative_bases[k] = n, n += ql_relative_sizes[k];
    return n;
}

static size_t input_rows(ql_network *network) {
    uint32_t n = 0;
    for (int k = 0; k < QL_INPUTS; k++) network->bases[k] = n, n += ql_input_sizes[k];
    return n;
}

static bool read_header(const uint8_t *bytes, size_t n_bytes, ql_network *out) {
    if (n_bytes < HEADER || memcmp(bytes, MAGIC, sizeof MAGIC) != 0) return false;
    const uint8_t *shape = bytes + SHAPE_AT;
    *out = (ql_network){
        .width = shape[0], .hidden = shape[1], .n_blocks = shape[2], .n_keys = shape[3], .span = shape[4]};
    bool fine = out->width % 16 == 0 && out->width >= 16 && out->width <= QL_MOST_WIDTH && out->hidden % 16 == 0 &&
                out->hidden >= 16 && out->hidden <= QL_MOST_HIDDEN && out->n_blocks <= QL_MOST_BLOCKS &&
                out->n_keys % 2 == 0 && out->n_keys >= 2 && out->n_keys <= QL_MOST_KEYS && out->span % 2 == 1 &&
                out->span <= QL_MOST_SPAN;
    int32_t most = 0; /* that an input can add up to: halves hold it */
    for (int k = 0; k < QL_INPUTS; k++) {
        out->shifts[k] = bytes[SHIFTS_AT + k];
        fine = fine && out->shifts[k] <= MOST_SHIFT;
        if (fine) most += 128 << out->shifts[k];
    }
    return fine && most <= INT16_MAX;
}

ql_status ql_network_open(const uint8_t *bytes, size_t n_bytes, ql_network *out, ql_error *error) {
    if (!read_header(bytes, n_bytes, out))
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "not a file of reader weights");
    size_t n_rows = input_rows(out) * (size_t)out->width, n_relatives = relative_rows(out) * QL_SCORED;
    if (n_bytes < HEADER + n_rows)
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "weights of the reader that are cut short");
    /* What is unpacked takes as much room as in the file, and the edges of its arrays. */
    out->unpacked = calloc(1, n_bytes - n_rows + 64 * (64 + 16 * QL_MOST_BLOCKS) + 64 * 1024);
    if (out->unpacked == NULL) return ql_fail(error, QL_NO_MEMORY, QL_NONE, "no memory for the reader's weights");
    char *room = (char *)(((uintptr_t)out->unpacked + 63) / 64 * 64);
    source from = {bytes + HEADER + n_rows, bytes + n_bytes, room, true};
    out->rows = (const int8_t *)bytes + HEADER;
    for (int32_t b = 0; b < out->n_blocks && from.fine; b++) take_block(&from, out, &out->blocks[b]);
    ql_layer *heads[] = {&out->anchor, &out->query, &out->key};
    int32_t n_out[] = {QL_ACTS, QL_SCORED * out->n_keys + QL_SCORED, QL_SCORED * out->n_keys + QL_SCORED};
    for (int k = 0; k < 3 && from.fine; k++) {
        take_weights(&from, out->width, n_out[k], heads[k]);
        take_biases(&from, heads[k]);
    }
    if (from.fine) out->relatives = take_words(&from, n_relatives);
    if (from.fine && from.at == from.end) return QL_OK;
    ql_network_close(out);
    return ql_fail(error, QL_BAD_INPUT, QL_NONE, "weights of the reader that are damaged");
}

void ql_network_close(ql_network *network) {
    free(network->unpacked);
    network->unpacked = NULL;
}

/* --------------------------------------------------------------------------------------------------- sums */

static inline int16_t clamped(int32_t value) {
    return (int16_t)(value > MOST_VALUE ? MOST_VALUE : value < -MOST_VALUE ? -MOST_VALUE : value);
}

/* A sum of products as a value, rounded. */
static inline int16_t value_of(int32_t sum) {
    return clamped((sum + (1 << (WEIGHT_BITS - 1))) >> WEIGHT_BITS);
}

enum {
    CHUNK = 64, /* tokens at a time: the weights of a few outputs serve them all before the next ones are read */
    HALF = QL_MOST_SPAN / 2, /* rows of noughts before the first token and after the last one */
    AHEAD = 3,               /* tokens whose rows are asked for before they are read */
    MOST_QUERY = QL_SCORED * QL_MOST_KEYS + QL_SCORED,
    MOST_SUMS = QL_MOST_HIDDEN /* the widest layer, in sixteens: see the assertion */
};

_Static_assert((int)MOST_SUMS >= (MOST_QUERY + 15) / 16 * 16 && (int)MOST_SUMS >= (int)QL_MOST_WIDTH,
               "no layer has more outputs");

/* What becomes of sums of products. */
typedef enum ending {
    ENDS_AS_SUMS = 0, /* they stay what they are */
    ENDS_RECTIFIED,   /* they become values, those below nought become nought */
    ENDS_ADDED        /* they become values that are added to others */
} ending;

/* Rows that a layer is multiplied with.  `start` is what its sums begin with, the biases or sums so far. */
typedef struct job {
    int32_t n;
    ending ending;
    const int16_t *in[CHUNK];
    const int32_t *start[CHUNK];
    int32_t *sums[CHUNK];      /* where the sums go, or */
    int16_t *values[CHUNK];    /* where the values go */
    const int16_t *own[CHUNK]; /* and to what they are added */
} job;

static inline const int8_t *input_row(const ql_network *network, const ql_inputs *inputs, int k) {
    return network->rows + (size_t)(network->bases[k] + inputs->row[k]) * (size_t)network->width;
}

#if defined(__x86_64__) && !defined(QL_NO_AVX2)
#include "statements/network_avx2.h"
#include "statements/network_avx512.h"

static inline bool has_avx512(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}

/* Call the best of the three that this processor has. */
#define IF_VECTORS(name, ...)             \
    if (has_avx512()) {                   \
        avx512_##name(__VA_ARGS__);       \
        return;                           \
    }                                     \
    if (__builtin_cpu_supports("avx2")) { \
        avx2_##name(__VA_ARGS__);         \
        return;                           \
    }
#else
#define IF_VECTORS(name, ...)
#endif

static void end_row(const job *of, int32_t r, const int32_t *sums, int32_t n) {
    switch (of->ending) {
    case ENDS_AS_SUMS: memcpy(of->sums[r], sums, (size_t)n * sizeof *sums); break;
    case ENDS_RECTIFIED:
        for (int32_t o = 0; o < n; o++) of->values[r][o] = value_of(sums[o]) > 0 ? value_of(sums[o]) : 0;
        break;
    case ENDS_ADDED:
        for (int32_t o = 0; o < n; o++) of->values[r][o] = clamped(of->own[r][o] + value_of(sums[o]));
        break;
    }
}

static void plain_multiply(const ql_layer *layer, const job *of) {
    int32_t sums[MOST_SUMS];
    for (int32_t r = 0; r < of->n; r++) {
        memcpy(sums, of->start[r], (size_t)layer->stride * sizeof *sums);
        for (int32_t i = 0; i < layer->n_in; i += 2) {
            const int16_t *weights = layer->weights + i * layer->stride;
            int32_t a = of->in[r][i], b = of->in[r][i + 1];
            for (int32_t o = 0; o < layer->n_out; o++) sums[o] += a * weights[2 * o] + b * weights[2 * o + 1];
        }
        end_row(of, r, sums, layer->stride);
    }
}

static void multiply(const ql_layer *layer, const job *of) {
    IF_VECTORS(multiply, layer, of)
    plain_multiply(layer, of);
}

/* The same where most of the inputs are nought. */
static void multiply_sparse(const ql_layer *layer, const job *of) {
    IF_VECTORS(multiply_sparse, layer, of)
    plain_multiply(layer, of);
}

static void plain_embed(const ql_network *network, const ql_inputs *inputs, int16_t *out) {
    int32_t sums[QL_MOST_WIDTH] = {0}, width = network->width;
    for (int k = 0; k < QL_INPUTS; k++) {
        const int8_t *row = input_row(network, inputs, k);
        int32_t unit = 1 << network->shifts[k];
        for (int32_t w = 0; w < width; w++) sums[w] += row[w] * unit;
    }
    for (int32_t w = 0; w < width; w++) out[w] = clamped(sums[w]);
}

static void embed(const ql_network *network, const ql_inputs *inputs, int16_t *out) {
    IF_VECTORS(embed, network, inputs, out)
    plain_embed(network, inputs, out);
}

/* The convolution at `n` tokens, the first of which is at `from`. */
static void plain_look_around(const ql_network *network, const ql_block *block, const int16_t *from, int32_t n,
                              int16_t (*out)[QL_MOST_WIDTH]) {
    int32_t sums[QL_MOST_WIDTH], width = network->width;
    for (int32_t t = 0; t < n; t++) {
        memcpy(sums, block->around_biases, (size_t)width * sizeof *sums);
        for (int32_t k = 0; k < network->span; k++) {
            const int16_t *weights = block->around + k * width, *values = from + (t + k - network->span / 2) * width;
            for (int32_t w = 0; w < width; w++) sums[w] += weights[w] * values[w];
        }
        for (int32_t w = 0; w < width; w++) out[t][w] = value_of(sums[w]);
    }
}

static void look_around(const ql_network *network, const ql_block *block, const int16_t *from, int32_t n,
                        int16_t (*out)[QL_MOST_WIDTH]) {
    IF_VECTORS(look_around, network, block, from, n, out)
    plain_look_around(network, block, from, n, out);
}

/* --------------------------------------------------------------------------------------------- the vectors */

/* The keys of a token, or the queries of an anchor, as values; after them a score for each role, as 2^16. */
typedef struct ql_asked {
    int16_t values[QL_SCORED * QL_MOST_KEYS];
    int32_t scores[QL_SCORED];
} ql_asked;

/* What is between two layers, of a chunk. */
struct ql_desk {
    int16_t around[CHUNK][QL_MOST_WIDTH], hidden[CHUNK][QL_MOST_HIDDEN];
    int32_t sums[CHUNK][MOST_SUMS];
    int32_t heads[CHUNK], n_heads; /* the tokens that those of the chunk hang on, each once */
    job job;
};

static const int16_t *vector_of(const ql_vectors *vectors, int32_t i) {
    return vectors->tokens + (size_t)i * (size_t)vectors->network->width;
}

/* Where the sums of token i's head stand, or will: what many hang on is multiplied once.  Of places that were never
   written, or for another chunk, the head says so. */
static int32_t slot_of_head(ql_vectors *vectors, const ql_document *doc, int32_t i) {
    ql_desk *desk = vectors->desk;
    int32_t head = ql_head_of(doc, i) == QL_NONE ? i : ql_head_of(doc, i), slot = vectors->slots[head];
    if (slot < desk->n_heads && desk->heads[slot] == head) return slot;
    desk->heads[desk->n_heads] = head;
    vectors->slots[head] = desk->n_heads;
    return desk->n_heads++;
}

static void multiply_heads(ql_vectors *vectors, const ql_layer *over) {
    ql_desk *desk = vectors->desk;
    job *of = &desk->job;
    of->n = desk->n_heads;
    of->ending = ENDS_AS_SUMS;
    for (int32_t h = 0; h < of->n; h++) {
        of->in[h] = vector_of(vectors, desk->heads[h]);
        of->start[h] = over->biases;
        of->sums[h] = desk->sums[h];
    }
    multiply(over, of);
}

/* One block over `n` tokens from `first` on, out of vectors->tokens into `to`. */
static void run_chunk(ql_vectors *vectors, const ql_block *block, const ql_document *doc, int32_t first, int32_t n,
                      int16_t *to) {
    int32_t slots[CHUNK], width = vectors->network->width;
    ql_desk *desk = vectors->desk;
    job *of = &desk->job;
    desk->n_heads = 0;
    for (int32_t t = 0; t < n; t++) slots[t] = slot_of_head(vectors, doc, first + t);
    multiply_heads(vectors, &block->over);
    look_around(vectors->network, block, vector_of(vectors, first), n, desk->around);
    of->n = n;
    of->ending = ENDS_RECTIFIED;
    for (int32_t t = 0; t < n; t++) {
        of->in[t] = desk->around[t];
        of->start[t] = desk->sums[slots[t]];
        of->values[t] = desk->hidden[t];
    }
    multiply(&block->inner, of);
    of->ending = ENDS_ADDED;
    for (int32_t t = 0; t < n; t++) {
        of->in[t] = desk->hidden[t];
        of->start[t] = block->outer.biases;
        of->own[t] = vector_of(vectors, first + t);
        of->values[t] = to + (size_t)(first + t) * (size_t)width;
    }
    multiply_sparse(&block->outer, of);
}

static int32_t at_most_chunk(int32_t n) {
    return n < CHUNK ? n : CHUNK;
}

/* The sums of a layer for the vectors of `n` tokens, in desk->sums. */
static void multiply_tokens(ql_vectors *vectors, const ql_layer *layer, const int32_t *tokens, int32_t n) {
    job *of = &vectors->desk->job;
    of->n = n;
    of->ending = ENDS_AS_SUMS;
    for (int32_t t = 0; t < n; t++) {
        of->in[t] = vector_of(vectors, tokens[t]);
        of->start[t] = layer->biases;
        of->sums[t] = vectors->desk->sums[t];
    }
    multiply(layer, of);
}

static void score_anchors(ql_vectors *vectors) {
    int32_t tokens[CHUNK];
    for (int32_t i = 0; i < vectors->n; i += CHUNK) {
        int32_t n = at_most_chunk(vectors->n - i);
        for (int32_t t = 0; t < n; t++) tokens[t] = i + t;
        multiply_tokens(vectors, &vectors->network->anchor, tokens, n);
        for (int32_t t = 0; t < n; t++)
            memcpy(vectors->anchors[i + t].sums, vectors->desk->sums[t], sizeof vectors->anchors->sums);
    }
}

/* Rows lie all over the large tables. */
static inline void fetch_rows(const ql_network *network, const ql_inputs *inputs) {
#ifdef __GNUC__
    static const uint8_t large[] = {QL_INPUT_WORD, QL_INPUT_ENDING, QL_INPUT_RELATION, QL_INPUT_HEAD,
                                    QL_INPUT_CLASSES};
    for (size_t k = 0; k < sizeof large; k++) {
        const int8_t *row = input_row(network, inputs, large[k]);
        __builtin_prefetch(row);
        __builtin_prefetch(row + network->width - 1);
    }
#endif
}

static void embed_all(const ql_network *network, const ql_inputs *inputs, int32_t n, int16_t *out) {
    for (int32_t i = 0; i < n; i++) {
        if (i + AHEAD < n) fetch_rows(network, &inputs[i + AHEAD]);
        embed(network, &inputs[i], out + (size_t)i * (size_t)network->width);
    }
}

bool ql_vectors_new(const ql_network *network, const ql_reading *reading, ql_vectors *out) {
    const ql_document *doc = reading->drafts->doc;
    size_t n = (size_t)ql_n_tokens(doc), edge = HALF * (size_t)network->width;
    size_t size = n * (size_t)network->width + 2 * edge;
    *out = (ql_vectors){.network = network,
                        .block = malloc(2 * size * sizeof *out->block),
                        .desk = malloc(sizeof *out->desk),
                        .slots = calloc(n + 1, sizeof *out->slots),
                        .keys = malloc((n + 1) * sizeof *out->keys),
                        .is_known = calloc(n + 1, 1),
                        .anchors = malloc((n + 1) * sizeof *out->anchors),
                        .n = (int32_t)n};
    if (out->block == NULL || out->desk == NULL || out->slots == NULL || out->keys == NULL || out->is_known == NULL ||
        out->anchors == NULL)
        return false;
    int16_t *to = out->block + size + edge;
    for (int side = 0; side < 4; side++)
        memset(out->block + (size_t)(side / 2) * size + (size_t)(side % 2) * (size - edge), 0, edge * sizeof *to);
    out->tokens = out->block + edge;
    embed_all(network, reading->inputs, out->n, out->tokens);
    for (int32_t b = 0; b < network->n_blocks; b++) {
        for (int32_t i = 0; i < out->n; i += CHUNK)
            run_chunk(out, &network->blocks[b], doc, i, at_most_chunk(out->n - i), to);
        int16_t *from = out->tokens;
        out->tokens = to;
        to = from;
    }
    score_anchors(out);
    return true;
}

void ql_vectors_free(ql_vectors *vectors) {
    free(vectors->block);
    free(vectors->desk);
    free(vectors->slots);
    free(vectors->keys);
    free(vectors->is_known);
    free(vectors->anchors);
    *vectors = (ql_vectors){.network = vectors->network};
}

float ql_anchor_chance(const ql_vectors *vectors, int32_t i, ql_act *act) {
    const int32_t *sums = vectors->anchors[i].sums;
    int32_t best = 1;
    for (int32_t k = 2; k < QL_ACTS; k++)
        if (sums[k] > sums[best]) best = k;
    *act = (ql_act)best;
    if (sums[0] < LEAST_ANCHOR) return 0;
    return (float)(1 / (1 + exp((double)sums[0] * -0x1p-20)));
}

static void keep(const ql_layer *layer, const int32_t *sums, ql_asked *out) {
    int32_t n = layer->n_out - QL_SCORED;
    for (int32_t k = 0; k < n; k++) out->values[k] = value_of(sums[k]);
    for (int32_t k = 0; k < QL_SCORED; k++) out->scores[k] = sums[n + k] >> (WEIGHT_BITS - 8);
}

static void know_some(ql_vectors *vectors, const int32_t *tokens, int32_t n) {
    const ql_layer *layer = &vectors->network->key;
    multiply_tokens(vectors, layer, tokens, n);
    for (int32_t t = 0; t < n; t++) {
        keep(layer, vectors->desk->sums[t], &vectors->keys[tokens[t]]);
        vectors->is_known[tokens[t]] = 1;
    }
}

/* The keys of the tokens [first, end), where they are not known. */
static void know_keys(ql_vectors *vectors, int32_t first, int32_t end) {
    int32_t tokens[CHUNK], n = 0;
    for (int32_t i = first; i < end; i++) {
        if (vectors->is_known[i]) continue;
        tokens[n++] = i;
        if (n < CHUNK) continue;
        know_some(vectors, tokens, n);
        n = 0;
    }
    if (n > 0) know_some(vectors, tokens, n);
}

static int32_t product_of(const int16_t *query, const int16_t *key, int32_t n) {
    int32_t sum = 0;
    for (int32_t k = 0; k < n; k++) sum += query[k] * key[k];
    return sum;
}

void ql_score_roles(ql_vectors *vectors, int32_t anchor, int32_t first, int32_t end, const ql_relatives *relatives,
                    float (*out)[QL_SCORED]) {
    const ql_network *network = vectors->network;
    ql_asked query;
    multiply_tokens(vectors, &network->query, &anchor, 1);
    keep(&network->query, vectors->desk->sums[0], &query);
    know_keys(vectors, first, end);
    for (int32_t i = first; i < end; i++) {
        const ql_asked *key = &vectors->keys[i];
        for (int32_t role = 0; role < QL_SCORED; role++) {
            int32_t at = role * network->n_keys;
            int64_t all = (int64_t)product_of(query.values + at, key->values + at, network->n_keys) +
                          query.scores[role] + key->scores[role];
            for (int32_t k = 0; k < QL_RELATIVES; k++) {
                uint32_t row = network->relative_bases[k] + relatives[i - first].row[k];
                all += network->relatives[row * QL_SCORED + (uint32_t)role];
            }
            out[i - first][role] = (float)((double)all * 0x1p-16);
        }
    }
}

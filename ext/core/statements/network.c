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

/* [n_out][n_in] as it stands in the file, in pairs of inputs in memory. */
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
        return ql_fail(error, QL_BAD_INPUT, QL_NONE, "these bytes are no weights of the reader");
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
    TILE = 4, /* tokens at a time */
    MOST_QUERY = QL_SCORED * QL_MOST_KEYS + QL_SCORED,
    MOST_SUMS = QL_MOST_HIDDEN /* the widest layer, in sixteens: see the assertion */
};

_Static_assert((int)MOST_SUMS >= (MOST_QUERY + 15) / 16 * 16 && (int)MOST_SUMS >= (int)QL_MOST_WIDTH,
               "no layer has more outputs");

static inline const int8_t *input_row(const ql_network *network, const ql_inputs *inputs, int k) {
    return network->rows + (size_t)(network->bases[k] + inputs->row[k]) * (size_t)network->width;
}

#if defined(__x86_64__) && !defined(QL_NO_AVX2)
#include "statements/network_avx2.h"

#define IF_AVX2(call)                     \
    if (__builtin_cpu_supports("avx2")) { \
        call;                             \
        return;                           \
    }
static inline bool has_vnni(void) {
    return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}
#else
#define IF_AVX2(call)
#endif

static void plain_add_products(const ql_layer *layer, const int16_t *in, int32_t *out) {
    for (int32_t i = 0; i < layer->n_in; i += 2) {
        const int16_t *weights = layer->weights + i * layer->stride;
        int32_t a = in[i], b = in[i + 1];
        for (int32_t o = 0; o < layer->n_out; o++) out[o] += a * weights[2 * o] + b * weights[2 * o + 1];
    }
}

/* out[t][o] += the products of in[t] with the layer's weights. */
static void add_products(const ql_layer *layer, const int16_t *const in[TILE], int32_t (*out)[MOST_SUMS]) {
#if defined(__x86_64__) && !defined(QL_NO_AVX2)
    if (has_vnni()) {
        vnni_add_products(layer, in, out);
        return;
    }
#endif
    IF_AVX2(avx2_add_products(layer, in, out))
    for (int t = 0; t < TILE; t++) plain_add_products(layer, in[t], out[t]);
}

static void start(const ql_layer *layer, int32_t *out) {
    memcpy(out, layer->biases, (size_t)layer->n_out * sizeof *out);
    memset(out + layer->n_out, 0, (size_t)(layer->stride - layer->n_out) * sizeof *out);
}

static void start_all(const ql_layer *layer, int32_t (*out)[MOST_SUMS]) {
    for (int t = 0; t < TILE; t++) start(layer, out[t]);
}

static void embed(const ql_network *network, const ql_inputs *inputs, int16_t *out) {
    IF_AVX2(avx2_embed(network, inputs, out))
    int32_t sums[QL_MOST_WIDTH] = {0}, width = network->width;
    for (int k = 0; k < QL_INPUTS; k++) {
        const int8_t *row = input_row(network, inputs, k);
        int32_t unit = 1 << network->shifts[k];
        for (int32_t w = 0; w < width; w++) sums[w] += row[w] * unit;
    }
    for (int32_t w = 0; w < width; w++) out[w] = clamped(sums[w]);
}

/* The convolution at token i of n. */
static void look_around(const ql_network *network, const ql_block *block, const int16_t *from, int32_t n, int32_t i,
                        int16_t *out) {
    int32_t sums[QL_MOST_WIDTH], width = network->width, half = network->span / 2;
    int32_t first = i - half < 0 ? half - i : 0, last = i + half >= n ? n - 1 - i + half : network->span - 1;
    from += (size_t)(i - half + first) * (size_t)width; /* of the first place */
    IF_AVX2(avx2_look_around(network, block, from, first, last, out))
    memcpy(sums, block->around_biases, (size_t)width * sizeof *sums);
    for (int32_t k = first; k <= last; k++) {
        const int16_t *weights = block->around + k * width, *values = from + (k - first) * width;
        for (int32_t w = 0; w < width; w++) sums[w] += weights[w] * values[w];
    }
    for (int32_t w = 0; w < width; w++) out[w] = value_of(sums[w]);
}

/* Sums of products as values, `least` where they are less. */
static void to_values(const int32_t *sums, int32_t n, int16_t least, int16_t *out) {
    IF_AVX2(avx2_to_values(sums, n, least, out))
    for (int32_t i = 0; i < n; i++) out[i] = value_of(sums[i]) > least ? value_of(sums[i]) : least;
}

/* A tile of tokens: what each has around it, its head, and itself, to which a step is added. */
typedef struct tile {
    int16_t around[TILE][QL_MOST_WIDTH], hidden[TILE][QL_MOST_HIDDEN];
    const int16_t *over[TILE];
    int32_t sums[TILE][MOST_SUMS];
} tile;

static void step(const ql_network *network, const ql_block *block, tile *of, int16_t *own, int32_t n) {
    const int16_t *around[TILE], *hidden[TILE];
    for (int t = 0; t < TILE; t++) around[t] = of->around[t], hidden[t] = of->hidden[t];
    start_all(&block->inner, of->sums);
    add_products(&block->inner, around, of->sums);
    add_products(&block->over, of->over, of->sums);
    for (int t = 0; t < TILE; t++) to_values(of->sums[t], network->hidden, 0, of->hidden[t]);
    start_all(&block->outer, of->sums);
    add_products(&block->outer, hidden, of->sums);
    for (int32_t t = 0; t < n; t++, own += network->width) {
        to_values(of->sums[t], network->width, -MOST_VALUE, of->around[t]);
        for (int32_t w = 0; w < network->width; w++) own[w] = clamped(own[w] + of->around[t][w]);
    }
}

/* One block over all tokens.  `from` and `to` hold the same values when it begins. */
static void run_block(const ql_network *network, const ql_block *block, const ql_document *doc, const int16_t *from,
                      int16_t *to) {
    int32_t n = ql_n_tokens(doc), width = network->width;
    tile of;
    for (int32_t i = 0; i < n; i += TILE) {
        for (int32_t t = 0; t < TILE; t++) {
            int32_t at = i + t < n ? i + t : n - 1, head = ql_head_of(doc, at);
            look_around(network, block, from, n, at, of.around[t]);
            of.over[t] = from + (size_t)(head == QL_NONE ? at : head) * (size_t)width;
        }
        step(network, block, &of, to + (size_t)i * (size_t)width, n - i < TILE ? n - i : TILE);
    }
}

/* The keys of a token, or the queries of an anchor, as values; behind them a score for each role, as 2^16. */
typedef struct ql_asked {
    int16_t values[QL_SCORED * QL_MOST_KEYS];
    int32_t scores[QL_SCORED];
    bool is_known;
} ql_asked;

static const int16_t *vector_of(const ql_vectors *vectors, int32_t i) {
    return vectors->tokens + (size_t)i * (size_t)vectors->network->width;
}

static void score_anchors(ql_vectors *vectors) {
    int32_t sums[TILE][MOST_SUMS];
    const ql_layer *layer = &vectors->network->anchor;
    for (int32_t i = 0; i < vectors->n; i += TILE) {
        const int16_t *in[TILE];
        for (int32_t t = 0; t < TILE; t++) in[t] = vector_of(vectors, i + t < vectors->n ? i + t : i);
        start_all(layer, sums);
        add_products(layer, in, sums);
        for (int32_t t = 0; t < TILE && i + t < vectors->n; t++)
            memcpy(vectors->anchors[i + t].sums, sums[t], sizeof vectors->anchors->sums);
    }
}

bool ql_vectors_new(const ql_network *network, const ql_reading *reading, ql_vectors *out) {
    const ql_document *doc = reading->drafts->doc;
    size_t n = (size_t)ql_n_tokens(doc), size = n * (size_t)network->width;
    int16_t *block = malloc((2 * size + 1) * sizeof *block), *from = block + size;
    *out = (ql_vectors){.network = network,
                        .tokens = block,
                        .keys = calloc(n + 1, sizeof *out->keys),
                        .anchors = malloc((n + 1) * sizeof *out->anchors),
                        .n = (int32_t)n};
    if (block == NULL || out->keys == NULL || out->anchors == NULL) return false;
    for (size_t i = 0; i < n; i++) embed(network, &reading->inputs[i], block + i * (size_t)network->width);
    for (int32_t b = 0; b < network->n_blocks; b++) {
        memcpy(from, block, size * sizeof *from);
        run_block(network, &network->blocks[b], doc, from, block);
    }
    score_anchors(out);
    return true;
}

void ql_vectors_free(ql_vectors *vectors) {
    free(vectors->tokens);
    free(vectors->keys);
    free(vectors->anchors);
    vectors->tokens = NULL;
    vectors->keys = NULL;
    vectors->anchors = NULL;
}

float ql_anchor_chance(const ql_vectors *vectors, int32_t i, ql_act *act) {
    const int32_t *sums = vectors->anchors[i].sums;
    int32_t best = 1;
    for (int32_t k = 2; k < QL_ACTS; k++)
        if (sums[k] > sums[best]) best = k;
    *act = (ql_act)best;
    if (sums[0] < LEAST_ANCHOR) return 0;
    return (float)(1 / (1 + exp(-ldexp((double)sums[0], -8 - WEIGHT_BITS))));
}

static void keep(const ql_layer *layer, const int32_t *sums, ql_asked *out) {
    int32_t n = layer->n_out - QL_SCORED;
    for (int32_t k = 0; k < n; k++) out->values[k] = value_of(sums[k]);
    for (int32_t k = 0; k < QL_SCORED; k++) out->scores[k] = sums[n + k] >> (WEIGHT_BITS - 8);
    out->is_known = true;
}

/* The keys of the tokens [first, end), where they are not known. */
static void know_keys(ql_vectors *vectors, int32_t first, int32_t end) {
    int32_t sums[TILE][MOST_SUMS];
    const ql_layer *layer = &vectors->network->key;
    for (int32_t i = first; i < end; i++) {
        if (vectors->keys[i].is_known) continue;
        const int16_t *in[TILE];
        for (int32_t t = 0; t < TILE; t++) in[t] = vector_of(vectors, i + t < end ? i + t : i);
        start_all(layer, sums);
        add_products(layer, in, sums);
        for (int32_t t = 0; t < TILE && i + t < end; t++) keep(layer, sums[t], &vectors->keys[i + t]);
    }
}

void ql_score_roles(ql_vectors *vectors, int32_t anchor, int32_t first, int32_t end, const ql_relatives *relatives,
                    float (*out)[QL_SCORED]) {
    const ql_network *network = vectors->network;
    int32_t sums[TILE][MOST_SUMS];
    const int16_t *in[TILE];
    ql_asked query;
    for (int t = 0; t < TILE; t++) in[t] = vector_of(vectors, anchor); /* one is wanted, four are as fast */
    start_all(&network->query, sums);
    add_products(&network->query, in, sums);
    keep(&network->query, sums[0], &query);
    know_keys(vectors, first, end);
    for (int32_t i = first; i < end; i++) {
        const ql_asked *key = &vectors->keys[i];
        for (int32_t role = 0; role < QL_SCORED; role++) {
            int32_t sum = 0;
            for (int32_t k = role * network->n_keys; k < (role + 1) * network->n_keys; k++)
                sum += query.values[k] * key->values[k];
            int64_t all = (int64_t)sum + query.scores[role] + key->scores[role];
            for (int32_t k = 0; k < QL_RELATIVES; k++) {
                uint32_t row = network->relative_bases[k] + relatives[i - first].row[k];
                all += network->relatives[row * QL_SCORED + (uint32_t)role];
            }
            out[i - first][role] = (float)ldexp((double)all, -16);
        }
    }
}

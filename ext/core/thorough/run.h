/* What the encoder computes, written once.  path_plain.c, path_avx2.c and path_vnni.c include it, and define
   `add_products`: the products alone are written for each processor, the rest is left to the compiler.  All sums are
   of integers, or of 16 lanes that are added up in one order, so all paths give the same bits. */
#include <string.h>

#include "thorough/encoder.h"
#include "thorough/lanes.h"

enum { QL_TILE = 6 /* rows at a time */, CHUNK = 48 };
_Static_assert((int)QL_WINDOW_PIECES % 4 == 0, "pieces are added up in fours");

/* The products of a tile of rows of n_in bytes with the weights of 64 or 32 lanes, [n_in / 4][lanes][4]. */
static inline void add_products(const int8_t *weights, int32_t n_in, int32_t lanes,
                                const uint8_t *const rows[QL_TILE], int32_t (*out)[QL_LANES]);

/* To round to a whole number: what is added to 1.5 * 2^23 loses its fraction. */
#define ROUNDING 12582912.0f
enum { ROUNDING_BITS = 0x4B400000 };

/* Of a window; lay_out says where the arrays stand. */
typedef struct room {
    float *vectors, *mixed, *asked; /* [pieces][width], [pieces][width], [chunk][inner] or [pieces][3 * width] */
    uint8_t *bytes;                 /* [pieces][width] or [chunk][inner] */
    float scales[QL_WINDOW_PIECES];
    int8_t keys[(QL_WINDOW_PIECES + QL_LANES) * QL_HEAD], values[QL_WINDOW_PIECES * QL_HEAD];
    int32_t key_shifts[QL_WINDOW_PIECES + QL_LANES];
    float key_scales[QL_WINDOW_PIECES + QL_LANES], nothing[QL_WINDOW_PIECES + QL_LANES];
    float chances[QL_TILE][QL_WINDOW_PIECES + QL_LANES];
} room;

static inline int32_t bits_of(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline float of_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline int32_t rounded(float value) {
    return bits_of(value + ROUNDING) - ROUNDING_BITS;
}

/* Maxima by the bits as integers, which compilers know how to do side by side. */
static inline float largest_size(const float *in, int32_t n) {
    int32_t most = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t size = bits_of(in[i]) & INT32_MAX;
        most = size > most ? size : most;
    }
    return of_bits(most);
}

/* Bits whose order as integers is that of the numbers; again, they are the bits of the number. */
static inline int32_t in_order(int32_t bits) {
    return bits ^ (bits >> 31 & INT32_MAX);
}

static inline float largest_of(const float *in, int32_t n) {
    int32_t most = INT32_MIN;
    for (int32_t i = 0; i < n; i++) {
        int32_t order = in_order(bits_of(in[i]));
        most = order > most ? order : most;
    }
    return of_bits(in_order(most));
}

/* A row as integers from -127 to 127 plus 128; its unit. */
static inline float round_row(const float *in, int32_t n, uint8_t *out) {
    float most = largest_size(in, n), times = most > 0 ? 127.0f / most : 0;
    for (int32_t i = 0; i < n; i++) out[i] = (uint8_t)(rounded(in[i] * times) + 128);
    return most / 127.0f;
}

static void round_rows(const float *in, int32_t n, int32_t n_in, uint8_t *out, float *scales) {
    for (int32_t t = 0; t < n; t++) scales[t] = round_row(in + t * n_in, n_in, out + t * n_in);
}

/* --------------------------------------------------------------------------------------------- matrices */

/* A group of lanes for a tile of rows; there are fewer at the end. */
static inline void apply_group(const ql_matrix *matrix, int32_t lanes, int32_t first, const uint8_t *in,
                               int32_t stride, const float *scales, int32_t n, float *out, int32_t out_stride) {
    int32_t sums[QL_TILE][QL_LANES];
    const uint8_t *rows[QL_TILE];
    for (int32_t t = 0; t < QL_TILE; t++) rows[t] = in + (t < n ? t : n - 1) * stride;
    add_products(matrix->weights + first * matrix->n_in, matrix->n_in, lanes, rows, sums);
    for (int32_t t = 0; t < n; t++) {
        float *to = out + t * out_stride + first;
        for (int32_t o = 0; o < lanes; o++)
            to[o] = (float)(sums[t][o] + matrix->shifts[first + o]) * (matrix->scales[first + o] * scales[t]) +
                    matrix->biases[first + o];
    }
}

static void apply(const ql_matrix *matrix, const uint8_t *in, const float *scales, int32_t n, float *out) {
    for (int32_t first = 0; first < matrix->n_out; first += QL_LANES)
        for (int32_t t = 0; t < n; t += QL_TILE)
            apply_group(matrix, QL_LANES, first, in + t * matrix->n_in, matrix->n_in, scales + t,
                        n - t < QL_TILE ? n - t : QL_TILE, out + t * matrix->n_out, matrix->n_out);
}

/* ------------------------------------------------------------------------------------- norm, exp, GELU */

static inline void norm_row(const ql_norm *norm, int32_t n, float *row) {
    float lanes[QL_SUMS] = {0}, squares[QL_SUMS] = {0};
    for (int32_t i = 0; i < n; i += QL_SUMS)
        for (int k = 0; k < QL_SUMS; k++) lanes[k] += row[i + k];
    float mean = ql_sum_of(lanes) / (float)n;
    for (int32_t i = 0; i < n; i += QL_SUMS)
        for (int k = 0; k < QL_SUMS; k++) {
            float away = row[i + k] - mean;
            squares[k] += away * away;
        }
    float times = 1.0f / __builtin_sqrtf(ql_sum_of(squares) / (float)n + 1e-12f);
    for (int32_t i = 0; i < n; i++) row[i] = (row[i] - mean) * times * norm->scales[i] + norm->biases[i];
}

/* What a layer gives is added to what it was given. */
static void add_and_norm(const ql_norm *norm, const float *given, int32_t n, int32_t width, float *rows) {
    for (int32_t t = 0; t < n; t++) {
        for (int32_t i = 0; i < width; i++) rows[t * width + i] += given[t * width + i];
        norm_row(norm, width, rows + t * width);
    }
}

/* e to the power of x, which is not positive; within a millionth. */
static inline float exp_of(float x) {
    float z = (x < -30.0f ? -30.0f : x) * 1.44269504f, whole = (z + ROUNDING) - ROUNDING, rest = z - whole;
    float p = 0.00133935f;
    p = p * rest + 0.00961816f;
    p = p * rest + 0.0555041f;
    p = p * rest + 0.240226507f;
    p = p * rest + 0.693147182f;
    p = p * rest + 1.0f;
    return of_bits(bits_of(p) + (int32_t)((uint32_t)rounded(z) << 23));
}

/* x times the share of the normal distribution below x, that by a polynomial; within a ten-thousandth. */
static inline float gelu(float x) {
    float u = x < -4.2f ? -4.2f : x > 4.2f ? 4.2f : x, square = u * u, p = 5.2715022e-11f;
    p = p * square - 5.07524909e-9f;
    p = p * square + 2.16628164e-7f;
    p = p * square - 5.459517e-6f;
    p = p * square + 9.16324439e-5f;
    p = p * square - 0.00109761394f;
    p = p * square + 0.00977970444f;
    p = p * square - 0.0662884066f;
    p = p * square + 0.398874615f;
    return x * (0.5f + u * p);
}

/* -------------------------------------------------------------------------------------------- attention */

/* Key by key into groups of lanes; the last group is filled up with nothing. */
static void pack_keys(const float *keys, int32_t stride, int32_t n, room *in) {
    int32_t padded = (n + QL_LANES - 1) / QL_LANES * QL_LANES;
    memset(in->keys, 0, (size_t)(padded * QL_HEAD));
    for (int32_t t = 0; t < padded; t++) in->key_shifts[t] = 0, in->key_scales[t] = 0;
    for (int32_t t = 0; t < n; t++) {
        uint8_t row[QL_HEAD];
        int8_t own[QL_HEAD];
        int32_t sum = 0;
        in->key_scales[t] = round_row(keys + t * stride, QL_HEAD, row) * 0.17677669f; /* 1 / sqrt(QL_HEAD) */
        int8_t *to = in->keys + t / QL_LANES * QL_LANES * QL_HEAD + t % QL_LANES * 4;
        for (int32_t i = 0; i < QL_HEAD; i++) {
            own[i] = (int8_t)(row[i] - 128);
            sum += own[i];
        }
        for (int32_t i = 0; i < QL_HEAD; i += 4) memcpy(to + i * QL_LANES, own + i, 4);
        in->key_shifts[t] = -128 * sum;
    }
}

/* Values with a scale for each lane, in groups of four pieces. */
static void pack_values(const float *values, int32_t stride, int32_t n, room *in, float scales[QL_HEAD]) {
    float times[QL_HEAD], most[QL_HEAD] = {0};
    for (int32_t t = 0; t < n; t++)
        for (int32_t i = 0; i < QL_HEAD; i++) {
            float value = values[t * stride + i], size = value < 0 ? -value : value;
            most[i] = size > most[i] ? size : most[i];
        }
    for (int32_t i = 0; i < QL_HEAD; i++) {
        times[i] = most[i] > 0 ? 127.0f / most[i] : 0;
        scales[i] = most[i] / 127.0f;
    }
    for (int32_t t = 0; t < n; t += 4) {
        int8_t rows[4][QL_HEAD] = {{0}}, *to = in->values + t * QL_HEAD;
        for (int32_t k = 0; k < 4 && t + k < n; k++)
            for (int32_t i = 0; i < QL_HEAD; i++)
                rows[k][i] = (int8_t)rounded(values[(t + k) * stride + i] * times[i]);
        for (int32_t i = 0; i < QL_HEAD; i++)
            for (int32_t k = 0; k < 4; k++) to[4 * i + k] = rows[k][i];
    }
}

/* Scores as chances in 255ths of the largest; 1 over their sum. */
static inline float to_chances(float *scores, int32_t n, uint8_t *out) {
    float most = largest_of(scores, n);
    int32_t sum = 0;
    for (int32_t i = 0; i < n; i++) {
        out[i] = (uint8_t)rounded(255.0f * exp_of(scores[i] - most));
        sum += out[i];
    }
    for (int32_t i = n; i % 4 != 0; i++) out[i] = 0;
    return 1.0f / (float)sum;
}

/* A tile of pieces looks at all of the window, by one head. */
static void look(const ql_matrix *keys, const ql_matrix *values, const float *queries, int32_t stride, int32_t n_tile,
                 int32_t n, room *in, float *out, int32_t width) {
    uint8_t asked[QL_TILE][QL_HEAD], chances[QL_TILE][QL_WINDOW_PIECES];
    float scales[QL_TILE];
    for (int32_t t = 0; t < n_tile; t++) scales[t] = round_row(queries + t * stride, QL_HEAD, asked[t]);
    for (int32_t first = 0; first < keys->n_out; first += QL_LANES)
        apply_group(keys, QL_LANES, first, asked[0], QL_HEAD, scales, n_tile, in->chances[0],
                    QL_WINDOW_PIECES + QL_LANES);
    for (int32_t t = 0; t < n_tile; t++) scales[t] = to_chances(in->chances[t], n, chances[t]);
    apply_group(values, QL_HEAD, 0, chances[0], QL_WINDOW_PIECES, scales, n_tile, out, width);
}

static void attend(const ql_encoder *encoder, int32_t n, room *in) {
    int32_t width = encoder->width, stride = 3 * width;
    static const int32_t no_shifts[QL_HEAD];
    for (int32_t h = 0; h < encoder->n_heads; h++) {
        float value_scales[QL_HEAD];
        const float *queries = in->asked + h * QL_HEAD;
        pack_keys(queries + width, stride, n, in);
        pack_values(queries + 2 * width, stride, n, in, value_scales);
        ql_matrix keys = {in->keys,    in->key_shifts, in->key_scales,
                          in->nothing, QL_HEAD,        (n + QL_LANES - 1) / QL_LANES * QL_LANES};
        ql_matrix values = {in->values, no_shifts, value_scales, in->nothing, (n + 3) / 4 * 4, QL_HEAD};
        for (int32_t t = 0; t < n; t += QL_TILE)
            look(&keys, &values, queries + t * stride, stride, n - t < QL_TILE ? n - t : QL_TILE, n, in,
                 in->mixed + t * width + h * QL_HEAD, width);
    }
}

/* ---------------------------------------------------------------------------------------------- encoder */

static void embed(const ql_encoder *encoder, const ql_window_pieces *pieces, float *out) {
    int32_t width = encoder->width;
    for (int32_t t = 0; t < pieces->n; t++, out += width) {
        const int8_t *row = encoder->rows + (size_t)pieces->words[t] * (size_t)width;
        float scale = encoder->row_scales[pieces->words[t]];
        const float *position = encoder->positions + t * width, *shape = encoder->shapes + pieces->shapes[t] * width;
        const float *state = encoder->states + pieces->states[t] * width;
        for (int32_t i = 0; i < width; i++) out[i] = (float)row[i] * scale + position[i] + (shape[i] + state[i]);
        norm_row(&encoder->embedded, width, out);
    }
}

static void run_inner(const ql_encoder *encoder, const ql_encoder_layer *layer, int32_t n, float *vectors, room *in) {
    round_rows(vectors, n, encoder->width, in->bytes, in->scales);
    apply(&layer->inner, in->bytes, in->scales, n, in->asked);
    for (int32_t i = 0; i < n * encoder->inner; i++) in->asked[i] = gelu(in->asked[i]);
    round_rows(in->asked, n, encoder->inner, in->bytes, in->scales);
    apply(&layer->outer, in->bytes, in->scales, n, in->mixed);
    add_and_norm(&layer->left, in->mixed, n, encoder->width, vectors);
}

static void run_layer(const ql_encoder *encoder, const ql_encoder_layer *layer, int32_t n, room *in) {
    int32_t width = encoder->width;
    round_rows(in->vectors, n, width, in->bytes, in->scales);
    apply(&layer->attention, in->bytes, in->scales, n, in->asked);
    attend(encoder, n, in);
    round_rows(in->mixed, n, width, in->bytes, in->scales);
    apply(&layer->mix, in->bytes, in->scales, n, in->asked);
    add_and_norm(&layer->mixed, in->asked, n, width, in->vectors);
    for (int32_t t = 0; t < n; t += CHUNK)
        run_inner(encoder, layer, n - t < CHUNK ? n - t : CHUNK, in->vectors + t * width, in);
}

static inline size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

/* Where the arrays of a room stand; how large it is. */
static size_t lay_out(const ql_encoder *encoder, room *in) {
    size_t width = (size_t)encoder->width, inner = (size_t)encoder->inner, pieces = QL_WINDOW_PIECES;
    size_t mixed_at = (sizeof *in + 63) / 64 * 64, asked_at = mixed_at + pieces * width * sizeof(float);
    size_t bytes_at = asked_at + larger(CHUNK * inner, 3 * pieces * width) * sizeof(float);
    if (in != NULL) {
        in->mixed = (float *)(void *)((char *)in + mixed_at);
        in->asked = (float *)(void *)((char *)in + asked_at);
        in->bytes = (uint8_t *)in + bytes_at;
        memset(in->nothing, 0, sizeof in->nothing);
    }
    return bytes_at + larger(CHUNK * inner, pieces * width);
}

static size_t room_for(const ql_encoder *encoder) {
    return lay_out(encoder, NULL);
}

static void encode(const ql_encoder *encoder, const ql_window_pieces *pieces, void *given, float *out) {
    room *in = given;
    lay_out(encoder, in);
    in->vectors = out;
    embed(encoder, pieces, out);
    for (int32_t k = 0; k < encoder->n_layers; k++) run_layer(encoder, &encoder->layers[k], pieces->n, in);
}

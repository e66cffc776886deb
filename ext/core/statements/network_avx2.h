/* What network.c does with AVX2.  Included by network.c alone, which has the same without vectors.  The results are
   the same. */
#ifndef QL_NETWORK_AVX2_H
#define QL_NETWORK_AVX2_H

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

enum { AVX2_ROWS = 4 /* that each weight serves once it is loaded */ };

AVX2 static inline __m256i load16(const void *from) {
    return _mm256_loadu_si256(from);
}

AVX2 static inline __m256i avx2_clamped(__m256i values, __m256i least) {
    return _mm256_max_epi16(_mm256_min_epi16(values, _mm256_set1_epi16(MOST_VALUE)), least);
}

/* Sums of products as values, from the order that unpacking leaves. */
AVX2 static inline __m256i avx2_values(__m256i low, __m256i high, __m256i least) {
    const __m256i half = _mm256_set1_epi32(1 << (WEIGHT_BITS - 1));
    low = _mm256_srai_epi32(_mm256_add_epi32(low, half), WEIGHT_BITS);
    high = _mm256_srai_epi32(_mm256_add_epi32(high, half), WEIGHT_BITS);
    return avx2_clamped(_mm256_packs_epi32(low, high), least);
}

AVX2 static inline void avx2_end(const job *of, int32_t r, int32_t o, __m256i low, __m256i high) {
    const __m256i nought = _mm256_setzero_si256(), least = _mm256_set1_epi16(-MOST_VALUE);
    __m256i a = _mm256_permute2x128_si256(low, high, 0x20), b = _mm256_permute2x128_si256(low, high, 0x31);
    switch (of->ending) {
    case ENDS_AS_SUMS:
        _mm256_storeu_si256((__m256i *)(of->sums[r] + o), low);
        _mm256_storeu_si256((__m256i *)(of->sums[r] + o + 8), high);
        break;
    case ENDS_RECTIFIED: _mm256_storeu_si256((__m256i *)(of->values[r] + o), avx2_values(a, b, nought)); break;
    case ENDS_ADDED:
        a = _mm256_add_epi16(load16(of->own[r] + o), avx2_values(a, b, least));
        _mm256_storeu_si256((__m256i *)(of->values[r] + o), avx2_clamped(a, least));
        break;
    }
}

/* Four rows from `r` on, and sixteen outputs from `o` on.  Of fewer rows the last one stands for what is missing. */
AVX2 static void avx2_multiply_some(const ql_layer *layer, const job *of, int32_t r, int32_t o) {
    __m256i sums[AVX2_ROWS][2];
    const int16_t *in[AVX2_ROWS], *weights = layer->weights + 2 * o;
    for (int32_t t = 0; t < AVX2_ROWS; t++) {
        int32_t row = r + t < of->n ? r + t : of->n - 1;
        in[t] = of->in[row];
        for (int half = 0; half < 2; half++) sums[t][half] = load16(of->start[row] + o + 8 * half);
    }
    for (int32_t i = 0; i < layer->n_in; i += 2, weights += 2 * layer->stride) {
        __m256i low = load16(weights), high = load16(weights + 16);
        for (int t = 0; t < AVX2_ROWS; t++) {
            int32_t pair;
            memcpy(&pair, in[t] + i, sizeof pair);
            __m256i both = _mm256_set1_epi32(pair);
            sums[t][0] = _mm256_add_epi32(sums[t][0], _mm256_madd_epi16(both, low));
            sums[t][1] = _mm256_add_epi32(sums[t][1], _mm256_madd_epi16(both, high));
        }
    }
    for (int32_t t = 0; t < AVX2_ROWS && r + t < of->n; t++) avx2_end(of, r + t, o, sums[t][0], sums[t][1]);
}

AVX2 static void avx2_multiply(const ql_layer *layer, const job *of) {
    for (int32_t o = 0; o < layer->stride; o += 16)
        for (int32_t r = 0; r < of->n; r += AVX2_ROWS) avx2_multiply_some(layer, of, r, o);
}

/* The pairs of a row that are not nought: their numbers.  How many they are. */
static inline int32_t list_pairs(const int16_t *in, int32_t n_in, uint8_t *out) {
    int32_t n = 0;
    for (int32_t i = 0; i < n_in / 2; i++) {
        int32_t pair;
        memcpy(&pair, in + 2 * i, sizeof pair);
        out[n] = (uint8_t)i;
        n += pair != 0;
    }
    return n;
}

AVX2 static void avx2_multiply_listed(const ql_layer *layer, const job *of, int32_t r, int32_t o,
                                      const uint8_t *listed, int32_t n) {
    __m256i low = load16(of->start[r] + o), high = load16(of->start[r] + o + 8);
    for (int32_t i = 0; i < n; i++) {
        const int16_t *weights = layer->weights + 2 * (listed[i] * layer->stride + o);
        int32_t pair;
        memcpy(&pair, of->in[r] + 2 * listed[i], sizeof pair);
        __m256i both = _mm256_set1_epi32(pair);
        low = _mm256_add_epi32(low, _mm256_madd_epi16(both, load16(weights)));
        high = _mm256_add_epi32(high, _mm256_madd_epi16(both, load16(weights + 16)));
    }
    avx2_end(of, r, o, low, high);
}

/* The same row by row, without the pairs that are nought. */
AVX2 static void avx2_multiply_sparse(const ql_layer *layer, const job *of) {
    uint8_t listed[QL_MOST_HIDDEN / 2];
    for (int32_t r = 0; r < of->n; r++) {
        int32_t n = list_pairs(of->in[r], layer->n_in, listed);
        for (int32_t o = 0; o < layer->stride; o += 16) avx2_multiply_listed(layer, of, r, o, listed, n);
    }
}

/* Two places at a time, sixteen lanes at a time. */
AVX2 static void avx2_look_around(const ql_network *network, const ql_block *block, const int16_t *from, int32_t n,
                                  int16_t (*out)[QL_MOST_WIDTH]) {
    enum { PAIRS = QL_MOST_SPAN / 2 + 1 };
    int32_t width = network->width, span = network->span, n_pairs = span / 2 + 1;
    const __m256i nought = _mm256_setzero_si256(), least = _mm256_set1_epi16(-MOST_VALUE);
    for (int32_t w = 0; w < width; w += 16) {
        __m256i low_weights[PAIRS], high_weights[PAIRS];
        __m256i a = load16(block->around_biases + w), b = load16(block->around_biases + w + 8);
        for (int32_t k = 0; k < n_pairs; k++) {
            __m256i one = load16(block->around + 2 * k * width + w);
            __m256i two = 2 * k + 1 < span ? load16(block->around + (2 * k + 1) * width + w) : nought;
            low_weights[k] = _mm256_unpacklo_epi16(one, two);
            high_weights[k] = _mm256_unpackhi_epi16(one, two);
        }
        for (int32_t t = 0; t < n; t++) {
            const int16_t *values = from + (t - span / 2) * width + w;
            __m256i low = _mm256_permute2x128_si256(a, b, 0x20), high = _mm256_permute2x128_si256(a, b, 0x31);
            for (int32_t k = 0; k < n_pairs; k++, values += 2 * width) {
                __m256i one = load16(values), two = 2 * k + 1 < span ? load16(values + width) : nought;
                low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(one, two), low_weights[k]));
                high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(one, two), high_weights[k]));
            }
            _mm256_storeu_si256((__m256i *)(out[t] + w), avx2_values(low, high, least));
        }
    }
}

AVX2 static void avx2_embed(const ql_network *network, const ql_inputs *inputs, int16_t *out) {
    for (int32_t w = 0; w < network->width; w += 16) {
        __m256i sum = _mm256_setzero_si256();
        for (int k = 0; k < QL_INPUTS; k++) {
            __m256i row = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(input_row(network, inputs, k) + w)));
            sum = _mm256_add_epi16(sum, _mm256_slli_epi16(row, network->shifts[k]));
        }
        _mm256_storeu_si256((__m256i *)(out + w), avx2_clamped(sum, _mm256_set1_epi16(-MOST_VALUE)));
    }
}

#endif

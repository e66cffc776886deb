/* What network.c does with vectors: AVX2, and the dot products of AVX-512 where a processor has them.  Included by
   network.c alone, which has the same without vectors.  The results are the same. */
#ifndef QL_NETWORK_AVX2_H
#define QL_NETWORK_AVX2_H

#include <immintrin.h>

/* Sixteen outputs at a time: every weight that is loaded serves four tokens. */
__attribute__((target("avx2"))) static void avx2_add_products(const ql_layer *layer, const int16_t *const in[TILE],
                                                              int32_t (*out)[MOST_SUMS]) {
    for (int32_t o = 0; o < layer->stride; o += 16) {
        __m256i sums[TILE][2];
        for (int t = 0; t < TILE; t++)
            for (int half = 0; half < 2; half++)
                sums[t][half] = _mm256_loadu_si256((const __m256i *)(out[t] + o + 8 * half));
        const int16_t *weights = layer->weights + 2 * o;
        for (int32_t i = 0; i < layer->n_in; i += 2, weights += 2 * layer->stride) {
            __m256i low = _mm256_loadu_si256((const __m256i *)weights);
            __m256i high = _mm256_loadu_si256((const __m256i *)(weights + 16));
            for (int t = 0; t < TILE; t++) {
                int32_t pair;
                memcpy(&pair, in[t] + i, sizeof pair);
                __m256i both = _mm256_set1_epi32(pair);
                sums[t][0] = _mm256_add_epi32(sums[t][0], _mm256_madd_epi16(both, low));
                sums[t][1] = _mm256_add_epi32(sums[t][1], _mm256_madd_epi16(both, high));
            }
        }
        for (int t = 0; t < TILE; t++)
            for (int half = 0; half < 2; half++)
                _mm256_storeu_si256((__m256i *)(out[t] + o + 8 * half), sums[t][half]);
    }
}

/* The same with a multiplication and an addition in one. */
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static void
vnni_add_products(const ql_layer *layer, const int16_t *const in[TILE], int32_t (*out)[MOST_SUMS]) {
    for (int32_t o = 0; o < layer->stride; o += 16) {
        __m512i sums[TILE];
        for (int t = 0; t < TILE; t++) sums[t] = _mm512_loadu_si512(out[t] + o);
        const int16_t *weights = layer->weights + 2 * o;
        for (int32_t i = 0; i < layer->n_in; i += 2, weights += 2 * layer->stride) {
            __m512i own = _mm512_loadu_si512(weights);
            for (int t = 0; t < TILE; t++) {
                int32_t pair;
                memcpy(&pair, in[t] + i, sizeof pair);
                sums[t] = _mm512_dpwssd_epi32(sums[t], _mm512_set1_epi32(pair), own);
            }
        }
        for (int t = 0; t < TILE; t++) _mm512_storeu_si512(out[t] + o, sums[t]);
    }
}

__attribute__((target("avx2"))) static inline __m256i load16(const void *from) {
    return _mm256_loadu_si256(from);
}

/* Sums of products as values, from the order that unpacking leaves. */
__attribute__((target("avx2"))) static inline __m256i avx2_values(__m256i low, __m256i high) {
    const __m256i half = _mm256_set1_epi32(1 << (WEIGHT_BITS - 1));
    low = _mm256_srai_epi32(_mm256_add_epi32(low, half), WEIGHT_BITS);
    high = _mm256_srai_epi32(_mm256_add_epi32(high, half), WEIGHT_BITS);
    __m256i all = _mm256_packs_epi32(low, high);
    all = _mm256_min_epi16(all, _mm256_set1_epi16(MOST_VALUE));
    return _mm256_max_epi16(all, _mm256_set1_epi16(-MOST_VALUE));
}

/* Two places at a time, sixteen lanes at a time. */
__attribute__((target("avx2"))) static void avx2_look_around(const ql_network *network, const ql_block *block,
                                                             const int16_t *from, int32_t first, int32_t last,
                                                             int16_t *out) {
    int32_t width = network->width;
    for (int32_t w = 0; w < width; w += 16) {
        __m256i a = load16(block->around_biases + w), b = load16(block->around_biases + w + 8);
        __m256i low = _mm256_permute2x128_si256(a, b, 0x20), high = _mm256_permute2x128_si256(a, b, 0x31);
        for (int32_t k = first; k <= last; k += 2) {
            __m256i v0 = load16(from + (k - first) * width + w), w0 = load16(block->around + k * width + w);
            __m256i v1 = _mm256_setzero_si256(), w1 = _mm256_setzero_si256();
            if (k < last)
                v1 = load16(from + (k + 1 - first) * width + w), w1 = load16(block->around + (k + 1) * width + w);
            low = _mm256_add_epi32(low,
                                   _mm256_madd_epi16(_mm256_unpacklo_epi16(v0, v1), _mm256_unpacklo_epi16(w0, w1)));
            high = _mm256_add_epi32(high,
                                    _mm256_madd_epi16(_mm256_unpackhi_epi16(v0, v1), _mm256_unpackhi_epi16(w0, w1)));
        }
        _mm256_storeu_si256((__m256i *)(out + w), avx2_values(low, high));
    }
}

__attribute__((target("avx2"))) static void avx2_embed(const ql_network *network, const ql_inputs *inputs,
                                                       int16_t *out) {
    for (int32_t w = 0; w < network->width; w += 16) {
        __m256i sum = _mm256_setzero_si256();
        for (int k = 0; k < QL_INPUTS; k++) {
            __m256i row = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(input_row(network, inputs, k) + w)));
            sum = _mm256_add_epi16(sum, _mm256_slli_epi16(row, network->shifts[k]));
        }
        sum = _mm256_min_epi16(sum, _mm256_set1_epi16(MOST_VALUE));
        _mm256_storeu_si256((__m256i *)(out + w), _mm256_max_epi16(sum, _mm256_set1_epi16(-MOST_VALUE)));
    }
}

/* Sums of products as values, nought where they are less than `least`, which is nought or the least there is. */
__attribute__((target("avx2"))) static void avx2_to_values(const int32_t *sums, int32_t n, int16_t least,
                                                           int16_t *out) {
    for (int32_t w = 0; w < n; w += 16) {
        __m256i a = load16(sums + w), b = load16(sums + w + 8);
        __m256i all = avx2_values(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
        _mm256_storeu_si256((__m256i *)(out + w), _mm256_max_epi16(all, _mm256_set1_epi16(least)));
    }
}

#endif

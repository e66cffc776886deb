/* Products of four vectors with a layer's weights, by AVX2.  Included by network.c alone, which says what they are. */
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

#endif

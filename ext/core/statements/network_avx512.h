/* What network.c does with AVX-512 and its dot products, where a processor has them.  Included by network.c alone,
   which has the same without vectors.  The results are the same. */
#ifndef QL_NETWORK_AVX512_H
#define QL_NETWORK_AVX512_H

#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))
#define AVX512_INLINE AVX512 __attribute__((always_inline)) static inline

/* sums += the products of pairs.  In assembly, as compilers copy the sums to and fro around the intrinsic. */
AVX512_INLINE __m512i add_pairs(__m512i sums, __m512i a, __m512i b) {
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sums) : "v"(a), "v"(b));
    return sums;
}

AVX512_INLINE __m256i avx512_clamped(__m256i values, __m256i least) {
    return _mm256_max_epi16(_mm256_min_epi16(values, _mm256_set1_epi16(MOST_VALUE)), least);
}

AVX512_INLINE __m512i avx512_shifted(__m512i sums) {
    return _mm512_srai_epi32(_mm512_add_epi32(sums, _mm512_set1_epi32(1 << (WEIGHT_BITS - 1))), WEIGHT_BITS);
}

AVX512_INLINE void avx512_end(const job *of, int32_t r, int32_t o, __m512i sums) {
    const __m256i nought = _mm256_setzero_si256(), least = _mm256_set1_epi16(-MOST_VALUE);
    if (of->ending == ENDS_AS_SUMS) {
        _mm512_storeu_si512(of->sums[r] + o, sums);
        return;
    }
    bool is_added = of->ending == ENDS_ADDED;
    __m256i values = avx512_clamped(_mm512_cvtsepi32_epi16(avx512_shifted(sums)), is_added ? least : nought);
    if (is_added)
        values = avx512_clamped(_mm256_add_epi16(_mm256_loadu_si256((const void *)(of->own[r] + o)), values), least);
    _mm256_storeu_si256((__m256i *)(of->values[r] + o), values);
}

/* `rows` rows from `r` on, and sixteen outputs from `o` on, or twice as many: constants, so that all sums stay in
   registers.  Of fewer rows the last one stands for what is missing. */
AVX512_INLINE void avx512_multiply_some(const ql_layer *layer, const job *of, int32_t r, int32_t o, const int rows,
                                        const int columns) {
    __m512i sums[8][2], own[2];
    const int16_t *in[8], *weights = layer->weights + 2 * o;
    for (int t = 0; t < rows; t++) {
        int32_t row = r + t < of->n ? r + t : of->n - 1;
        in[t] = of->in[row];
        for (int c = 0; c < columns; c++) sums[t][c] = _mm512_loadu_si512(of->start[row] + o + 16 * c);
    }
    for (int32_t i = 0; i < layer->n_in; i += 2, weights += 2 * layer->stride) {
        for (int c = 0; c < columns; c++) own[c] = _mm512_loadu_si512(weights + 32 * c);
        for (int t = 0; t < rows; t++) {
            int32_t pair;
            memcpy(&pair, in[t] + i, sizeof pair);
            __m512i both = _mm512_set1_epi32(pair);
            for (int c = 0; c < columns; c++) sums[t][c] = add_pairs(sums[t][c], both, own[c]);
        }
    }
    for (int t = 0; t < rows && r + t < of->n; t++)
        for (int c = 0; c < columns; c++) avx512_end(of, r + t, o + 16 * c, sums[t][c]);
}

AVX512 static void avx512_multiply_wide(const ql_layer *layer, const job *of, int32_t o) {
    int32_t r = 0;
    for (; r + 4 < of->n; r += 8) avx512_multiply_some(layer, of, r, o, 8, 2);
    if (r < of->n) avx512_multiply_some(layer, of, r, o, 4, 2);
}

AVX512 static void avx512_multiply_narrow(const ql_layer *layer, const job *of, int32_t o) {
    int32_t r = 0;
    for (; r + 4 < of->n; r += 8) avx512_multiply_some(layer, of, r, o, 8, 1);
    if (r < of->n) avx512_multiply_some(layer, of, r, o, 4, 1);
}

AVX512 static void avx512_multiply(const ql_layer *layer, const job *of) {
    int32_t o = 0;
    for (; o + 32 <= layer->stride; o += 32) avx512_multiply_wide(layer, of, o);
    if (o < layer->stride) avx512_multiply_narrow(layer, of, o);
}

/* The pairs of a row that are not nought, and where their weights begin; how many they are. */
AVX512_INLINE int32_t avx512_list_pairs(const ql_layer *layer, const int16_t *in, int32_t *pairs, int32_t *places) {
    const __m512i step = _mm512_set1_epi32(2 * layer->stride);
    __m512i at = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), step);
    int32_t n = 0;
    for (int32_t i = 0; i < layer->n_in; i += 32) {
        __mmask16 here = i + 32 <= layer->n_in ? 0xFFFF : 0xFF;
        __m512i some = _mm512_maskz_loadu_epi32(here, in + i);
        __mmask16 kept = _mm512_test_epi32_mask(some, some);
        _mm512_storeu_si512(pairs + n, _mm512_maskz_compress_epi32(kept, some));
        _mm512_storeu_si512(places + n, _mm512_maskz_compress_epi32(kept, at));
        at = _mm512_add_epi32(at, _mm512_slli_epi32(step, 4));
        n += __builtin_popcount(kept);
    }
    return n;
}

AVX512_INLINE void avx512_multiply_listed(const ql_layer *layer, const job *of, int32_t r, int32_t o,
                                          const int32_t *pairs, const int32_t *places, int32_t n, const int columns) {
    __m512i sums[6];
    for (int c = 0; c < columns; c++) sums[c] = _mm512_loadu_si512(of->start[r] + o + 16 * c);
    for (int32_t i = 0; i < n; i++) {
        const int16_t *weights = layer->weights + places[i] + 2 * o;
        __m512i both = _mm512_set1_epi32(pairs[i]);
        for (int c = 0; c < columns; c++) sums[c] = add_pairs(sums[c], both, _mm512_loadu_si512(weights + 32 * c));
    }
    for (int c = 0; c < columns; c++) avx512_end(of, r, o + 16 * c, sums[c]);
}

/* The same row by row, without the pairs that are nought. */
AVX512 static void avx512_multiply_sparse(const ql_layer *layer, const job *of) {
    int32_t pairs[QL_MOST_HIDDEN / 2 + 16], places[QL_MOST_HIDDEN / 2 + 16];
    for (int32_t r = 0; r < of->n; r++) {
        int32_t n = avx512_list_pairs(layer, of->in[r], pairs, places), o = 0;
        for (; o + 96 <= layer->stride; o += 96) avx512_multiply_listed(layer, of, r, o, pairs, places, n, 6);
        for (; o + 32 <= layer->stride; o += 32) avx512_multiply_listed(layer, of, r, o, pairs, places, n, 2);
        for (; o < layer->stride; o += 16) avx512_multiply_listed(layer, of, r, o, pairs, places, n, 1);
    }
}

/* Two places at a time, 32 lanes at a time; of a width that 32 does not divide the last sixteen are half of them. */
AVX512 static void avx512_look_around(const ql_network *network, const ql_block *block, const int16_t *from,
                                      int32_t n, int16_t (*out)[QL_MOST_WIDTH]) {
    enum { PAIRS = QL_MOST_SPAN / 2 + 1 };
    int32_t width = network->width, span = network->span, n_pairs = span / 2 + 1;
    const __m512i nought = _mm512_setzero_si512(), most = _mm512_set1_epi16(MOST_VALUE);
    for (int32_t w = 0; w < width; w += 32) {
        __mmask32 here = w + 32 <= width ? 0xFFFFFFFF : 0xFFFF;
        __m512i low_weights[PAIRS], high_weights[PAIRS];
        __m512i a = _mm512_loadu_si512(block->around_biases + w);
        __m512i b = _mm512_maskz_loadu_epi32((__mmask16)(here >> 16), block->around_biases + w + 16);
        for (int32_t k = 0; k < n_pairs; k++) {
            const int16_t *weights = block->around + 2 * k * width + w;
            __m512i one = _mm512_maskz_loadu_epi16(here, weights);
            __m512i two = 2 * k + 1 < span ? _mm512_maskz_loadu_epi16(here, weights + width) : nought;
            low_weights[k] = _mm512_unpacklo_epi16(one, two);
            high_weights[k] = _mm512_unpackhi_epi16(one, two);
        }
        for (int32_t t = 0; t < n; t++) {
            const int16_t *values = from + (t - span / 2) * width + w;
            __m512i low = _mm512_shuffle_i32x4(a, b, 0x88), high = _mm512_shuffle_i32x4(a, b, 0xDD);
            for (int32_t k = 0; k < n_pairs; k++, values += 2 * width) {
                __m512i one = _mm512_maskz_loadu_epi16(here, values);
                __m512i two = 2 * k + 1 < span ? _mm512_maskz_loadu_epi16(here, values + width) : nought;
                low = add_pairs(low, _mm512_unpacklo_epi16(one, two), low_weights[k]);
                high = add_pairs(high, _mm512_unpackhi_epi16(one, two), high_weights[k]);
            }
            __m512i all = _mm512_packs_epi32(avx512_shifted(low), avx512_shifted(high));
            all = _mm512_max_epi16(_mm512_min_epi16(all, most), _mm512_sub_epi16(nought, most));
            _mm512_mask_storeu_epi16(out[t] + w, here, all);
        }
    }
}

AVX512 static void avx512_embed(const ql_network *network, const ql_inputs *inputs, int16_t *out) {
    const __m512i most = _mm512_set1_epi16(MOST_VALUE), least = _mm512_set1_epi16(-MOST_VALUE);
    for (int32_t w = 0; w < network->width; w += 32) {
        __mmask32 here = w + 32 <= network->width ? 0xFFFFFFFF : 0xFFFF;
        __m512i sum = _mm512_setzero_si512();
        for (int k = 0; k < QL_INPUTS; k++) {
            __m256i row = _mm256_maskz_loadu_epi8(here, input_row(network, inputs, k) + w);
            sum = _mm512_add_epi16(sum, _mm512_slli_epi16(_mm512_cvtepi8_epi16(row), network->shifts[k]));
        }
        _mm512_mask_storeu_epi16(out + w, here, _mm512_max_epi16(_mm512_min_epi16(sum, most), least));
    }
}

#endif
